"""What the pages of cohorts and of lifetime values show."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ryorin.customers.value.models import ChurnLevel, Subject
from ryorin.insight.methods.cohorts import Cohort, cohorts, curve
from ryorin.insight.methods.predictions import Outlook
from ryorin.marketing.value.queries.history import Days, beginnings
from ryorin.marketing.value.rules import Figures, histogram, level_of, month_name, months_of, weeks_ahead

Ints = NDArray[np.int64]
COHORTS_SHOWN = 24


def cohort_pictures(
    subject: str, found: Figures, days: Days, *, last: int, as_of: date, zone: str
) -> dict[str, dict[str, Any]]:
    """Return the cohorts by first purchase; of people, those by first contact too."""
    place = np.searchsorted(found.who, days.who)
    months, value = months_of(days.day), days.value.astype(np.float64)
    by_purchase = cohorts(months_of(found.first), place, months, value, found.purchases > 1, last=last)
    pictures = {"cohorts_purchase": cohort_picture(by_purchase)}
    if subject == Subject.PERSON:
        by_contact = cohorts_by_contact(found, days, last=last, as_of=as_of, zone=zone)
        pictures["cohorts_contact"] = cohort_picture(by_contact)
    return pictures


def cohorts_by_contact(found: Figures, days: Days, *, last: int, as_of: date, zone: str) -> list[Cohort]:
    """Return the cohorts of people by first contact; whoever bought before, by the first purchase."""
    people, began = beginnings(as_of=as_of, zone=zone)
    if not len(people):
        return []
    at = np.minimum(np.searchsorted(people, found.who), len(people) - 1)
    is_known = people[at] == found.who
    began[at[is_known]] = np.minimum(began[at[is_known]], found.first[is_known])
    bought = np.zeros(len(people), dtype=bool)
    bought[at[is_known]] = True
    place = np.minimum(np.searchsorted(people, days.who), len(people) - 1)
    kept = people[place] == days.who
    return cohorts(
        months_of(began), place[kept], months_of(days.day[kept]), days.value[kept].astype(np.float64), bought, last=last
    )


def cohort_picture(found: list[Cohort]) -> dict[str, Any]:
    """Return the newest cohorts, the oldest first, and the curve over all of them."""
    shown = [
        {
            "month": month_name(cohort.month),
            "size": cohort.size,
            "active": cohort.active[:COHORTS_SHOWN],
            "value": [round(value) for value in cohort.value[:COHORTS_SHOWN]],
            "came_back": cohort.came_back,
        }
        for cohort in found[-COHORTS_SHOWN:]
    ]
    return {"cohorts": shown, "curve": curve(found)[:COHORTS_SHOWN], "of": len(found)}


def lifetime_picture(
    found: Figures, ahead: Outlook | None, gaps: NDArray[np.float64], *, as_of: int, minor: int
) -> dict[str, Any]:
    """Return the distribution of lifetime values, who is at risk by level, and who is due in which week."""
    known = ~np.isnan(gaps)
    due = found.last[known] + np.ceil(gaps[known]).astype(np.int64)
    picture: dict[str, Any] = {
        "weeks": weeks_ahead(due.tolist(), as_of),
        "overdue": int(np.count_nonzero(due <= as_of)),
    }
    if ahead is None:
        return picture
    levels = np.array(level_of(1 - ahead.returns))
    return picture | {
        "histogram": histogram(ahead.value),
        "median": round(float(np.median(ahead.value)) * minor),
        "expected": float(ahead.purchases.sum()),
        "levels": {
            level.value: {
                "customers": int(np.count_nonzero(levels == level.value)),
                "revenue": int(found.revenue[levels == level.value].sum()),
                "lifetime": round(float(ahead.value[levels == level.value].sum()) * minor),
            }
            for level in ChurnLevel
        },
    }
