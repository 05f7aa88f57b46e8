"""When a card is due: waiting times in the company's clock and calendar, quiet hours, days that come every year."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ryorin.lib.fiscal import add_business_days, is_business_day

UNITS = ("minutes", "hours", "days", "business_days")
LONGEST = {"minutes": 60 * 24 * 7, "hours": 24 * 90, "days": 730, "business_days": 500}
CHECK_AGAIN = timedelta(hours=6)  # a condition that the clock alone can change
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """The company's clock and the days it is closed."""

    tz: str = "Asia/Tokyo"
    opens: int = 9
    closed: Collection[date] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def day_of(self, at: datetime) -> date:
        """Return the day it is at a moment, by the company's clock."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is written to: hours of the day (from 21 until 8 passes midnight; equal: none), and days off."""

    hour_from: int = 21
    hour_until: int = 8
    only_business_days: bool = False
    is_on: bool = True


def after(at: datetime, amount: int, unit: str, *, work: Work) -> datetime:
    """Return the moment so much later; days keep the hour of the company's clock, business days skip days off."""
    if unit == "minutes":
        return at + timedelta(minutes=amount)
    if unit == "hours":
        return at + timedelta(hours=amount)
    local = at.astimezone(work.zone)
    if unit == "business_days":
        return _at(add_business_days(local.date(), amount, closed=work.closed), local.time(), work)
    return _at(local.date() + timedelta(days=amount), local.time(), work)


def wait_until(at: datetime, config: Mapping[str, Any], *, work: Work) -> datetime:
    """Return when a wait that begins at a moment is over."""
    if config.get("mode") == "until":
        return next_time(
            at,
            hour=int(config.get("hour", 9)),
            minute=int(config.get("minute", 0)),
            weekdays=tuple(config.get("weekdays") or ()),
            only_business_days=bool(config.get("business")),
            work=work,
        )
    return after(at, int(config["amount"]), str(config["unit"]), work=work)


def next_time(
    at: datetime,
    *,
    hour: int,
    minute: int = 0,
    weekdays: tuple[int, ...] = (),
    only_business_days: bool = False,
    work: Work,
) -> datetime:
    """Return the next time the clock shows the hour on one of the weekdays (0 is Monday; none: any), from now on."""
    day = work.day_of(at)
    for _each in range(400):
        fits = (not weekdays or day.weekday() in weekdays) and (
            not only_business_days or is_business_day(day, closed=work.closed)
        )
        moment = _at(day, time(hour, minute), work)
        if fits and moment >= at:
            return moment
        day += _ONE_DAY
    return at


def quiet_until(at: datetime, quiet: Quiet, *, work: Work) -> datetime | None:
    """Return until when one has to wait with writing, None when one may write now."""
    if not quiet.is_on:
        return None
    moment = at
    for _each in range(400):
        end = _end_of_quiet(moment, quiet, work)
        if end is None:
            return None if moment == at else moment
        moment = end
    return moment


def _end_of_quiet(at: datetime, quiet: Quiet, work: Work) -> datetime | None:
    local = at.astimezone(work.zone)
    if quiet.only_business_days and not is_business_day(local.date(), closed=work.closed):
        return _at(local.date() + _ONE_DAY, time(quiet.hour_until % 24), work)
    begin, end = quiet.hour_from, quiet.hour_until
    if begin == end:
        return None
    inside = begin <= local.hour < end if begin < end else local.hour >= begin or local.hour < end
    if not inside:
        return None
    day = local.date() + _ONE_DAY if begin > end and local.hour >= begin else local.date()
    return _at(day, time(), work) if end == 24 else _at(day, time(end), work)


def day_due(today: date, *, offset: int, yearly: bool) -> list[date]:
    """Return the dates that are due today, `offset` days after them (before, where negative).

    Every year: any year counts, only month and day are looked at; what fell on 29 February is due on the 28th in a
    year that has none.
    """
    day = today - timedelta(days=offset)
    if not yearly:
        return [day]
    days = [day]
    if day.month == 2 and day.day == 28 and not _is_leap(day.year):
        days.append(date(2000, 2, 29))
    return days


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _at(day: date, at: time, work: Work) -> datetime:
    """Return the moment of a clock time on a day; a time the clock jumps over is the moment after the jump."""
    return datetime.combine(day, at, work.zone).astimezone(UTC)
