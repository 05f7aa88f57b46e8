"""Targets, and how far the numbers are from them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ryorin.alignment.goals.actions import set_target
from ryorin.alignment.goals.errors import TargetInvalid
from ryorin.alignment.goals.queries import board, pulses, spread, this_year
from ryorin.alignment.goals.rules import attainment, parts_of, target_of
from ryorin.customers.people.actions import create_person
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.metrics.errors import MetricUnknown
from ryorin.insight.metrics.rules import METRICS
from ryorin.lib.fiscal import period_of
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.errors import NotAllowed

NOVEMBER = period_of(date(2026, 11, 1))
TODAY = date(2026, 11, 15)


def test_the_target_of_a_quarter_adds_up_counts_and_averages_rates():
    assert target_of(METRICS["leads"], [10, 20, None]) == 30
    assert target_of(METRICS["close_rate"], [0.2, 0.4]) == pytest.approx(0.3)
    assert target_of(METRICS["leads"], [None]) is None


def test_half_the_target_in_half_the_month_is_on_pace():
    found = attainment(METRICS["leads"], 50, 100, period=NOVEMBER, today=TODAY)

    assert (found.share, found.pace) == (0.5, 1.0)


def test_where_less_is_better_spending_half_is_twice_as_good():
    assert attainment(METRICS["cost_per_lead"], 5_000, 10_000, period=NOVEMBER, today=TODAY).share == 2


def test_without_target_or_value_there_is_no_attainment():
    assert attainment(METRICS["leads"], 5, None, period=NOVEMBER, today=TODAY).share is None
    assert attainment(METRICS["cac"], None, 5, period=NOVEMBER, today=TODAY).share is None


@pytest.mark.django_db
def test_the_board_compares_with_the_month_before_the_year_before_and_the_target(mei, kimura):
    for year, month, count in ((2026, 11, 3), (2026, 10, 2), (2025, 11, 1)):
        for number in range(count):
            create_person(by=mei, family_name=f"人{number}", at=datetime(year, month, 5, tzinfo=UTC))
    set_target("leads", date(2026, 11, 1), Decimal(6), by=kimura)
    catch_up()

    leads = next(gauge for gauge in board(NOVEMBER, today=TODAY) if gauge.metric.name == "leads")

    assert (leads.value, leads.before, leads.year_ago, leads.target) == (3, 2, 1, 6)
    assert (leads.change, leads.change_of_year) == (0.5, 2.0)
    assert leads.attainment.share == 0.5
    assert leads.attainment.pace == 1.0
    assert [value for _month, value in leads.spark][-3:] == [0, 2, 3]
    assert len(leads.spark) == 12


@pytest.mark.django_db
def test_a_target_is_kept_for_its_month_changed_and_taken_back(kimura):
    set_target("revenue", date(2026, 11, 20), Decimal(5_000_000), by=kimura)
    set_target("revenue", date(2026, 11, 1), Decimal(6_000_000), by=kimura)
    year = this_year(TODAY)

    assert year.start == date(2026, 4, 1)
    assert spread(year, ("revenue",))[0].months[7] == 6_000_000
    set_target("revenue", date(2026, 11, 1), None, by=kimura)
    assert spread(year, ("revenue",))[0].made is None
    assert verify().entries == 3


@pytest.mark.django_db
def test_targets_that_cannot_be_meant_are_refused(kimura, mei):
    with pytest.raises(TargetInvalid):
        set_target("leads", date(2026, 11, 1), Decimal(-1), by=kimura)
    with pytest.raises(TargetInvalid):
        set_target("close_rate", date(2026, 11, 1), Decimal("1.5"), by=kimura)
    with pytest.raises(TargetInvalid):
        set_target("leads", date(2026, 11, 1), Decimal("NaN"), by=kimura)
    with pytest.raises(MetricUnknown):
        set_target("happiness", date(2026, 11, 1), Decimal(1), by=kimura)
    with pytest.raises(NotAllowed):
        set_target("leads", date(2026, 11, 1), Decimal(1), by=mei)


def test_the_months_of_a_year_together_make_its_target():
    parts = parts_of(METRICS["leads"], Decimal(100), 12)

    assert sum(part for part in parts if part) == 100
    assert set(parts) == {8, 9}
    assert parts_of(METRICS["close_rate"], Decimal("0.4"), 3) == [Decimal("0.4")] * 3
    assert parts_of(METRICS["leads"], None, 2) == [None, None]


@pytest.mark.django_db
def test_a_running_quarter_is_compared_with_as_many_days_of_the_one_before(mei):
    for month, day in ((10, 5), (11, 5), (7, 5), (9, 20)):
        create_person(by=mei, family_name=f"人{month}{day}", at=datetime(2026, month, day, tzinfo=UTC))
    catch_up()

    pulse = pulses(("leads",), period_of(TODAY, grain="quarter"), today=TODAY)["leads"]

    assert (pulse.value, pulse.before, pulse.change) == (2, 1, 1.0)
