"""How goals add up, what being on pace means, and whom a goal may be for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from ryorin.alignment.goals.rules.subjects import BREAKDOWN, COMPANY, Subject
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.fiscal import Period

__all__ = [
    "BREAKDOWN",
    "COMPANY",
    "Attainment",
    "Check",
    "Need",
    "Subject",
    "adds_up",
    "attainment",
    "change",
    "check_of",
    "needed",
    "parts_of",
    "share_elapsed",
    "shares_of_months",
    "target_of",
]

ADDS_UP = frozenset({Unit.COUNT, Unit.MONEY})
WEEK = 7


def adds_up(metric: Metric) -> bool:
    """Return whether the metric of a quarter is the sum of its months; ratios and medians are not."""
    return metric.per is None and metric.unit in ADDS_UP


def target_of(metric: Metric, months: Iterable[float | None]) -> float | None:
    """Return the target of a period from those of its months: their sum, or for ratios and medians their average."""
    known = [value for value in months if value is not None]
    if not known:
        return None
    return sum(known) if adds_up(metric) else sum(known) / len(known)


def parts_of(
    metric: Metric, value: Decimal | None, count: int, *, shares: Sequence[float] | None = None
) -> list[Decimal | None]:
    """Return the targets of so many parts that make the target `value`: whole parts that add up, or all the same.

    `shares` says how much of the whole falls on each part; without them all get the same.
    """
    if value is None or not adds_up(metric):
        return [value] * count
    weights = [Decimal(str(share)) for share in shares or [1.0] * count]
    whole = sum(weights)
    marks, running = [Decimal(0)], Decimal(0)
    for weight in weights[:-1]:
        running += weight
        marks.append((value * running / whole).to_integral_value())
    marks.append(value)
    return [later - earlier for earlier, later in pairwise(marks)]


def shares_of_months(history: Mapping[date, float], months: Sequence[date], *, years: int = 3) -> list[float] | None:
    """Return each month's share of the whole, averaged over earlier years; None where there is no whole year before.

    `history` holds values by first day of month. A year counts when each of its months has begun to be counted (none
    lies before the first value that is not zero) and its sum is above zero. A month below nothing counts as nothing.
    """
    begun = min((month for month, value in history.items() if value), default=None)
    found: list[list[float]] = []
    for back in range(1, years + 1):
        places = [month.replace(year=month.year - back) for month in months]
        values = [max(history.get(place, 0.0), 0.0) for place in places]
        is_known = begun is not None and places[0] >= begun and all(place in history for place in places)
        if is_known and sum(values) > 0:
            found.append([value / sum(values) for value in values])
    return [sum(column) / len(found) for column in zip(*found, strict=True)] if found else None


@dataclass(frozen=True, slots=True)
class Check:
    """The parts of a goal held against it; for ratios there is no sum and no difference."""

    count: int
    expected: int
    total: float | None
    difference: float | None

    @property
    def is_whole(self) -> bool:
        return self.count == self.expected

    @property
    def fits(self) -> bool:
        return self.is_whole and not self.difference


def check_of(metric: Metric, value: float, parts: Sequence[float | None]) -> Check:
    """Return whether the parts (None: not set) add up to the goal; what ratios would make together is not computed."""
    known = [part for part in parts if part is not None]
    if not adds_up(metric):
        return Check(len(known), len(parts), None, None)
    total = sum(known)
    return Check(len(known), len(parts), total, round(total - value, 4))


@dataclass(frozen=True, slots=True)
class Attainment:
    """How far a number is: `share` of the target, and of what should be there by now at an even pace.

    For a metric of which less is better, 1.0 means exactly on target and more means better, too.
    """

    share: float | None
    pace: float | None


def attainment(metric: Metric, value: float | None, target: float | None, *, period: Period, today: date) -> Attainment:
    """Return the attainment of `target` by `value` as of `today`."""
    if value is None or not target:
        return Attainment(None, None)
    if metric.up_is_good is False:
        share = target / value if value else None
        return Attainment(share, share)
    share = value / target
    if not adds_up(metric):
        return Attainment(share, share)
    elapsed = share_elapsed(period, today)
    return Attainment(share, share / elapsed if elapsed else None)


def share_elapsed(period: Period, today: date) -> float:
    """Return how much of the period has passed by the end of `today`, 0..1."""
    days = (period.end - period.start).days
    return min(max((today - period.start).days + 1, 0), days) / days


@dataclass(frozen=True, slots=True)
class Need:
    """What has to happen each week from now on; `usual` is what a week brought lately, in the same unit."""

    weeks: float
    a_week: float
    usual: float | None
    is_reached: bool = False
    is_possible: bool = True


def needed(
    metric: Metric,
    target: float,
    *,
    so_far: float,
    days_left: int,
    usual: float | None,
    so_far_per: float = 0.0,
    coming_per: float = 0.0,
) -> Need | None:
    """Return what each remaining week must bring so that the goal is still reached; None where no day is left.

    Of a sum: so much a week. Of a ratio: the ratio of all that is still to come, of which `coming_per` are expected
    below the line; impossible where a rate would have to lie above 100 % or anything below zero.
    """
    if days_left <= 0:
        return None
    weeks = days_left / WEEK
    if metric.per is None:
        missing = target - so_far
        return Need(weeks, missing / weeks, usual, is_reached=missing <= 0 and metric.up_is_good is not False)
    if coming_per <= 0:
        return None
    ratio = (target * (so_far_per + coming_per) - so_far) / coming_per
    possible = ratio >= 0 and (metric.unit is not Unit.RATE or ratio <= 1)
    return Need(weeks, ratio, usual, is_possible=possible or (ratio < 0 and metric.up_is_good is not False))


def change(now: float | None, before: float | None) -> float | None:
    """Return the relative change against an earlier number; None where there is nothing to compare with."""
    if now is None or not before:
        return None
    return (now - before) / abs(before)
