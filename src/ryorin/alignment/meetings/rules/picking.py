"""Which deals and campaigns are worth a story, each by evidence that is stated with it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

MOST_CASES = 3
LEAST_ANSWERED = 3  # hand-offs answered before the acceptance of a campaign says anything
LEAST_LEADS = 5
FAST = 0.5  # of the usual time
Because = Literal[
    "largest",
    "fastest",
    "new_channel",
    "most_effort",
    "late",
    "best_acceptance",
    "cheapest",
    "worst_acceptance",
    "no_leads",
]


@dataclass(frozen=True, slots=True)
class ClosedDeal:
    """What is known of a won or lost deal; `reached` is how far it came, 0..1 of the stages."""

    id: int
    amount: int
    days: int
    channel: str = ""
    reached: float = 0.0
    activities: int = 0


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """What a campaign brought in the period; `cost` in minor units."""

    id: int
    leads: int = 0
    cost: int = 0
    answered: int = 0
    accepted: int = 0

    @property
    def acceptance(self) -> float:
        return self.accepted / self.answered if self.answered else 0.0


@dataclass(frozen=True, slots=True)
class Picked:
    """One case with its evidence: `value` measured, `usual` what is usual among the others of the period."""

    id: int
    because: Because
    value: float
    usual: float | None = None
    of: int = 0


def won_cases(deals: Sequence[ClosedDeal], *, known_channels: Collection[str]) -> list[Picked]:
    """Return the won deals to tell of: the largest, one from a new channel, the fastest where it was truly fast."""
    found: list[Picked] = []
    if not deals:
        return found
    many = len(deals)
    largest = max(deals, key=lambda deal: (deal.amount, -deal.id))
    if largest.amount > 0:
        found.append(Picked(largest.id, "largest", largest.amount, median(deal.amount for deal in deals), many))
    told = {one.id for one in found}
    new = [deal for deal in deals if deal.channel and deal.channel not in known_channels and deal.id not in told]
    if new:
        first = max(new, key=lambda deal: (deal.amount, -deal.id))
        found.append(Picked(first.id, "new_channel", first.amount, None, many))
    usual = median(deal.days for deal in deals)
    fastest = min(deals, key=lambda deal: (deal.days, -deal.amount, deal.id))
    if many >= 3 and fastest.days <= usual * FAST:
        found.append(Picked(fastest.id, "fastest", fastest.days, usual, many))
    return _each_once(found)


def lost_cases(deals: Sequence[ClosedDeal]) -> list[Picked]:
    """Return the lost deals to learn from: lost late, after much effort, and the largest."""
    found: list[Picked] = []
    if not deals:
        return found
    many = len(deals)
    latest = max(deals, key=lambda deal: (deal.reached, deal.amount, -deal.id))
    if latest.reached >= 0.5:
        found.append(Picked(latest.id, "late", latest.reached, None, many))
    busiest = max(deals, key=lambda deal: (deal.activities, deal.amount, -deal.id))
    usual = median(deal.activities for deal in deals)
    if busiest.activities >= 3 and (many == 1 or busiest.activities > usual):
        found.append(Picked(busiest.id, "most_effort", busiest.activities, usual if many > 1 else None, many))
    largest = max(deals, key=lambda deal: (deal.amount, -deal.id))
    if largest.amount > 0:
        found.append(Picked(largest.id, "largest", largest.amount, median(deal.amount for deal in deals), many))
    return _each_once(found)


def good_campaigns(runs: Sequence[CampaignRun]) -> list[Picked]:
    """Return the campaigns that went well: best accepted by sales, cheapest leads."""
    found: list[Picked] = []
    total = _acceptance(runs)
    judged = [run for run in runs if run.answered >= LEAST_ANSWERED]
    if judged and total is not None:
        best = max(judged, key=lambda run: (run.acceptance, run.answered, -run.id))
        if best.acceptance > total or (len(judged) == 1 and best.acceptance >= 0.5):
            found.append(Picked(best.id, "best_acceptance", best.acceptance, total, best.answered))
    paid = [run for run in runs if run.leads >= LEAST_LEADS and run.cost > 0]
    if len(paid) >= 2:
        cheapest = min(paid, key=lambda run: (run.cost / run.leads, run.id))
        usual = sum(run.cost for run in paid) / sum(run.leads for run in paid)
        found.append(Picked(cheapest.id, "cheapest", cheapest.cost / cheapest.leads, usual, cheapest.leads))
    return _each_once(found)


def poor_campaigns(runs: Sequence[CampaignRun]) -> list[Picked]:
    """Return the campaigns to talk about: most of their leads sent back, or money spent without a lead."""
    found: list[Picked] = []
    total = _acceptance(runs)
    judged = [run for run in runs if run.answered >= LEAST_ANSWERED]
    if judged and total is not None:
        worst = min(judged, key=lambda run: (run.acceptance, -run.answered, run.id))
        if worst.acceptance < 0.5 or (len(judged) > 1 and worst.acceptance < total):
            found.append(Picked(worst.id, "worst_acceptance", worst.acceptance, total, worst.answered))
    empty = [run for run in runs if run.cost > 0 and run.leads == 0]
    if empty:
        dearest = max(empty, key=lambda run: (run.cost, -run.id))
        found.append(Picked(dearest.id, "no_leads", dearest.cost, None, len(empty)))
    return _each_once(found)


def _acceptance(runs: Sequence[CampaignRun]) -> float | None:
    answered = sum(run.answered for run in runs)
    return sum(run.accepted for run in runs) / answered if answered else None


def _each_once(found: Iterable[Picked]) -> list[Picked]:
    """Return the cases, each record told once, under its first evidence."""
    seen: dict[int, Picked] = {}
    for one in found:
        seen.setdefault(one.id, one)
    return list(seen.values())[:MOST_CASES]
