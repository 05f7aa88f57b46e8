"""Filling a segment from all people: the first time, after a change of its condition, and as a repair.

What is written is only the difference between who should be in and who is, in small transactions: whoever dies on the
way is followed by somebody who finds the rest of the difference.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import DataError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import RecordType
from ryorin.conditions.tree import Node
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, MembershipChange, Segment, SegmentSize, SegmentState
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.rows import insert_rows
from ryorin.marketing.segments.models import SegmentCondition
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read, why
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.notifications.actions import notify

AT_ONCE = 2_000
NEW_COLUMNS = ("segment_id", "person_id", "is_in", "since", "why", "updated_at")
CHANGE_COLUMNS = ("segment_id", "person_id", "entered", "at", "why")


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody comes into a segment or leaves it, and why."""

    person_id: int
    entered: bool
    why: dict[str, Any]


def fill_waiting() -> int:
    """This function will fill the segments that wait for it, and return how many that were."""
    waiting = SegmentCondition.objects.filter(segment__archived_at__isnull=True).exclude(
        segment__state=SegmentState.CURRENT
    )
    filled = 0
    for row in waiting.select_related("segment").order_by("segment_id"):
        if row.wanted > row.filled or (row.segment.is_live and row.segment.state == SegmentState.PAUSED):
            filled += fill(row.segment) is not None
    return filled


@contextmanager
def paused_when_unanswerable(segment: Segment) -> Iterator[None]:
    """This context will pause a segment whose condition can be read but not be answered, and let the others go on."""
    try:
        yield
    except (DataError, Refusal) as problem:
        if segment.state != SegmentState.PAUSED:
            _pause(segment, str(problem))


def fill(segment: Segment, *, cause: str = "") -> int | None:
    """This function will test everybody, write who came and who left, and return how many those were.

    None where the condition cannot be read or answered: the segment keeps its people and is paused.
    """
    row = SegmentCondition.objects.get(segment=segment)
    node, at = readable(segment, row), clock.now()
    should: set[int] | None = None
    if node is not None:
        with paused_when_unanswerable(segment):
            should = set(people_matching(node).values_list("pk", flat=True))
    if should is None:
        return None
    wanted = row.wanted
    cause = cause or ("repair" if row.filled == wanted else "condition" if row.filled else "built")
    if segment.state == SegmentState.PAUSED and row.filled == wanted:
        cause = "resumed"
    held = set(Membership.objects.filter(segment=segment).values_list("person_id", flat=True))
    reason = why(cause)
    changes = ((held - should, False), (should - held, True))
    moves = (Move(pk, entered, reason) for ids, entered in changes for pk in sorted(ids))
    moved = sum(put(segment.pk, some, at=at) for some in _chunks(moves))
    with transaction.atomic():
        SegmentCondition.objects.filter(pk=row.pk).update(filled=wanted, checked_at=at)
        is_done = SegmentCondition.objects.filter(pk=row.pk, wanted=wanted).exists()
        if is_done:
            Segment.objects.filter(pk=segment.pk).update(state=SegmentState.CURRENT)
        settle_size(segment.pk)
    return moved


@transaction.atomic
def put(segment: int, moves: Sequence[Move], *, at: datetime) -> int:
    """This function will write these comings and goings, as who is in and as what changed, and return how many."""
    ids = [move.person_id for move in moves]
    there = set(Person.objects.filter(pk__in=ids).values_list("pk", flat=True))
    known = set(Membership.ever.filter(segment_id=segment, person_id__in=ids).values_list("person_id", flat=True))
    done = [move for move in moves if move.person_id in there]
    rows = [(segment, move.person_id, move.entered, at, move.why, at) for move in done]
    insert_rows(Membership, NEW_COLUMNS, [row for row in rows if row[1] not in known], ignore_conflicts=True)
    again = [Membership(**dict(zip(NEW_COLUMNS, row, strict=True))) for row in rows if row[1] in known]
    Membership.ever.bulk_create(
        again,
        update_conflicts=True,
        unique_fields=["segment", "person"],
        update_fields=["is_in", "since", "why", "updated_at"],
    )
    insert_rows(MembershipChange, CHANGE_COLUMNS, [row[:5] for row in rows])
    return len(done)


@transaction.atomic
def settle_size(segment: int) -> None:
    """This function will note how many are in the segment now, and today."""
    size = Membership.objects.filter(segment_id=segment).count()
    Segment.objects.filter(pk=segment).exclude(size=size).update(size=size, updated_at=clock.now())
    SegmentSize.objects.update_or_create(segment_id=segment, day=clock.today(), defaults={"size": size})


def readable(segment: Segment, row: SegmentCondition, *, about: RecordType = PERSON) -> Node | None:
    """Return the segment's condition; pause the segment, and tell its owner, where it can no longer be read."""
    try:
        return read(row.condition, about=about)
    except ConditionInvalid as problem:
        if segment.state != SegmentState.PAUSED:
            _pause(segment, str(problem))
        return None


@transaction.atomic
def _pause(segment: Segment, problem: str) -> None:
    segment.state = SegmentState.PAUSED
    Segment.objects.filter(pk=segment.pk).update(state=segment.state, updated_at=clock.now())
    audit.record("segment_paused", "segment", segment.pk, by=None, name=segment.name, problem=problem)
    if segment.owner is not None:
        with translation.override(segment.owner.language):
            text = _("セグメント「%(name)s」の更新を止めました。条件を直してください。") % {"name": segment.name}
        notify([segment.owner], kind="segment_paused", text=text, url=f"/segments/{segment.pk}/")


def _chunks(moves: Iterator[Move]) -> Iterator[list[Move]]:
    while some := list(islice(moves, AT_ONCE)):
        yield some
