"""Forecasts that learn nothing, to stand beside the one that does."""

from collections.abc import Iterable, Mapping
from datetime import date

from ryorin.lib.fiscal import Period


def by_settings(
    deals: Iterable[tuple[int, date | None, int]], chances: Mapping[int, float], month: Period, *, today: date
) -> int:
    """Return the amounts (stage, expected day, amount) expected in the month, each times what its stage's setting says.

    What should have closed already counts in the month that is running.
    """
    is_running = today in month
    total = 0.0
    for stage, day, amount in deals:
        if day is None:
            continue
        if day in month or (is_running and day < month.start):
            total += amount * chances.get(stage, 0.0)
    return round(total)


def mean_of(months: Iterable[int]) -> int:
    """Return the mean of what the last months brought."""
    known = list(months)
    return round(sum(known) / len(known)) if known else 0
