"""When a regular meeting is: the days of its rhythm, moved off holidays, and the period it looks back on."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ryorin.lib.fiscal import Period, add_business_days, period_of, previous

LAST = 5
SOON = timedelta(hours=2)
LOOKS_AT = {
    "this_month": ("month", False),
    "last_month": ("month", True),
    "this_quarter": ("quarter", False),
    "last_quarter": ("quarter", True),
    "this_year": ("year", False),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`rhythm` is weekly, fortnightly or monthly; weekday 0 is Monday; nth 1 to 4, 5 the last of the month."""

    rhythm: str
    weekday: int
    nth: int
    starts_on: date


def days_of(rule: Rule, *, start: date, end: date) -> Iterator[date]:
    """Return the days the rhythm says from `start` up to, not including, `end`, holidays not yet considered."""
    begin = max(start, rule.starts_on)
    found = _months(rule, begin, end) if rule.rhythm == "monthly" else _weeks(rule, begin, end)
    return (day for day in found if begin <= day < end)


def held_on(day: date, *, closed: Collection[date] = frozenset()) -> date:
    """Return the day itself, or the next on which people work; a day fallen on a holiday is never put earlier."""
    return add_business_days(day, 0, closed=closed)


def nth_weekday(year: int, month: int, *, weekday: int, nth: int) -> date:
    """Return the nth such weekday of the month; 5 is the last, which may be the fourth."""
    first = date(year, month, 1)
    day = 1 + (weekday - first.weekday()) % 7 + 7 * (min(nth, LAST) - 1)
    if day > monthrange(year, month)[1]:
        day -= 7
    return date(year, month, day)


def moment_of(day: date, at: time, *, tz: str) -> datetime:
    """Return when a meeting of that day begins, in the company's time zone."""
    return datetime.combine(day, at, ZoneInfo(tz))


def period_for(looks_at: str, day: date, *, start_month: int) -> Period:
    """Return the period a meeting of that day looks at."""
    grain, is_last = LOOKS_AT[looks_at]
    period = period_of(day, grain=grain, start_month=start_month)  # type: ignore[arg-type]
    return previous(period) if is_last else period


def mailed_at(starts_at: datetime, *, business_days: int, opens: int, tz: str, closed: Collection[date]) -> datetime:
    """Return when the agenda is sent: so many business days before as the company opens, 0: two hours before."""
    if business_days == 0:
        return starts_at - SOON
    day = add_business_days(starts_at.astimezone(ZoneInfo(tz)).date(), -business_days, closed=closed)
    return min(moment_of(day, time(opens), tz=tz), starts_at - SOON)


def _weeks(rule: Rule, begin: date, end: date) -> Iterator[date]:
    step = 14 if rule.rhythm == "fortnightly" else 7
    day = rule.starts_on + timedelta(days=(rule.weekday - rule.starts_on.weekday()) % 7)
    if day < begin:
        day += timedelta(days=-(-(begin - day).days // step) * step)
    while day < end:
        yield day
        day += timedelta(days=step)


def _months(rule: Rule, begin: date, end: date) -> Iterator[date]:
    year, month = begin.year, begin.month
    while date(year, month, 1) < end:
        yield nth_weekday(year, month, weekday=rule.weekday, nth=rule.nth)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
