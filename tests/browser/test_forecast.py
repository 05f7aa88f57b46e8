"""From the forecast to the customer after the sale, in a real browser: committing, judging deals, doing what is due."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.lib import clock
from ryorin.sales.aftercare.actions import create_plan, start_due, start_using
from ryorin.sales.aftercare.models import FollowUpStep, Satisfaction
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.forecast.models import Commit
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
LOOKS = [("wide", "light"), ("narrow", "dark")]
PAGES = (
    "/forecast/", "/forecast/changes/", "/forecast/quotas/", "/forecast/meanings/", "/aftercare/?whose=all",
    "/aftercare/quiet/", "/aftercare/renewals/", "/aftercare/voices/", "/aftercare/plans/",
)  # fmt: skip


@pytest.fixture
def deal(transactional_db: None, company: object, sato: Member) -> Deal:
    acme = create_company(by=None, name="株式会社アクメ", owner=sato)
    ada = create_person(by=None, family_name="安達", given_name="亜耶", company=acme, owner=sato)
    start_using(create_plan(name="導入後フォロー", by=None), by=None)
    start_due()
    win_deal(open_deal(name="前の商談", by=None, person=ada, amount=2_000_000, owner=sato), by=None)
    start_due()
    day = clock.today() + timedelta(days=3)
    return open_deal(
        name="検査ラインの更新", by=None, person=ada, amount=3_800_000, owner=sato, expected_close_on=day, yomi="b"
    )


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_sato_commits_and_the_commit_stands_on_the_page(open_page: Open, deal: Deal, sato: Member, width: str) -> None:
    page = open_page("/forecast/", by=sato, width=width)
    page.get_by_role("button", name="自分のコミット").click()
    page.get_by_label("コミット額").fill("3,000,000")
    page.get_by_label("コメント").fill("内示あり")
    page.get_by_role("button", name="コミットする").click()
    expect(page.locator(".forecast-stats")).to_contain_text("¥3.0百万")
    made = Commit.objects.get()
    assert (made.amount, made.comment, made.side) == (3_000_000, "内示あり", "rep")


def test_a_number_leads_to_its_deals(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page("/forecast/", by=sato)
    page.get_by_role("region", name="担当").get_by_role("link", name="3,800").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ヨミB")
    expect(page.get_by_role("link", name="検査ラインの更新")).to_be_visible()


def test_a_deal_is_given_its_yomi_on_its_page(open_page: Open, deal: Deal, sato: Member) -> None:
    page = open_page(f"/deals/{deal.pk}", by=sato)
    page.locator("#field-yomi button").click()
    page.locator("#field-yomi select").select_option("a")
    page.locator("#field-yomi").get_by_role("button", name="保存").click()
    expect(page.locator("#field-yomi .inline-edit")).to_have_text(re.compile("A"))
    deal.refresh_from_db()
    assert deal.yomi == "a"


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_step_is_done_with_how_content_the_customer_is(open_page: Open, deal: Deal, sato: Member, width: str) -> None:
    page = open_page("/aftercare/", by=sato, width=width)
    page.get_by_role("button", name="使い始めの確認").click()
    page.get_by_label("結果・メモ").fill("順調とのこと")
    page.locator(".scores label").first.click()
    page.get_by_role("button", name="実施した").click()
    expect(page.get_by_role("button", name="使い始めの確認")).to_have_count(0)
    assert FollowUpStep.objects.get(title="使い始めの確認").note == "順調とのこと"
    assert Satisfaction.objects.get().score == 5


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_are_for_everyone(
    open_page: Open, accessible: Callable[[Page], None], deal: Deal, kimura: Member, width: str, scheme: str
) -> None:
    page = open_page(PAGES[0], by=kimura, width=width, scheme=scheme)
    for path in PAGES:
        page.goto(path)
        accessible(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= (1400 if width == "wide" else 390), path
