"""Where a running period will end: what was counted so far, and weeks drawn from the weeks before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

WEEK = 7
POOL = 13  # weeks drawn from
FEWEST = 4  # weeks with anything in them, below which nothing is said
DOUBT = 10  # days: with so many of them a season counts half
CALM, WILD = 0.5, 2.0  # a season is never taken to be weaker or stronger than this
YEAR = 364  # days: whole weeks, so that weekdays meet


@dataclass(frozen=True, slots=True)
class Landing:
    """The value at the end: its middle, and the range that holds four in five of the draws.

    `path` holds, for each day to come, the (low, middle, high) of the running value at the end of that day.
    """

    low: float
    middle: float
    high: float
    weeks: int
    season: float
    path: tuple[tuple[float, float, float], ...]


def landing(
    past: Sequence[float],
    days: int,
    *,
    so_far: float = 0.0,
    per: Sequence[float] | None = None,
    so_far_per: float = 0.0,
    season: float = 1.0,
    draws: int = 2_000,
    seed: int = 7,
) -> Landing | None:
    """Return where a total (or, with `per`, a total divided by another) will stand `days` days from now.

    `past` and `per` are daily values, oldest first, the last one of yesterday. Whole weeks of the last thirteen are
    drawn with replacement (block bootstrap, Künsch 1989, so that weekdays and neighbouring days stay together), each
    time from a pool that was itself drawn (the level is not known either), times `season`. None with fewer than four
    weeks in which anything happened. The range is from the 10th to the 90th percentile.
    """
    if days < 0 or (per is not None and len(per) != len(past)):
        raise ValueError("days are not negative, and both series are of the same length")
    blocks = weeks_of(past)
    told = blocks if per is None else weeks_of(per)
    if int((np.abs(told).sum(axis=1) > 0).sum()) < FEWEST:
        return None
    dice = np.random.default_rng(seed)
    count, needed = len(blocks), -(-days // WEEK)
    pools = dice.integers(0, count, size=(draws, count))
    chosen = np.take_along_axis(pools, dice.integers(0, count, size=(draws, needed)), axis=1)
    running = so_far + season * coming(blocks, chosen, days)
    if per is not None:
        below = so_far_per + season * coming(told, chosen, days)
        running = np.divide(running, below, out=np.full_like(running, np.nan), where=below > 0)
        if np.isnan(running[:, -1:]).all():
            return None
    path = tuple((float(low), float(middle), float(high)) for low, middle, high in bands(running))
    return Landing(*path[-1], weeks=count, season=season, path=path[1:])


def weeks_of(past: Sequence[float]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return the last thirteen whole weeks before now, one row each; what came before the first value is left out."""
    values = np.asarray(past, dtype=float)[-POOL * WEEK :]
    first = int(np.flatnonzero(values)[0]) if values.any() else len(values)
    count = (len(values) - first) // WEEK
    return values[len(values) - count * WEEK :].reshape(count, WEEK)


def coming(
    blocks: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
    chosen: "np.ndarray[tuple[int, int], np.dtype[np.int64]]",
    days: int,
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Return for each draw what has been added up after 0, 1, ... `days` days."""
    values = blocks[chosen].reshape(len(chosen), -1)[:, :days]
    return np.concatenate([np.zeros((len(chosen), 1)), np.cumsum(values, axis=1)], axis=1)


def bands(running: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[list[float]]:
    """Return the 10th, 50th and 90th percentile of each day; what cannot be divided is left out."""
    known = np.where(np.isnan(running).all(axis=0), 0.0, running)
    return np.nanpercentile(known, [10, 50, 90], axis=0).T.tolist()


def season_of(history: Mapping[date, float], first: date, days: int, *, years: int = 3) -> float | None:
    """Return how much more a day brings from `first` on than in the thirteen weeks before, by earlier years.

    A year counts when both stretches lie within the history; None where none does. Between a half and two, and drawn
    towards 1 the fewer days of the later stretch had anything in them (ratio ** (days / (days + 10))).
    """
    if not history or days <= 0:
        return None
    begins = min(history)
    before = after = active = 0.0
    for back in range(1, years + 1):
        start = first - timedelta(days=back * YEAR)
        if start - timedelta(days=POOL * WEEK) < begins:
            break
        before += sum(history.get(start - timedelta(days=day), 0.0) for day in range(1, POOL * WEEK + 1)) / (
            POOL * WEEK
        )
        active += sum(history.get(start + timedelta(days=day), 0.0) != 0 for day in range(days))
        after += sum(history.get(start + timedelta(days=day), 0.0) for day in range(days)) / days
    if before <= 0 or after <= 0:
        return None
    return min(max((after / before) ** (active / (active + DOUBT)), CALM), WILD)
