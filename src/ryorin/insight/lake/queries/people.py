"""Who did what: the questions conditions ask of history."""

from collections.abc import Collection
from datetime import datetime

from ryorin.conditions.tree import Did
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.models import Verdict
from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.queries.tables import table
from ryorin.insight.lake.rules import TOUCHPOINTS


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
