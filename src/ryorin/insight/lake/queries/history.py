"""One person's history, newest first: what waits in the inbox, and what the lake has."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from ryorin.customers.identity.models import Identity
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.queries.reading import lake
from ryorin.insight.lake.rules import TOUCHPOINTS, who_of_visitor
from ryorin.lib import clock

WHO = ("person_id", "campaign_id", "member_id")
FIELDS = ("uid", "at", "kind", "channel", *WHO, "value", "verdict", "source", "properties")
FEW = 4  # people and browsers looked up one by one, each where it lies; more are found in one pass over all
Before = datetime | tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Entry:
    """One touchpoint as a person's page shows it; `place` continues the list after it."""

    uid: UUID
    at: datetime
    kind: str
    person_id: int | None
    channel: str
    campaign_id: int | None
    member_id: int | None
    value: int | None
    verdict: str
    source: str
    properties: dict[str, Any]

    @property
    def place(self) -> tuple[datetime, UUID]:
        return self.at, self.uid


@dataclass(frozen=True)
class Theirs:
    """Whose touchpoints are meant: those of people, of their browsers before they were known, and of a company."""

    people: list[int]
    visitors: list[str]
    company_id: int | None = None

    def in_database(self) -> Q:
        """Return the filter for the inbox."""
        theirs = Q(person_id__in=self.people)
        if self.visitors:
            theirs |= Q(person_id__isnull=True, visitor__in=self.visitors)
        return theirs if self.company_id is None else theirs | Q(company_id=self.company_id)

    def in_lake(self) -> list[tuple[str, str]]:
        """Return (rows, filter) in the lake, each to be answered by itself."""
        keys = [*map(int, self.people), *map(who_of_visitor, self.visitors)]
        groups = [[key] for key in keys] if len(keys) <= FEW else [keys]
        filters = [(lake().around(group), f"who IN ({', '.join(map(str, group))})") for group in groups]
        view = f'SELECT * FROM "{lake().look(TOUCHPOINTS).view}"'
        return filters if self.company_id is None else [*filters, (view, f"company_id = {int(self.company_id)}")]


def history_of_person(
    person_id: int, *, before: Before | None = None, limit: int = 50, kinds: Collection[str] | None = None
) -> list[Entry]:
    """Return a person's touchpoints, those of their browsers included, newest first; `before` a moment or a place.

    The inbox is read first: what moves meanwhile is seen twice rather than not at all, and shown once.
    """
    return _history([person_id], None, before=before, limit=limit, kinds=kinds)


def history_of_company(
    company_id: int,
    *,
    people: Collection[int],
    before: Before | None = None,
    limit: int = 50,
    kinds: Collection[str] | None = None,
) -> list[Entry]:
    """Return the touchpoints of a company and of these of its people, newest first; `before` as for a person."""
    return _history(list(people), company_id, before=before, limit=limit, kinds=kinds)


def _history(
    people: list[int], company_id: int | None, *, before: Before | None, limit: int, kinds: Collection[str] | None
) -> list[Entry]:
    visitors = list(Identity.objects.filter(person_id__in=people).values_list("visitor", flat=True))
    theirs = Theirs(people, visitors, company_id)
    entries = {entry.uid: entry for entry in _waiting(theirs, before, limit, kinds)}
    entries.update((entry.uid, entry) for entry in _kept(theirs, before, limit, kinds))
    return sorted(entries.values(), key=lambda entry: entry.place, reverse=True)[:limit]


def _waiting(theirs: Theirs, before: Before | None, limit: int, kinds: Collection[str] | None) -> list[Entry]:
    rows = InboxTouchpoint.objects.filter(theirs.in_database())
    if isinstance(before, tuple):
        rows = rows.filter(Q(at__lt=before[0]) | Q(at=before[0], uid__lt=before[1]))
    elif before is not None:
        rows = rows.filter(at__lt=before)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    return [
        Entry(**{**row, "properties": json.loads(row["properties"])})
        for row in rows.order_by("-at", "-uid").values(*FIELDS)[:limit]
    ]


def _kept(theirs: Theirs, before: Before | None, limit: int, kinds: Collection[str] | None) -> list[Entry]:
    seen = lake().look(TOUCHPOINTS)
    if not seen.files:
        return []
    shared, parameters = _narrowed(before, kinds)
    columns = ", ".join(f'"{name}"' for name in FIELDS).replace('"at"', """timezone('UTC', "at")""")
    entries: list[Entry] = []
    for stretch in _stretches(before[0] if isinstance(before, tuple) else before or clock.now()):
        parts = [
            f"(SELECT {columns} FROM ({rows}) WHERE {whose}{shared} AND {stretch}"
            f' ORDER BY "at" DESC, uid DESC LIMIT {int(limit)})'
            for rows, whose in theirs.in_lake()
        ]
        rows = lake().cursor().execute(" UNION ALL ".join(parts), parameters).fetchall() if parts else []
        entries += [_entry(dict(zip(FIELDS, row, strict=True))) for row in rows]
        if len(entries) >= limit:
            break
    return entries


def _stretches(before: datetime) -> tuple[str, str]:
    """Return the conditions for the newest year and for all before it, which is read only when that is too little."""
    first = f"{before.year - 1:04}-{before.month:02}"
    return f"month > '{first}'", f"month <= '{first}'"


def _entry(row: dict[str, Any]) -> Entry:
    kept = {"uid": UUID(row["uid"]), "at": row["at"].replace(tzinfo=UTC), "properties": json.loads(row["properties"])}
    return Entry(**(row | kept))


def _narrowed(before: Before | None, kinds: Collection[str] | None) -> tuple[str, dict[str, Any]]:
    """Return the conditions that hold for the whole list, and their parameters."""
    text, parameters = "", dict[str, Any]()
    if isinstance(before, tuple):
        text += ' AND ("at" < $before OR "at" = $before AND uid < $uid) AND "at" <= $before'
        parameters |= {"before": before[0], "uid": str(before[1])}
    elif before is not None:
        text += ' AND "at" < $before'
        parameters["before"] = before
    if kinds is not None:
        text += " AND kind IN $kinds"
        parameters["kinds"] = list(kinds)
    return text, parameters
