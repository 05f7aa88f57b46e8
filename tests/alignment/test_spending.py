"""What months cost, what surveys said, and the KPIs they make: CAC with everything that was entered, and its rows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.world import World, build_world

from ryorin.alignment.observations.actions import note_observation, remove_observation
from ryorin.alignment.observations.errors import ObservationInvalid
from ryorin.alignment.observations.models import Observation
from ryorin.alignment.spending.actions import Spent, record_spending
from ryorin.alignment.spending.errors import SpendingInvalid
from ryorin.alignment.spending.models import Spending
from ryorin.customers.purchases.actions import record_order
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.metrics.queries import by_part, rows_behind, total
from ryorin.insight.metrics.rules import METRICS
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions.bulk import record_costs
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.errors import NotAllowed

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
KPIS_OF_THE_MISSION = (
    "brand_awareness", "visits", "leads", "cost_per_lead", "qualified_leads", "revenue", "close_rate",
    "average_order_value", "customers_won", "contracts_signed", "activities", "sales_cycle_days", "market_share",
    "satisfaction", "cltv", "cac", "cac_payback", "retention", "costs", "people_costs", "systems_costs",
    "travel_costs", "entertainment_costs", "handoff_hours", "acceptance_rate",
)  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def spent(world: World, kind: str, amount: int | None, **fields: object) -> Spent:
    return Spent(date(2026, 11, 20), fields.pop("team_id", world.tokyo.pk), kind, amount, **fields)  # type: ignore[arg-type]


def test_a_month_keeps_one_figure_for_each_team_and_kind(world: World):
    figures = [spent(world, "people", 900_000), spent(world, "systems", 50_000, team_id=None)]

    assert record_spending(figures, by=world.tamura) == ["created", "created"]
    assert record_spending(figures, by=world.tamura) == ["unchanged", "unchanged"]
    assert record_spending([spent(world, "people", 950_000, note=" 賞与 ")], by=world.tamura) == ["updated"]
    assert Spending.objects.get(kind="people").month == NOVEMBER
    assert Spending.objects.get(kind="people").note == "賞与"
    assert record_spending([spent(world, "systems", None, team_id=None)], by=world.tamura) == ["removed"]
    assert verify().entries > 4


def test_figures_that_cannot_be_meant_are_refused_and_nothing_is_kept(world: World):
    for wrong in (spent(world, "people", -1), spent(world, "gifts", 5), spent(world, "people", 5, team_id=10**9)):
        with pytest.raises(SpendingInvalid):
            record_spending([spent(world, "travel", 10), wrong], by=world.tamura)
    with pytest.raises(NotAllowed):
        record_spending([spent(world, "people", 5)], by=world.sato)
    assert not Spending.objects.exists()


def test_cac_counts_all_acquisition_costs_and_opens_their_rows(world: World):
    record_costs([(world.campaign.pk, date(2026, 11, 3), "media", 100_000, "")], by=world.mei)
    record_spending([spent(world, "people", 300_000), spent(world, "travel", 40_000, acquires=False)], by=world.tamura)
    catch_up()

    assert total("cac", NOVEMBER, DECEMBER) == 400_000
    assert total("total_costs", NOVEMBER, DECEMBER) == 440_000
    assert total("people_costs", NOVEMBER, DECEMBER) == 300_000
    assert by_part("people_costs", NOVEMBER, DECEMBER, breakdown="team")[world.tokyo.pk].value == 300_000
    behind = rows_behind("cac", NOVEMBER, DECEMBER)
    assert behind.record_type == "expense"
    assert {uid.split(":")[0] for uid in behind.ids} == {"cost", "spending"}
    assert total("cac_payback", NOVEMBER, DECEMBER) == 400_000 / 50_000
    assert by_part("cac", NOVEMBER, DECEMBER, breakdown="campaign")[world.campaign.pk].value == 100_000
    record_spending([spent(world, "people", None)], by=world.tamura)
    catch_up()
    assert total("cac", NOVEMBER, DECEMBER) == 100_000


def test_surveys_are_averaged_and_told_with_their_source(world: World):
    with clock.frozen(datetime(2026, 11, 20, tzinfo=UTC)):
        note_observation("market_share", date(2026, 11, 5), Decimal("0.06"), source="業界統計", by=world.mei)
        wrong = note_observation("market_share", date(2026, 11, 6), Decimal("0.6"), source="業界統計", by=world.mei)
        remove_observation(wrong, by=world.mei)
        note_observation("market_share", date(2026, 11, 7), Decimal("0.08"), source="業界統計", by=world.mei)
        catch_up()
        assert total("market_share", NOVEMBER, DECEMBER) == pytest.approx(0.07)
        assert total("market_share", date(2026, 10, 1), NOVEMBER) is None
        for metric, day, value, source in (
            ("leads", date(2026, 11, 5), "0.1", "x"),
            ("market_share", date(2026, 12, 5), "0.1", "x"),
            ("market_share", date(2026, 11, 5), "1.1", "x"),
            ("market_share", date(2026, 11, 5), "0.1", " "),
        ):
            with pytest.raises(ObservationInvalid):
                note_observation(metric, day, Decimal(value), source=source, by=world.mei)
        with pytest.raises(NotAllowed):
            note_observation("market_share", date(2026, 11, 5), Decimal("0.1"), source="x", by=world.sato)
    assert Observation.objects.count() == 2


def test_who_bought_again_within_a_year_stayed(world: World):
    line = {"description": "部品", "quantity": 1, "unit_price": 100, "amount": 100, "tax_rate": 10}
    for number, month in (("R-1", 1), ("R-2", 6)):
        record_order(
            by=world.sato, number=number, ordered_at=datetime(2025, month, 10, tzinfo=UTC), channel="rep",
            person=world.ada, company=world.acme, lines=[line],
        )  # fmt: skip
    catch_up()

    assert total("retention", date(2026, 1, 1), date(2026, 2, 1)) == 1
    assert total("retention", date(2026, 6, 1), date(2026, 7, 1)) == 0
    assert total("retention", date(2026, 3, 1), date(2026, 4, 1)) is None


@pytest.mark.parametrize("name", KPIS_OF_THE_MISSION)
def test_every_kpi_of_the_mission_is_a_metric_that_can_be_asked_and_opened(world: World, name: str):
    catch_up()
    metric = METRICS[name]
    for breakdown in metric.breakdowns:
        by_part(metric, NOVEMBER, DECEMBER, breakdown=breakdown)
        rows_behind(metric, NOVEMBER, DECEMBER, breakdown=breakdown, key=None)
    total(metric, NOVEMBER, DECEMBER)
    assert rows_behind(metric, NOVEMBER, DECEMBER).total >= 0
