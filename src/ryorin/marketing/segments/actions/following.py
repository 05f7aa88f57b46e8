"""Live segments following what happens: only people about whom something is new are tested, all at once.

Time itself is followed too: whoever had a touchpoint, or a date, that crossed the edge of "in the last N days" since
the last sweep is tested again. The position is saved after the rows: dying in between means testing the same people
once more, which changes nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Case, F, Q, Value, When

from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Did, InSegment, Node, Test, segments_in
from ryorin.customers.identity.models import Identity
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, MembershipChange, Segment
from ryorin.insight.lake.queries import Doers, Latest, active_between, news_since
from ryorin.lib import clock
from ryorin.marketing.segments.actions.filling import (
    Move,
    fill,
    fill_waiting,
    paused_when_unanswerable,
    put,
    readable,
    settle_size,
)
from ryorin.marketing.segments.models import FollowingPosition, SegmentCondition
from ryorin.marketing.segments.rules import (
    Asks,
    Leaf,
    asks,
    blamed,
    crossing_days,
    edge,
    in_order,
    leaves,
    remembering,
    why,
)

AT_ONCE = 2_000
FEW = 200
SOME = 20_000  # more people than this with news: everybody is tested instead
SWEEP_EVERY = timedelta(seconds=60)
REPAIR_EVERY = timedelta(days=1)
OVERLAP = timedelta(seconds=10)  # a transaction may become visible this much later than its time stamp
MARKERS = ("updated_at", "computed_at")


@dataclass
class Outcome:
    """How many people were tested, how many came or left, and how many segments were filled anew."""

    people: int = 0
    moved: int = 0
    filled: int = 0


@dataclass(frozen=True)
class Following:
    """One live segment with what its condition looks at."""

    segment: Segment
    node: Node
    asks: Asks


@dataclass
class News:
    """About whom something is new: by kind of touchpoint, by field (the relation it lies behind), by segment."""

    touched: dict[str, dict[int, Latest]] = field(default_factory=dict)
    changed: dict[str, set[int]] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    crossed: dict[str, set[int]] = field(default_factory=dict)
    aged: dict[Test, set[int]] = field(default_factory=dict)
    moved: dict[int, set[int]] = field(default_factory=dict)

    def about(self, asked: Asks) -> set[int]:
        """Return the people whose answer to such a condition may be another now."""
        found = set[int]()
        for kind in asked.kinds:
            found.update(self.touched.get(kind, ()), self.crossed.get(kind, ()))
        if asked.kinds:
            found |= self.known
        for path in {relation_of(one.path) for one in asked.fields}:
            found |= self.changed.get(path, set())
        for test in asked.timed:
            found |= self.aged.get(test, set())
        for segment in asked.segments:
            found |= self.moved.get(segment, set())
        return found


def follow_changes() -> Outcome:
    """This function will fill the segments that wait for it, and bring live ones up to what is new."""
    position, moment = FollowingPosition.objects.filter(pk=1).first(), clock.now()
    if position is None or position.changed_until is None or not Segment.objects.live().exists():
        return _begin(position, moment)
    outcome = Outcome(filled=fill_waiting())
    follows = followings()
    news, noted = news_after(position, follows, moment)
    people = set[int]().union(*(news.about(one.asks) for one in follows))
    if len(people) > SOME:
        outcome.moved += sum(fill(one.segment, cause="many") or 0 for one in follows)
    else:
        ids = sorted(people)
        at_once = FEW if len(ids) <= 5 * FEW else AT_ONCE  # a few people's history is read once for all segments
        for start in range(0, len(ids), at_once):
            outcome.moved += follow_some(follows, ids[start : start + at_once], news, moment)
    outcome.people = len(people)
    if not people:
        outcome.filled += _repair_one(moment)
    FollowingPosition.objects.filter(pk=1).update(**noted)
    return outcome


def followings() -> list[Following]:
    """Return the live segments whose condition can be read, each behind those it names; the others are paused."""
    rows = SegmentCondition.objects.filter(segment__in=Segment.objects.live()).select_related("segment__owner")
    found: dict[int, Following] = {}
    about = remembering()
    for row in rows:
        node = readable(row.segment, row, about=about)
        if node is not None and row.filled:
            found[row.segment_id] = Following(row.segment, node, asks(node))
    return [found[pk] for pk in in_order({pk: segments_in(one.node) for pk, one in found.items()})]


def follow_some(follows: Iterable[Following], ids: list[int], news: News, moment: datetime) -> int:
    """This function will test these people for the segments their news may matter to, and return how many moved."""
    doers, chunk, total = Doers(now=moment, among=ids), set(ids), 0
    held = set(Membership.objects.filter(person_id__in=ids).values_list("segment_id", "person_id"))
    for one in follows:
        tested = news.about(one.asks) & chunk
        if not tested:
            continue
        pk, was_in = one.segment.pk, {person for person in tested if (one.segment.pk, person) in held}
        with paused_when_unanswerable(one.segment):
            condition = to_q(one.node, PERSON, now=moment, did=doers)
            now_in = set(Person.objects.filter(condition, pk__in=tested).values_list("pk", flat=True))
            moves = reasoned(one, now_in - was_in, was_in - now_in, news, doers)
            if moves:
                total += put(pk, moves, at=moment)
                settle_size(pk)
                news.moved.setdefault(pk, set()).update(move.person_id for move in moves)
    return total


def reasoned(one: Following, came: set[int], left: set[int], news: News, doers: Doers) -> list[Move]:
    """Return the comings and goings, each with the part of the condition, and the touchpoint, that made it so."""
    if not came and not left:
        return []
    parts: list[Leaf] = list(dict.fromkeys(leaves(one.node)))
    names = {part: f"part_{place}" for place, part in enumerate(parts)}
    holds = {names[part]: _holds(to_q(part, PERSON, now=doers.now, did=doers)) for part in parts}
    rows = Person.objects.filter(pk__in=came | left).annotate(**holds).values("pk", *names.values())
    moves = []
    for row in rows.order_by("pk"):
        pk, answers = row["pk"], {part: bool(row[name]) for part, name in names.items()}
        part = blamed(one.node, answers.__getitem__, came=pk in came, weight=partial(weight, person=pk, news=news))
        moves.append(Move(pk, pk in came, reason(part, pk, news)))
    return moves


def weight(leaf: Leaf, *, person: int, news: News) -> int:
    """Return how much of what is new about the person this test looks at; a score, too, changes the person's row."""
    new: tuple[Collection[int], ...]
    match leaf:
        case Did(kind):
            new = (news.touched.get(kind, ()), news.crossed.get(kind, ()), news.known)
        case InSegment(segment):
            new = (news.moved.get(segment, ()),)
        case Test():
            if person in news.changed.get(relation_of(PERSON.field(leaf.field).path), ()):
                return 1
            new = (news.aged.get(leaf, ()),)
    return 2 if any(person in one for one in new) else 0


def reason(part: Leaf | None, person: int, news: News) -> dict[str, Any]:
    """Return why somebody moved, as it is kept."""
    match part:
        case Did(kind) if latest := news.touched.get(kind, {}).get(person):
            return why("touchpoint", part, kind=kind, uid=latest.uid, at=latest.at.isoformat())
        case Did(kind) if person in news.crossed.get(kind, ()):
            return why("time", part)
        case Did():
            return why("recognised", part)
        case InSegment():
            return why("segment", part)
        case Test() if person in news.aged.get(part, ()):
            return why("time", part)
        case _:
            return why("changed", part)


def news_after(position: FollowingPosition, follows: list[Following], moment: datetime) -> tuple[News, dict[str, Any]]:
    """Return what is new since the position, and the position that follows from having dealt with it."""
    assert position.changed_until is not None
    since = position.changed_until - OVERLAP
    touched, turn = news_since(position.history_until)
    news = News(touched=touched)
    known = Identity.objects.filter(pk__gt=position.identities_until).order_by("pk").values_list("pk", "person_id")
    identities = list(known)
    news.known = {person for _pk, person in identities}
    for relation in {relation_of(one.path) for following in follows for one in following.asks.fields}:
        news.changed[relation] = changed_behind(relation, since)
    named = frozenset[int]().union(*(one.asks.segments for one in follows))
    changes = MembershipChange.objects.filter(segment_id__in=named, at__gt=since)
    for segment, person in changes.values_list("segment_id", "person_id"):
        news.moved.setdefault(segment, set()).add(person)
    noted: dict[str, Any] = {"changed_until": moment, "history_until": turn}
    noted["identities_until"] = identities[-1][0] if identities else position.identities_until
    swept = position.swept_until or moment
    if moment - swept >= SWEEP_EVERY:
        sweep(news, follows, swept - OVERLAP, moment)
        noted["swept_until"] = moment
    return news, noted


def changed_behind(relation: str, since: datetime) -> set[int]:
    """Return the people whose own row, or the row behind a relation of theirs, was changed since."""
    marker = marker_of(relation)
    if not marker:
        return set()
    rows = Person.objects.filter(**{f"{marker}__gt": since})
    return set(rows.values_list("pk", flat=True)[: SOME + 1])


def marker_of(relation: str) -> str:
    """Return the path of the moment at which the row behind a relation was changed; "" where it keeps none."""
    model: Any = Person
    for step in filter(None, relation.split("__")):
        model = model._meta.get_field(step).related_model
    for name in MARKERS:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        return f"{relation}__{name}" if relation else name
    return ""


def sweep(news: News, follows: list[Following], since: datetime, until: datetime) -> None:
    """This function will add those about whom only time has passed: what they did, or a date, crossed an edge."""
    dids = {did for one in follows for did in one.asks.dids}
    for kind, latest in active_between({(did.kind, since, until) for did in dids}).items():
        news.touched[kind] = latest | news.touched.get(kind, {})
    ages = {(did.kind, timedelta(days=did.within_days)) for did in dids if did.within_days is not None}
    left = active_between({(kind, since - age, until - age) for kind, age in ages})
    news.crossed = {kind: set(people) for kind, people in left.items()}
    for test in {test for one in follows for test in one.asks.timed}:
        path, edges = PERSON.field(test.field).path, Q()
        for days in crossing_days(test):
            shift = timedelta(days=days)
            edges |= Q((f"{path}__gte", edge(test, since + shift)), (f"{path}__lte", edge(test, until + shift)))
        news.aged[test] = set(Person.objects.filter(edges).values_list("pk", flat=True)[: SOME + 1])


def relation_of(path: str) -> str:
    """Return the relation a field lies behind; "" for the person's own."""
    return path.rpartition("__")[0]


def _begin(position: FollowingPosition | None, moment: datetime) -> Outcome:
    """This function will start following from now, then fill segments: what changes meanwhile is looked at next."""
    if position is None or position.changed_until is None or moment - position.changed_until >= SWEEP_EVERY:
        _news, turn = news_since(None)
        last = Identity.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        begun = {"changed_until": moment, "history_until": turn, "identities_until": last, "swept_until": moment}
        FollowingPosition.objects.update_or_create(pk=1, defaults=begun)
    return Outcome(filled=fill_waiting())


def _repair_one(moment: datetime) -> int:
    """This function will test everybody for the live segment that was tested longest ago, a day ago or more."""
    row = (
        SegmentCondition.objects.filter(segment__in=Segment.objects.live(), checked_at__lt=moment - REPAIR_EVERY)
        .order_by(F("checked_at").asc())
        .select_related("segment__owner")
        .first()
    )
    return 0 if row is None else fill(row.segment) is not None


def _holds(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
