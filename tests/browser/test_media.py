"""Media in a real browser: a plan, a creative with its QR code, a report of Google, and results that equal the rows."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ryorin.insight.lake.actions import catch_up
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.marketing.experiments.models import Experiment
from ryorin.marketing.media.actions import make_creative, plan_flight
from ryorin.marketing.media.models import Creative, Figure, Flight
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
REPORT = (
    "キャンペーンのレポート\n2026/11/01 - 2026/11/03\n"
    "日\tキャンペーン\t広告名\t通貨コード\t費用\t表示回数\tクリック数\n"
    "2026-11-02\tautumn\tバナー {code}\tJPY\t12,000\t3,400\t120\n"
    "2026-11-03\tautumn\tバナー {code}\tJPY\t8,000\t2,600\t80\n"
    "合計: アカウント\t --\t --\tJPY\t20,000\t6,000\t200\n"
)


@pytest.fixture
def autumn(transactional_db: None, mei: Member) -> Campaign:
    return create_campaign(
        by=mei, name="秋の広告", code="autumn", channel="search", budget=600_000,
        starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30),
    )  # fmt: skip


def test_from_the_plan_over_a_creative_and_a_report_to_results_that_equal_the_rows(
    open_page: Open, autumn: Campaign, mei: Member, tmp_path: Path
) -> None:
    page = open_page(f"/campaigns/{autumn.pk}/media/", by=mei)
    page.locator("main").get_by_role("link", name="出稿を追加").first.click()
    page.get_by_label("媒体名").fill("Google 検索広告")
    page.get_by_label("予算", exact=True).fill("300,000")
    page.get_by_label("実績の取り込み元").select_option("google")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("出稿を追加しました")
    expect(page.locator(".gantt")).to_contain_text("Google 検索広告")
    flight = Flight.objects.get()

    page.get_by_role("link", name="クリエイティブ", exact=True).click()
    page.locator("main").get_by_role("link", name="クリエイティブを追加").first.click()
    page.get_by_label("クリエイティブ名").fill("資料請求バナー")
    page.get_by_label("リンク先").fill("https://acme.example/catalogue")
    page.get_by_role("button", name="保存").click()
    kept = io.BytesIO()
    Image.new("RGB", (600, 314), "teal").save(kept, "PNG")
    (tmp_path / "banner.png").write_bytes(kept.getvalue())
    page.get_by_label("ファイル").set_input_files(tmp_path / "banner.png")
    page.get_by_role("button", name="版を登録").click()
    expect(page.get_by_role("img", name="資料請求バナーの画像")).to_be_visible()
    page.get_by_role("button", name="出稿に割り当てる").click()
    expect(page.locator("#links .link-rows > li")).to_have_count(2)
    creative = Creative.objects.get()
    placement = creative.placements.get(flight=flight)
    svg = page.request.get(f"/links/{placement.link_id}/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml"

    (tmp_path / "google.csv").write_bytes(REPORT.format(code=placement.code).encode("utf-16"))
    page.goto("/ad-reports/")
    page.get_by_label("レポートのファイル").set_input_files(tmp_path / "google.csv")
    page.get_by_role("button", name="読み込む").click()
    expect(page.get_by_label("媒体", exact=False).first).to_have_value("google")
    page.get_by_role("button", name="この読み方で取り込む").click()
    expect(page.locator("#toasts")).to_contain_text("レポートを取り込みました")
    assert list(Figure.objects.values_list("flight", "creative")) == [(flight.pk, creative.pk)] * 2
    catch_up()

    page.goto(f"/campaigns/{autumn.pk}/results/?from=2026-11-01&to=2026-11-30")
    numbers = page.locator(".stat-row.results")
    expect(numbers.locator(".card", has_text="施策費用")).to_contain_text("¥20,000")
    expect(numbers.locator(".card", has_text="広告の表示回数")).to_contain_text("6,000")
    assert sum(CampaignCost.objects.values_list("amount", flat=True)) == 20_000
    media = page.get_by_role("region", name="媒体ごとの成果")
    expect(media).to_contain_text("¥20,000")
    expect(page.get_by_role("region", name="クリエイティブごとの成果")).to_contain_text("資料請求バナー")
    media.get_by_role("link", name="¥20,000").click()
    expect(page.locator("main tbody tr")).to_have_count(2)


def test_a_flight_is_drawn_to_other_days(open_page: Open, autumn: Campaign, mei: Member) -> None:
    flight = plan_flight(
        autumn, by=mei, vehicle="新聞", channel="print", starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 20)
    )
    page = open_page("/media/?from=2026-11&months=3", by=mei)
    bar = page.locator("rect[data-flight]")
    box, lane = bar.bounding_box(), page.locator("svg.gantt-lane").bounding_box()
    assert box and lane
    day = lane["width"] / 92
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 7 * day, box["y"] + 10, steps=8)
    page.mouse.up()

    expect(page.locator("#toasts")).to_contain_text("日程を変えました")
    flight.refresh_from_db()
    assert (flight.starts_on, flight.ends_on) == (date(2026, 11, 17), date(2026, 11, 27))


def test_an_a_b_test_is_written_with_its_size_and_started(open_page: Open, autumn: Campaign, mei: Member) -> None:
    for name in ("今のバナー", "新しいバナー"):
        make_creative(autumn, by=mei, name=name, landing="https://acme.example/")
    page = open_page("/experiments/new/", by=mei)
    expect(page.locator("#size-card")).to_contain_text("合計 約31,608人")
    page.get_by_label("テスト名").fill("バナーの比較")
    page.get_by_label("対象").select_option("creative")
    expect(page.locator("#variant-target-1")).to_contain_text("今のバナー")
    page.locator("#variant-target-1").select_option(label="今のバナー")
    page.locator("#variant-target-2").select_option(label="新しいバナー")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("まだ始まっていません")
    page.get_by_role("button", name="開始").click()
    page.locator("#confirm").get_by_role("button", name="開始する").click()

    expect(page.locator("main")).to_contain_text("まだ誰も見ていません")
    assert Experiment.objects.get().is_running


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_the_pages_hold_up_in_every_look(
    open_page: Open, accessible: Callable[[Page], None], autumn: Campaign, mei: Member, width: str, scheme: str
) -> None:
    plan_flight(
        autumn, by=mei, vehicle="新聞", channel="print", starts_on=date(2026, 11, 10), ends_on=date(2026, 12, 20),
        budget=100_000,
    )  # fmt: skip
    creative = make_creative(autumn, by=mei, name="バナー", landing="https://acme.example/")
    page = open_page("/media/?from=2026-11", by=mei, width=width, scheme=scheme)
    for path in (
        "/media/?from=2026-11", f"/campaigns/{autumn.pk}/media/", f"/creatives/{creative.pk}/", "/ad-reports/",
        f"/campaigns/{autumn.pk}/results/", "/experiments/new/",
    ):  # fmt: skip
        page.goto(path)
        accessible(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= page.viewport_size["width"]  # type: ignore[index]
