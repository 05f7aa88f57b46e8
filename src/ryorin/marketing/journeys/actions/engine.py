"""What the worker does with journeys: whoever is due goes on, in batches, each batch in one transaction.

A batch is held under lock, travels in memory from card to card until everybody rests, and is written at once together
with all it did. A worker killed in the middle leaves nothing of the batch behind; a step is written once for each
passage and visit, so that nobody can pass a card twice.
"""

import logging
from collections import defaultdict
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys.actions.cards import do_card
from ryorin.marketing.journeys.actions.settling import settle
from ryorin.marketing.journeys.actions.trip import Fail, Go, Stay, Traveller, Trip, Verdict, traveller
from ryorin.marketing.journeys.models import Journey, Node, NodeKind, Passage, PassageState
from ryorin.marketing.journeys.queries.limits import working
from ryorin.workspace.audit import actions as audit

BATCH = 2_000
MOST_HOPS = 60  # cards in one go; whoever has passed more goes on in the next batch
MOST_BATCHES = 200  # in one call, so that other duties get their turn
logger = logging.getLogger(__name__)


def advance_due() -> int:
    """This function will move on everybody who is due in a running journey and return how many that were."""
    moved = 0
    for journey in Journey.objects.running().select_related("owner"):
        for _batch in range(MOST_BATCHES):
            batch = advance_batch(journey, clock.now())
            moved += batch
            if batch == 0:
                break
    return moved


@transaction.atomic
def advance_batch(journey: Journey, now: datetime, *, only: list[int] | None = None) -> int:
    """This function will move on some who are due, the longest due first, and return how many those were."""
    due = Passage.objects.filter(journey=journey, state=PassageState.ACTIVE, due_at__lte=now)
    if only is not None:
        due = due.filter(pk__in=only)
    found = list(due.order_by("due_at").values_list("pk", "person_id")[:BATCH])
    if not found:
        return 0
    people = sorted(person for _pk, person in found)
    list(Person.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk").values_list("pk"))
    rows = Passage.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk__in=[pk for pk, _person in found], state=PassageState.ACTIVE, due_at__lte=now
    )
    with audit.together():
        held = list(rows.order_by("pk"))
        travel(journey, held, now=now)
    return len(held)


def travel(journey: Journey, rows: list[Passage], *, now: datetime) -> None:
    """This function will let these passages go on as far as they can, and write it; the caller holds their rows."""
    nodes = nodes_of({row.version_id for row in rows})
    by_pk = {node.pk: node for version in nodes.values() for node in version.values()}
    trip = Trip(journey=journey, nodes=nodes, now=now, work=working())
    travellers = [traveller(row, by_pk.get(row.node_id or 0)) for row in rows]
    go_on(trip, travellers)
    settle(trip, travellers)


def go_on(trip: Trip, travellers: list[Traveller]) -> None:
    """This function will move the travellers from card to card, all who stand at one card together."""
    waiting: dict[int, list[Traveller]] = defaultdict(list)
    by_pk: dict[int, Node] = {}
    for one in travellers:
        if one.node is not None:
            by_pk[one.node.pk] = one.node
            waiting[one.node.pk].append(one)
    while waiting:
        pk = next(iter(waiting))
        group, node = waiting.pop(pk), by_pk[pk]
        for one, verdict in zip(group, judged(trip, node, group), strict=True):
            follow(trip, one, node, verdict)
            if one.node is None or one.state != PassageState.ACTIVE or one.is_resting:
                continue
            if one.hops < MOST_HOPS:
                by_pk[one.node.pk] = one.node
                waiting[one.node.pk].append(one)


def judged(trip: Trip, node: Node, group: list[Traveller]) -> list[Verdict]:
    """Return what becomes of each at the card; where the card fails for all, each is tried alone."""
    try:
        with transaction.atomic():
            return do_card(trip, node, group)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        if len(group) == 1:
            return [_failed(problem)]
        logger.warning("card %s failed for %s people, trying each", node.pk, len(group))
    return [judged(trip, node, [one])[0] for one in group]


def _failed(problem: Exception) -> Fail:
    if isinstance(problem, Refusal):
        return Fail(str(problem))
    logger.exception("a card failed")
    return Fail(_("思わぬエラーです（%(name)s）。") % {"name": type(problem).__name__})


def follow(trip: Trip, one: Traveller, node: Node, verdict: Verdict) -> None:
    """This function will do with one traveller what the card decided."""
    match verdict:
        case Stay(due_at):
            one.is_resting, one.due_at, one.woken = True, due_at, ""
        case Fail(problem):
            trip.fail(one, problem)
        case Go(outcome, arrow, detail):
            key = node.arrows[arrow]
            trip.leave(one, outcome, detail)
            if key:
                trip.arrive(one, trip.nodes[node.version_id][key])
            else:
                trip.end(one, _end_reason(node, outcome))


def _end_reason(node: Node, outcome: str) -> str:
    if node.kind == NodeKind.EXIT:
        return str(node.config.get("reason", ""))
    return str(node.config.get("name", "")) if outcome == "reached" else ""


def nodes_of(versions: set[int]) -> dict[int, dict[str, Node]]:
    """Return the cards of these versions by their keys."""
    nodes: dict[int, dict[str, Node]] = defaultdict(dict)
    for node in Node.objects.filter(version_id__in=versions):
        nodes[node.version_id][node.key] = node
    return nodes
