"""Good and bad months: how much more is won in the last month of a quarter, and how far months stray from what is due.

Method. For each of the last MONTHS whole months the wins that were due, by the learned chances of the deals then open
and of those opened in the month, are compared with those that came. Their ratio by place in the fiscal quarter against
that of all months, drawn toward 1 with the weight of PRIOR wins, is the season; how much further the months stray than
counting chance explains (the method of moments for a gamma-distributed factor, as in the negative binomial) is the
wobble that widens ranges.
"""

from datetime import date

import numpy as np

from ryorin.lib.fiscal import Period, period_of, previous
from ryorin.sales.forecast.rules.history import OPEN, WON, History, known_at, moment_of
from ryorin.sales.forecast.rules.learning import BUCKETS, PRIOR, Curve, Learned

MONTHS = 24
PLACES = 3


def place_of(month: date, *, start_month: int) -> int:
    """Return whether the month is the first (0), second or third (2) of its fiscal quarter."""
    return (month.month - start_month) % PLACES


def seasons_of(
    history: History, learned: Learned, day: date, *, start_month: int, hours: float
) -> tuple[tuple[float, ...], float]:
    """Return the factor of each place in the quarter, and the wobble: the relative variance of a month's wins."""
    found = [due_and_come(history, learned, month, hours=hours) for month in months_before(history, day, hours=hours)]
    due, come = [0.0] * PLACES, [0.0] * PLACES
    for month, expected, wins in found:
        place = place_of(month.start, start_month=start_month)
        due[place] += expected
        come[place] += wins
    level = sum(come) / sum(due) if sum(due) > 0 else 1.0
    factors = tuple((wins + PRIOR) / (level * expected + PRIOR) for expected, wins in zip(due, come, strict=True))
    pairs = [
        (level * factors[place_of(month.start, start_month=start_month)] * expected, wins)
        for month, expected, wins in found
        if expected > 0
    ]
    return factors, wobble_of(pairs)


def wobble_of(pairs: list[tuple[float, float]]) -> float:
    """Return the variance beyond counting chance of what came (second) relative to what was due (first), at most 1."""
    if len(pairs) < PLACES:
        return 0.0
    due, come = np.array(pairs).T
    return float(np.clip(np.sum((come - due) ** 2 - due) / np.sum(due**2), 0.0, 1.0))


def months_before(history: History, day: date, *, hours: float) -> list[Period]:
    """Return the last whole months before the day, none before the first deal was decided."""
    decided = history.at[history.states != OPEN]
    first = float(decided.min()) if len(decided) else np.inf
    found: list[Period] = []
    month = previous(period_of(day))
    while len(found) < MONTHS and moment_of(month.start, hours=hours) >= first:
        found.append(month)
        month = previous(month)
    return found


def due_and_come(history: History, learned: Learned, month: Period, *, hours: float) -> tuple[Period, float, float]:
    """Return the month, the wins that were due in it, and those that came."""
    start, end = (moment_of(day, hours=hours) for day in (month.start, month.end))
    before, after = known_at(history, start), known_at(history, end)
    is_open = before.state == OPEN
    ages = np.searchsorted(BUCKETS, start - before.since[is_open], side="right") - 1
    due = 0.0
    for stage, bucket, count in counted(before.stage[is_open], ages):
        curve = learned.curve(stage, bucket)
        due += count * (curve.within(0.0, end - start) if curve else 0.0)
    opened = after.opened >= start
    pipelines = history.pipelines[after.place]
    for pipeline, opening in learned.openings.items():
        rate = float(np.sum(opened & (pipelines == pipeline))) / (end - start)
        due += wins_of_new(rate, opening.curve, 0.0, end - start)
    came = (after.state == WON) & (after.decided >= start)
    return month, due, float(np.sum(came))


def counted(stages: np.ndarray, buckets: np.ndarray) -> list[tuple[int, int, int]]:
    """Return how many times each pair of stage and bucket is there."""
    pairs, counts = np.unique(np.stack([stages, buckets]), axis=1, return_counts=True)
    return [(int(stage), int(bucket), int(count)) for (stage, bucket), count in zip(pairs.T, counts, strict=True)]


def wins_of_new(rate: float, curve: Curve, start: float, end: float) -> float:
    """Return how many deals, opened from now on at so many a day, will be won between so many days from now."""
    if end <= 0 or rate <= 0:
        return 0.0
    openings = np.arange(int(np.ceil(end))) + 0.5
    days = np.arange(len(curve.won))
    until = np.interp(np.clip(end - openings, 0, None), days, curve.won)
    before = np.interp(np.clip(start - openings, 0, None), days, curve.won)
    return float(rate * np.sum(until - before))
