"""Mei and Sato meet every month; Kimura organises. It is Tuesday, 24 November 2026, nine o'clock in Tokyo."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.world import World, build_world

from ryorin.alignment.meetings.actions import create_series
from ryorin.alignment.meetings.models import Meeting, Series
from ryorin.lib import clock

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.frozen(NOW) as moment:
        yield moment


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return build_world()


@pytest.fixture
def begin(world: World) -> Callable[..., Series]:
    """Begins a regular meeting; what is not named is the monthly one of the first Tuesday at ten."""

    def begin_(**named: Any) -> Series:
        fields: dict[str, Any] = {
            "name": "営業・マーケ定例",
            "rhythm": "monthly",
            "weekday": 1,
            "nth": 1,
            "starts_on": date(2026, 11, 1),
            "begins_at": time(10),
            "minutes": 60,
            "place": "第1会議室",
            "organiser": world.kimura,
            "members": [world.kimura, world.mei, world.sato],
            "looks_at": "this_month",
        }
        return create_series(by=world.kimura, **fields | named)

    return begin_


@pytest.fixture
def series(begin: Callable[..., Series]) -> Series:
    return begin(emails=["agency@partner.example"])


@pytest.fixture
def meeting(series: Series) -> Meeting:
    found = series.meetings.order_by("starts_at").first()
    assert found is not None
    return found


@pytest.fixture
def later() -> Callable[[Meeting], Any]:
    """Call with a meeting: the time ten minutes after it has begun."""

    def later_(meeting: Meeting) -> Any:
        return clock.frozen(meeting.starts_at + timedelta(minutes=10))

    return later_
