"""Channels, the funnel's waits and the plan of a quarter in a real browser."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from ryorin.alignment.plans.models import Plan
from ryorin.customers.people.actions import create_person, reach_stage
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import create_campaign, record_cost
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Open = Callable[..., Page]


@pytest.fixture
def history(transactional_db: None, company: Organisation, mei: Member, sato: Member) -> Deal:
    """Forty leads by exhibition and search, eight deals won after a visit; the media cost something."""
    now, deal = clock.now(), None
    default_pipeline()
    for channel in ("event", "search"):
        campaign = create_campaign(by=mei, name=f"{channel}の施策", channel=channel)
        record_cost(campaign, by=mei, day=date.today() - timedelta(days=20), amount=400_000)
    for place in range(40):
        channel = "event" if place % 2 else "search"
        person = create_person(by=mei, family_name=f"客{place}", at=now - timedelta(days=40), source_channel=channel)
        if place < 8:
            record("page_view", source="test", at=now - timedelta(days=30), person_id=person.pk, channel="mail")
            record("visited", source="test", at=now - timedelta(days=9), person_id=person.pk, channel="rep")
            reach_stage(person, "qualified", at=now - timedelta(days=35 - place), why="test")
            reach_stage(person, "accepted", at=now - timedelta(days=20), why="test")
            deal = open_deal(by=sato, name=f"装置{place}", person=person, amount=900_000, owner=sato)
            win_deal(deal, by=sato, at=now - timedelta(days=1))
    catch_up()
    assert deal is not None
    return deal


def test_from_the_channels_to_the_path_of_one_deal(open_page: Open, history: Deal, mei: Member) -> None:
    page = open_page("/attribution/?grain=year", by=mei)
    expect(page.locator("#attribution-chart canvas")).to_be_visible()
    page.get_by_role("link", name="媒体だけ").click()
    expect(page.locator(".attribution-table")).not_to_contain_text("営業の訪問")
    page.get_by_role("link", name="営業の接触も含む").click()
    row = page.locator(".attribution-table tbody tr", has_text="営業の訪問")
    row.get_by_role("link", name="8.0").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("受注 8")
    page.locator(".path-links a").first.click()
    expect(page.locator(".path li")).to_have_count(4)


def test_marketing_writes_the_plan_and_both_sign_it(open_page: Open, history: Deal, mei: Member, sato: Member) -> None:
    page = open_page("/plans/", by=mei)
    page.get_by_role("link", name="計画を作る").first.click()
    expect(page.locator("#id_cost_search")).to_have_value("20,000")
    page.get_by_label("リード1件にかける時間").fill("1")
    page.get_by_label("商談1件にかける時間").fill("6")
    page.get_by_role("button", name="計画を保存").click()
    page.get_by_role("button", name="マーケティング側として署名").click()
    expect(page.locator(".agreement")).to_contain_text("林 芽衣さんが署名")
    other = open_page(page.url, by=sato)
    other.get_by_role("button", name="営業側として署名").click()
    expect(other.locator("#signing")).to_contain_text("に確定")
    assert Plan.objects.get().is_frozen


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_the_pages_are_for_everyone(
    open_page: Open, accessible: Callable[[Page], None], history: Deal, mei: Member, width: str, scheme: str
) -> None:
    page = open_page("/plans/new/", by=mei, width=width, scheme=scheme)
    accessible(page)
    page.get_by_label("リード1件にかける時間").fill("1")
    page.get_by_label("商談1件にかける時間").fill("6")
    page.get_by_role("button", name="計画を保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第1版")
    plan = Plan.objects.get()
    paths = (
        "/attribution/?grain=year", "/attribution/?grain=year&kind=lead&window=7", "/attribution/?kind=order",
        f"/attribution/deal/{history.pk}/", "/attribution/rows/?grain=year&channel=event", "/funnel?grain=year",
        "/plans/", f"/plans/{plan.pk}/", f"/plans/{plan.pk}/edit/",
    )  # fmt: skip
    for path in paths:
        page.goto(path)
        accessible(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= (1400 if width == "wide" else 390), path
