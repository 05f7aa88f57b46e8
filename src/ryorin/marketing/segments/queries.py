"""Segments for pages and for whoever works on their people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncDate

from ryorin.conditions.errors import ConditionInvalid, ConditionUnanswerable
from ryorin.conditions.fields import RecordType
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Did, Node
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, MembershipChange, Segment, SegmentSize
from ryorin.customers.segments.queries import member_ids, people_of, segments_of
from ryorin.customers.segments.rules import Use, declared_uses
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.models import Verdict
from ryorin.insight.lake.queries import Doers, table
from ryorin.lib import clock
from ryorin.marketing.segments.errors import SegmentsToCompare
from ryorin.marketing.segments.models import SegmentCondition
from ryorin.marketing.segments.rules import leaves, named_in, read, reason_said, remembering, said
from ryorin.workspace.members.models import Member

__all__ = ["member_ids", "people_matching", "people_of", "segments_of"]

FEW_PEOPLE = 20_000  # so many are counted from their rows; more, where history is asked, in the lake
MOST_COMPARED = 5
DAYS_SHOWN = 30


@dataclass(frozen=True)
class Shared:
    """How many people are in exactly these segments and in none of the others compared."""

    segments: tuple[Segment, ...]
    others: tuple[Segment, ...]
    people: int
    share: float


@dataclass(frozen=True)
class Overlap:
    """Several segments held against each other: each combination, and each pair."""

    segments: tuple[Segment, ...]
    combinations: tuple[Shared, ...]
    people: int

    def both(self, one: Segment, other: Segment) -> int:
        """Return how many are in both."""
        return sum(part.people for part in self.combinations if one in part.segments and other in part.segments)


@dataclass(frozen=True)
class SegmentLine:
    """One segment as the list shows it: its condition in words, its size over the last days, and how it moved."""

    segment: Segment
    sentence: str
    problem: str
    points: tuple[int, ...]

    @property
    def change(self) -> int:
        """How many more people there are than at the beginning of these days."""
        return self.points[-1] - self.points[0] if self.points else 0


@dataclass(frozen=True)
class ChangeLine:
    """One coming or going as a page shows it."""

    change: MembershipChange
    person: Person | None
    why: str
    touched_at: datetime | None


def people_matching(node: Node, *, doers: Doers | None = None) -> QuerySet[Person]:
    """Return the people a condition means, as of now."""
    doers = doers or Doers()
    return Person.objects.filter(to_q(node, PERSON, now=doers.now, did=doers))


def size_of(node: Node) -> int:
    """Return how many people a condition means; over many people and their history, as of the lake's last copy."""
    asks_history = any(isinstance(leaf, Did) for leaf in leaves(node))
    if asks_history and Person.objects.order_by().values("pk")[: FEW_PEOPLE + 1].count() > FEW_PEOPLE:
        try:
            return _size_in_lake(node)
        except ConditionUnanswerable:
            pass  # a field that history does not keep
    return people_matching(node).count()


def _size_in_lake(node: Node) -> int:
    from ryorin.conditions.to_ibis import to_expression

    people, touchpoints, members = table("people"), table("touchpoints"), table("segment_members")
    wanted = to_expression(
        node,
        people,
        PERSON,
        now=clock.now(),
        touchpoints=touchpoints.filter(touchpoints["verdict"] != Verdict.MACHINE.value),
        touchpoint_type=TOUCHPOINT,
        segment_members=members.filter(members["is_in"]),
    )
    return int(people.filter(wanted).count().to_pyarrow().as_py())


def lines_of(segments: Collection[Segment], *, today: date) -> list[SegmentLine]:
    """Return the segments as the list shows them, at the cost of three queries however many there are."""
    ids = [segment.pk for segment in segments]
    conditions = dict(SegmentCondition.objects.filter(pk__in=ids).values_list("segment_id", "condition"))
    known: dict[int, dict[date, int]] = {}
    rows = SegmentSize.objects.filter(segment_id__in=ids, day__gt=today - timedelta(days=DAYS_SHOWN), day__lte=today)
    for pk, day, size in rows.values_list("segment_id", "day", "size"):
        known.setdefault(pk, {})[day] = size
    about = remembering()
    said_of = {pk: sentence_of(condition, about=about) for pk, condition in conditions.items()}
    return [SegmentLine(one, *said_of[one.pk], filled_up(known.get(one.pk, {}))) for one in segments]


def filled_up(sizes: dict[date, int]) -> tuple[int, ...]:
    """Return the size of every day from the first known to the last: on a day without one it is as the day before."""
    if not sizes:
        return ()
    first, last, points = min(sizes), max(sizes), list[int]()
    for place in range((last - first).days + 1):
        points.append(sizes.get(first + timedelta(days=place), points[-1] if points else 0))
    return tuple(points)


def condition_of(segment: Segment) -> Any:
    """Return what the segment is made from, as it is stored."""
    return SegmentCondition.objects.values_list("condition", flat=True).get(segment=segment)


def sentence_of(condition: Any, *, about: RecordType = PERSON) -> tuple[str, str]:
    """Return a stored condition in words, and what is wrong with it where it cannot be read."""
    try:
        return said(read(condition, about=about), about=about), ""
    except ConditionInvalid as problem:
        return "", str(problem)


def named_by() -> dict[int, frozenset[int]]:
    """Return which segments each live segment's condition names, whether or not it can be read."""
    rows = SegmentCondition.objects.values_list("segment_id", "condition")
    return {segment: named_in(condition) for segment, condition in rows}


def uses_of(segment: Segment) -> list[Use]:
    """Return what uses the segment, in the order of the floors."""
    return [use for declared in declared_uses() for use in declared.find(segment.pk)]


def segments_naming(segment: int) -> Iterable[Use]:
    """Yield the segments whose condition names this one."""
    for pk, named in named_by().items():
        if segment in named and pk != segment:
            yield Use(Segment.objects.values_list("name", flat=True).get(pk=pk), "segment", pk)


def overlap(segments: Collection[Segment]) -> Overlap:
    """Return how 2 to 5 segments overlap, counted in one pass over their people."""
    compared = tuple(sorted(segments, key=lambda one: one.name))
    if not 2 <= len(compared) <= MOST_COMPARED:
        raise SegmentsToCompare()
    weights = {segment.pk: 1 << place for place, segment in enumerate(compared)}
    counts = _counts(weights)
    people = sum(counts.values())
    combinations = [
        Shared(
            tuple(one for one in compared if weights[one.pk] & mask),
            tuple(one for one in compared if not weights[one.pk] & mask),
            counts.get(mask, 0),
            counts.get(mask, 0) / people if people else 0.0,
        )
        for mask in range(1, 1 << len(compared))
    ]
    combinations.sort(key=lambda one: -one.people)
    return Overlap(compared, tuple(combinations), people)


def _counts(weights: dict[int, int]) -> dict[int, int]:
    """Return how many people are in each combination of segments, told by the sum of their weights."""
    weight = Case(*(When(segment_id=pk, then=Value(bit)) for pk, bit in weights.items()), output_field=IntegerField())
    each = Membership.objects.filter(segment_id__in=weights).values("person_id").annotate(mask=Sum(weight))
    found: dict[int, int] = {}
    for mask in each.order_by().values_list("mask", flat=True).iterator(chunk_size=50_000):
        found[mask] = found.get(mask, 0) + 1
    return found


def change_lines(segment: Segment, member: Member, *, before: int | None, limit: int) -> list[ChangeLine]:
    """Return who came and left, newest first; of people the member may not see, only that somebody did."""
    changes = MembershipChange.objects.filter(segment=segment).order_by("-pk")
    found = list(changes.filter(pk__lt=before)[:limit] if before else changes[:limit])
    people = Person.objects.visible_to(member).in_bulk([change.person_id for change in found])
    about = remembering()
    return [
        ChangeLine(change, people.get(change.person_id), reason_said(change.why, about=about), _touched_at(change.why))
        for change in found
    ]


def moves_by_day(segment: Segment, *, since: date) -> dict[date, tuple[int, int]]:
    """Return how many came and left on each day since."""
    rows = MembershipChange.objects.filter(segment=segment, at__date__gte=since).annotate(day=TruncDate("at"))
    counted = (
        rows.order_by()
        .values("day")
        .annotate(came=Count("pk", filter=Q(entered=True)), left=Count("pk", filter=Q(entered=False)))
    )
    return {row["day"]: (row["came"], row["left"]) for row in counted}


def sizes(segment: Segment, *, since: date, until: date) -> list[tuple[date, int]]:
    """Return the segment's size at the end of each day it is known for, its last before `since` included."""
    rows = SegmentSize.objects.filter(segment=segment, day__lte=until)
    first = rows.filter(day__lt=since).order_by("-day").values_list("day", "size").first()
    return [*([first] if first else []), *rows.filter(day__gte=since).order_by("day").values_list("day", "size")]


def _touched_at(why: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(why["at"]) if why.get("at") else None
