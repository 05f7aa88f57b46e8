"""Cohorts: customers who began in the same month, and what became of them month by month."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cohort:
    """Customers who began in `month` (counted from year 0: 12 * year + month - 1).

    Entry k is of the month k after the beginning: how many of them were active in it, and what they brought.
    `came_back` counts those who bought again.
    """

    month: int
    size: int
    active: tuple[int, ...]
    value: tuple[float, ...]
    came_back: int

    def retention(self, age: int) -> float | None:
        """Return the share of the cohort that was active so many months after its beginning; None for the future."""
        return self.active[age] / self.size if age < len(self.active) and self.size else None

    def value_until(self, age: int) -> float | None:
        """Return what one customer of the cohort had brought by then, on average."""
        return sum(self.value[: age + 1]) / self.size if age < len(self.value) and self.size else None


def cohorts(
    began: Ints, customer: Ints, month: Ints, value: NDArray[np.float64], came_back: NDArray[np.bool_], *, last: int
) -> list[Cohort]:
    """Return the cohorts in the order of their months.

    `began` has the first month of each customer, `came_back` whether that customer bought again; `customer` (a place in
    those arrays), `month` and `value` describe what was bought. What lies before a customer's beginning counts for
    nothing; `last` is the month up to which all is known.
    """
    began, customer, month = (np.asarray(array, dtype=np.int64) for array in (began, customer, month))
    if not len(began):
        return []
    first = int(began.min())
    span = max(last, int(began.max())) - first + 1
    age = month - began[customer] if len(customer) else np.empty(0, dtype=np.int64)
    known = (age >= 0) & (month <= last)
    customer, age, value = customer[known], age[known], np.asarray(value, dtype=np.float64)[known]
    cohort = began[customer] - first
    cell = cohort * span + age
    sums = np.bincount(cell, weights=value, minlength=span * span).reshape(span, span)
    once = np.unique(customer * span + age)
    seen = np.bincount((began[once // span] - first) * span + once % span, minlength=span * span).reshape(span, span)
    sizes = np.bincount(began - first, minlength=span)
    again = np.bincount((began - first)[np.asarray(came_back, dtype=bool)], minlength=span)
    return [
        Cohort(
            month=first + place,
            size=int(sizes[place]),
            active=tuple(int(one) for one in seen[place, : last - first - place + 1]),
            value=tuple(float(one) for one in sums[place, : last - first - place + 1]),
            came_back=int(again[place]),
        )
        for place in range(span)
        if sizes[place] and first + place <= last
    ]


def curve(found: list[Cohort]) -> list[tuple[float, int]]:
    """Return for each age the share of customers active then, over all cohorts that have reached it, and their number.

    Ages reached by fewer than a tenth of the customers are left out: a share of few says little.
    """
    whole = sum(cohort.size for cohort in found)
    points = []
    for age in range(max((len(cohort.active) for cohort in found), default=0)):
        reached = [cohort for cohort in found if len(cohort.active) > age]
        size = sum(cohort.size for cohort in reached)
        if size * 10 < whole:
            break
        points.append((sum(cohort.active[age] for cohort in reached) / size, size))
    return points
