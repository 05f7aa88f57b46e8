"""The funnel of a handful of people, counted by hand."""

from datetime import UTC, date, datetime

import pytest

from ryorin.alignment.funnel.errors import FunnelStepUnknown
from ryorin.alignment.funnel.queries import funnel, people_of
from ryorin.customers.people.actions import create_person, reach_stage
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up

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
