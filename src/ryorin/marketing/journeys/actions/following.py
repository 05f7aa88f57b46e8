"""Following the facts: whoever did what a journey starts with comes in, whoever did what a card waits for is woken.

The position is saved in the same transaction as what follows from it: dying in between repeats nothing and loses
nothing. Two workers take turns at the position's row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from ryorin.conditions.errors import ConditionInvalid, UnknownField
from ryorin.conditions.fields import Type
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import MembershipChange, Segment
from ryorin.insight.lake.queries import Doers, people_touched_since
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.marketing.journeys.actions.entering import Entry, let_in
from ryorin.marketing.journeys.models import Following, Holding, Journey, Node, NodeKind, Passage, PassageState
from ryorin.marketing.journeys.queries.facts import Fact, facts_since, newest_turn, passing
from ryorin.marketing.journeys.queries.limits import working
from ryorin.marketing.journeys.rules.drawing import START
from ryorin.marketing.journeys.rules.waiting import Work, day_due, next_time
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read

OVERLAP = timedelta(seconds=10)  # a transaction may become visible this much later than its time stamp
LATE = timedelta(days=3)  # what history learns later than this lets nobody in
ASK_ALL_EVERY = timedelta(hours=1)
MOST_DAYS = 7  # so many days are made up for after the worker stood still
SOME = 20_000  # more changed people than this: everybody is asked


@dataclass(frozen=True)
class Start:
    """A journey that people may come into, with the card they come through."""

    journey: Journey
    config: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.config.get("kind", ""))


def follow_facts() -> int:
    """This function will let in and wake everybody about whom there is news; it returns how many those were."""
    turn = newest_turn()
    seen = Following.objects.filter(pk=1).first()
    if seen is None or seen.history_until is None:
        _begin(turn)
        return 0
    starts, waits = _starts(), _waits()
    is_new = turn > seen.history_until or seen.woken_from != seen.history_until
    if not is_new and all(one.kind in ("touchpoint", "hand") for one in starts):
        return 0
    kinds = {one.config["kind_of"] for one in starts if one.kind == "touchpoint"}
    kinds |= {node.config["kind_of"] for node in waits}
    since = seen.woken_from if seen.woken_from is not None else seen.history_until
    facts = facts_since(since, kinds=kinds, not_before=clock.now() - LATE) if turn > since else []
    with transaction.atomic():
        held = Following.objects.select_for_update().get(pk=1)
        if held.history_until != seen.history_until:
            return 0  # somebody else has dealt with these facts meanwhile
        now = clock.now()
        done = _wake(waits, facts, now=now)
        new = [fact for fact in facts if fact.row["turn"] > seen.history_until]
        last = MembershipChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        done += _enter(starts, held, new, last, now=now)
        held.woken_from, held.history_until, held.people_until = seen.history_until, turn, now
        held.changes_until = max(last, held.changes_until or 0)
        held.save()
    return done


def seed(journey: Journey, *, lets_in: bool) -> int:
    """This function will note who meets the start's condition now, and let them in if wished."""
    start = Node.objects.get(version=journey.live, key=START)
    if start.config.get("kind") != "condition":
        return 0
    Holding.objects.filter(journey=journey).delete()
    ids = list(people_matching(read(start.config["condition"])).values_list("pk", flat=True))
    insert_rows(Holding, ("journey_id", "person_id"), [(journey.pk, pk) for pk in ids])
    now = clock.now()
    Journey.objects.filter(pk=journey.pk).update(checked_at=now)
    return len(let_in(journey, [(pk, {"by": "condition"}) for pk in ids], now=now)) if lets_in else 0


def _begin(turn: int) -> None:
    last = MembershipChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    values = {"history_until": turn, "changes_until": last, "people_until": clock.now()}
    Following.objects.update_or_create(pk=1, defaults=values)


def _starts() -> list[Start]:
    journeys = {one.live_id: one for one in Journey.objects.open() if one.live_id is not None}
    nodes = Node.objects.filter(version_id__in=journeys, key=START)
    return [Start(journeys[node.version_id], node.config) for node in nodes]


def _waits() -> list[Node]:
    """Return the cards at which somebody waits for a touchpoint."""
    nodes = Node.objects.filter(kind=NodeKind.WAIT_FOR, version__journey__in=Journey.objects.exclude(state="draft"))
    return [node for node in nodes if node.config.get("what") != "condition"]


def _wake(waits: Iterable[Node], facts: list[Fact], *, now: datetime) -> int:
    woken = 0
    for node in waits:
        last: dict[int, datetime] = {}
        for fact in passing(facts, kind=node.config["kind_of"], where=node.config.get("where")):
            last[fact.person_id] = max(fact.at, last.get(fact.person_id, fact.at))
        if not last:
            continue
        rows = Passage.objects.filter(node=node, state=PassageState.ACTIVE, person_id__in=list(last), woken="")
        ids = [pk for pk, person, since in rows.values_list("pk", "person_id", "since") if last[person] >= since]
        woken += Passage.objects.filter(pk__in=ids, node=node, state=PassageState.ACTIVE).update(
            woken="met", due_at=now
        )
    return woken


def _enter(starts: list[Start], seen: Following, facts: list[Fact], last: int, *, now: datetime) -> int:
    entered = 0
    for start in starts:
        try:
            entries = _entries(start, seen, facts, last, now=now)
        except (ConditionInvalid, UnknownField):
            continue  # told on the journey's page, as a finding of the start
        if entries:
            journey = Journey.objects.open().select_for_update().filter(pk=start.journey.pk).first()
            entered += len(let_in(journey, entries, now=now)) if journey is not None else 0
    return entered


def _entries(start: Start, seen: Following, facts: list[Fact], last: int, *, now: datetime) -> list[Entry]:
    match start.kind:
        case "touchpoint":
            theirs = passing(facts, kind=start.config["kind_of"], where=start.config.get("where"))
            since = start.journey.started_at
            return [
                (one.person_id, {"by": "touchpoint", "kind": one.kind, "uid": one.uid, "at": one.at.isoformat()})
                for one in theirs
                if since is None or one.at >= since
            ]
        case "segment":
            return _segment_entries(start, seen, last)
        case "condition":
            return _condition_entries(start, seen, now=now)
        case "date":
            return _date_entries(start, now=now)
        case _:
            return []


def _segment_entries(start: Start, seen: Following, last: int) -> list[Entry]:
    segment = start.config["segment"]
    rows = MembershipChange.objects.filter(
        segment_id=segment, pk__gt=seen.changes_until or 0, pk__lte=last, entered=True
    )
    if start.journey.started_at is not None:
        rows = rows.filter(at__gte=start.journey.started_at)
    found = list(rows.order_by("pk").values_list("person_id", "pk"))
    if not found:
        return []
    name = Segment.objects.filter(pk=segment).values_list("name", flat=True).first() or ""
    return [(person, {"by": "segment", "name": name, "change": pk}) for person, pk in found]


def _condition_entries(start: Start, seen: Following, *, now: datetime) -> list[Entry]:
    """Return who has come to meet the condition: of those about whom something is new, once an hour of everybody."""
    journey, node = start.journey, read(start.config["condition"])
    is_time_for_all = journey.checked_at is None or now - journey.checked_at >= ASK_ALL_EVERY
    ids: set[int] = set()
    if not is_time_for_all:
        since = (seen.people_until or now) - OVERLAP
        changed = Person.objects.filter(updated_at__gt=since).order_by("updated_at")
        ids = set(changed.values_list("pk", flat=True)[: SOME + 1])
        ids |= people_touched_since(seen.history_until)[0]
        moved = MembershipChange.objects.filter(pk__gt=seen.changes_until or 0)
        ids |= set(moved.values_list("person_id", flat=True)[: SOME + 1])
        if not ids:
            return []
    asks_all = is_time_for_all or len(ids) > SOME
    people = people_matching(node, doers=Doers(now=now, among=None if asks_all else sorted(ids)))
    held = Holding.objects.filter(journey=journey)
    if not asks_all:
        people, held = people.filter(pk__in=ids), held.filter(person_id__in=ids)
    met = set(people.values_list("pk", flat=True))
    known = set(held.values_list("person_id", flat=True))
    held.filter(person_id__in=known - met).delete()
    insert_rows(Holding, ("journey_id", "person_id"), [(journey.pk, pk) for pk in met - known], ignore_conflicts=True)
    if asks_all:
        Journey.objects.filter(pk=journey.pk).update(checked_at=now)
    return [(pk, {"by": "condition"}) for pk in sorted(met - known)]


def _date_entries(start: Start, *, now: datetime) -> list[Entry]:
    """Return whose day has come, for every day since the last one that was looked at."""
    journey, work = start.journey, working()
    today = work.day_of(now)
    day = max((journey.day_done or today - timedelta(days=1)) + timedelta(days=1), today - timedelta(days=MOST_DAYS))
    entries: list[Entry] = []
    done = journey.day_done
    while day <= today:
        midnight = datetime.combine(day, datetime.min.time(), work.zone)
        if next_time(midnight, hour=int(start.config["hour"]), work=work) > now:
            break
        entries += people_of_day(start.config, day, work=work)
        done, day = day, day + timedelta(days=1)
    if done != journey.day_done:
        Journey.objects.filter(pk=journey.pk).update(day_done=done)
    return entries


def people_of_day(config: dict[str, Any], day: date, *, work: Work) -> list[Entry]:
    """Return the people for whom a date start is due on a day of the company's calendar."""
    field = PERSON.field(config["field"])
    found: list[Entry] = []
    for wanted in day_due(day, offset=int(config["offset"]), yearly=bool(config.get("yearly"))):
        with timezone.override(work.zone):
            if config.get("yearly"):
                rows = Person.objects.filter(**{f"{field.path}__month": wanted.month, f"{field.path}__day": wanted.day})
            elif field.type is Type.DATETIME:
                rows = Person.objects.filter(**{f"{field.path}__date": wanted})
            else:
                rows = Person.objects.filter(**{field.path: wanted})
            origin = {"by": "date", "field": str(field.label), "day": wanted.strftime("%m-%d")}
            if not config.get("yearly"):
                origin["day"] = wanted.isoformat()
            found += [(pk, origin) for pk in rows.order_by("pk").values_list("pk", flat=True)]
    return found
