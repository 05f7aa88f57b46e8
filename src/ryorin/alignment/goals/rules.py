"""How a month's targets make the target of a longer period, and what being on pace means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.fiscal import Period

ADDS_UP = frozenset({Unit.COUNT, Unit.MONEY})


def adds_up(metric: Metric) -> bool:
    """Return whether the metric of a quarter is the sum of its months; ratios and medians are not."""
    return metric.per is None and metric.unit in ADDS_UP


def target_of(metric: Metric, months: Iterable[float | None]) -> float | None:
    """Return the target of a period from those of its months: their sum, or for ratios and medians their average."""
    known = [value for value in months if value is not None]
    if not known:
        return None
    return sum(known) if adds_up(metric) else sum(known) / len(known)


def parts_of(metric: Metric, value: Decimal | None, count: int) -> list[Decimal | None]:
    """Return the targets of so many months that make the target `value`: whole parts that add up, or all the same."""
    if value is None or not adds_up(metric):
        return [value] * count
    marks = [(value * place / count).to_integral_value(ROUND_HALF_UP) for place in range(count)] + [value]
    return [marks[place + 1] - marks[place] for place in range(count)]


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


def change(now: float | None, before: float | None) -> float | None:
    """Return the relative change against an earlier number; None where there is nothing to compare with."""
    if now is None or not before:
        return None
    return (now - before) / abs(before)
