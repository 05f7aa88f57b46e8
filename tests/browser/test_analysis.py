"""Customer analysis in a real browser: CDNOW's figures on the page, a cell, its people, a segment of them."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ryorin.connectors.csv.actions import run_import, start_import
from ryorin.customers.segments.models import Segment
from ryorin.customers.value.models import PersonValue
from ryorin.insight.lake.actions import publish
from ryorin.marketing.value.actions import change_settings, compute_if_due
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Open = Callable[..., Page]
PAGES = (
    "/analysis/", "/analysis/cohorts/", "/analysis/lifetime/", "/analysis/groups/", "/analysis/baskets/",
    "/analysis/settings/", "/analysis/customers/",
)  # fmt: skip
CUSTOMERS = 400  # of the sample, in the test that looks at all pages


def bring_cdnow(data: Path, folder: Path, *, most: int | None = None) -> None:
    """This function will import the sample's people and orders and compute the values as of the published day."""
    rows = [line.split() for line in (data / "cdnow/CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    people = sorted({row[1] for row in rows})[:most]
    kept = [row for row in rows if row[1] in set(people)]
    orders = [
        [f"CD-{place}", row[1], f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}", row[3], row[4]]
        for place, row in enumerate(kept)
    ]
    files = {
        "people": [["顧客ID", "姓"], *([key, f"客{key}"] for key in people)],
        "orders": [["注文番号", "顧客ID", "注文日", "数量", "金額"], *orders],
    }
    for kind, lines in files.items():
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        assert run_import(start_import(kind, folder / f"{kind}.csv", by=None)).state == "done"
    publish()
    change_settings(by=None, version=None, as_of=date(1997, 9, 30))
    compute_if_due("person", at_once=True)


@pytest.mark.slow
def test_the_published_figures_stand_on_the_page_and_a_cell_becomes_a_segment(
    transactional_db: None, open_page: Open, company: Organisation, mei: Member, data: Path, tmp_path: Path
) -> None:
    company.currency = "USD"
    company.save()
    bring_cdnow(data, tmp_path)
    page = open_page("/analysis/lifetime/", by=mei)
    figures = {"r": "0.243", "α": "4.414", "a": "0.793", "b": "2.426", "p": "6.25", "q": "3.74", "γ": "15.44"}
    for sign, value in figures.items():
        expect(page.locator(f"[data-parameter='{sign}']")).to_have_text(value)
    expect(page.get_by_text("対数尤度 -9,582.4")).to_be_visible()
    page.get_by_role("link", name="RFM").click()
    best = PersonValue.objects.filter(recency_score=5, frequency_score=5).count()
    page.get_by_role("link", name=f"R5 F5 {best}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(best))
    expect(page.locator("table tbody tr")).to_have_count(min(best, 50))
    page.get_by_role("link", name="セグメントにする").click()
    page.get_by_label("セグメント名").fill("CDNOWの優良顧客")
    page.get_by_role("button", name="セグメントを作成").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CDNOWの優良顧客")
    assert Segment.objects.filter(name="CDNOWの優良顧客").exists()


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_the_pages_are_for_everyone(
    transactional_db: None, open_page: Open, accessible: Callable[[Page], None], company: Organisation, mei: Member,
    data: Path, tmp_path: Path, width: str, scheme: str,
) -> None:  # fmt: skip
    bring_cdnow(data, tmp_path, most=CUSTOMERS)
    page = open_page(PAGES[0], by=mei, width=width, scheme=scheme)
    for path in PAGES:
        page.goto(path)
        accessible(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= (1400 if width == "wide" else 390), path
