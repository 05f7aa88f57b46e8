"""Who did what as of one moment, asked of history as seldom as possible."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ryorin.conditions.meaning import since
from ryorin.conditions.row import matches
from ryorin.conditions.tree import EVERYTHING, Did, Node, Times, leaves_of
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.insight.lake.queries.people import last_times_of, people_who_did, touchpoints_of
from ryorin.lib import clock

FEW = 200  # so many people's whole history is read at once; for more, history itself counts


class Doers:
    """Says who did what as of one moment; each question goes to history once, and only about `among` where given.

    Of a few people as much of their history is read at once as the conditions in `asked` need.
    """

    def __init__(
        self, *, now: datetime | None = None, among: Collection[int] | None = None, asked: Iterable[Node] = ()
    ) -> None:
        self.now = now or clock.now()
        self.among = among
        self.asked = [leaf for node in asked for leaf in leaves_of(node) if isinstance(leaf, Did)]
        self.read_from: datetime | None = self.now
        self.few: dict[str, dict[int, list[dict[str, Any]]]] = {}
        self.answers: dict[Did, list[int]] = {}
        self.lasts: dict[Did, dict[int, datetime]] = {}

    def __call__(self, did: Did) -> Sequence[int]:
        if did not in self.answers:
            self.answers[did] = sorted(self._ask(did))
        return self.answers[did]

    def between(self, first: int, last: int) -> Callable[[Did], Sequence[int]]:
        """Return the same answers, only about ids from `first` to `last`."""

        def some(did: Did) -> Sequence[int]:
            ids = self(did)
            return ids[bisect_left(ids, first) : bisect_right(ids, last)]

        return some

    def last(self, did: Did) -> Mapping[int, datetime]:
        """Return when each of the people did it last, whether often enough or not."""
        if did not in self.lasts:
            self.lasts[did] = self._ask_last(did)
        return self.lasts[did]

    def few_who(self, did: Did) -> Iterable[tuple[int, list[dict[str, Any]]]]:
        """Return what each of the few people asked about did of this kind; read from as early as it counts."""
        first = since(did, now=self.now)
        if self.read_from is not None and (first is None or first < self.read_from):
            firsts = [first, *(since(other, now=self.now) for other in self.asked)]
            self.read_from = None if None in firsts else min(filter(None, firsts))
            self.few = self._read(self.read_from)
        return self.few.get(did.kind, {}).items()

    def _read(self, first: datetime | None) -> dict[str, dict[int, list[dict[str, Any]]]]:
        """Return what the few people did since then, by kind and person."""
        found: dict[str, dict[int, list[dict[str, Any]]]] = {}
        columns = [field.column for field in TOUCHPOINT.fields if field.column]
        for row in touchpoints_of(self.among or (), columns, since=first):
            found.setdefault(row["kind"], {}).setdefault(row["person_id"], []).append(row)
        return found

    def _ask(self, did: Did) -> Iterable[int]:
        if self.among is None or len(self.among) > FEW:
            return people_who_did(did, self.now, among=self.among)
        return [person for person, rows in self.few_who(did) if self._has_done(did, rows)]

    def _ask_last(self, did: Did) -> dict[int, datetime]:
        if self.among is None or len(self.among) > FEW:
            return last_times_of(did, self.now, among=self.among)
        found = {}
        for person, rows in self.few_who(did):
            if moments := [row["at"] for row in rows if self._is_one(did, row)]:
                found[person] = max(moments)
        return found

    def _has_done(self, did: Did, rows: list[dict[str, Any]]) -> bool:
        times = sum(self._is_one(did, row) for row in rows)
        return times == did.times if did.times_op is Times.EQ else times >= did.times

    def _is_one(self, did: Did, row: dict[str, Any]) -> bool:
        """Return whether a touchpoint is one of those meant."""
        first, where = since(did, now=self.now), did.where or EVERYTHING
        is_within = (first is None or row["at"] >= first) and row["at"] <= self.now
        return is_within and matches(where, row, TOUCHPOINT, now=self.now)
