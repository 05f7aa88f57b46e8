"""Which people a condition means, now and after a change of the definition."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.definitions.rules import FOR_DEFINITION, read
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.meaning import since
from ryorin.conditions.row import matches
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import EVERYTHING, Did, Node, Times
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.insight.lake.queries import people_who_did, touchpoints_of
from ryorin.lib import clock

FEW = 200  # so many people's whole history is read at once; for more, history itself counts


@dataclass(frozen=True)
class Preview:
    """How many people would be ready under another condition, and how that differs from now."""

    ready_now: int
    ready_then: int
    more: int
    fewer: int


class Doers:
    """Says who did what as of one moment; each question goes to history once, and only about `among` where given."""

    def __init__(self, *, now: datetime | None = None, among: Collection[int] | None = None) -> None:
        self.now = now or clock.now()
        self.among = among
        self.answers: dict[Did, list[int]] = {}

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

    @cached_property
    def few(self) -> dict[int, list[dict[str, Any]]]:
        """What the few people asked about did, read in one go."""
        found: dict[int, list[dict[str, Any]]] = {}
        for row in touchpoints_of(self.among or (), [field.column for field in TOUCHPOINT.fields if field.column]):
            found.setdefault(row["person_id"], []).append(row)
        return found

    def _ask(self, did: Did) -> Iterable[int]:
        if self.among is None or len(self.among) > FEW:
            return people_who_did(did, self.now, among=self.among)
        return [person for person, rows in self.few.items() if self._has_done(did, rows)]

    def _has_done(self, did: Did, rows: list[dict[str, Any]]) -> bool:
        first, where = since(did, now=self.now), did.where or EVERYTHING
        times = sum(
            row["kind"] == did.kind
            and (first is None or row["at"] >= first)
            and row["at"] <= self.now
            and matches(where, row, TOUCHPOINT, now=self.now)
            for row in rows
        )
        return times == did.times if did.times_op is Times.EQ else times >= did.times


def people_matching(node: Node, *, doers: Doers | None = None) -> QuerySet[Person]:
    """Return the people a condition means, as of now."""
    return Person.objects.filter(filter_of(node, doers=doers))


def filter_of(node: Node, *, doers: Doers | None = None) -> Q:
    """Return the filter of Person for a condition."""
    doers = doers or Doers()
    return to_q(node, PERSON, now=doers.now, did=doers)


def active() -> ReadyDefinition | None:
    """Return the definition that counts now."""
    return ReadyDefinition.objects.active().order_by("-version").first()


def proposal() -> ReadyDefinition | None:
    """Return the proposal that waits for an agreement."""
    people = ("proposed_by", "agreed_by_marketing", "agreed_by_sales")
    return ReadyDefinition.objects.proposed().select_related(*people).order_by("-version").first()


def versions() -> QuerySet[ReadyDefinition]:
    """Return every version, newest first."""
    return ReadyDefinition.objects.select_related("proposed_by", "agreed_by_marketing", "agreed_by_sales")


def active_node() -> Node | None:
    """Return the condition that counts now, None where there is none or it can no longer be read."""
    definition = active()
    if definition is None:
        return None
    try:
        return read(definition.condition, about=FOR_DEFINITION)
    except ConditionInvalid:
        return None


def ready_count() -> int:
    """Return how many people are ready now."""
    return Person.objects.filter(is_ready=True).count()


def preview(node: Node) -> Preview:
    """Return what would change for how many people if `node` were the definition now."""
    then = filter_of(node)
    counted = Person.objects.filter(Q(is_ready=True) | then).aggregate(
        now=Count("pk", filter=Q(is_ready=True)),
        then=Count("pk", filter=then),
        both=Count("pk", filter=Q(is_ready=True) & then),
    )
    now, both = counted["now"], counted["both"]
    return Preview(ready_now=now, ready_then=counted["then"], more=counted["then"] - both, fewer=now - both)
