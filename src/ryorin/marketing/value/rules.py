"""From days of buying to the figures of each customer; what makes a risk high. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ryorin.customers.value.models import ChurnLevel
from ryorin.insight.methods.lifetime import PurchaseModel, fit_purchases
from ryorin.insight.methods.predictions import expected_purchases

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WEEK = 7.0
YEAR_DAYS = 365.25
HELD_OUT_DAYS = 90
ENOUGH_GAPS = 2  # of its own, for a customer's rhythm
HIGH_RISK, MIDDLE_RISK = 0.7, 0.4
LONGEST_GAP = 3650
STRONG = 0.5  # standard deviations from the middle, from which on a group is said to differ
SHOWN_FREQUENCIES = 8


@dataclass(frozen=True)
class Figures:
    """One entry for each customer that bought; days are counted from 1970, money in minor units.

    `purchases` counts days with orders, the first included; `repeat_mean` is the value of the later ones, 0 without
    any; `gap` the median of the customer's own gaps, NaN with fewer than two.
    """

    who: Ints
    purchases: Ints
    first: Ints
    last: Ints
    revenue: Ints
    back: Ints
    repeat_mean: Floats
    gap: Floats

    @property
    def average(self) -> Ints:
        return np.round(self.revenue / np.maximum(self.purchases, 1)).astype(np.int64)

    def model_of(self, as_of: int) -> tuple[Floats, Floats, Floats]:
        """Return (x, t, T) in weeks, as BG/NBD takes them."""
        return (
            (self.purchases - 1).astype(np.float64),
            (self.last - self.first) / WEEK,
            (as_of - self.first) / WEEK,
        )


def figures(who: Ints, day: Ints, value: Ints, back: Ints) -> Figures:
    """Return the figures of the customers from their days of buying, which lie in the order of customers and days."""
    if not len(who):
        none = np.empty(0, dtype=np.int64)
        return Figures(none, none, none, none, none, none, none.astype(np.float64), none.astype(np.float64))
    starts = np.flatnonzero(np.concatenate(([True], who[1:] != who[:-1])))
    ends = np.append(starts[1:], len(who)) - 1
    purchases = ends - starts + 1
    revenue = np.add.reduceat(value, starts)
    later = (revenue - value[starts]).astype(np.float64)
    mean = np.divide(later, purchases - 1, out=np.zeros(len(starts)), where=purchases > 1)
    return Figures(
        who[starts],
        purchases.astype(np.int64),
        day[starts],
        day[ends],
        revenue.astype(np.int64),
        np.add.reduceat(back, starts).astype(np.int64),
        mean,
        _own_gaps(day, starts, purchases),
    )


def _own_gaps(day: Ints, starts: Ints, purchases: Ints) -> Floats:
    """Return the median gap between the days of each customer; NaN where there are too few."""
    customer = np.repeat(np.arange(len(starts)), purchases)
    gaps = np.diff(day, prepend=day[:1])
    is_gap = np.ones(len(day), dtype=bool)
    is_gap[starts] = False
    customer, gaps = customer[is_gap], gaps[is_gap]
    order = np.lexsort((gaps, customer))
    gaps = gaps[order].astype(np.float64)
    counts = purchases - 1
    begins = np.concatenate(([0], np.cumsum(counts)[:-1]))
    found = np.full(len(starts), np.nan)
    enough = np.flatnonzero(counts >= ENOUGH_GAPS)
    low = begins[enough] + (counts[enough] - 1) // 2
    high = begins[enough] + counts[enough] // 2
    found[enough] = (gaps[low] + gaps[high]) / 2
    return found


def usual_gaps(found: Figures, model: PurchaseModel | None) -> Floats:
    """Return the days usually between two purchases of each customer; NaN where nothing is known of anybody.

    Its own median gap; where it has bought too seldom, the mean gap the model gives it, between its own history and
    that of all; without a model, the middle of all customers.
    """
    gaps = found.gap.copy()
    unknown = np.isnan(gaps)
    if model is not None:
        shape = model.r + found.purchases - 1
        drawn = (model.alpha + (found.last - found.first) / WEEK) / np.maximum(shape - 1, 0.5) * WEEK
        gaps[unknown & (shape > 1)] = drawn[unknown & (shape > 1)]
        unknown = np.isnan(gaps)
    known = found.gap[~np.isnan(found.gap)]
    if len(known):
        gaps[unknown] = float(np.median(known))
    return np.clip(gaps, 1, LONGEST_GAP)


def level_of(risk: Floats) -> list[str]:
    """Return how high each chance of no further purchase is."""
    names = np.array([ChurnLevel.LOW.value, ChurnLevel.MIDDLE.value, ChurnLevel.HIGH.value])
    levels: list[str] = names[(risk >= MIDDLE_RISK).astype(int) + (risk >= HIGH_RISK).astype(int)].tolist()
    return levels


def months_of(days: Ints) -> Ints:
    """Return the months of days, counted as 12 * year + month - 1."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 12 * 1970


def month_name(month: int) -> str:
    """Return a month as "2026-04"."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def backtest(before: Figures, later: Mapping[int, int], earlier: Mapping[int, int], *, cut: int) -> dict[str, Any]:
    """Return how well the days after `cut` are predicted by a model that knows only what came before.

    `later` and `earlier` map a customer to the number of purchases in the days after, and in as many days before. The
    yardstick is the simplest forecast there is: the same again.
    """
    model = fit_purchases(*before.model_of(cut))
    x, t, age = before.model_of(cut)
    expected = expected_purchases(model, x, t, age, horizon=HELD_OUT_DAYS / WEEK)
    came = np.array([later.get(int(who), 0) for who in before.who], dtype=np.float64)
    again = np.array([earlier.get(int(who), 0) for who in before.who], dtype=np.float64)
    group = np.minimum(x, SHOWN_FREQUENCIES - 1).astype(np.int64)
    sizes = np.bincount(group, minlength=SHOWN_FREQUENCIES)
    rows = [
        {
            "repeats": place,
            "customers": int(size),
            "expected": float(expected[group == place].mean()),
            "came": float(came[group == place].mean()),
        }
        for place, size in enumerate(sizes)
        if size
    ]
    return {
        "days": HELD_OUT_DAYS,
        "customers": len(x),
        "expected": float(expected.sum()),
        "came": float(came.sum()),
        "naive": float(again.sum()),
        "error": float(np.abs(expected - came).mean()),
        "naive_error": float(np.abs(again - came).mean()),
        "rows": rows,
    }


def features_of(found: Figures, kinds: Ints, *, as_of: int) -> dict[str, Floats]:
    """Return what customers are grouped by, as logarithms: days ago, how often, how dear, how long, how wide."""
    average = np.maximum(found.average.astype(np.float64), 0)
    return {
        "recency": np.log1p((as_of - found.last).astype(np.float64)),
        "frequency": np.log(found.purchases.astype(np.float64)),
        "average": np.log1p(average),
        "tenure": np.log1p((as_of - found.first).astype(np.float64)),
        "kinds": np.log1p(kinds.astype(np.float64)),
        "returns": found.back / np.maximum(found.revenue + found.back, 1),
    }


TRAITS = {
    "frequency": ("seldom", "often"),
    "recency": ("recent", "long_ago"),
    "average": ("cheap", "dear"),
    "tenure": ("new", "old"),
    "kinds": ("narrow", "wide"),
    "returns": ("", "returns"),
}


def traits_of(centre: Mapping[str, float], *, median_purchases: float) -> list[list[Any]]:
    """Return what sets a group apart, the strongest first: [trait, standard deviations from the middle]."""
    found = []
    for feature, (low, high) in TRAITS.items():
        distance = centre.get(feature, 0.0)
        trait = high if distance >= STRONG else low if distance <= -STRONG else ""
        if trait == "seldom" and median_purchases <= 1:
            trait = "once"
        if trait:
            found.append([trait, round(distance, 2)])
    return sorted(found, key=lambda trait: -abs(trait[1]))


def histogram(values: Floats, *, bins: int = 12) -> list[tuple[float, float, int]]:
    """Return (from, up to, count) in steps of round figures up to the 98th percentile; the last holds the rest."""
    if not len(values):
        return []
    top = float(np.quantile(values, 0.98))
    step = _round_step(max(top, 1.0) / bins)
    edges = np.arange(0, bins + 1) * step
    counts = np.histogram(np.minimum(np.maximum(values, 0), edges[-1] - step / 2), bins=edges)[0]
    return [
        (float(low), float(high), int(count)) for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]


def _round_step(size: float) -> float:
    """Return the next of 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(max(size, 1e-9)))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= size))


def day_of(number: int) -> date:
    """Return a day that is counted from 1970."""
    return date(1970, 1, 1) + timedelta(days=int(number))


def weeks_ahead(next_on: Sequence[int], as_of: int, *, weeks: int = 8) -> list[dict[str, Any]]:
    """Return how many customers are due in each of the coming weeks, seven days each from the day after."""
    days = np.asarray(next_on, dtype=np.int64) - as_of
    return [
        {
            "from": day_of(as_of + 7 * week + 1).isoformat(),
            "to": day_of(as_of + 7 * week + 7).isoformat(),
            "customers": int(np.count_nonzero((days > 7 * week) & (days <= 7 * week + 7))),
        }
        for week in range(weeks)
    ]
