"""Goals by level, one goal, the KPI tree, what months cost, what surveys said."""

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from tests.web.insight.conftest import As
from tests.world import World

from ryorin.alignment.goals.actions import set_goal, spread_goal
from ryorin.alignment.goals.models import Goal, Level
from ryorin.alignment.goals.rules import Subject
from ryorin.alignment.observations.models import Observation
from ryorin.alignment.spending.models import Spending
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.sales.forecast.models import Quota

NOVEMBER = period_of(date(2026, 11, 1))
QUARTER = period_of(date(2026, 11, 1), grain="quarter")
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def history(world: World) -> World:
    catch_up()
    return world


def text_of(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_the_list_shows_goals_by_level_with_what_was_reached(as_: As, history: World) -> None:
    for subject in (Subject("company"), Subject(Level.PERSON, history.sato.pk), Subject(Level.REGION, "13")):
        set_goal("leads", QUARTER, Decimal(4), by=history.tamura, subject=subject)
    with clock.frozen(NOW):
        page = as_(history.mei).get("/goals/list?at=2026-11-16&grain=quarter")
        mine = as_(history.kato).get("/goals/list?at=2026-11-16&grain=quarter")

    assert [label for label, _rows in page.context["levels"]] == ["全社", "個人", "地域"]
    assert page.context["levels"][0][1][0]["value"] == "1"
    assert "佐藤 健" in text_of(page)
    assert [label for label, _rows in mine.context["levels"]] == ["全社", "地域"]


def test_a_leader_sets_shares_out_and_reviews_a_goal(as_: As, history: World) -> None:
    browser = as_(history.tamura)
    new = {"metric": "won_value", "grain": "quarter", "at": "2026-11-01", "for": "company", "value": "9,000,000"}
    answer = browser.post("/goals/new", new)
    goal = Goal.objects.get()
    assert answer.headers["Location"] == f"/goals/{goal.pk}"
    browser.post(f"/goals/{goal.pk}/share", {"level": "team"})
    browser.post(f"/goals/{goal.pk}/rhythm", {"rhythm": "monthly"})
    version = Goal.objects.get(pk=goal.pk).version
    browser.post(
        f"/goals/{goal.pk}/review",
        {"change": "1", "value": "8,000,000", "reason": "案件が減ったため", "version": version},
    )

    page = text_of(browser.get(f"/goals/{goal.pk}"))
    assert "合計が目標と合っていません（差 +¥1,000,000）" in page
    assert "案件が減ったため" in page
    assert browser.post(f"/goals/{goal.pk}/review", {"reason": "", "version": version + 1}).status_code == 400
    assert browser.post(f"/goals/{goal.pk}/share", {"level": "company"}).status_code == 400


def test_what_others_do_not_see_is_not_there(as_: As, history: World) -> None:
    goal = set_goal("leads", NOVEMBER, Decimal(4), by=history.tamura, subject=Subject(Level.PERSON, history.sato.pk))
    assert goal is not None

    assert as_(history.kato).get(f"/goals/{goal.pk}").status_code == 404
    assert as_(history.sato).get(f"/goals/{goal.pk}").status_code == 200
    assert "見直しを" not in text_of(as_(history.sato).get(f"/goals/{goal.pk}"))


def test_a_goal_says_that_its_dates_stay_when_the_fiscal_year_moves(as_: As, history: World) -> None:
    goal = set_goal("leads", QUARTER, Decimal(4), by=history.tamura)
    assert goal is not None
    history.organisation.fiscal_start_month = 2
    history.organisation.save()

    assert "期間は設定したときのまま（2026/10/1〜2026/12/31）" in text_of(as_(history.mei).get(f"/goals/{goal.pk}"))


def test_goals_of_a_person_are_set_in_the_grid_and_in_the_forecast_alike(as_: As, history: World) -> None:
    browser, code = as_(history.tamura), f"person:{history.sato.pk}"
    browser.post("/goals/targets/won_value", {"month": "2026-11-01", "value": "1,500,000", "for": code})
    assert Quota.objects.get(member=history.sato).amount == 1_500_000
    browser.post(f"/forecast/quotas/member/{history.sato.pk}/", {"month": "2026-11-01", "value": "2,000,000"})

    assert Goal.objects.get(subject=code).value == 2_000_000
    grid = browser.get(f"/goals/targets?at=2026-11-01&for={code}").context
    assert next(row for row in grid["rows"] if row["metric"].name == "won_value")["cells"][7]["typed"] == "2,000,000"
    assert not any(row["metric"].name == "visits" for row in grid["rows"])


def test_a_year_without_history_is_spread_evenly_and_says_so(as_: As, history: World) -> None:
    answer = as_(history.tamura).post(
        "/goals/targets/leads", {"month": "2026-11-01", "value": "120", "whole": "1"}, headers={"HX-Request": "1"}
    )

    assert "12\\u304b\\u6708\\u306b\\u5747\\u7b49" in answer.headers["HX-Trigger"]
    assert set(Goal.objects.filter(grain="month").values_list("value", flat=True)) == {Decimal(10)}
    as_(history.tamura).post("/goals/targets/leads", {"month": "2026-11-01", "value": "15"})
    assert "月の合計との差 +5" in text_of(as_(history.tamura).get("/goals/targets?at=2026-11-01"))


def test_the_tree_names_the_largest_reason_and_every_node_opens(as_: As, history: World) -> None:
    browser = as_(history.mei)
    with clock.frozen(NOW):
        for by in ("", "channel", "team"):
            page = browser.get(f"/goals/tree?at=2026-11-16&grain=month&by={by}")
            assert page.status_code == 200
            nodes = [page.context["root"], page.context["new"], page.context["repeat"], *page.context["factors"]]
            assert all(browser.get(node["url"]).status_code == 200 for node in nodes)
        assert "売上高は前年同期を¥50,000上回りました" in text_of(page)
        assert "東京営業" in text_of(page)
        part = browser.get(f"/goals/tree?at=2026-11-16&grain=month&by=team&key={history.tokyo.pk}")
        assert part.context["chosen"] == "東京営業"
        assert "この期間の売上高の目標がありません" in text_of(browser.get("/goals/tree?at=2026-11-16&against=goal"))
        spread_goal("revenue", QUARTER, Decimal(300_000), by=history.tamura)
        aimed = browser.get("/goals/tree?at=2026-11-16&grain=quarter&against=goal")
    assert "売上高は目標を" in text_of(aimed)
    assert "目標のない段階は、前年の率のまま" in text_of(aimed)


def test_costs_are_typed_by_leaders_and_their_rows_are_theirs_to_read(as_: As, history: World) -> None:
    browser = as_(history.tamura)
    cell = {"month": "2026-11-01", "team": str(history.tokyo.pk), "kind": "people", "amount": "９００，０００"}
    assert browser.post("/spending/cell", cell).status_code == 302
    assert Spending.objects.get().amount == 900_000
    assert "900,000" in text_of(browser.get("/spending?month=2026-11-01"))
    for wrong in ({"amount": "x"}, {"month": ""}, {"team": "x"}, {"kind": "gifts"}):
        assert browser.post("/spending/cell", cell | wrong).status_code == 400
    catch_up()
    query = "from=2026-11-01&to=2026-11-30"
    assert "¥900,000" in text_of(browser.get(f"/metrics/cac/rows?{query}"))
    assert "人件費" in text_of(browser.get(f"/metrics/cac/rows?{query}"))
    others = as_(history.mei).get(f"/metrics/people_costs/rows?{query}")
    assert others.context["hidden"] == 1
    assert as_(history.mei).get("/spending").status_code == 403


def test_observations_are_noted_with_their_source(as_: As, history: World) -> None:
    browser = as_(history.mei)
    with clock.frozen(NOW):
        told = {"metric": "brand_awareness", "day": "2026-11-02", "value": "18.2％", "source": "業界誌"}
        assert browser.post("/observations", told).status_code == 302
        assert Observation.objects.get().value == Decimal("0.182")
        assert browser.post("/observations", told | {"value": "many"}).status_code == 400
        assert browser.post("/observations", told | {"day": "2027-11-02"}).status_code == 400
        assert "18.2%" in text_of(browser.get("/observations"))
        catch_up()
        rows = browser.get("/metrics/brand_awareness/rows?from=2026-11-01&to=2026-11-30")
    assert "業界誌" in text_of(rows)
    browser.post(f"/observations/{Observation.objects.get().pk}/remove")
    assert not Observation.objects.exists()


def test_all_kpis_stand_on_the_board_when_asked_for(as_: As, history: World) -> None:
    page = as_(history.ono).get("/goals?at=2026-11-16&kpis=all")

    assert len(page.context["rows"]) == 31
    assert "市場シェア" in text_of(page)
