"""One batch of people on their way, held in memory until every one of them rests, has ended or has failed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ryorin.customers.people.models import Person
from ryorin.insight.lake.queries import Doers
from ryorin.marketing.journeys.models import Journey, Node, Passage, PassageState
from ryorin.marketing.journeys.rules.waiting import Work
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read


@dataclass(slots=True)
class Traveller:
    """One passage as it goes on; `went` are the cards it has left behind in this batch."""

    pk: int
    person_id: int
    node: Node | None
    since: datetime
    visit: int
    due_at: datetime | None
    is_resting: bool
    woken: str
    goal_at: datetime | None
    state: str = PassageState.ACTIVE
    problem: str = ""
    end_reason: str = ""
    hops: int = 0


@dataclass(frozen=True, slots=True)
class Go:
    """On to the card that this arrow leads to."""

    outcome: str
    arrow: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stay:
    """Rest at the card until the moment."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Fail:
    problem: str


Verdict = Go | Stay | Fail


@dataclass
class Tally:
    entered: int = 0
    left: int = 0
    failed: int = 0
    seconds: int = 0


@dataclass
class Trip:
    """What a batch has in common, and what it leaves behind: steps and counts."""

    journey: Journey
    nodes: Mapping[int, Mapping[str, Node]]
    now: datetime
    work: Work
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    tallies: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def matching(self, condition: object, people: list[int]) -> set[int]:
        """Return those of the people who meet a condition, asked for all of them at once."""
        doers = Doers(now=self.now, among=people)
        found = people_matching(read(condition), doers=doers).filter(pk__in=people)
        return set(found.values_list("pk", flat=True))

    def people(self, ids: list[int]) -> dict[int, Person]:
        """Return the people with their owners and companies."""
        return Person.objects.select_related("owner", "company").in_bulk(ids)

    def arrive(self, one: Traveller, node: Node) -> None:
        """This function will let somebody come to a card."""
        one.node, one.since, one.is_resting, one.woken, one.due_at = node, self.now, False, "", self.now
        self.tallies[node.pk].entered += 1

    def leave(self, one: Traveller, outcome: str, detail: Mapping[str, Any]) -> None:
        """This function will keep that a card was left behind."""
        assert one.node is not None
        tally = self.tallies[one.node.pk]
        tally.left += 1
        tally.seconds += max(0, int((self.now - one.since).total_seconds()))
        self.steps.append((one.pk, one.node.pk, one.visit, one.since, self.now, outcome, dict(detail)))
        one.visit += 1
        one.hops += 1

    def end(self, one: Traveller, reason: str, state: str = PassageState.FINISHED) -> None:
        """This function will let somebody's way be over."""
        one.node, one.state, one.end_reason, one.due_at = None, state, reason[:160], None
        one.is_resting, one.woken = False, ""

    def fail(self, one: Traveller, problem: str) -> None:
        """This function will stop somebody at the card until it is tried again."""
        assert one.node is not None
        one.state, one.problem, one.due_at = PassageState.FAILED, problem[:300], None
        self.tallies[one.node.pk].failed += 1


def traveller(row: Passage, node: Node | None) -> Traveller:
    """Return a passage as it stands in the database."""
    return Traveller(
        pk=row.pk,
        person_id=row.person_id,
        node=node,
        since=row.since,
        visit=row.visit,
        due_at=row.due_at,
        is_resting=row.is_resting,
        woken=row.woken,
        goal_at=row.goal_at,
    )
