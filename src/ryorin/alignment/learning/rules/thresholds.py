"""From how many leads a week sales can work to the probability from which leads are handed over."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = (90, 80, 70, 60, 50, 40, 30, 20, 10, 5, 0)


@dataclass(frozen=True)
class Step:
    """A threshold in percent, and how many new leads a week reach it."""

    percent: int
    weekly: float


def steps_of(counts: Sequence[tuple[int, int]], *, weeks: float) -> list[Step]:
    """Return the thresholds shown with their leads a week; `counts` are (percent, leads) of the recent weeks."""
    return [Step(percent, _reached(counts, percent) / weeks) for percent in SHOWN]


def threshold_for(counts: Sequence[tuple[int, int]], *, weeks: float, capacity: int) -> Step | None:
    """Return the lowest threshold that no more than so many leads a week reach; None without recent leads."""
    if not counts:
        return None
    for percent in range(101):
        weekly = _reached(counts, percent) / weeks
        if weekly <= capacity:
            return Step(percent, weekly)
    return Step(100, _reached(counts, 100) / weeks)


def _reached(counts: Sequence[tuple[int, int]], percent: int) -> int:
    return sum(leads for each, leads in counts if each >= percent)
