"""Recency, frequency and monetary value as scores from 1 to 5.

By default each score is a fifth of the customers; customers with the same figure get the same score, that of the middle
of their places, so that many one-time buyers are not torn apart by chance. Or the borders are given. A. M. Hughes,
"Strategic Database Marketing", 1994.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SCORES = 5
Scores = NDArray[np.int64]


@dataclass(frozen=True)
class Scored:
    """One score for each customer, and the figure from which on each score is given (of scores 2 to 5)."""

    scores: Scores
    borders: tuple[float, ...]


def scored(values: NDArray[np.float64], *, borders: Sequence[float] = (), less_is_better: bool = False) -> Scored:
    """Return the scores of the values; `borders` are the four figures at which the scores 2, 3, 4 and 5 begin.

    Where less is better (days since the last purchase), a border is the largest figure that still has the score.
    Customers who are all alike are all in the middle: 3.
    """
    figures = np.asarray(values, dtype=np.float64)
    if not len(figures):
        return Scored(np.empty(0, dtype=np.int64), tuple(borders))
    signed = -figures if less_is_better else figures
    if len(borders) == SCORES - 1:
        ends = np.asarray([-border if less_is_better else border for border in borders], dtype=np.float64)
        return Scored(1 + np.searchsorted(ends, signed, side="right").astype(np.int64), tuple(borders))
    known, place, times = np.unique(signed, return_inverse=True, return_counts=True)
    middle = (np.cumsum(times) - times / 2) / len(signed)
    of_known = np.clip(1 + np.floor(middle * SCORES), 1, SCORES).astype(np.int64)
    starts = [_first(known, of_known, score) for score in range(2, SCORES + 1)]
    return Scored(of_known[place], tuple(-start if less_is_better else start for start in starts))


def _first(known: NDArray[np.float64], scores: Scores, score: int) -> float:
    """Return the smallest figure with this score or a higher one; infinite where no figure has one."""
    place = int(np.searchsorted(scores, score))
    return float(known[place]) if place < len(known) else float("inf")


@dataclass(frozen=True)
class Grid:
    """Customers and value by two scores: entry [i][j] is of score i+1 of the first and j+1 of the second."""

    customers: tuple[tuple[int, ...], ...]
    value: tuple[tuple[float, ...], ...]


def grid(first: Scores, second: Scores, value: NDArray[np.float64]) -> Grid:
    """Return how many customers, and how much of their value, lie in each of the 25 cells of two scores."""
    cell = (np.asarray(first) - 1) * SCORES + (np.asarray(second) - 1)
    counts = np.bincount(cell, minlength=SCORES**2).reshape(SCORES, SCORES)
    sums = np.bincount(cell, weights=np.asarray(value, dtype=np.float64), minlength=SCORES**2).reshape(SCORES, SCORES)
    return Grid(
        tuple(tuple(int(one) for one in row) for row in counts),
        tuple(tuple(float(one) for one in row) for row in sums),
    )
