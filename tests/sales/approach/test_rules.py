"""Who is left out, who comes first, when to try again, what is said: decisions without a database."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ryorin.customers.people.models import CallHours
from ryorin.sales.approach.errors import WhenMissing, WhenPast
from ryorin.sales.approach.models import Method, TargetState, Then, WhyOut
from ryorin.sales.approach.rules import (
    FIRST_OUTCOMES,
    MOST_OUTCOMES,
    Known,
    after_attempt,
    checked_future,
    filled,
    hours_at,
    opening_of,
    priority_of,
    why_out,
)

TOKYO = ZoneInfo("Asia/Tokyo")
TODAY = date(2026, 11, 24)
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=TOKYO)


def out(known: Known, method: str = Method.CALL, *, quiet_days: int = 0, skips: bool = False) -> str:
    return why_out(known, method=method, quiet_days=quiet_days, skips_open_deals=skips, today=TODAY)


def test_nobody_is_left_out_without_a_reason() -> None:
    assert all(out(Known(), method) == "" for method in Method)


def test_do_not_call_concerns_calls_and_refused_post_letters_only() -> None:
    silent, unposted = Known(do_not_call=True), Known(refuses_post=True)
    assert [out(silent, method) for method in Method] == [WhyOut.DO_NOT_CALL, "", ""]
    assert [out(unposted, method) for method in Method] == ["", "", WhyOut.NO_POST]


def test_calls_need_a_number_visits_and_letters_an_address() -> None:
    assert [out(Known(has_number=False), method) for method in Method] == [WhyOut.NO_NUMBER, "", ""]
    homeless = [out(Known(has_address=False), method) for method in Method]
    assert homeless == ["", WhyOut.NO_ADDRESS, WhyOut.NO_ADDRESS]


def test_the_last_contact_counts_in_whole_days() -> None:
    known = Known(last_contact_on=TODAY - timedelta(days=7))
    assert out(known, quiet_days=7) == ""
    assert out(known, quiet_days=8) == WhyOut.RECENT
    assert out(known) == ""


@given(some.integers(0, 10_000), some.integers(0, 10_000), some.dates(date(1990, 1, 1), TODAY))
def test_a_higher_score_always_comes_first(low: int, more: int, last: date) -> None:
    assert priority_of(low + more + 1, TODAY, today=TODAY) > priority_of(low, None, today=TODAY)
    assert priority_of(low, None, today=TODAY) >= priority_of(low, last, today=TODAY)
    assert priority_of(low, last, today=TODAY) >= priority_of(low, TODAY, today=TODAY)


@pytest.mark.parametrize("hour", range(24))
def test_who_named_no_hours_may_be_called_at_any(hour: int) -> None:
    wishes = hours_at(hour)
    assert "" in wishes
    assert len(wishes) <= 2
    assert all(hour in CallHours(wish).hours for wish in wishes if wish)


def test_who_is_away_on_friday_evening_is_tried_on_monday() -> None:
    then = after_attempt(Then.RETRY, attempts=1, limit=3, hours=4, again_at=None, now=FRIDAY, tz="Asia/Tokyo")
    assert then.state == TargetState.LATER
    assert then.due_at == datetime(2026, 11, 30, 11, 0, tzinfo=TOKYO)


def test_after_the_last_attempt_nobody_is_tried_again_unless_a_time_was_named() -> None:
    last = {"attempts": 3, "limit": 3, "hours": 4, "now": FRIDAY}
    assert after_attempt(Then.RETRY, again_at=None, **last).state == TargetState.DONE
    monday = FRIDAY + timedelta(days=3)
    assert after_attempt(Then.RETRY, again_at=monday, **last).due_at == monday
    assert after_attempt(Then.CALLBACK, again_at=monday, **last).due_at == monday


def test_a_time_to_come_is_neither_missing_nor_past_nor_absurd() -> None:
    with pytest.raises(WhenMissing):
        checked_future(None, now=FRIDAY)
    for wrong in (FRIDAY, FRIDAY - timedelta(minutes=1), FRIDAY.replace(year=2099)):
        with pytest.raises(WhenPast):
            checked_future(wrong, now=FRIDAY)


def test_a_script_is_filled_in_and_keeps_what_it_does_not_know() -> None:
    words = {"姓": "安達", "会社名": "", "name": "Ada"}
    assert filled("{姓}様（{会社名}）{氏名}", words) == "安達様（{会社名}）{氏名}"
    assert filled("｛姓｝様、{ name }、{{姓}}", words) == "安達様、Ada、{安達}"


def test_a_consumer_is_told_company_caller_goods_and_purpose() -> None:
    said = dict(opening_of(company="両輪商事", caller="佐藤 健", goods="浄水器", purpose=""))
    assert list(said.values())[:3] == ["両輪商事", "佐藤 健", "浄水器"]
    assert "勧誘" in said["電話の目的"]


def test_the_first_outcomes_fit_the_keys() -> None:
    for method in (Method.CALL, Method.VISIT):
        assert 0 < sum(one[0] == method for one in FIRST_OUTCOMES) <= MOST_OUTCOMES
