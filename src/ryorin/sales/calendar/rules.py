"""Decisions about appointments without a database."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from ryorin.sales.calendar.errors import (
    EndsBeforeStart,
    LinkUnusable,
    NotOverYet,
    OutsideTheCalendar,
    TooLong,
    UnknownKind,
)
from ryorin.sales.calendar.models import AppointmentKind

YEARS = (2000, 2199)
LONGEST = timedelta(hours=24)
MOST_GUESTS = 50
EARLY = timedelta(minutes=5)  # clocks differ; a visit may be noted this long before it begins
USUAL_MINUTES = {
    AppointmentKind.VISIT: 60,
    AppointmentKind.MEETING: 60,
    AppointmentKind.CALL: 15,
    AppointmentKind.INTERNAL: 60,
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Lane:
    """Where an appointment stands among those at the same time: which column of how many."""

    number: int
    of: int


def checked_times(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Return both times; refuses an end that is not later, a length of more than a day, and far-off years."""
    if not (YEARS[0] <= starts_at.year <= YEARS[1] and YEARS[0] <= ends_at.year <= YEARS[1]):
        raise OutsideTheCalendar(first=YEARS[0], last=YEARS[1])
    if ends_at <= starts_at:
        raise EndsBeforeStart()
    if ends_at - starts_at > LONGEST:
        raise TooLong()
    return starts_at, ends_at


def end_of(starts_at: datetime, length: timedelta) -> datetime:
    """Return when something ends that begins then and takes so long; refuses what lies beyond all calendars."""
    try:
        return starts_at + length
    except OverflowError:
        raise OutsideTheCalendar(first=YEARS[0], last=YEARS[1]) from None


def known_kind(kind: str) -> AppointmentKind:
    """Return the kind of appointment by that name; refuses other names."""
    try:
        return AppointmentKind(kind)
    except ValueError:
        raise UnknownKind(kind=kind[:40]) from None


def checked_link(text: str) -> str:
    """Return the address of an online meeting; refuses what a browser would not open safely."""
    link = text.strip()
    if link and (not link.startswith(("https://", "http://")) or any(sign.isspace() for sign in link)):
        raise LinkUnusable()
    return link


def moment_of(starts_at: datetime, *, now: datetime) -> datetime:
    """Return when something that was planned was done; refuses what has not begun."""
    if starts_at > now + EARLY:
        raise NotOverYet()
    return min(starts_at, now)


def overlaps(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Return whether two spans share time; one that ends when the other begins does not."""
    return first[0] < second[1] and second[0] < first[1]


def lanes(spans: Sequence[tuple[datetime, datetime]]) -> list[Lane]:
    """Return for each span its column and how many columns its group has, so that no two cover each other."""
    order = sorted(range(len(spans)), key=lambda index: (spans[index][0], -spans[index][1].timestamp(), index))
    found: dict[int, Lane] = {}
    group: list[int] = []
    ends: list[datetime] = []
    column: dict[int, int] = {}
    until: datetime | None = None
    for index in order:
        start, end = spans[index]
        if until is not None and start >= until:
            found |= {one: Lane(column[one], len(ends)) for one in group}
            group, ends, until = [], [], None
        free = next((place for place, last in enumerate(ends) if last <= start), len(ends))
        ends[free : free + 1] = [end]
        column[index] = free
        group.append(index)
        until = end if until is None else max(until, end)
    found |= {one: Lane(column[one], len(ends)) for one in group}
    return [found[index] for index in range(len(spans))]


def digest_of(secret: str) -> str:
    """Return what is kept of the secret of a feed: SHA-256, in hexadecimal; the secret has 256 bits of chance."""
    return hashlib.sha256(secret.encode()).hexdigest()


def week_of(day: date) -> list[date]:
    """Return the seven days from Monday around the day."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=count) for count in range(7)]


def weeks_of_month(day: date) -> list[list[date]]:
    """Return the whole weeks from Monday that hold every day of the day's month."""
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    weeks = []
    while monday.month == day.month or monday < first:
        weeks.append([monday + timedelta(days=count) for count in range(7)])
        monday += timedelta(days=7)
    return weeks


def without_repeats(rows: Iterable[T]) -> list[T]:
    """Return the rows in order, each once."""
    return list(dict.fromkeys(rows))
