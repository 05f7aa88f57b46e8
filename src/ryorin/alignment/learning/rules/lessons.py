"""What a few new answers say at once, before the next training: a source whose leads keep coming back falls.

The answers are put beside what the score expected of the same leads. The score's own word counts as much as six answers
(the mean of a beta distribution with that weight); what is left between the two is added to the log-odds of every lead
of the source. Where the next version has learned it by itself, nothing is left and the lesson ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

WEIGHT = 6.0  # answers the score's own expectation is worth
FEWEST = 3
SMALLEST = 0.02  # a smaller difference is no lesson
FARTHEST = 1.5


@dataclass(frozen=True)
class Heard:
    """One answer: what the score expected (0..1), and what came (1 won, 0 sent back or lost, a share while open)."""

    expected: float
    came: float


@dataclass(frozen=True)
class Learned:
    """Mean expectation before and after, and what is added to the log-odds."""

    before: float
    after: float
    shift: float


def lesson_of(heard: Sequence[Heard]) -> Learned | None:
    """Return what the answers of one source teach; None where they are too few or nothing new."""
    if len(heard) < FEWEST:
        return None
    before = sum(one.expected for one in heard) / len(heard)
    after = (sum(one.came for one in heard) + WEIGHT * before) / (len(heard) + WEIGHT)
    if abs(after - before) < SMALLEST:
        return None
    shift = min(max(_logit(after) - _logit(before), -FARTHEST), FARTHEST)
    return Learned(before, after, shift)


def _logit(p: float) -> float:
    inside = min(max(p, 0.001), 0.999)
    return log(inside / (1 - inside))
