"""Goals in a real browser: every page in both widths; a goal shared out and looked at again; a month's costs."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from tests.world import TOKYO, build_world

from ryorin.alignment.goals.actions import set_goal, spread_goal
from ryorin.alignment.goals.models import Goal
from ryorin.alignment.observations.actions import note_observation
from ryorin.alignment.spending.actions import Spent, record_spending
from ryorin.alignment.spending.models import Spending
from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Open = Callable[..., Page]


@pytest.fixture
def goal(transactional_db: None, company: Organisation) -> Goal:
    """A company goal for leads in this quarter, after ten weeks in which some came, and all its pages have to show."""
    company.delete()
    world = build_world()
    today = clock.today()
    for back in range(1, 71):
        at = datetime.combine(today - timedelta(days=back), time(10), TOKYO)
        create_person(by=world.mei, at=at, family_name=f"客{back}", source_channel="search", owner=world.sato)
    year = period_of(today, grain="year")
    made = set_goal("leads", period_of(today, grain="quarter"), Decimal(90), by=world.tamura)
    spread_goal("revenue", year, Decimal(6_000_000), by=world.tamura)
    spread_goal("leads", year, Decimal(400), by=world.tamura)
    record_spending([Spent(today.replace(day=1), world.tokyo.pk, "people", 900_000)], by=world.tamura)
    note_observation("market_share", today - timedelta(days=9), Decimal("0.07"), source="業界統計", by=world.mei)
    catch_up()
    assert made is not None
    return made


def manager() -> Member:
    return Member.objects.get(email="tamura@ryorin.example")


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_the_pages_are_for_everyone(
    goal: Goal, open_page: Open, accessible: Callable[[Page], None], width: str, scheme: str
) -> None:
    page = open_page("/goals", by=manager(), width=width, scheme=scheme)
    for path in (
        "/goals?kpis=all", "/goals/list", f"/goals/{goal.pk}", "/goals/targets", "/goals/tree?by=channel",
        "/goals/tree?by=team", "/goals/tree?against=goal", "/spending", "/observations",
    ):  # fmt: skip
        page.goto(path)
        accessible(page)
        across = page.evaluate("document.documentElement.scrollWidth")
        assert across <= (1400 if width == "wide" else 390), path


def test_a_goal_is_shared_out_looked_at_again_and_its_costs_are_typed(goal: Goal, open_page: Open) -> None:
    page = open_page(f"/goals/{goal.pk}", by=manager())
    expect(page.get_by_text("期末には")).to_be_visible()
    expect(page.get_by_text("直近10週の実績から")).to_be_visible()
    page.get_by_label("割り振る").select_option("team")
    page.get_by_role("button", name="前年の実績の割合で割り振る").click()
    expect(page.get_by_text("合計が目標と一致しています。").first).to_be_visible()
    page.get_by_label("理由").fill("展示会が増えたため")
    page.get_by_label("新しい値").fill("120")
    page.get_by_role("button", name="この値に変更する").click()
    expect(page.get_by_text("展示会が増えたため")).to_be_visible()
    expect(page.get_by_text("合計が目標と合っていません").first).to_be_visible()
    page.goto(f"/spending?month={date.today().isoformat()}")
    page.get_by_label("大阪営業 旅費交通費").fill("45,000")
    page.get_by_label("大阪営業 旅費交通費").press("Tab")
    expect(page.get_by_text("費用を保存しました。")).to_be_visible()
    expect(page.locator(".spending-sum")).to_contain_text("945,000")
    assert Spending.objects.get(kind="travel").amount == 45_000
    assert Spending.objects.get(kind="travel").month == date.today().replace(day=1)


def test_the_tree_leads_to_what_is_behind_its_nodes(goal: Goal, open_page: Open) -> None:
    page = open_page("/goals/tree?grain=year&by=channel", by=manager())
    expect(page.locator("#tree-sentence")).to_contain_text("いちばん大きな理由は")
    expect(page.get_by_text("どちらかの期間に数が0の段階（訪問数")).to_be_visible()
    page.locator(".kpi-tree .factors .node").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("獲得リード数")
