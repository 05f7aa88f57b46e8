"""Writing what a batch of people did: their passages, the steps they left behind, the counts of the cards."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django.db import connection
from django.db.models import F, Field

from ryorin.lib.rows import insert_rows
from ryorin.marketing.journeys.actions.trip import Tally, Traveller, Trip
from ryorin.marketing.journeys.models import NodeDay, Passage, PassageState, Step

STEP_COLUMNS = ("passage_id", "node_id", "visit", "entered_at", "left_at", "outcome", "detail")
_FIELDS = (
    "node", "state", "due_at", "since", "visit", "is_resting", "woken", "problem", "goal_at", "ended_at", "end_reason",
)  # fmt: skip


def settle(trip: Trip, travellers: Sequence[Traveller]) -> None:
    """This function will write everything the batch did, in the transaction that is open."""
    insert_rows(Step, STEP_COLUMNS, trip.steps)
    fields = [cast("Field[Any, Any]", Passage._meta.get_field(name)) for name in _FIELDS]
    rows = []
    for one in travellers:
        is_over = one.state in (PassageState.FINISHED, PassageState.REMOVED)
        values = (
            one.node.pk if one.node else None,
            one.state,
            one.due_at,
            one.since,
            one.visit,
            one.is_resting,
            one.woken,
            one.problem,
            one.goal_at,
            trip.now if is_over else None,
            one.end_reason,
        )
        prepared = [field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)]
        rows.append([*prepared, one.pk])
    names = ", ".join(f'"{field.column}" = %s' for field in fields)
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{Passage._meta.db_table}" SET {names} WHERE "id" = %s', rows)
    count(trip.tallies, trip.work.day_of(trip.now))


def count(tallies: Mapping[int, Tally], day: date) -> None:
    """This function will add to the counts of the cards, always in the same order."""
    for node, tally in sorted(tallies.items()):
        values = {name: getattr(tally, name) for name in ("entered", "left", "failed", "seconds")}
        if not any(values.values()):
            continue
        row, _made = NodeDay.objects.get_or_create(node_id=node, day=day)
        NodeDay.objects.filter(pk=row.pk).update(**{name: F(name) + value for name, value in values.items()})
