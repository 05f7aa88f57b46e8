"""Two people, or two schedulers, at the same moment."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

import pytest
from tests.alignment.meetings.conftest import NOW, TOKYO
from tests.alignment.test_two_at_once import at_once
from tests.world import World, build_world

from ryorin.alignment.meetings.actions import close_meeting, create_series, plan_meetings, send_agendas, write_block
from ryorin.alignment.meetings.actions.letters import take_letter
from ryorin.alignment.meetings.models import Letter, Meeting, Series
from ryorin.alignment.meetings.queries.reading import minutes_of
from ryorin.lib import clock
from ryorin.lib.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    with clock.frozen(NOW):
        yield build_world()


@pytest.fixture
def meeting(world: World) -> Meeting:
    series = create_series(
        by=world.kimura, name="定例", rhythm="monthly", weekday=1, nth=1, starts_on=date(2026, 11, 1),
        begins_at=time(10), organiser=world.kimura, members=[world.kimura, world.mei, world.sato],
    )  # fmt: skip
    found = series.meetings.order_by("starts_at").first()
    assert found is not None
    return found


def at(moment: datetime, verb: Callable[[], Any]) -> Callable[[], Any]:
    """Return the verb at a time; a thread of its own has a clock of its own."""

    def run() -> Any:
        with clock.frozen(moment):
            return verb()

    return run


def test_two_schedulers_make_each_meeting_once(world: World, meeting: Meeting) -> None:
    Meeting.objects.all().delete()
    made = at_once(at(NOW, plan_meetings), at(NOW, plan_meetings))
    assert sorted(made) == [0, 2]
    assert Series.objects.get().meetings.count() == 2


def test_two_schedulers_send_each_agenda_once(world: World, meeting: Meeting) -> None:
    eve = datetime(2026, 11, 30, 9, 1, tzinfo=TOKYO)
    at_once(at(eve, send_agendas), at(eve, send_agendas))
    assert Letter.objects.count() == 3


def test_a_letter_is_in_one_pair_of_hands(world: World, meeting: Meeting) -> None:
    Letter.objects.create(meeting=meeting, kind="agenda", email="a@b.example", next_at=NOW)
    taken = at_once(at(NOW, take_letter), at(NOW, take_letter))
    assert sum(one is not None for one in taken) == 1


def test_of_two_who_write_in_one_paragraph_the_second_is_told(world: World, meeting: Meeting) -> None:
    key = uuid4()
    write_block(meeting, key, "はじめ", by=world.mei, version=0, client_id=uuid4())

    def write(member: Any, text: str) -> Callable[[], Any]:
        return at(NOW, lambda: write_block(meeting, key, text, by=member, version=1, client_id=uuid4()))

    found = at_once(write(world.mei, "林の文"), write(world.sato, "佐藤の文"))
    assert sum(isinstance(one, Refusal) for one in found) == 1
    assert [block.text for block in minutes_of(meeting)] in (["林の文"], ["佐藤の文"])


def test_of_two_who_close_one_closes(world: World, meeting: Meeting) -> None:
    end = datetime(2026, 12, 1, 11, tzinfo=TOKYO)
    verbs = [
        at(end, lambda: close_meeting(meeting, by=world.kimura)),
        at(end, lambda: close_meeting(meeting, by=world.mei)),
    ]
    found = at_once(*verbs)
    assert sum(isinstance(one, Refusal) for one in found) == 1
    assert Letter.objects.filter(kind="minutes").count() == 3
