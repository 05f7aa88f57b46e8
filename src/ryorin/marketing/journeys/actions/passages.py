"""What people do with one person on the way: take out, skip a wait, try again after an error."""

from django.db import transaction

from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.journeys.actions.engine import travel
from ryorin.marketing.journeys.actions.settling import count, settle
from ryorin.marketing.journeys.actions.trip import Tally, Trip, traveller
from ryorin.marketing.journeys.errors import NotFailed, NoWait, PassageGone, PassageOver
from ryorin.marketing.journeys.models import ALIVE, Journey, JourneyState, NodeKind, Passage, PassageState
from ryorin.marketing.journeys.queries.limits import working
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

WAITS = (NodeKind.WAIT, NodeKind.WAIT_FOR)


@transaction.atomic
def take_out(passage: Passage, *, by: Member | None, why: str = "") -> Passage:
    """This function will end somebody's way where they are."""
    require(by, "journeys.switch")
    row = _held(passage)
    why = why.replace("\0", "").strip()[:120] or (by.name if by else "")
    trip = Trip(journey=row.journey, nodes={}, now=clock.now(), work=working())
    one = traveller(row, row.node)
    trip.leave(one, "removed", {"why": why})
    trip.end(one, why, PassageState.REMOVED)
    settle(trip, [one])
    audit.record("journey_left", "person", row.person_id, by=by, journey=row.journey.name, why=why)
    row.refresh_from_db()
    return row


@transaction.atomic
def skip_wait(passage: Passage, *, by: Member | None) -> Passage:
    """This function will let somebody go on from a card that waits, at once where the journey runs."""
    require(by, "journeys.switch")
    row = _held(passage)
    if row.state != PassageState.ACTIVE or row.node is None or row.node.kind not in WAITS or not row.is_resting:
        raise NoWait()
    audit.record("journey_wait_skipped", "person", row.person_id, by=by, journey=row.journey.name)
    row.woken, row.due_at = "skipped", clock.now()
    row.save(update_fields=["woken", "due_at"])
    _go_on(row)
    return row


@transaction.atomic
def retry(passage: Passage, *, by: Member | None) -> Passage:
    """This function will try the card again at which somebody was stopped by an error."""
    require(by, "journeys.switch")
    row = _held(passage)
    if row.state != PassageState.FAILED:
        raise NotFailed()
    _heal([row])
    audit.record("journey_retried", "person", row.person_id, by=by, journey=row.journey.name)
    _go_on(row)
    return row


@transaction.atomic
def retry_all(journey: Journey, *, by: Member | None) -> int:
    """This function will make everybody due again whom an error stopped."""
    require(by, "journeys.switch")
    rows = Passage.objects.select_for_update(of=("self",)).filter(journey=journey, state=PassageState.FAILED)
    held = list(rows.order_by("pk")[:20_000])
    _heal(held)
    if held:
        audit.record("journey_retried_all", "journey", journey.pk, by=by, count=len(held))
    return len(held)


def _heal(rows: list[Passage]) -> None:
    tallies: dict[int, Tally] = {}
    now = clock.now()
    for row in rows:
        row.state, row.problem, row.due_at = PassageState.ACTIVE, "", now
        tallies.setdefault(row.node_id or 0, Tally()).failed -= 1
    Passage.objects.filter(pk__in=[row.pk for row in rows]).update(state=PassageState.ACTIVE, problem="", due_at=now)
    tallies.pop(0, None)
    count(tallies, working().day_of(now))


def _go_on(row: Passage) -> None:
    if row.journey.state in (JourneyState.RUNNING, JourneyState.CLOSING):
        travel(row.journey, [row], now=clock.now())
        row.refresh_from_db()


def _held(passage: Passage) -> Passage:
    """Return the passage under lock, after its person; refuses one that is over."""
    Person.objects.select_for_update(of=("self",)).filter(pk=passage.person_id).first()
    rows = Passage.objects.select_for_update(of=("self",)).select_related("journey__owner", "node")
    row = rows.filter(pk=passage.pk).first()
    if row is None:
        raise PassageGone()
    if row.state not in ALIVE:
        raise PassageOver(state=row.get_state_display())
    return row
