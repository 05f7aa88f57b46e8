"""What people did, as far as journeys wait for it: from history, by the turn in which it came there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ryorin.conditions.parser import parse
from ryorin.conditions.row import matches
from ryorin.conditions.tree import Node
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.models import Verdict
from ryorin.insight.lake.queries import people_touched_since, table

COLUMNS = tuple(one.column for one in TOUCHPOINT.fields if one.column)


@dataclass(frozen=True)
class Fact:
    """One touchpoint of a known person, its columns in `row`."""

    person_id: int
    kind: str
    at: datetime
    uid: str
    row: dict[str, Any]


def newest_turn() -> int:
    """Return the turn up to which history is known."""
    return people_touched_since(None)[1]


def facts_since(turn: int, *, kinds: Collection[str], not_before: datetime | None = None) -> list[Fact]:
    """Return what people did that came into history after the turn, the oldest first; nothing that machines did."""
    if not kinds:
        return []
    rows = _human(kinds, not_before)
    return _facts(rows.filter(rows["turn"] > turn))


def facts_between(first: datetime, last: datetime, *, kinds: Collection[str]) -> list[Fact]:
    """Return what people did from one moment to another, the oldest first."""
    import ibis

    if not kinds:
        return []
    rows = _human(kinds, first)
    return _facts(rows.filter(rows["at"] <= ibis.literal(last, type="timestamp('UTC')")))


def did_since(people: dict[int, datetime], *, kind: str, where: object) -> set[int]:
    """Return those of the people who did it since their own moment."""
    if not people:
        return set()
    rows = _human({kind}, min(people.values()))
    facts = passing(_facts(rows.filter(rows["person_id"].isin(list(people)))), kind=kind, where=where)
    return {fact.person_id for fact in facts if fact.at >= people[fact.person_id]}


def passing(facts: Iterable[Fact], *, kind: str, where: object) -> list[Fact]:
    """Return the facts of a kind that pass a filter, everything where there is none."""
    node = filter_of(where)
    return [
        fact
        for fact in facts
        if fact.kind == kind and (node is None or matches(node, fact.row, TOUCHPOINT, now=fact.at))
    ]


def filter_of(where: object) -> Node | None:
    """Return the filter of touchpoints as it is kept, None for none."""
    return parse(where, TOUCHPOINT) if where else None


def _human(kinds: Collection[str], not_before: datetime | None) -> Any:
    import ibis

    rows = table("touchpoints")
    rows = rows.filter(
        rows["kind"].isin(sorted(kinds)), rows["person_id"].notnull(), rows["verdict"] != Verdict.MACHINE.value
    )
    if not_before is not None:
        rows = rows.filter(rows["at"] >= ibis.literal(not_before, type="timestamp('UTC')"))
    return rows


def _facts(rows: Any) -> list[Fact]:
    names = [name for name in dict.fromkeys((*COLUMNS, "uid", "person_id", "turn")) if name in rows.columns]
    found = rows.select(*names).order_by("at", "uid").to_pyarrow().to_pylist()
    return [Fact(row["person_id"], row["kind"], row["at"], str(row["uid"]), row) for row in found]
