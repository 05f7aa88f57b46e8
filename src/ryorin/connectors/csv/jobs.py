"""What the importers of all record types share: a line made ready, what became of it, and whom the import is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model

from ryorin.connectors.csv.mapping import Reading
from ryorin.connectors.csv.values import World
from ryorin.workspace.members.models import Member


class Prepared(NamedTuple):
    """One line of the file: its cells as they stand there, the values read from them, what is wrong or worth a note."""

    line: int
    cells: list[str]
    values: dict[str, Any]
    problem: str = ""
    notes: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What became of one record: created, updated, unchanged or rejected, why, and what was noticed."""

    kind: str
    reason: str = ""
    notes: tuple[str, ...] = ()


CREATED, UPDATED, UNCHANGED = Outcome("created"), Outcome("updated"), Outcome("unchanged")


def rejected(reason: str) -> Outcome:
    return Outcome("rejected", reason)


@dataclass(kw_only=True)
class Job:
    """One import as the importers see it."""

    by: Member | None
    reading: Reading
    world: World
    source: str
    now: datetime
    dry_run: bool = False
    found: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def creates(self, what: str) -> bool:
        return what in self.reading.create_related

    def recognises_by(self, way: str) -> bool:
        """Return whether rows may be recognised in this way; without a key in the mapping, in every way."""
        return not self.reading.key or way in self.reading.key

    def hidden(self, model: type[Model], ids: Iterable[int]) -> set[int]:
        """Return those of the ids whose rows the member may not see, and so may not change."""
        wanted = set(ids)
        if self.by is None or self.by.scope == "all" or not wanted:
            return set()
        visible = model._default_manager.filter(pk__in=wanted)
        return wanted - set(visible.visible_to(self.by).values_list("pk", flat=True))  # type: ignore[attr-defined]


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new values that differ; a time without fractions of a second equals the same one with them."""
    return {name: value for name, value in new.items() if not same(old.get(name), value)}


def same(old: Any, new: Any) -> bool:
    if isinstance(old, datetime) and isinstance(new, datetime) and not new.microsecond:
        return old.replace(microsecond=0) == new
    return bool(old == new)
