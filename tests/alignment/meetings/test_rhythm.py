"""When regular meetings are: no database is asked."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.alignment.meetings.rules.rhythm import (
    Rule,
    days_of,
    held_on,
    mailed_at,
    moment_of,
    nth_weekday,
    period_for,
)
from ryorin.lib.fiscal import is_business_day

TOKYO = ZoneInfo("Asia/Tokyo")


def test_the_second_tuesday_of_december_is_the_eighth():
    assert nth_weekday(2026, 12, weekday=1, nth=2) == date(2026, 12, 8)


def test_the_last_friday_may_be_the_fourth_or_the_fifth():
    assert nth_weekday(2026, 11, weekday=4, nth=5) == date(2026, 11, 27)
    assert nth_weekday(2027, 1, weekday=4, nth=5) == date(2027, 1, 29)


@given(year=st.integers(2020, 2040), month=st.integers(1, 12), weekday=st.integers(0, 6), nth=st.integers(1, 5))
def test_the_nth_weekday_lies_in_its_month_on_its_weekday(year: int, month: int, weekday: int, nth: int):
    day = nth_weekday(year, month, weekday=weekday, nth=nth)
    assert (day.year, day.month, day.weekday()) == (year, month, weekday)
    assert (day.day - 1) // 7 + 1 == nth or nth == 5
    if nth == 5:
        assert (day + timedelta(days=7)).month != month


def test_a_weekly_meeting_begins_with_the_first_such_day_on_or_after_its_start():
    rule = Rule("weekly", 1, 1, date(2026, 11, 18))
    found = list(days_of(rule, start=date(2026, 11, 1), end=date(2026, 12, 10)))
    assert found == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]


def test_every_second_week_is_counted_from_the_start_whenever_one_asks():
    rule = Rule("fortnightly", 0, 1, date(2026, 11, 2))
    whole = list(days_of(rule, start=date(2026, 11, 1), end=date(2027, 2, 1)))
    assert [(after - before).days for before, after in pairwise(whole)] == [14] * (len(whole) - 1)
    assert list(days_of(rule, start=date(2026, 12, 7), end=date(2026, 12, 20))) == [date(2026, 12, 14)]


def test_a_monthly_meeting_crosses_the_end_of_the_year():
    rule = Rule("monthly", 1, 1, date(2026, 11, 1))
    found = list(days_of(rule, start=date(2026, 12, 15), end=date(2027, 3, 1)))
    assert found == [date(2027, 1, 5), date(2027, 2, 2)]


@given(
    rhythm=st.sampled_from(["weekly", "fortnightly", "monthly"]),
    weekday=st.integers(0, 6),
    nth=st.integers(1, 5),
    starts_on=st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    cut=st.integers(1, 200),
)
def test_asking_in_two_pieces_gives_the_same_days(rhythm: str, weekday: int, nth: int, starts_on: date, cut: int):
    rule, start = Rule(rhythm, weekday, nth, starts_on), date(2026, 1, 1)
    middle, end = start + timedelta(days=cut), start + timedelta(days=300)
    pieces = [*days_of(rule, start=start, end=middle), *days_of(rule, start=middle, end=end)]
    assert pieces == list(days_of(rule, start=start, end=end))


def test_a_holiday_puts_the_meeting_on_the_next_business_day():
    assert held_on(date(2026, 11, 23)) == date(2026, 11, 24)  # 勤労感謝の日
    assert held_on(date(2027, 1, 1), closed={date(2027, 1, 4)}) == date(2027, 1, 5)


@given(day=st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_a_meeting_is_never_before_its_day_and_always_on_a_business_day(day: date):
    found = held_on(day)
    assert found >= day and is_business_day(found)


def test_the_period_is_seen_from_the_day_of_the_meeting():
    day = date(2026, 12, 1)
    assert period_for("last_month", day, start_month=4).start == date(2026, 11, 1)
    assert period_for("this_month", day, start_month=4).end == date(2027, 1, 1)
    assert period_for("last_quarter", day, start_month=4).start == date(2026, 7, 1)
    assert period_for("this_year", day, start_month=7).start == date(2026, 7, 1)


@pytest.mark.parametrize(("days", "expected"), [(1, datetime(2026, 11, 20, 9)), (3, datetime(2026, 11, 18, 9))])
def test_the_agenda_goes_out_so_many_business_days_before(days: int, expected: datetime):
    starts_at = moment_of(date(2026, 11, 24), time(10), tz="Asia/Tokyo")
    found = mailed_at(starts_at, business_days=days, opens=9, tz="Asia/Tokyo", closed=frozenset())
    assert found == expected.replace(tzinfo=TOKYO)


def test_an_agenda_of_the_same_day_goes_out_two_hours_before():
    starts_at = moment_of(date(2026, 11, 24), time(10), tz="Asia/Tokyo")
    found = mailed_at(starts_at, business_days=0, opens=9, tz="Asia/Tokyo", closed=frozenset())
    assert found == starts_at - timedelta(hours=2)
