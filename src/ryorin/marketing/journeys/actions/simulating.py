"""Trying a journey on what has happened, before it is switched on: in the background, with progress, without effects.

Conditions are asked as of now, because nobody knows any more what a field held then; what people did is taken from
history, at its own time.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from ryorin.conditions.errors import ConditionInvalid, UnknownField
from ryorin.customers.consent.queries import mail_standing
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, MembershipChange
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys.actions.following import people_of_day
from ryorin.marketing.journeys.errors import NotReady, SimulationGone
from ryorin.marketing.journeys.models import Journey, NodeKind, Reentry, Simulation, SimulationState
from ryorin.marketing.journeys.queries.facts import facts_between, passing
from ryorin.marketing.journeys.queries.known import known
from ryorin.marketing.journeys.queries.limits import current_limits, quiet_of, working
from ryorin.marketing.journeys.rules.checking import findings
from ryorin.marketing.journeys.rules.drawing import compiled, read
from ryorin.marketing.journeys.rules.rehearsing import Count, Walk, World, rehearse
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read as read_condition
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.leases.actions import hold
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_DAYS = 365
SAMPLE = 12
KEPT = 20  # simulations of a journey that are kept
TELL_EVERY = 2_000
logger = logging.getLogger(__name__)
Entry = tuple[datetime, int]


class Cancelled(Exception):
    """Somebody cancelled the simulation meanwhile."""


@transaction.atomic
def ask_simulation(journey: Journey, *, by: Member | None, days: int = 90) -> Simulation:
    """This function will have the draft tried on the last days; a simulation that still runs is cancelled."""
    require(by, "journeys.change")
    row = Journey.objects.select_for_update().get(pk=journey.pk)
    blocking = [one for one in findings(read(row.draft), known()) if one.blocks]
    if blocking:
        raise NotReady(count=len(blocking), first=blocking[0].text)
    now = clock.now()
    alive = (SimulationState.WAITING, SimulationState.RUNNING)
    row.simulations.filter(state__in=alive).update(state=SimulationState.CANCELLED, ended_at=now)
    old = row.simulations.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    Simulation.objects.filter(pk__in=list(old)).delete()
    made = Simulation.objects.create(
        journey=row, drawing=row.draft, days=max(1, min(days, MOST_DAYS)), until=now, asked_by=by, asked_at=now
    )
    audit.record("journey_simulated", "journey", row.pk, by=by, name=row.name, days=made.days)
    return made


@transaction.atomic
def cancel_simulation(simulation: Simulation, *, by: Member | None) -> Simulation:
    """This function will stop a simulation; one that is over stays as it is."""
    require(by, "journeys.change")
    row = Simulation.objects.select_for_update().filter(pk=simulation.pk).first()
    if row is None:
        raise SimulationGone()
    if row.state in (SimulationState.WAITING, SimulationState.RUNNING):
        row.state, row.ended_at = SimulationState.CANCELLED, clock.now()
        row.save(update_fields=["state", "ended_at"])
    return row


def run_simulations() -> int:
    """This function will run the simulations that wait, and those whose worker died, and return how many those were."""
    done = 0
    with hold("journey-simulations", seconds=600) as is_ours:
        while is_ours:
            alive = (SimulationState.WAITING, SimulationState.RUNNING)
            row = Simulation.objects.filter(state__in=alive).select_related("journey").order_by("pk").first()
            if row is None:
                break
            _run(row)
            done += 1
    return done


def _run(row: Simulation) -> None:
    Simulation.objects.filter(pk=row.pk, state=SimulationState.WAITING).update(state=SimulationState.RUNNING)
    try:
        result, problem = simulated(row), ""
    except Cancelled:
        return
    except (Refusal, ConditionInvalid, UnknownField) as refusal:
        result, problem = {}, str(refusal)
    except Exception as error:
        logger.exception("a simulation failed")
        result, problem = {}, type(error).__name__
    Simulation.objects.filter(pk=row.pk, state=SimulationState.RUNNING).update(
        state=SimulationState.FAILED if problem else SimulationState.DONE,
        result=result,
        problem=problem[:300],
        progress=100,
        ended_at=clock.now(),
    )


def simulated(row: Simulation) -> dict[str, Any]:
    """Return what would have come of it: counts by card and by day, the busiest day, some people with their way."""
    drawing, work = read(row.drawing), working()
    first = row.until - timedelta(days=row.days)
    _tell(row, 5)
    entries = _welcome(row, _entries(dict(drawing.start), first, row.until))
    _tell(row, 20)
    world = _world(row, entries, first)
    _tell(row, 40)
    count, sample, mailed = Count(), list[Walk](), defaultdict[int, list[datetime]](list)
    step = max(1, len(entries) // SAMPLE)
    ended: dict[int, datetime | None] = {}
    for number, (at, person) in enumerate(entries):
        if not _may_enter(row.journey, ended, person, at):
            continue
        walk = rehearse(world, person, at, mailed=mailed[person])
        mailed[person] += walk.mailed
        ended[person] = walk.ended_at
        count.add(walk, work)
        if number % step == 0 and len(sample) < SAMPLE:
            sample.append(walk)
        if number % TELL_EVERY == 0:
            _tell(row, 40 + 55 * number // max(1, len(entries)))
    return _result(count, sample)


def _entries(start: dict[str, Any], first: datetime, until: datetime) -> list[Entry]:
    """Return who would have come in when, the earliest first."""
    match start["kind"]:
        case "touchpoint":
            facts = passing(
                facts_between(first, until, kinds={start["kind_of"]}), kind=start["kind_of"], where=start.get("where")
            )
            return [(fact.at, fact.person_id) for fact in facts]
        case "segment":
            rows = MembershipChange.objects.filter(
                segment_id=start["segment"], entered=True, at__gte=first, at__lte=until
            )
            return list(rows.order_by("at", "pk").values_list("at", "person_id"))
        case "condition":
            people = people_matching(read_condition(start["condition"])).order_by("pk")
            return [(first, pk) for pk in people.values_list("pk", flat=True)]
        case "date":
            return list(_dated(start, first, until))
        case _:
            return []


def _dated(start: dict[str, Any], first: datetime, until: datetime) -> Iterator[Entry]:
    work, day = working(), working().day_of(first)
    while day <= work.day_of(until):
        at = datetime(day.year, day.month, day.day, int(start["hour"]), tzinfo=work.zone)
        if first <= at <= until:
            for person, _origin in people_of_day(start, day, work=work):
                yield at, person
        day += timedelta(days=1)


def _welcome(row: Simulation, entries: list[Entry]) -> list[Entry]:
    """Return the entries of people who are still there and in no excluded segment."""
    out = set(Membership.objects.filter(segment_id__in=row.journey.excluded or []).values_list("person_id", flat=True))
    wanted = {person for _at, person in entries}
    there = set[int]()
    ids = sorted(wanted)
    for start in range(0, len(ids), 5_000):
        there |= set(Person.objects.filter(pk__in=ids[start : start + 5_000]).values_list("pk", flat=True))
    return [(at, person) for at, person in entries if person in there and person not in out]


def _may_enter(journey: Journey, ended: dict[int, datetime | None], person: int, at: datetime) -> bool:
    if person not in ended:
        return True
    last = ended[person]
    if journey.reentry == Reentry.ONCE or last is None or last > at:
        return False
    return journey.reentry == Reentry.ALWAYS or at - last >= timedelta(days=journey.reentry_days)


def _world(row: Simulation, entries: list[Entry], first: datetime) -> World:
    nodes = {one.key: one for one in compiled(read(row.drawing))}
    people = {person for _at, person in entries}
    waits = {
        one.key: one
        for one in nodes.values()
        if one.kind == NodeKind.WAIT_FOR and one.config.get("what") != "condition"
    }
    facts = facts_between(first, row.until, kinds={str(one.config["kind_of"]) for one in waits.values()})
    did: dict[str, dict[int, list[datetime]]] = {key: defaultdict(list) for key in waits}
    for key, node in waits.items():
        for fact in passing(facts, kind=node.config["kind_of"], where=node.config.get("where")):
            if fact.person_id in people:
                did[key][fact.person_id].append(fact.at)
    cache: dict[tuple[str, int], set[int]] = {}

    def matching(key: str, arm: int) -> set[int]:
        if (key, arm) not in cache:
            config = nodes[key].config
            condition = config["arms"][arm]["condition"] if nodes[key].kind == NodeKind.BRANCH else config["condition"]
            found = people_matching(read_condition(condition)).values_list("pk", flat=True)
            cache[key, arm] = people & set(found)
        return cache[key, arm]

    limits = current_limits()
    standing = mail_standing(sorted(people)) if any(one.kind == NodeKind.MAIL for one in nodes.values()) else {}
    return World(
        nodes=nodes,
        work=working(),
        quiet=quiet_of(limits),
        until=row.until,
        salt=f"journey:{row.journey_id}",
        matching=matching,
        did=did,
        may_mail=frozenset(pk for pk, one in standing.items() if one.allowed),
        most_mails=limits.most_mails if limits.is_capped else 0,
        window=timedelta(days=limits.within_days),
    )


def _result(count: Count, sample: list[Walk]) -> dict[str, Any]:
    days = sorted(count.mails_by_day.items())
    busiest = max(days, key=lambda one: one[1], default=None)
    return {
        "entered": count.entered,
        "ended": count.ended,
        "goals": count.goals,
        "mails": count.mails,
        "capped": count.capped,
        "quieted": count.quieted,
        "refused": count.refused,
        "by_node": count.by_node,
        "entered_by_day": dict(sorted(count.entered_by_day.items())),
        "mails_by_day": dict(days),
        "busiest": list(busiest) if busiest else None,
        "sample": [
            {
                "person": walk.person_id,
                "path": [[key, at.isoformat()] for key, at in walk.path],
                "ended": walk.ended_at.isoformat() if walk.ended_at else None,
            }
            for walk in sample
        ],
    }


def _tell(row: Simulation, percent: int) -> None:
    """This function will keep how far it is; it stops where somebody cancelled."""
    changed = Simulation.objects.filter(pk=row.pk, state=SimulationState.RUNNING).update(progress=percent)
    if not changed:
        raise Cancelled
