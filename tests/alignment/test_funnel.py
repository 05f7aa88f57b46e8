"""The funnel of a handful of people, counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ryorin.alignment.funnel.errors import FunnelStepUnknown
from ryorin.alignment.funnel.queries import funnel, limit_of, people_of, raised, waits
from ryorin.customers.people.actions import create_person, reach_stage
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.queries import default_pipeline

pytestmark = pytest.mark.django_db


def at(day: int, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, 3, tzinfo=UTC)


@pytest.fixture
def ada(mei) -> Person:
    """Ada went the whole way."""
    person = create_person(by=mei, family_name="安達", at=at(1), source_channel="event")
    for stage, day in (("qualified", 3), ("accepted", 4), ("opportunity", 4), ("customer", 14)):
        reach_stage(person, stage, at=at(day), why="test")
    return person


@pytest.fixture
def saeki(mei) -> Person:
    """Saeki became a customer without a hand-off."""
    person = create_person(by=mei, family_name="佐伯", at=at(2), source_channel="search")
    reach_stage(person, "customer", at=at(22), why="test")
    return person


@pytest.fixture
def hayashi(mei) -> Person:
    """Hayashi is a lead and no more."""
    return create_person(by=mei, family_name="林", at=at(30, month=10), source_channel="event")


def steps(found) -> dict[str, int]:
    return {step.stage: step.count for step in found.steps}


def test_each_step_counts_who_came_this_far_also_past_skipped_ones(ada, saeki, hayashi):
    catch_up()

    assert steps(funnel()) == {
        "visitor": 0,
        "lead": 3,
        "qualified": 2,
        "accepted": 2,
        "opportunity": 2,
        "customer": 2,
        "repeat": 0,
    }


def test_the_wait_is_counted_from_the_step_each_person_reached_before(ada, saeki):
    catch_up()

    customer = next(step for step in funnel().steps if step.stage == "customer")

    assert customer.median_days == 15  # Ada 10 days after the deal opened, Saeki 20 days after becoming a lead
    assert customer.median_days_from_lead == 16.5
    assert funnel().longest_wait == customer


def test_the_period_chooses_the_people_by_the_day_they_became_leads(ada, saeki, hayashi):
    catch_up()

    assert steps(funnel(start=date(2026, 10, 1), end=date(2026, 11, 1)))["lead"] == 1
    assert steps(funnel(start=date(2026, 11, 1), end=date(2026, 12, 1)))["lead"] == 2


def test_the_channels_add_up_to_the_whole(ada, saeki, hayashi):
    catch_up()

    found = funnel(by="channel")

    assert [(part.key, part.steps[0].count) for part in found.parts] == [("event", 2), ("search", 1)]
    assert sum(part.steps[4].count for part in found.parts) == steps(found)["customer"]


def test_each_number_opens_its_people(ada, saeki, hayashi):
    catch_up()

    assert people_of("customer") == ([saeki.pk, ada.pk], 2)
    assert people_of("customer", by="channel", key="event") == ([ada.pk], 1)
    assert people_of("lead", waiting=True) == ([hayashi.pk], 1)


def test_visitors_are_people_and_browsers_without_machines(ada):
    for visitor, person, verdict in (("a", None, "human"), ("a", None, "human"), ("b", None, "machine")):
        record("page_view", source="test", at=at(1), visitor=visitor, person_id=person, verdict=verdict)
    record("page_view", source="test", at=at(2), person_id=ada.pk)
    catch_up()

    assert steps(funnel())["visitor"] == 2


def test_an_empty_home_has_an_empty_funnel(db):
    assert set(steps(funnel()).values()) == {0}


def test_an_unknown_step_is_refused(db):
    with pytest.raises(FunnelStepUnknown):
        people_of("friend")


def test_read_by_events_each_step_counts_who_first_reached_it_in_that_time(ada, saeki, hayashi):
    catch_up()

    found = funnel(start=date(2026, 11, 1), end=date(2026, 12, 1), reading="events")

    assert steps(found) == {
        "visitor": 0,
        "lead": 2,
        "qualified": 1,
        "accepted": 1,
        "opportunity": 1,
        "customer": 2,
        "repeat": 0,
    }
    assert people_of("lead", start=date(2026, 10, 1), end=date(2026, 11, 1), reading="events") == ([hayashi.pk], 1)
    assert people_of("customer", start=date(2026, 11, 20), end=date(2026, 12, 1), reading="events") == ([saeki.pk], 1)


@pytest.fixture
def movers(mei) -> list[Person]:
    """Ten moved on from lead after 1 to 10 days, long ago; three leads wait since 2, 9 and 40 days."""
    found = []
    for place in range(1, 11):
        person = create_person(by=mei, family_name=f"進{place}", at=clock.now() - timedelta(days=100))
        reach_stage(person, "qualified", at=clock.now() - timedelta(days=100 - place), why="test")
        found.append(person)
    for waited in (2, 9, 40):
        found.append(create_person(by=mei, family_name=f"待{waited}", at=clock.now() - timedelta(days=waited)))
    return found


def test_who_waits_longer_than_most_did_is_counted_and_opened(movers):
    catch_up()

    lead = waits()[0]

    assert (lead.stage, lead.moved, lead.waiting) == ("lead", 10, 3)
    assert (lead.median, lead.p75, lead.p90) == (pytest.approx(5.5), pytest.approx(7.75), pytest.approx(9.1))
    assert (lead.over_p75, lead.over_p90) == (2, 1)
    ever = {"start": None, "end": None, "reading": "cohort"}
    over = {name: limit_of("lead", name, **ever) for name in ("p75", "p90")}
    assert people_of("lead", waiting=True, before=over["p75"]) == ([movers[12].pk, movers[11].pk], 2)
    assert people_of("lead", waiting=True, before=over["p90"]) == ([movers[12].pk], 1)


def test_a_few_who_moved_on_say_nothing_about_how_long_it_takes(ada, saeki, hayashi):
    catch_up()

    lead = waits()[0]

    assert (lead.moved, lead.median, lead.p90, lead.waiting, lead.over_p75) == (2, None, None, 1, 0)
    assert limit_of("lead", "p75", start=None, end=None, reading="cohort") is None


def test_waits_by_events_take_those_who_came_in_that_time(ada, saeki, hayashi):
    catch_up()

    november = {"start": date(2026, 11, 1), "end": date(2026, 12, 1)}
    assert [wait.moved for wait in waits(**november, reading="events")][:2] == [2, 1]
    assert [wait.waiting for wait in waits(**november, reading="events")][:2] == [0, 0]


def test_too_few_people_are_told_instead_of_a_forecast(ada):
    catch_up()

    found = raised(start=date(2026, 11, 1), end=date(2026, 12, 1))

    assert found.uplifts == () and "30人" in found.why_not


def test_what_a_better_step_brings_is_reckoned_from_the_people_and_the_deals(mei, sato):
    default_pipeline()
    for place in range(40):
        person = create_person(by=mei, family_name=f"人{place}", at=at(1))
        if place < 10:
            deal = open_deal(by=sato, name=f"商談{place}", person=person, amount=1_000_000, owner=sato, at=at(5))
            win_deal(deal, by=sato, at=at(9))
    catch_up()

    found = raised(start=date(2026, 11, 1), end=date(2026, 12, 1))

    lead = found.uplifts[0]
    assert found.deals == 10 and lead.by_tenth.low < 1 < lead.by_tenth.high
    assert lead.value_by_tenth is not None and lead.value_by_tenth.middle == pytest.approx(1_000_000, rel=0.1)
