"""The only place that asks the machine what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return _frozen_at.get() or datetime.now(UTC)


def today(tz: str = "Asia/Tokyo") -> date:
    """Return the calendar day it is now in the time zone."""
    return now().astimezone(ZoneInfo(tz)).date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Return a context in which `now()` stands still at an aware time (for tests and made-up data)."""
    if at.tzinfo is None:
        raise ValueError("frozen() needs an aware datetime")
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield at.astimezone(UTC)
    finally:
        _frozen_at.reset(token)
