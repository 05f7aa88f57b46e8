"""What counts as a next action, in one place; and one click that makes one."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.sales.calendar.actions import cancel_appointment, plan_appointment
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.deals.actions import change_deal, lose_deal, win_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import board, lost_reasons
from ryorin.sales.next_actions import actions, queries
from ryorin.sales.next_actions.errors import AlreadyPlanned, CallForbidden
from ryorin.sales.sequences.actions import create_sequence, start_sequence, stop_run
from ryorin.sales.sequences.rules import Draft
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.actions import add_task, finish_task
from ryorin.workspace.tasks.models import Task

TOKYO = ZoneInfo("Asia/Tokyo")
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=TOKYO)  # Monday the 23rd is a holiday


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.frozen(FRIDAY):
        yield


@pytest.fixture
def customer(deal: Deal, ada: Person, sato: Member) -> Person:
    """Ada is Sato's customer; her only deal is won."""
    win_deal(deal, by=sato)
    Person.objects.filter(pk=ada.pk).update(owner=sato)
    return Person.objects.get(pk=ada.pk)


def missing_deals() -> list[Deal]:
    return list(queries.deals_without(Deal.objects.all()))


def missing_people() -> list[Person]:
    return list(queries.people_without(Person.objects.all()))


Planner = Callable[[Deal | Person, Member], Callable[[], object]]


def by_task(record: Deal | Person, member: Member) -> Callable[[], object]:
    kind = "deal" if isinstance(record, Deal) else "person"
    task = add_task(title="電話", owner=member, by=member, about=(kind, record.pk, "アクメ"))
    return lambda: finish_task(task, member)


def by_appointment(record: Deal | Person, member: Member) -> Callable[[], object]:
    who = {"deal": record} if isinstance(record, Deal) else {"person": record}
    start = FRIDAY + timedelta(days=4)
    visit = plan_appointment("visited", by=member, starts_at=start, ends_at=start + timedelta(hours=1), **who)  # type: ignore[arg-type]
    return lambda: cancel_appointment(visit, by=member)


def by_sequence(record: Deal | Person, member: Member) -> Callable[[], object]:
    sequence = create_sequence(name="フォロー", steps=[Draft(kind="call", title="電話")], by=member)
    deal = record if isinstance(record, Deal) else None
    person = deal.person if deal else record
    assert isinstance(person, Person)
    run = start_sequence(sequence, [person], by=member, deal=deal).runs[0]
    return lambda: stop_run(run, by=member)


@pytest.mark.parametrize("plan", [by_task, by_appointment, by_sequence])
def test_a_deal_is_missing_until_something_is_planned_and_again_when_that_is_over(
    deal: Deal, sato: Member, plan: Planner
) -> None:
    assert missing_deals() == [deal]
    end = plan(deal, sato)
    assert missing_deals() == []
    end()
    assert missing_deals() == [deal]


@pytest.mark.parametrize("plan", [by_task, by_appointment, by_sequence])
def test_a_customer_is_missing_until_something_is_planned_and_again_when_that_is_over(
    customer: Person, sato: Member, plan: Planner
) -> None:
    assert missing_people() == [customer]
    end = plan(customer, sato)
    assert missing_people() == []
    end()
    assert missing_people() == [customer]


def test_what_is_written_on_the_deal_counts(deal: Deal, sato: Member) -> None:
    change_deal(deal, by=sato, version=None, next_action="訪問する")
    assert missing_deals() == []


def test_a_guest_of_an_appointment_is_looked_after(customer: Person, sato: Member) -> None:
    start = FRIDAY + timedelta(days=4)
    plan_appointment("internal", by=sato, starts_at=start, ends_at=start + timedelta(hours=1), people=[customer])
    assert missing_people() == []


def test_an_open_deal_looks_after_its_people_and_nobodys_people_are_nobodys_duty(
    deal: Deal, ada: Person, sato: Member
) -> None:
    Person.objects.filter(pk=ada.pk).update(owner=sato)
    assert missing_people() == []
    win_deal(deal, by=sato)
    Person.objects.filter(pk=ada.pk).update(owner=None)
    assert missing_people() == []


def test_a_lost_chance_may_rest(deal: Deal, ada: Person, sato: Member) -> None:
    Person.objects.filter(pk=ada.pk).update(owner=sato)
    lose_deal(deal, by=sato, reason=lost_reasons()[0])
    assert missing_people() == []


def test_the_board_and_home_use_the_same_definition(deal: Deal, sato: Member) -> None:
    def card() -> bool:
        return next(one.is_planned for column in board(deal.pipeline, sato).columns for one in column.cards)

    assert (card(), queries.missing_of(sato).deals, queries.is_without(deal)) == (False, 1, True)
    by_task(deal, sato)
    assert (card(), queries.missing_of(sato).all, queries.is_without(deal)) == (True, 0, False)


def test_one_click_plans_a_call_on_the_next_business_day(deal: Deal, customer: Person, sato: Member) -> None:
    actions.plan_call(customer, by=sato)
    assert Task.objects.get().due_at == datetime(2026, 11, 24, 18, tzinfo=TOKYO)
    assert Task.objects.get().owner == sato
    with pytest.raises(AlreadyPlanned):
        actions.plan_call(customer, by=sato)


def test_one_click_writes_a_call_on_the_deal(deal: Deal, sato: Member) -> None:
    actions.plan_call(deal, by=sato)
    deal.refresh_from_db()
    assert (deal.next_action, deal.next_action_on) == ("電話する", date(2026, 11, 24))


def test_who_must_not_be_called_is_not_planned_to_be(deal: Deal, ada: Person, sato: Member) -> None:
    Person.objects.filter(pk=ada.pk).update(do_not_call=True)
    deal.refresh_from_db()
    with pytest.raises(CallForbidden):
        actions.plan_call(Deal.objects.get(pk=deal.pk), by=sato)


def test_one_click_plans_a_visit_at_the_first_free_hour_next_week(deal: Deal, sato: Member) -> None:
    day = datetime(2026, 11, 30, 10, tzinfo=TOKYO)  # five business days on, over the holiday
    plan_appointment("internal", by=sato, starts_at=day, ends_at=day + timedelta(minutes=90))
    visit = actions.plan_visit(deal, by=sato)
    assert visit.starts_at == datetime(2026, 11, 30, 13, tzinfo=TOKYO)
    assert (visit.deal, visit.person, visit.owner) == (deal, deal.person, sato)
    with pytest.raises(AlreadyPlanned):
        actions.plan_visit(deal, by=sato)
    assert Appointment.objects.filter(kind="visited").count() == 1
