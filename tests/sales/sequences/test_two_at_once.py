"""Several workers and several people at the same moment: each step is made once and carried out once."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.sales.deals.test_two_at_once import at_once

from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.activities.models import Activity
from ryorin.sales.sequences.actions import create_sequence, finish_step, start_sequence
from ryorin.sales.sequences.actions.engine import make_due_steps
from ryorin.sales.sequences.models import Run, RunStep, Sequence
from ryorin.sales.sequences.rules import Draft
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def sequence(our_company: object, sato: Member) -> Sequence:
    with clock.frozen(FRIDAY):
        return create_sequence(name="フォロー", steps=[Draft(kind="call", title="電話する")], by=sato)


def advance() -> int:
    with clock.frozen(FRIDAY):
        return make_due_steps()


def test_four_workers_make_each_step_once(sequence: Sequence, sato: Member) -> None:
    people = [create_person(by=None, family_name=f"人{number}") for number in range(30)]
    with clock.frozen(FRIDAY):
        start_sequence(sequence, people, by=sato)
    made = at_once(advance, advance, advance, advance)
    assert sum(made) == 30
    assert Task.objects.count() == RunStep.objects.count() == 30
    assert verify().ok


def test_a_person_is_let_in_once(sequence: Sequence, ada: Person, sato: Member, kimura: Member) -> None:
    started = at_once(
        lambda: start_sequence(sequence, [ada], by=sato), lambda: start_sequence(sequence, [ada], by=kimura)
    )
    assert sorted(len(one.runs) for one in started) == [0, 1]
    assert Run.objects.count() == 1


def test_a_step_is_carried_out_once(sequence: Sequence, ada: Person, sato: Member, kimura: Member) -> None:
    with clock.frozen(FRIDAY):
        start_sequence(sequence, [ada], by=sato)
    advance()
    step = RunStep.objects.get()
    found = at_once(lambda: finish_step(step, by=sato), lambda: finish_step(step, by=kimura))
    assert len([each for each in found if isinstance(each, Refusal)]) == 1
    assert Activity.objects.count() == 1
