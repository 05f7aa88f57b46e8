"""Due times over holidays, texts with placeholders, what counts as an answer: without a database."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.lib.fiscal import is_business_day
from ryorin.sales.sequences.errors import (
    MailTextMissing,
    PlaceholderUnknown,
    StepKindUnknown,
    StepsMissing,
    StepTitleMissing,
    TooManySteps,
    WaitTooLong,
)
from ryorin.sales.sequences.rules import (
    LONGEST_WAIT,
    MOST_STEPS,
    SAMPLES,
    Draft,
    Heard,
    WorkingTime,
    checked_steps,
    due_after,
    end_of_step,
    filled,
    obstacle,
    stop_reason,
)

TOKYO = ZoneInfo("Asia/Tokyo")
WORK = WorkingTime(tz="Asia/Tokyo", opens=9)
FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=TOKYO)  # Monday the 23rd is Labour Thanksgiving Day


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO)


def test_a_step_one_business_day_after_a_friday_before_a_holiday_is_due_on_tuesday() -> None:
    assert due_after(FRIDAY, 1, work=WORK) == at(24)


def test_days_on_which_the_company_is_closed_do_not_count() -> None:
    closed = WorkingTime(tz="Asia/Tokyo", opens=9, closed=frozenset({date(2026, 11, 24)}))
    assert due_after(FRIDAY, 1, work=closed) == at(25)


def test_a_step_without_a_wait_is_due_at_once_and_on_a_holiday_at_the_next_opening() -> None:
    assert due_after(FRIDAY, 0, work=WORK) == FRIDAY
    assert due_after(at(20, 7), 0, work=WORK) == at(20, 9)
    assert due_after(at(23, 11), 0, work=WORK) == at(24)


def test_who_is_away_gets_the_step_on_the_first_business_day_back() -> None:
    assert due_after(FRIDAY, 1, work=WORK, away_until=date(2026, 11, 27)) == at(30)
    assert due_after(FRIDAY, 1, work=WORK, away_until=date(2026, 11, 23)) == at(24)


@given(
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(TOKYO)),
    wait=st.integers(0, 60),
    away=st.none() | st.dates(date(2024, 1, 1), date(2028, 12, 31)),
)
def test_a_step_is_always_due_on_a_business_day_and_never_before_it_was_planned(
    start: datetime, wait: int, away: date | None
) -> None:
    due = due_after(start, wait, work=WORK, away_until=away)
    assert due >= start
    assert is_business_day(due.astimezone(TOKYO).date())
    assert away is None or due.astimezone(TOKYO).date() > away


def test_the_task_of_a_step_is_due_at_the_end_of_that_days_work() -> None:
    assert end_of_step(FRIDAY, closes=18, work=WORK) == at(20, 18)
    assert end_of_step(at(20, 18, 30), closes=18, work=WORK) == at(24, 18)
    assert end_of_step(at(20, 22), closes=24, work=WORK) == at(21, 0)


def test_a_text_is_filled_and_says_what_is_not_known() -> None:
    text, missing = filled("{会社} {氏名} {job title}：{担当}", {"company": "アクメ", "name": "安達様", "owner": ""})
    assert text == "アクメ 安達様 {job title}：{担当}"
    assert missing == ["job title", "担当"]


MAIL = Draft(kind="mail", title="お礼", subject="お礼", body="{氏名}")


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ([], StepsMissing),
        ([MAIL] * (MOST_STEPS + 1), TooManySteps),
        ([Draft(kind="fax", title="送る")], StepKindUnknown),
        ([Draft(kind="call", title=" \0 ")], StepTitleMissing),
        ([Draft(kind="call", title="電話", wait_days=-1)], WaitTooLong),
        ([Draft(kind="call", title="電話", wait_days=LONGEST_WAIT + 1)], WaitTooLong),
        ([Draft(kind="mail", title="お礼", subject="お礼")], MailTextMissing),
        ([Draft(kind="call", title="{誕生日}に電話")], PlaceholderUnknown),
    ],
)
def test_steps_that_cannot_be_carried_out_are_refused(steps: list[Draft], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        checked_steps(steps)


def test_the_samples_can_be_carried_out() -> None:
    for _name, _goal, steps in SAMPLES:
        assert checked_steps(steps) == list(steps)


def heard(kind: str, *, days: int = 1, **properties: object) -> Heard:
    return Heard(kind, FRIDAY + timedelta(days=days), properties)


@pytest.mark.parametrize(
    ("touchpoint", "reason"),
    [
        (heard("form_submitted"), "form_submitted"),
        (heard("met", outcome="検討中"), "met"),
        (heard("visited", outcome="面談できた"), "visited"),
        (heard("visited", outcome="不在"), ""),
        (heard("mailed", outcome="返信あり"), "mail_answered"),
        (heard("mailed", outcome="送付した"), ""),
        (heard("called", outcome="話せた"), ""),
        (heard("deal_opened", deal_id=1), "deal_opened"),
        (heard("deal_won", deal_id=1), "deal_won"),
        (heard("deal_lost", deal_id=7), "deal_lost"),
        (heard("deal_lost", deal_id=8), ""),
        (heard("consent_withdrawn", medium="mail"), "consent_withdrawn"),
        (heard("consent_withdrawn", medium="post"), ""),
        (heard("page_view"), ""),
        (heard("form_submitted", days=-1), ""),
    ],
)
def test_what_counts_as_an_answer(touchpoint: Heard, reason: str) -> None:
    assert stop_reason([touchpoint], since=FRIDAY, kinds={"mail", "call"}, deal_id=7) == reason


def test_the_first_answer_is_the_reason() -> None:
    both = [heard("deal_opened", days=3), heard("met", days=2)]
    assert stop_reason(both, since=FRIDAY, kinds={"mail"}, deal_id=None) == "met"


def test_a_withdrawn_consent_stops_only_sequences_with_mails() -> None:
    refusal = heard("consent_withdrawn", medium="mail")
    assert stop_reason([refusal], since=FRIDAY, kinds={"call"}, deal_id=None) == ""
    assert obstacle(do_not_call=True, mail_refused=False, kinds={"mail"}) == ""
    assert obstacle(do_not_call=True, mail_refused=False, kinds={"call"}) == "do_not_call"
    assert obstacle(do_not_call=False, mail_refused=True, kinds={"mail"}) == "consent_withdrawn"
