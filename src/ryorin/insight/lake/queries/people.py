"""Who did what: the questions conditions ask of history."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ryorin.conditions.tree import Did
from ryorin.customers.identity.models import Identity
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.models import Verdict
from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.queries.tables import table
from ryorin.insight.lake.rules import TOUCHPOINTS, who_of_visitor

if TYPE_CHECKING:
    import ibis.expr.types as ir


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


def last_times_of(did: Did, now: datetime, *, among: Collection[int] | None = None) -> dict[int, datetime]:
    """Return when people (of those in `among`) did it last up to now; what machines did does not count."""
    from ryorin.conditions.to_ibis import last_times

    touchpoints = table(TOUCHPOINTS)
    touchpoints = touchpoints.filter(touchpoints["verdict"] != Verdict.MACHINE.value)
    if among is not None:
        touchpoints = touchpoints.filter(touchpoints["person_id"].isin(list(among)))
    found = last_times(did, touchpoints, TOUCHPOINT, now=now).to_pyarrow()
    return dict(zip(found["person_id"].to_pylist(), found["last_at"].to_pylist(), strict=True))


def touchpoints_of(
    people: Collection[int], columns: Sequence[str], *, since: datetime | None = None
) -> list[dict[str, Any]]:
    """Return what a few people did (from `since` on), each row with `person_id` and these columns.

    What machines did is left out. What they did before they were known lies under their browsers; each is looked up
    where it lies.
    """
    owners = {int(person): int(person) for person in people}
    known = Identity.objects.filter(person_id__in=people).values_list("visitor", "person_id")
    owners |= {who_of_visitor(visitor): person for visitor, person in known}
    if not owners:
        return []
    names, keys = ", ".join(f'"{name}"' for name in columns), ", ".join(map(str, owners))
    where = f"who IN ({keys}) AND verdict <> '{Verdict.MACHINE.value}'"
    if since is not None:
        day = since.astimezone(UTC)
        where += f" AND month >= '{day:%Y-%m}' AND \"at\" >= TIMESTAMPTZ '{day.isoformat()}'"
    theirs = lake().cursor().sql(f"SELECT who, {names} FROM ({lake().around(owners)}) WHERE {where}")
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


@dataclass(frozen=True, slots=True)
class Latest:
    """The last of somebody's touchpoints of one kind among those that are new."""

    uid: str
    at: datetime


def news_since(turn: int | None) -> tuple[dict[str, dict[int, Latest]], int]:
    """Return what people did that came into the lake after a turn, by kind and person, and the turn it is known up to.

    None asks for the turn alone. What machines did is left out.
    """
    newest = lake().look(TOUCHPOINTS).turn
    if turn is None or newest <= turn:
        return {}, newest
    rows = table(TOUCHPOINTS)
    return _latest(rows.filter(rows["turn"] > turn)), newest


def active_between(spans: Iterable[tuple[str, datetime, datetime]]) -> dict[str, dict[int, Latest]]:
    """Return by kind who has touchpoints of that kind from the first moment of a span to its last, ends included."""
    import ibis

    rows = table(TOUCHPOINTS)
    wanted = [
        (rows["kind"] == kind)
        & (rows["at"] >= ibis.literal(first, type="timestamp('UTC')"))
        & (rows["at"] <= ibis.literal(last, type="timestamp('UTC')"))
        for kind, first, last in spans
    ]
    return _latest(rows.filter(ibis.or_(*wanted))) if wanted else {}


def _latest(rows: "ir.Table") -> dict[str, dict[int, Latest]]:
    """Return by kind and person the last of these touchpoints; those of nobody known, and of machines, are left out."""
    rows = rows.filter(rows["person_id"].notnull(), rows["verdict"] != Verdict.MACHINE.value)
    last = rows.group_by("kind", "person_id").aggregate(uid=rows["uid"].argmax(rows["at"]), at=rows["at"].max())
    found: dict[str, dict[int, Latest]] = {}
    for row in last.to_pyarrow().to_pylist():
        found.setdefault(row["kind"], {})[row["person_id"]] = Latest(row["uid"], row["at"])
    return found
