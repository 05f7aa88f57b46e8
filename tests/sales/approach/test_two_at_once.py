"""Eight callers at the same moment: nobody is given to two, no call is kept twice."""

import pytest
from tests.sales.deals.test_two_at_once import at_once

from ryorin.customers.people.actions import create_person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib.errors import Refusal
from ryorin.sales.activities.models import Activity
from ryorin.sales.approach.actions import add_chosen, create_list, mark_posted, record_attempt, take_next
from ryorin.sales.approach.models import ApproachList, Attempt, Outcome, Target
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Member, Role

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 8


def callers() -> list[Member]:
    return [
        Member.objects.create_user(f"c{number}@ryorin.example", family_name=f"係{number}", role=Role.SALES)
        for number in range(CALLERS)
    ]


def people(row: ApproachList, by: Member) -> None:
    ids = [
        create_person(by=None, family_name=f"客{number}", phone=f"03-1111-{number:04}", city="千代田区").pk
        for number in range(CALLERS)
    ]
    add_chosen(row, ids, by=by)


def test_eight_callers_get_eight_people() -> None:
    ours = callers()
    row = create_list(by=ours[0], name="電話")
    people(row, ours[0])
    found = at_once(*(lambda member=member: take_next(row, by=member) for member in ours))  # type: ignore[misc]
    assert len({target.pk for target in found if target is not None}) == CALLERS
    assert set(Target.objects.values_list("holder", flat=True)) == {member.pk for member in ours}


def test_a_call_sent_eight_times_is_kept_once() -> None:
    [caller, *_others] = callers()
    row = create_list(by=caller, name="電話")
    people(row, caller)
    target = take_next(row, by=caller)
    assert target is not None
    outcome = Outcome.objects.get(method="call", name="接続")
    found = at_once(*[lambda: record_attempt(target, number=1, outcome=outcome, by=caller)] * CALLERS)
    assert [one for one in found if isinstance(one, Refusal)] == []
    assert (Attempt.objects.count(), Activity.objects.count()) == (1, 1)
    assert InboxTouchpoint.objects.filter(kind="called").count() == 1
    assert verify().ok


def test_letters_noted_by_two_at_once_are_noted_once() -> None:
    first, second, *_others = callers()
    row = create_list(by=first, name="DM", method="letter")
    people(row, first)
    found = at_once(lambda: mark_posted(row, by=first), lambda: mark_posted(row, by=second))
    assert sorted(found) == [0, CALLERS]
    assert InboxTouchpoint.objects.filter(kind="letter_sent").count() == CALLERS
