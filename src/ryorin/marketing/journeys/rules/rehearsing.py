"""Going through a journey on paper: a person, a moment, and what is known about them, without a database."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.choosing import arm_of_share, share_of
from ryorin.marketing.journeys.rules.drawing import END, START, Compiled
from ryorin.marketing.journeys.rules.waiting import Quiet, Work, after, quiet_until, wait_until

MOST_HOPS = 500


@dataclass(frozen=True)
class World:
    """What the paper knows: who meets which condition, when people did what, who may be mailed, what the limits are."""

    nodes: Mapping[str, Compiled]
    work: Work
    quiet: Quiet
    until: datetime
    salt: str
    matching: Callable[[str, int], set[int]]  # who meets the condition of this arm of a card
    did: Mapping[str, Mapping[int, Sequence[datetime]]]  # by card that waits: when each person did it, rising
    may_mail: frozenset[int]
    most_mails: int = 0  # within the window; 0: no limit
    window: timedelta = timedelta(days=7)


@dataclass
class Walk:
    """One person's way: (card, when it was reached), and how it stands at the end."""

    person_id: int
    entered_at: datetime
    path: list[tuple[str, datetime]] = field(default_factory=list)
    mailed: list[datetime] = field(default_factory=list)
    capped: int = 0
    quieted: int = 0
    refused: int = 0
    ended_at: datetime | None = None
    reached_goal: bool = False


@dataclass
class Count:
    """What came of all walks together."""

    entered: int = 0
    ended: int = 0
    goals: int = 0
    mails: int = 0
    capped: int = 0
    quieted: int = 0
    refused: int = 0
    by_node: dict[str, int] = field(default_factory=dict)
    entered_by_day: dict[str, int] = field(default_factory=dict)
    mails_by_day: dict[str, int] = field(default_factory=dict)

    def add(self, walk: Walk, work: Work) -> None:
        """This function will count one walk."""
        self.entered += 1
        self.ended += walk.ended_at is not None
        self.goals += walk.reached_goal
        self.mails += len(walk.mailed)
        self.capped += walk.capped
        self.quieted += walk.quieted
        self.refused += walk.refused
        for key, _at in walk.path:
            self.by_node[key] = self.by_node.get(key, 0) + 1
        _count(self.entered_by_day, work.day_of(walk.entered_at))
        for at in walk.mailed:
            _count(self.mails_by_day, work.day_of(at))


def rehearse(world: World, person_id: int, entered_at: datetime, *, mailed: Sequence[datetime] = ()) -> Walk:
    """Return the way of somebody who comes in at a moment; `mailed` are the mails they got in this rehearsal before."""
    walk = Walk(person_id, entered_at)
    key, at = START, entered_at
    for _hop in range(MOST_HOPS):
        node = world.nodes[key]
        walk.path.append((key, at))
        left = _leave(world, walk, node, at, mailed)
        if left is None:
            return walk
        key, at = left
        if key == END:
            walk.ended_at = at
            return walk
    return walk


def _leave(
    world: World, walk: Walk, node: Compiled, at: datetime, mailed: Sequence[datetime]
) -> tuple[str, datetime] | None:
    """Return the next card and when it is reached; None where the paper ends before that."""
    config, arrow = node.config, 0
    if node.kind == NodeKind.WAIT:
        at = wait_until(at, config, work=world.work)
    elif node.kind == NodeKind.WAIT_FOR:
        arrow, at = _wait_for(world, walk.person_id, node, at)
    elif node.kind == NodeKind.BRANCH:
        arms: list[Any] = config["arms"]
        numbers = range(len(arms) - 1)
        arrow = next((one for one in numbers if walk.person_id in world.matching(node.key, one)), len(arms) - 1)
    elif node.kind == NodeKind.SPLIT:
        shares = [int(arm["share"]) for arm in config["arms"]]
        arrow = arm_of_share(shares, share_of(f"{world.salt}:{node.key}", walk.person_id))
    elif node.kind == NodeKind.MAIL:
        at = _mail(world, walk, at, mailed)
    elif node.kind == NodeKind.GOAL:
        walk.reached_goal = True
    return (node.arrows[arrow], at) if at <= world.until else None


def _wait_for(world: World, person_id: int, node: Compiled, at: datetime) -> tuple[int, datetime]:
    limit = after(at, int(node.config["amount"]), str(node.config["unit"]), work=world.work)
    if node.config.get("what") == "condition":
        return (0, at) if person_id in world.matching(node.key, 0) else (1, limit)
    times = world.did.get(node.key, {}).get(person_id, ())
    place = bisect_left(times, at)
    return (0, times[place]) if place < len(times) and times[place] <= limit else (1, limit)


def _mail(world: World, walk: Walk, at: datetime, mailed: Sequence[datetime]) -> datetime:
    if walk.person_id not in world.may_mail:
        walk.refused += 1
        return at
    if wait := quiet_until(at, world.quiet, work=world.work):
        walk.quieted += 1
        at = wait
    recent = sorted(one for one in (*mailed, *walk.mailed) if one > at - world.window)
    if world.most_mails and len(recent) >= world.most_mails:
        walk.capped += 1
        at = recent[-world.most_mails] + world.window
        at = quiet_until(at, world.quiet, work=world.work) or at
    if at <= world.until:
        walk.mailed.append(at)
    return at


def _count(days: dict[str, int], day: date) -> None:
    days[day.isoformat()] = days.get(day.isoformat(), 0) + 1
