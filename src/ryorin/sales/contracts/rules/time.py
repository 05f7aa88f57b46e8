"""When a contract runs, is billed, renewed, and by when notice must be given."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from ryorin.lib.fiscal import add_business_days

MONTHS = {"month": 1, "year": 12}
REMIND_BUSINESS_DAYS = 10
LONGEST_PERIODS = 1_200  # a hundred years of months


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, the last day of the month where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(starts_on: date, *, months: int) -> date:
    """Return the last day of a stretch of whole months: from 2026-04-01, 12 months, it is 2027-03-31."""
    return add_months(starts_on, months) - timedelta(days=1)


def periods(starts_on: date, *, billed: str, until: date) -> Iterator[date]:
    """Yield the first day of each period that has begun by `until`, counted from the contract's first day."""
    for place in range(LONGEST_PERIODS):
        day = add_months(starts_on, place * MONTHS[billed])
        if day > until:
            return
        yield day


def count_periods(starts_on: date, ends_on: date | None, *, billed: str) -> int:
    """Return how many periods the term holds; one where it has no end."""
    return sum(1 for _day in periods(starts_on, billed=billed, until=ends_on)) if ends_on else 1


def next_term(ends_on: date, *, months: int) -> tuple[date, date]:
    """Return the first and last day of the term after the one that ends."""
    start = ends_on + timedelta(days=1)
    return start, last_day(start, months=months)


def notice_by(ends_on: date, *, days: int) -> date:
    """Return the last day on which notice is in time."""
    return ends_on - timedelta(days=days)


def day_to_mind(ends_on: date | None, *, renews: bool, notice_days: int) -> date | None:
    """Return the day the owner must not miss: where it renews the last day of notice, else the end."""
    if ends_on is None:
        return None
    return notice_by(ends_on, days=notice_days) if renews else ends_on


def remind_on(day: date, *, closed: Collection[date] = frozenset()) -> date:
    """Return when the owner is reminded of a day: ten business days before it."""
    return add_business_days(day, -REMIND_BUSINESS_DAYS, closed=closed)
