"""Periods of a fiscal year that starts in any month, business days and business hours in Japan."""

from calendar import month_abbr
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import jpholiday

from ryorin.lib.dates import era_of

Grain = Literal["month", "quarter", "half", "year"]

GRAINS: dict[Grain, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_ONE_DAY = timedelta(days=1)
_NEVER: frozenset[date] = frozenset()
_LONGEST_SEARCH = 3_660  # days without one business day before giving up


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole months from `start` up to, not including, `end`."""

    start: date
    end: date
    grain: Grain

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


def period_of(day: date, *, grain: Grain = "month", start_month: int = 4) -> Period:
    """Return the period of the fiscal year that the day lies in."""
    months_in = (day.month - start_month) % GRAINS[grain]
    return _period(_add_months(day.replace(day=1), -months_in), grain)


def previous(period: Period) -> Period:
    """Return the period just before, of the same grain."""
    return _period(_add_months(period.start, -GRAINS[period.grain]), period.grain)


def year_before(period: Period) -> Period:
    """Return the same period one year earlier."""
    return _period(_add_months(period.start, -12), period.grain)


def periods_between(start: date, end: date, *, grain: Grain = "month", start_month: int = 4) -> list[Period]:
    """Return the periods, in order, that together cover every day from `start` up to, not including, `end`."""
    periods: list[Period] = []
    day = start
    while day < end:
        periods.append(period_of(day, grain=grain, start_month=start_month))
        day = periods[-1].end
    return periods


def months_of(period: Period) -> list[Period]:
    """Return the months of the period, in order."""
    return periods_between(period.start, period.end, grain="month")


def days_left(period: Period, today: date) -> int:
    """Return how many days of the period are left, today included; 0 once it is over."""
    return max(0, (period.end - max(today, period.start)).days)


def fiscal_year_of(day: date, *, start_month: int = 4) -> int:
    """Return the fiscal year by the calendar year it starts in (2027-03-31 is in 2026)."""
    return day.year if day.month >= start_month else day.year - 1


def label(period: Period, *, start_month: int = 4, language: str = "ja") -> str:
    """Return the period's name, "2026年11月", "2026年度 第3四半期" or "2026年度 上期"; or "Nov 2026", "FY2026 Q3"."""
    japanese = language.startswith("ja")
    if period.grain == "month":
        start = period.start
        return f"{start.year}年{start.month}月" if japanese else f"{month_abbr[start.month]} {start.year}"
    year = fiscal_year_of(period.start, start_month=start_month)
    number = (period.start.month - start_month) % 12 // GRAINS[period.grain] + 1
    fiscal_year = f"{year}年度" if japanese else f"FY{year}"
    if period.grain == "quarter":
        return f"{fiscal_year} 第{number}四半期" if japanese else f"{fiscal_year} Q{number}"
    if period.grain == "half":
        return f"{fiscal_year} {'上期' if number == 1 else '下期'}" if japanese else f"{fiscal_year} H{number}"
    return fiscal_year


def wareki(day: date) -> str:
    """Return the day in the Japanese era: "令和8年11月22日", "令和元年5月1日"."""
    era, year = era_of(day)
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def is_business_day(day: date, *, closed: Collection[date] = _NEVER) -> bool:
    """Return whether people work: no weekend, no national holiday, no day the company is closed."""
    return day.weekday() < 5 and day not in closed and day not in holidays_of(day.year)


@lru_cache(maxsize=256)
def holidays_of(year: int) -> dict[date, str]:
    """Return the national holidays of a calendar year with their Japanese names, substitutes included."""
    return dict(jpholiday.year_holidays(year))


def add_business_days(day: date, days: int, *, closed: Collection[date] = _NEVER) -> date:
    """Return the day so many business days later (earlier where negative); 0 gives the day itself or the next one."""
    step = _ONE_DAY if days >= 0 else -_ONE_DAY
    found = _next_business_day(day, step, closed) if days == 0 else day
    for _each in range(abs(days)):
        found = _next_business_day(found + step, step, closed)
    return found


def add_business_hours(
    at: datetime,
    hours: float,
    *,
    opens: int = 9,
    closes: int = 18,
    tz: str = "Asia/Tokyo",
    closed: Collection[date] = _NEVER,
) -> datetime:
    """Return the moment when so many business hours have passed since `at`, in the time zone `tz`."""
    if hours < 0:
        raise ValueError("business hours are added, not taken away")
    left = timedelta(hours=hours)
    for opening, closing in _open_times(at, opens, closes, tz, closed):
        begin = max(at, opening)
        if left < closing - begin or left == closing - begin > timedelta(0):
            return begin + left
        left -= max(closing - begin, timedelta(0))
    raise ValueError("no business day within ten years")


def business_hours_between(
    start: datetime,
    end: datetime,
    *,
    opens: int = 9,
    closes: int = 18,
    tz: str = "Asia/Tokyo",
    closed: Collection[date] = _NEVER,
) -> float:
    """Return the business hours from `start` to `end`, 0 where the end is not later."""
    total = timedelta(0)
    zone = ZoneInfo(tz)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last:
        if is_business_day(day, closed=closed):
            opening, closing = _opening_hours(day, opens, closes, zone)
            total += max(min(end, closing) - max(start, opening), timedelta(0))
        day += _ONE_DAY
    return total / timedelta(hours=1)


def _open_times(
    at: datetime, opens: int, closes: int, tz: str, closed: Collection[date]
) -> Iterator[tuple[datetime, datetime]]:
    """Return opening and closing time of each business day from the day of `at` on."""
    zone = ZoneInfo(tz)
    day = at.astimezone(zone).date()
    for _each in range(_LONGEST_SEARCH):
        if is_business_day(day, closed=closed):
            yield _opening_hours(day, opens, closes, zone)
        day += _ONE_DAY


def _opening_hours(day: date, opens: int, closes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the day's work starts and ends; 24 is the midnight that ends the day."""
    midnight = datetime.combine(day, time())
    opening, closing = midnight + timedelta(hours=opens), midnight + timedelta(hours=closes)
    return opening.replace(tzinfo=zone), closing.replace(tzinfo=zone)


def _next_business_day(day: date, step: timedelta, closed: Collection[date]) -> date:
    """Return the day itself or the nearest business day in the direction of the step."""
    for _each in range(_LONGEST_SEARCH):
        if is_business_day(day, closed=closed):
            return day
        day += step
    raise ValueError("no business day within ten years")


def _period(start: date, grain: Grain) -> Period:
    """Return the period of the grain that begins at the first of a month."""
    return Period(start, _add_months(start, GRAINS[grain]), grain)


def _add_months(first: date, months: int) -> date:
    """Return the first of the month so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
