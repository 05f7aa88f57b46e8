"""Waiting times by the clock and calendar of the company."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from ryorin.marketing.journeys.rules.waiting import Quiet, Work, after, day_due, next_time, quiet_until, wait_until

TOKYO = ZoneInfo("Asia/Tokyo")
JAPAN = Work()
BERLIN = Work(tz="Europe/Berlin")


def tokyo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TOKYO)  # type: ignore[misc,arg-type]


def test_days_keep_the_hour() -> None:
    assert after(tokyo(2026, 12, 30, 10, 15), 3, "days", work=JAPAN) == tokyo(2027, 1, 2, 10, 15)


def test_business_days_skip_weekends_holidays_and_days_the_company_is_closed() -> None:
    friday = tokyo(2026, 11, 20, 10, 0)  # Monday the 23rd is a holiday
    assert after(friday, 1, "business_days", work=JAPAN) == tokyo(2026, 11, 24, 10, 0)
    closed = Work(closed=frozenset({date(2026, 11, 24)}))
    assert after(friday, 1, "business_days", work=closed) == tokyo(2026, 11, 25, 10, 0)


def test_one_day_after_29_february_and_over_the_end_of_the_year() -> None:
    assert after(tokyo(2028, 2, 28, 9), 1, "days", work=JAPAN) == tokyo(2028, 2, 29, 9)
    assert after(tokyo(2026, 12, 31, 23, 59), 1, "days", work=JAPAN) == tokyo(2027, 1, 1, 23, 59)


def test_days_keep_the_hour_over_a_change_of_the_clocks() -> None:
    before = datetime(2026, 3, 28, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    later = after(before, 1, "days", work=BERLIN)
    assert later.astimezone(ZoneInfo("Europe/Berlin")).hour == 9
    assert (later - before.astimezone(UTC)).total_seconds() == 23 * 3600


def test_an_hour_that_the_clocks_jump_over_still_comes() -> None:
    night = datetime(2026, 3, 29, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    found = next_time(night, hour=2, minute=30, work=BERLIN)
    assert night.astimezone(UTC) < found < datetime(2026, 3, 29, 4, 0, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_the_first_one() -> None:
    night = datetime(2026, 10, 25, 0, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert next_time(night, hour=2, minute=30, work=BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("weekdays", "business", "expected"),
    [
        ((), False, (2026, 11, 21, 9)),
        ((0,), False, (2026, 11, 23, 9)),
        ((), True, (2026, 11, 24, 9)),
        ((1, 3), False, (2026, 11, 24, 9)),
    ],
)
def test_a_wait_until_an_hour_ends_on_the_next_such_day(
    weekdays: tuple[int, ...], business: bool, expected: tuple[int, ...]
) -> None:
    friday = tokyo(2026, 11, 20, 10, 0)
    config = {"mode": "until", "hour": 9, "minute": 0, "weekdays": list(weekdays), "business": business}
    assert wait_until(friday, config, work=JAPAN) == tokyo(*expected)


def test_a_wait_until_the_present_hour_is_over_at_once() -> None:
    nine = tokyo(2026, 11, 20, 9, 0)
    assert next_time(nine, hour=9, work=JAPAN) == nine


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ((2026, 11, 16, 20, 59), None),
        ((2026, 11, 16, 21, 0), (2026, 11, 17, 8)),
        ((2026, 11, 17, 7, 59), (2026, 11, 17, 8)),
        ((2026, 11, 17, 8, 0), None),
        ((2026, 12, 31, 23, 0), (2027, 1, 1, 8)),
    ],
)
def test_at_night_one_waits_for_the_morning(at: tuple[int, ...], until: tuple[int, ...] | None) -> None:
    assert quiet_until(tokyo(*at), Quiet(), work=JAPAN) == (tokyo(*until) if until else None)


def test_on_days_off_one_waits_for_the_next_business_day_where_wished() -> None:
    quiet = Quiet(only_business_days=True)
    assert quiet_until(tokyo(2026, 11, 21, 12, 0), quiet, work=JAPAN) == tokyo(2026, 11, 24, 8, 0)
    assert quiet_until(tokyo(2026, 11, 21, 12, 0), Quiet(is_on=False), work=JAPAN) is None


def test_a_day_that_comes_every_year_falls_on_28_february_where_there_is_no_29th() -> None:
    assert day_due(date(2027, 2, 28), offset=0, yearly=True) == [date(2027, 2, 28), date(2000, 2, 29)]
    assert day_due(date(2028, 2, 28), offset=0, yearly=True) == [date(2028, 2, 28)]
    assert day_due(date(2028, 2, 29), offset=0, yearly=True) == [date(2028, 2, 29)]


def test_days_before_and_after_a_date() -> None:
    assert day_due(date(2027, 1, 1), offset=-30, yearly=False) == [date(2027, 1, 31)]
    assert day_due(date(2027, 1, 1), offset=1, yearly=False) == [date(2026, 12, 31)]
