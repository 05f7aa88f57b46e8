"""The frame, the components and the words of templates, without a browser."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

import ryorin.web
from ryorin.lib import clock
from ryorin.web import context
from ryorin.web.templatetags import ryorin as words
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.models import Organisation

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # noon in Tokyo
CHART = {"axis": "月", "labels": ["10月", "11月"], "series": [{"name": "リード", "values": [388, 412]}]}


@pytest.fixture
def mei_at_work(mei: Member) -> Client:
    Organisation.objects.create(name="株式会社三和製作所")
    client = Client()
    client.force_login(mei)
    return client


def test_the_design_page_shows_every_component(mei_at_work: Client) -> None:
    page = mei_at_work.get("/design/")
    assert page.status_code == 200
    for part in ("ring", "bar", "spark", "stage", "tl", "todo", "board", "empty", "skeleton", "progress-line", "chart"):
        assert f'class="{part}' in page.content.decode()


def test_no_page_carries_a_style_or_a_script_of_its_own(mei_at_work: Client) -> None:
    page = mei_at_work.get("/design/").content.decode()
    assert " style=" not in page and "<style" not in page and " onclick=" not in page
    assert "<script>" not in page


def test_a_part_that_refreshes_itself_keeps_its_element() -> None:
    """An element that is replaced by its own answer loses the request that waited behind it."""
    pages = Path(ryorin.web.__file__).parent / "templates"
    tags = [tag for page in pages.rglob("*.html") for tag in page.read_text().split("<") if "from:body" in tag]
    assert len(tags) > 20
    assert [tag for tag in tags if "outerHTML" in tag.split('">')[0]] == []


def test_a_page_that_is_not_there_says_so_in_words(mei_at_work: Client) -> None:
    answer = mei_at_work.get("/no-such-page/")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.content.decode()


def test_an_error_page_needs_nothing_but_itself() -> None:
    assert "変更は保存されていません" in Template("{% include '500.html' %}").render(Context())


# Numbers and days -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_money_is_written_in_the_currency_of_the_company() -> None:
    assert words.money(1234567) == "¥1,234,567"
    assert words.money(-500) == "▲¥500"
    assert words.money(199900, "USD") == "$1,999.00"
    assert words.money(None) == "–"
    Organisation.objects.create(name="Ryorin GmbH", currency="EUR")
    assert words.money(1999) == "€19.99"


@pytest.mark.django_db
def test_large_sums_are_shortened_to_millions() -> None:
    assert words.short_money(38_200_000) == "¥38.2百万"
    assert words.short_money(909_000) == "¥909,000"


@pytest.mark.django_db
def test_cents_are_not_taken_for_millions() -> None:
    assert words.short_money(1_500_000, "USD") == "$15,000.00"
    assert words.short_money(150_000_000, "USD") == "$1.5百万"


def test_numbers_carry_separators_signs_and_percent() -> None:
    assert words.number(48210) == "48,210"
    assert words.number(3.24, 1) == "3.2"
    assert words.percent(0.318) == "31.8%"
    assert (words.signed(21), words.signed(-6)) == ("+21", "−6")
    assert words.within_100(140) == 100 and words.within_100(None) == 0


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 22, 0, 12, tzinfo=UTC), "今日 9:12"),
        (datetime(2026, 11, 21, 12, 40, tzinfo=UTC), "昨日 21:40"),
        (datetime(2026, 11, 23, 0, 30, tzinfo=UTC), "明日 9:30"),
        (datetime(2026, 11, 19, 3, 0, tzinfo=UTC), "11/19"),
        (datetime(2025, 11, 19, 3, 0, tzinfo=UTC), "2025/11/19"),
    ],
)
def test_moments_are_told_as_people_tell_them(at: datetime, said: str) -> None:
    with clock.frozen(NOW):
        assert words.moment(at) == said


def test_the_day_is_the_one_in_tokyo() -> None:
    with clock.frozen(datetime(2026, 11, 21, 15, 30, tzinfo=UTC)):  # half past midnight on the 22nd
        assert words.moment(datetime(2026, 11, 21, 14, 0, tzinfo=UTC)) == "昨日 23:00"


def test_days_are_written_the_english_way_for_english_readers() -> None:
    with clock.frozen(NOW), translation.override("en"):
        assert words.day(datetime(2026, 11, 19, 3, 0, tzinfo=UTC)) == "Nov 19"
        assert words.day(datetime(2025, 1, 2, 3, 0, tzinfo=UTC)) == "Jan 2, 2025"


def test_due_days_say_how_far_they_are() -> None:
    with clock.frozen(NOW):
        days = [datetime(2026, 11, day, 3, 0, tzinfo=UTC) for day in (20, 22, 23, 25)]
        assert [words.days_left(day) for day in days] == ["2日超過", "今日", "明日", "あと3日"]


def test_the_past_is_told_by_its_distance() -> None:
    with clock.frozen(NOW):
        assert words.ago(datetime(2026, 11, 22, 2, 57, tzinfo=UTC)) == "3分前"
        assert words.ago(datetime(2026, 11, 22, 1, 0, tzinfo=UTC)) == "2時間前"
        assert words.ago(datetime(2026, 11, 17, 3, 0, tzinfo=UTC)) == "5日前"


def test_names_of_things_are_those_of_the_registries() -> None:
    assert words.prefecture("13") == "東京都" and words.prefecture("99") == ""
    assert words.kind_label("called") == "電話" and words.wheel_of_kind("called") == "harvest"
    assert words.kind_label("unknown_kind") == "unknown_kind" and words.wheel_of_kind("unknown_kind") == ""
    assert words.stage_label("qualified") == "見込み確度到達"


def test_paging_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/people", {"q": "田中", "after": "5"})
    link = Template("{% load ryorin %}{% query_string_with after=9 q=None %}").render(Context({"request": request}))
    assert link == "?after=9"


# Who sees what --------------------------------------------------------------------------------------------------------
def test_templates_ask_what_a_member_may_do(mei: Member, sato: Member) -> None:
    assert words.may(sato, "deals.change") and not words.may(mei, "deals.change")
    assert not words.may(AnonymousUser(), "deals.change")  # type: ignore[arg-type]


def test_the_side_bar_holds_only_what_exists_and_what_the_member_may_see(mei: Member) -> None:
    names = {entry.name for group in context.SIDE_BAR for entry in group.entries}
    lines = shell_of(mei)._lines(tuple(context.Entry(name, name, "x") for name in [*sorted(names), "nowhere"]))
    assert all(line["url"] for line in lines)
    assert "nowhere" not in [line["label"] for line in lines]
    only_for_leaders = shell_of(mei)._lines((context.Entry("design", "design", "x", "audit.read"),))
    assert only_for_leaders == []


def test_the_current_page_is_marked(mei_at_work: Client, mei: Member) -> None:
    assert shell_of(mei, "design")._lines((context.Entry("design", "design", "x"),))[0]["is_current"]


def test_the_quarter_is_that_of_the_fiscal_year(mei: Member) -> None:
    with clock.frozen(NOW):
        Organisation.objects.create(name="三和", fiscal_start_month=4)
        assert shell_of(mei).quarter == "2026年度 第3四半期"


def test_an_inactive_or_reading_member_gets_no_menu_of_additions(mei: Member) -> None:
    mei.role = Role.READ_ONLY
    assert shell_of(mei).additions == []


# Figures of charts as files -------------------------------------------------------------------------------------------
def test_the_figures_of_a_chart_come_as_csv_and_as_a_workbook(mei_at_work: Client) -> None:
    text = mei_at_work.post("/chart-file/", {"data": json.dumps(CHART), "format": "csv"})
    assert text.content.decode("utf-8-sig").splitlines() == ["月,リード", "10月,388", "11月,412"]
    book = mei_at_work.post("/chart-file/", {"data": json.dumps(CHART), "format": "xlsx"})
    rows = list(openpyxl.load_workbook(BytesIO(book.content)).active.values)
    assert rows == [("月", "リード"), ("10月", 388), ("11月", 412)]


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "3", '{"labels": [1], "series": [{"name": "x", "values": []}]}', "[" * 5000]
)
def test_what_is_no_chart_is_refused(mei_at_work: Client, data: str) -> None:
    answer = mei_at_work.post("/chart-file/", {"data": data, "format": "csv"})
    assert answer.status_code == 400
    assert "グラフのデータを読み取れませんでした" in answer.content.decode()


def test_drawings_stay_in_their_box() -> None:
    arcs = words.ring_arcs([91, 200, None])
    assert [arc["length"] for arc in arcs] == ["503.2", "439.8", ""]
    assert words.spark_line([5]) == "" and words.spark_line([0, 10]) == "0.0,34.0 100.0,2.0"


def test_waiting_messages_become_toasts(mei_at_work: Client) -> None:
    class Line:
        tags = "error"

        def __str__(self) -> str:
            return "保存できませんでした。"

    assert words.messages_for_toasts([Line()]) == [{"text": "保存できませんでした。", "level": "bad", "undo": ""}]


# Signing in -----------------------------------------------------------------------------------------------------------
@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def test_signing_in_with_a_wrong_password_tells_nothing_about_the_account(mei: Member) -> None:
    Organisation.objects.create(name="三和")
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": login, "password": "chigau-pasuwaado"}).content.decode()
        for login in (mei.email, "nobody@ryorin.example")
    ]
    assert all("メールアドレスもしくはパスワードが正しくありません" in page for page in answers)


def shell_of(member: Member, name: str = "") -> context.Shell:
    request = RequestFactory().get("/")
    request.resolver_match = type("Match", (), {"url_name": name})()
    return context.Shell(member, request)
