"""Who did what as of one moment, asked of history as seldom as possible."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from ryorin.conditions.meaning import since
from ryorin.conditions.row import matches
from ryorin.conditions.tree import EVERYTHING, Did, Times
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.insight.lake.queries.people import last_times_of, people_who_did, touchpoints_of
from ryorin.lib import clock

FEW = 200  # so many people's whole history is read at once; for more, history itself counts


class Doers:
    """Says who did what as of one moment; each question goes to history once, and only about `among` where given."""

    def __init__(self, *, now: datetime | None = None, among: Collection[int] | None = None) -> None:
        self.now = now or clock.now()
        self.among = among
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

    @cached_property
    def few(self) -> dict[str, dict[int, list[dict[str, Any]]]]:
        """What the few people asked about did, by kind and person, read in one go."""
        found: dict[str, dict[int, list[dict[str, Any]]]] = {}
        for row in touchpoints_of(self.among or (), [field.column for field in TOUCHPOINT.fields if field.column]):
            found.setdefault(row["kind"], {}).setdefault(row["person_id"], []).append(row)
        return found

    def _ask(self, did: Did) -> Iterable[int]:
        if self.among is None or len(self.among) > FEW:
            return people_who_did(did, self.now, among=self.among)
        return [person for person, rows in self.few.get(did.kind, {}).items() if self._has_done(did, rows)]

    def _ask_last(self, did: Did) -> dict[int, datetime]:
        if self.among is None or len(self.among) > FEW:
            return last_times_of(did, self.now, among=self.among)
        found = {}
        for person, rows in self.few.get(did.kind, {}).items():
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
