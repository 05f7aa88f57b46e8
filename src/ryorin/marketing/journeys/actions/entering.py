"""Letting people into a journey: by what they did, by a segment, a condition, a date, or by hand."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.marketing.journeys.actions.settling import count
from ryorin.marketing.journeys.actions.trip import Tally
from ryorin.marketing.journeys.errors import NobodyChosen, TooManyPeople, WrongState
from ryorin.marketing.journeys.models import ALIVE, Journey, JourneyState, Node, Passage, Reentry
from ryorin.marketing.journeys.queries.limits import working
from ryorin.marketing.journeys.rules.drawing import START
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_PEOPLE = 20_000
AT_ONCE = 5_000
COLUMNS = (
    "journey_id", "version_id", "person_id", "node_id", "state", "due_at", "since", "visit", "is_resting", "woken",
    "origin", "problem", "entered_at", "end_reason",
)  # fmt: skip
Entry = tuple[int, dict[str, Any]]  # the person, and why they come in


@transaction.atomic
def enter_people(journey: Journey, people: Sequence[Person], *, by: Member | None) -> int:
    """This function will let people in by hand, as far as re-entry and exclusions allow, and return how many came."""
    require(by, "journeys.switch")
    if not people:
        raise NobodyChosen()
    if len(people) > MOST_PEOPLE:
        raise TooManyPeople(limit=f"{MOST_PEOPLE:,}")
    row = Journey.objects.select_for_update().get(pk=journey.pk)
    if row.state not in (JourneyState.RUNNING, JourneyState.PAUSED):
        raise WrongState(state=row.get_state_display())
    origin = {"by": "hand", "name": by.name if by else ""}
    entered = let_in(row, [(person.pk, origin) for person in people], now=clock.now())
    facts = [(pk, {"journey": row.name}) for pk in entered]
    audit.record_alike("journey_entered", "person", facts, by=by)
    return len(entered)


def let_in(journey: Journey, entries: Iterable[Entry], *, now: datetime) -> list[int]:
    """This function will let those in who may come now, and return who came; the caller holds the journey's row."""
    wanted: dict[int, dict[str, Any]] = {}
    for person, origin in entries:
        wanted.setdefault(person, origin)
    if not wanted or journey.live_id is None:
        return []
    start = Node.objects.get(version_id=journey.live_id, key=START)
    came: list[int] = []
    ids = sorted(wanted)
    for at in range(0, len(ids), AT_ONCE):
        some = _welcome(journey, ids[at : at + AT_ONCE], now=now)
        common = (journey.pk, journey.live_id)
        state = ("active", now, now, 0, False, "")
        rows = [(*common, person, start.pk, *state, wanted[person], "", now, "") for person in some]
        insert_rows(Passage, COLUMNS, rows, ignore_conflicts=True)
        came += some
    if came:
        count({start.pk: Tally(entered=len(came))}, working().day_of(now))
    return came


def _welcome(journey: Journey, ids: list[int], *, now: datetime) -> list[int]:
    """Return those of the people who are there, are in no excluded segment and may come (again)."""
    there = Person.objects.filter(pk__in=ids)
    if journey.excluded:
        out = Membership.objects.filter(segment_id__in=journey.excluded, person_id__in=ids).values("person_id")
        there = there.exclude(pk__in=out)
    theirs = Passage.objects.filter(journey=journey, person_id__in=ids)
    if journey.reentry == Reentry.ALWAYS:
        barred = theirs.filter(state__in=ALIVE)
    elif journey.reentry == Reentry.AFTER_DAYS:
        since = now - timedelta(days=journey.reentry_days)
        barred = theirs.filter(state__in=ALIVE) | theirs.filter(ended_at__gt=since)
    else:
        barred = theirs
    known = set(barred.values_list("person_id", flat=True))
    return [pk for pk in there.order_by("pk").values_list("pk", flat=True) if pk not in known]
