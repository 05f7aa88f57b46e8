"""Times, lanes and weeks without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.sales.calendar.errors import EndsBeforeStart, LinkUnusable, NotOverYet, OutsideTheCalendar, TooLong
from ryorin.sales.calendar.rules import (
    Lane,
    checked_link,
    checked_times,
    lanes,
    moment_of,
    overlaps,
    week_of,
    weeks_of_month,
)

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(start: float, end: float) -> tuple[datetime, datetime]:
    return NOON + start * HOUR, NOON + end * HOUR


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (NOON, NOON, EndsBeforeStart),
        (NOON, NOON - HOUR, EndsBeforeStart),
        (NOON, NOON + 25 * HOUR, TooLong),
        (NOON.replace(year=1900), NOON, OutsideTheCalendar),
        (NOON.replace(year=9999), NOON.replace(year=9999) + HOUR, OutsideTheCalendar),
    ],
)
def test_impossible_times_are_refused(start: datetime, end: datetime, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked_times(start, end)


def test_appointments_that_follow_each_other_do_not_overlap() -> None:
    assert not overlaps(span(0, 1), span(1, 2))
    assert overlaps(span(0, 1.5), span(1, 2))


def test_appointments_at_the_same_time_stand_side_by_side() -> None:
    found = lanes([span(0, 2), span(1, 3), span(2, 3), span(4, 5)])
    assert found == [Lane(0, 2), Lane(1, 2), Lane(0, 2), Lane(0, 1)]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=20))
def test_no_two_appointments_cover_each_other(pairs: list[tuple[int, int]]) -> None:
    spans = [span(start / 4, (start + length) / 4) for start, length in pairs]
    found = lanes(spans)
    for one in range(len(spans)):
        assert 0 <= found[one].number < found[one].of
        for other in range(one):
            if overlaps(spans[one], spans[other]):
                assert found[one].number != found[other].number
                assert found[one].of == found[other].of


def test_a_week_begins_on_monday_and_a_month_has_whole_weeks() -> None:
    assert week_of(date(2026, 11, 22))[0] == date(2026, 11, 16)
    weeks = weeks_of_month(date(2026, 11, 22))
    assert (weeks[0][0], weeks[-1][-1], len(weeks)) == (date(2026, 10, 26), date(2026, 12, 6), 6)
    assert len(weeks_of_month(date(2027, 2, 1))) == 4


def test_only_web_addresses_are_meeting_links() -> None:
    assert checked_link(" https://meet.example/abc ") == "https://meet.example/abc"
    for text in ("javascript:alert(1)", "meet.example", "https://a b"):
        with pytest.raises(LinkUnusable):
            checked_link(text)


def test_what_has_not_begun_cannot_be_done() -> None:
    assert moment_of(NOON, now=NOON + HOUR) == NOON
    assert moment_of(NOON + timedelta(minutes=3), now=NOON) == NOON
    with pytest.raises(NotOverYet):
        moment_of(NOON + HOUR, now=NOON)
