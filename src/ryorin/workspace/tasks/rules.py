"""Decisions about tasks without a database."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class When(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"
    UNDATED = "undated"


class Snooze(StrEnum):
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"
    IN_A_MONTH = "in_a_month"


DAYS = {Snooze.TOMORROW: 1, Snooze.NEXT_WEEK: 7, Snooze.IN_A_MONTH: 30}


def when(due_at: datetime | None, *, now: datetime, tz: str) -> When:
    """Return where a task stands on its owner's list; what was due earlier today is overdue already."""
    if due_at is None:
        return When.UNDATED
    if due_at < now:
        return When.OVERDUE
    zone = ZoneInfo(tz)
    return When.TODAY if due_at.astimezone(zone).date() == now.astimezone(zone).date() else When.LATER


def snoozed(due_at: datetime | None, until: Snooze, *, now: datetime, tz: str) -> datetime:
    """Return the new due time: so many days from today, at the hour it was due, else at nine."""
    zone = ZoneInfo(tz)
    hour = due_at.astimezone(zone).timetz() if due_at else datetime(2000, 1, 1, 9, tzinfo=zone).timetz()
    day = now.astimezone(zone).date() + timedelta(days=DAYS[until])
    return datetime.combine(day, hour)
