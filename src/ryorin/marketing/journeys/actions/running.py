"""Switching a journey on, pausing and stopping it, and moving those inside to a new version."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from ryorin.lib import clock
from ryorin.marketing.journeys.actions.editing import locked, touch
from ryorin.marketing.journeys.actions.following import seed
from ryorin.marketing.journeys.actions.settling import settle
from ryorin.marketing.journeys.actions.trip import Trip, traveller
from ryorin.marketing.journeys.errors import MappingWrong, NothingNew, NotReady, WrongState
from ryorin.marketing.journeys.models import (
    Holding,
    Journey,
    JourneyState,
    Node,
    Passage,
    PassageState,
    Version,
)
from ryorin.marketing.journeys.queries.known import all_findings
from ryorin.marketing.journeys.queries.limits import working
from ryorin.marketing.journeys.rules.drawing import compiled, read
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

AT_ONCE = 2_000
LEAVE, STAY = "", "stay"


@transaction.atomic
def publish(journey: Journey, *, by: Member | None, version: int | None, lets_in: bool = False) -> Version:
    """This function will make the draft the version that people go through from now on, and switch the journey on.

    People inside finish the version they are in. `lets_in`: who meets the start's condition already comes in at once.
    """
    require(by, "journeys.switch")
    row = locked(journey, version)
    drawn = read(row.draft)
    blocking = [one for one in all_findings(drawn) if one.blocks]
    if blocking:
        raise NotReady(count=len(blocking), first=blocking[0].text)
    if row.live is not None and row.live.drawing == row.draft and row.state == JourneyState.RUNNING:
        raise NothingNew()
    now = clock.now()
    last = row.versions.order_by("-number").first()
    if row.live is None or row.live.drawing != row.draft or last is None:
        number = last.number + 1 if last else 1
        made = Version.objects.create(journey=row, number=number, drawing=row.draft, published_at=now, published_by=by)
        Node.objects.bulk_create(
            Node(version=made, key=one.key, position=place, kind=one.kind, config=one.config, arrows=list(one.arrows))
            for place, one in enumerate(compiled(drawn))
        )
    else:
        made = row.live
    had_start = row.live.drawing.get("start") if row.live and row.state == JourneyState.RUNNING else None
    row.live, row.state = made, JourneyState.RUNNING
    if had_start != row.draft.get("start"):
        row.started_at, row.day_done = now, working().day_of(now)
    touch(row)
    if had_start != row.draft.get("start"):
        seed(row, lets_in=lets_in)
    audit.record("journey_switched_on", "journey", row.pk, by=by, name=row.name, number=made.number)
    return made


@transaction.atomic
def pause(journey: Journey, *, by: Member | None, version: int | None = None) -> Journey:
    """This function will let nobody move on; who would come in comes in and waits at the start."""
    return _to(journey, JourneyState.PAUSED, (JourneyState.RUNNING,), "journey_paused", by=by, version=version)


@transaction.atomic
def resume(journey: Journey, *, by: Member | None, version: int | None = None) -> Journey:
    """This function will let people move on again; what fell due meanwhile is due now."""
    return _to(journey, JourneyState.RUNNING, (JourneyState.PAUSED,), "journey_resumed", by=by, version=version)


@transaction.atomic
def stop(journey: Journey, *, by: Member | None, version: int | None = None, lets_finish: bool = True) -> Journey:
    """This function will let nobody new in; those inside finish, or leave at once."""
    alive = (JourneyState.RUNNING, JourneyState.PAUSED, JourneyState.CLOSING)
    state = JourneyState.CLOSING if lets_finish else JourneyState.STOPPED
    row = _to(journey, state, alive, "journey_stopped", by=by, version=version, lets_finish=lets_finish)
    Holding.objects.filter(journey=row).delete()
    if not lets_finish:
        take_out_all(row)
    close_empty()
    row.refresh_from_db()
    return row


def close_empty() -> int:
    """This function will stop the closing journeys that nobody is in any more."""
    closing = Journey.objects.filter(state=JourneyState.CLOSING)
    ids = [one.pk for one in closing if not Passage.objects.alive().filter(journey=one).exists()]
    return Journey.objects.filter(pk__in=ids, state=JourneyState.CLOSING).update(state=JourneyState.STOPPED)


@transaction.atomic
def take_out_all(journey: Journey) -> int:
    """This function will end the way of everybody who is inside."""
    taken = 0
    while rows := _held(Passage.objects.alive().filter(journey=journey)):
        trip, nodes = _trip(journey), {node.pk: node for node in Node.objects.filter(version__journey=journey)}
        travellers = [traveller(row, nodes.get(row.node_id or 0)) for row in rows]
        for one in travellers:
            trip.leave(one, "removed", {"why": journey.get_state_display()})
            trip.end(one, str(journey.get_state_display()), PassageState.REMOVED)
        settle(trip, travellers)
        taken += len(travellers)
    return taken


@transaction.atomic
def move_people(
    journey: Journey, old: Version, mapping: Mapping[str, str], *, by: Member | None, version: int | None = None
) -> int:
    """This function will move those inside an old version to cards of the live one, and return how many moved.

    `mapping` says for each old card where its people go: the key of a new card, LEAVE (they are taken out) or STAY
    (they finish the old version).
    """
    require(by, "journeys.switch")
    row = locked(journey, version)
    if row.live is None or old.journey_id != row.pk or old.pk == row.live_id:
        raise MappingWrong()
    new = {node.key: node for node in Node.objects.filter(version=row.live)}
    here = {node.key: node for node in Node.objects.filter(version=old)}
    if not set(mapping) <= set(here) or not set(mapping.values()) <= {*new, LEAVE, STAY}:
        raise MappingWrong()
    moved = 0
    for key, target in mapping.items():
        if target != STAY:
            moved += _move_from(row, here[key], new.get(target))
    audit.record("journey_people_moved", "journey", row.pk, by=by, number=old.number, count=moved)
    return moved


def _move_from(journey: Journey, node: Node, target: Node | None) -> int:
    moved = 0
    while rows := _held(Passage.objects.alive().filter(node=node)):
        trip = _trip(journey)
        travellers = [traveller(row, node) for row in rows]
        for one in travellers:
            if target is None:
                trip.leave(one, "removed", {"why": journey.name})
                trip.end(one, "", PassageState.REMOVED)
                continue
            due_at, is_resting, since = one.due_at, one.is_resting, one.since
            assert journey.live is not None
            trip.leave(one, "moved", {"number": journey.live.number})
            trip.arrive(one, target)
            if target.key == node.key and target.kind == node.kind and target.config == node.config:
                one.due_at, one.is_resting, one.since = due_at or trip.now, is_resting, since
        if target is not None:
            Passage.objects.filter(pk__in=[one.pk for one in travellers]).update(version=target.version_id)
        settle(trip, travellers)
        moved += len(travellers)
    return moved


def _held(rows: QuerySet[Passage]) -> list[Passage]:
    return list(rows.select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])


def _trip(journey: Journey) -> Trip:
    return Trip(journey=journey, nodes={}, now=clock.now(), work=working())


def _to(
    journey: Journey,
    state: JourneyState,
    allowed: tuple[JourneyState, ...],
    action: str,
    *,
    by: Member | None,
    version: int | None,
    **facts: object,
) -> Journey:
    require(by, "journeys.switch")
    row = locked(journey, version)
    if row.state == state:
        return row
    if row.state not in allowed:
        raise WrongState(state=row.get_state_display())
    row.state = state
    touch(row)
    audit.record(action, "journey", row.pk, by=by, name=row.name, **facts)
    return row
