"""Who did what: the questions conditions ask of history."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ryorin.conditions.tree import Did
from ryorin.customers.identity.models import Identity
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.models import Verdict
from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.queries.tables import table
from ryorin.insight.lake.rules import TOUCHPOINTS, who_of_visitor


def people_who_did(did: Did, now: datetime, *, among: Collection[int] | None = None) -> list[int]:
    """Return the ids of the people (of those in `among`) who did it up to now; what machines did does not count."""
    from ryorin.conditions.to_ibis import people_who

    touchpoints = table(TOUCHPOINTS)
    touchpoints = touchpoints.filter(touchpoints["verdict"] != Verdict.MACHINE.value)
    if among is not None:
        touchpoints = touchpoints.filter(touchpoints["person_id"].isin(list(among)))
    people = people_who(did, touchpoints, TOUCHPOINT, now=now)
    ids: list[int] = people.to_pyarrow()["person_id"].to_pylist()
    return ids


def touchpoints_of(people: Collection[int], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a few people did, each row with `person_id` and these columns; nothing that machines did.

    What they did before they were known lies under their browsers. Each is looked up where it lies.
    """
    owners = {int(person): int(person) for person in people}
    known = Identity.objects.filter(person_id__in=people).values_list("visitor", "person_id")
    owners |= {who_of_visitor(visitor): person for visitor, person in known}
    seen = lake().look(TOUCHPOINTS)
    if not owners or not seen.files:
        return []
    names, keys = ", ".join(f'"{name}"' for name in columns), ", ".join(map(str, owners))
    where = f"who IN ({keys}) AND verdict <> '{Verdict.MACHINE.value}'"
    theirs = lake().cursor().sql(f'SELECT who, {names} FROM "{seen.view}" WHERE {where}')
    rows: list[dict[str, Any]] = theirs.to_arrow_table().to_pylist()
    return [row | {"person_id": owners[row.pop("who")]} for row in rows]


def people_touched_since(turn: int | None) -> tuple[set[int], int]:
    """Return the people whose touchpoints came into the lake after a turn, and the turn up to which that is known.

    None asks for the turn alone.
    """
    newest = lake().look(TOUCHPOINTS).turn
    if turn is None or newest <= turn:
        return set(), newest
    touchpoints = table(TOUCHPOINTS)
    new = touchpoints.filter(touchpoints["turn"] > turn, touchpoints["person_id"].notnull())
    return set(new.select("person_id").distinct().to_pyarrow()["person_id"].to_pylist()), newest
