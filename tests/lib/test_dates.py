"""Dates as files write them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib.dates import parse_date, parse_datetime
from ryorin.lib.fiscal import wareki

JST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "２０２６年１１月２２日",
        "2026年 11月 22日",
        "令和8年11月22日",
        "R8.11.22",
        "r08/11/22",
        "20261122",
        "2026/11/22(日)",
        "46348",
        "2026-11-22T10:30:00+09:00",
        "2026/11/22 10:30",
        " 2026-11-22 ",
    ],
)
def test_a_date_is_read_as_people_write_it(text):
    assert parse_date(text) == date(2026, 11, 22)


def test_first_years_and_last_days_of_eras_are_read():
    assert parse_date("令和元年5月1日") == date(2019, 5, 1)
    assert parse_date("昭和64年1月7日") == date(1989, 1, 7)
    assert parse_date("H28/10/1") == date(2016, 10, 1)
    assert parse_date("明治33年1月1日") == date(1900, 1, 1)


def test_foreign_orders_are_read_only_when_named():
    assert parse_date("10/20/2016", formats=("%m/%d/%Y",)) == date(2016, 10, 20)
    found = parse_datetime("26-02-2018 19:58", tz="UTC", formats=("%d-%m-%Y %H:%M",))
    assert found == datetime(2018, 2, 26, 19, 58, tzinfo=UTC)
    for text in ("10/20/2016", "26-02-2018", "01/02/03"):
        with pytest.raises(ValueError):
            parse_date(text)
    with pytest.raises(ValueError):
        parse_date("2016-10-20", formats=("%m/%d/%Y",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30", "2026年2月は28日まで"),
        ("2026/13/01", "月が正しくありません"),
        ("平成35年1月1日", "平成にない"),
        ("令和元年4月30日", "令和にない"),
        ("令和0年5月1日", "令和にない"),
        ("0000-01-01", "日付として読めません"),
        ("明日", "日付として読めません"),
        ("", "日付として読めません"),
        ("2026-11", "日付として読めません"),
        ("2026-11-221", "日付として読めません"),
    ],
)
def test_an_impossible_date_says_what_is_wrong(text, said):
    with pytest.raises(ValueError, match=said):
        parse_date(text)


def test_a_time_without_an_offset_is_wall_clock_time():
    assert parse_datetime("2026-11-22 10:30") == datetime(2026, 11, 22, 10, 30, tzinfo=JST)
    assert parse_datetime("2026年11月22日 10時30分") == datetime(2026, 11, 22, 10, 30, tzinfo=JST)
    assert parse_datetime("2026/11/22 9:05:07") == datetime(2026, 11, 22, 9, 5, 7, tzinfo=JST)
    assert parse_datetime("2026-11-22") == datetime(2026, 11, 22, tzinfo=JST)
    assert parse_datetime("46348.5") == datetime(2026, 11, 22, 12, tzinfo=JST)


def test_a_time_with_an_offset_keeps_it():
    assert parse_datetime("2026-11-22T01:30:00Z") == datetime(2026, 11, 22, 10, 30, tzinfo=JST)
    assert parse_datetime("2026/11/22 10:30:00.5 +09:00") == datetime(2026, 11, 22, 1, 30, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-22 25:00", "2026-11-22 10:61", "2026-11-22 soon", "10:30"])
def test_an_impossible_time_is_refused(text):
    with pytest.raises(ValueError):
        parse_datetime(text)


@given(st.dates(date(1873, 1, 1), date(2099, 12, 31)))
def test_a_day_written_in_its_era_is_read_back(day):
    assert parse_date(wareki(day)) == day
    assert parse_date(f"{day.year:04}/{day.month}/{day.day}") == day


@given(st.text(max_size=30) | st.from_regex(r"[0-9RHS令和年月日/.\-: T+Z]{1,24}", fullmatch=True))
def test_any_text_is_a_time_or_a_value_error(text):
    for parse in (parse_date, parse_datetime):
        with suppress(ValueError):
            parse(text)
