"""Fiscal periods, business days and business hours."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib.fiscal import (
    GRAINS,
    Period,
    add_business_days,
    add_business_hours,
    business_hours_between,
    days_left,
    is_business_day,
    label,
    months_of,
    period_of,
    periods_between,
    previous,
    wareki,
    year_before,
)

JST = timezone(timedelta(hours=9))
TODAY = date(2026, 11, 22)


def test_a_day_lies_in_its_month_quarter_half_and_year():
    assert period_of(TODAY) == Period(date(2026, 11, 1), date(2026, 12, 1), "month")
    assert period_of(TODAY, grain="quarter") == Period(date(2026, 10, 1), date(2027, 1, 1), "quarter")
    assert period_of(TODAY, grain="half") == Period(date(2026, 10, 1), date(2027, 4, 1), "half")
    assert period_of(TODAY, grain="year") == Period(date(2026, 4, 1), date(2027, 4, 1), "year")
    assert period_of(date(2027, 3, 31), grain="year").start == date(2026, 4, 1)
    assert period_of(TODAY, grain="year", start_month=1).start == date(2026, 1, 1)
    assert period_of(TODAY, grain="quarter", start_month=3).start == date(2026, 9, 1)


def test_the_period_before_and_the_year_before():
    quarter = period_of(date(2026, 5, 1), grain="quarter")
    assert previous(quarter) == period_of(date(2026, 3, 31), grain="quarter")
    assert year_before(quarter) == period_of(date(2025, 5, 1), grain="quarter")
    assert previous(period_of(date(2027, 1, 9))).start == date(2026, 12, 1)


def test_periods_are_called_as_in_japanese_companies():
    third = period_of(TODAY, grain="quarter")
    assert label(third) == "2026年度 第3四半期"
    assert label(third, language="en") == "FY2026 Q3"
    assert label(period_of(TODAY)) == "2026年11月"
    assert label(period_of(TODAY), language="en") == "Nov 2026"
    assert label(period_of(date(2026, 4, 1), grain="half")) == "2026年度 上期"
    assert label(period_of(date(2027, 3, 31), grain="half")) == "2026年度 下期"
    assert label(period_of(date(2027, 3, 31), grain="year")) == "2026年度"
    assert label(period_of(date(2026, 9, 1), grain="quarter", start_month=9), start_month=9) == "2026年度 第1四半期"


def test_a_year_has_twelve_months_and_today_counts_as_left():
    year = period_of(TODAY, grain="year")
    months = months_of(year)
    assert len(months) == 12
    assert (months[0].start, months[-1].end) == (year.start, year.end)
    november = period_of(TODAY)
    assert days_left(november, TODAY) == 9
    assert days_left(november, date(2026, 11, 30)) == 1
    assert days_left(november, date(2026, 12, 1)) == 0
    assert days_left(november, date(2026, 1, 1)) == 30


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.integers(0, 900),
    st.sampled_from(list(GRAINS)),
    st.integers(1, 12),
)
def test_periods_cover_every_day_once(start, days, grain, start_month):
    end = start + timedelta(days=days)
    periods = periods_between(start, end, grain=grain, start_month=start_month)
    assert all(earlier.end == later.start for earlier, later in pairwise(periods))
    if periods:
        assert start in periods[0]
        assert end - timedelta(days=1) in periods[-1]
        assert all(previous(period).end == period.start for period in periods)
    else:
        assert days == 0


def test_days_are_written_in_the_japanese_era():
    assert wareki(TODAY) == "令和8年11月22日"
    assert wareki(date(2019, 5, 1)) == "令和元年5月1日"
    assert wareki(date(2019, 4, 30)) == "平成31年4月30日"


def test_weekends_holidays_their_substitutes_and_company_holidays_are_no_business_days():
    assert not is_business_day(date(2026, 11, 21))
    assert not is_business_day(date(2026, 11, 23))
    assert not is_business_day(date(2026, 5, 6))
    assert is_business_day(date(2026, 11, 24))
    assert not is_business_day(date(2026, 12, 29), closed=frozenset({date(2026, 12, 29)}))


def test_business_days_are_counted_over_holidays():
    friday = date(2026, 11, 20)
    assert add_business_days(friday, 1) == date(2026, 11, 24)
    assert add_business_days(date(2026, 11, 24), -1) == friday
    assert add_business_days(TODAY, 0) == date(2026, 11, 24)


def test_four_business_hours_from_friday_afternoon_end_on_tuesday():
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=JST)
    assert add_business_hours(friday, 4) == datetime(2026, 11, 24, 11, 0, tzinfo=JST)
    assert add_business_hours(friday, 2) == datetime(2026, 11, 20, 18, 0, tzinfo=JST)
    assert add_business_hours(friday.astimezone(UTC), 1.5) == datetime(2026, 11, 20, 17, 30, tzinfo=JST)
    assert add_business_hours(datetime(2026, 11, 21, 3, 0, tzinfo=JST), 1) == datetime(2026, 11, 24, 10, tzinfo=JST)
    assert add_business_hours(datetime(2026, 11, 20, 23, 0, tzinfo=JST), 0) == datetime(2026, 11, 24, 9, tzinfo=JST)


def test_business_hours_between_leave_out_nights_and_holidays():
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=JST)
    assert business_hours_between(friday, datetime(2026, 11, 24, 11, 0, tzinfo=JST)) == 4
    assert business_hours_between(friday, friday) == 0
    assert business_hours_between(datetime(2026, 11, 24, 11, tzinfo=JST), friday) == 0


@given(st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)), st.integers(1, 200))
def test_hours_added_are_the_hours_between(at, hours):
    start = at.replace(tzinfo=JST)
    assert business_hours_between(start, add_business_hours(start, hours)) == pytest.approx(hours)


def test_hours_are_not_taken_away_and_a_company_always_closed_is_refused():
    with pytest.raises(ValueError):
        add_business_hours(datetime(2026, 11, 20, tzinfo=JST), -1)
    with pytest.raises(ValueError):
        add_business_hours(datetime(2026, 11, 20, tzinfo=JST), 1, opens=9, closes=9)
