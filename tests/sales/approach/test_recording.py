"""What came of a call is kept once, with all that follows from it."""

from datetime import datetime, timedelta

import pytest
from tests.sales.approach.conftest import TOKYO, TUESDAY, outcome

from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.sales.approach.actions import Appointing, put_out, record_attempt, take, take_next
from ryorin.sales.approach.errors import (
    AlreadyRecorded,
    HeldByAnother,
    NotToBeCalled,
    OutcomeMissing,
    ReasonMissing,
    WhenMissing,
    WhenPast,
)
from ryorin.sales.approach.models import ApproachList, Attempt, Target, TargetState
from ryorin.sales.calendar.models import Appointment
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.tasks.models import Task


def test_a_call_becomes_an_activity_and_one_touchpoint(target: Target, sato: Member, ada: Person) -> None:
    record_attempt(target, number=1, outcome=outcome("接続"), by=sato, note="来週また話す")
    activity = Activity.objects.get()
    assert (activity.kind, activity.outcome, activity.body, activity.person) == ("called", "接続", "来週また話す", ada)
    assert InboxTouchpoint.objects.filter(kind="called", person_id=ada.pk).count() == 1
    target.refresh_from_db()
    assert (target.state, target.attempts, target.last_outcome) == (TargetState.DONE, 1, outcome("接続"))


def test_the_hour_of_an_attempt_is_the_companys(target: Target, sato: Member) -> None:
    attempt = record_attempt(target, number=1, outcome=outcome("不在"), by=sato)
    assert (attempt.hour, attempt.weekday, attempt.day) == (10, 1, TUESDAY.date())


def test_the_same_answer_given_twice_changes_nothing(target: Target, sato: Member) -> None:
    first = record_attempt(target, number=1, outcome=outcome("接続"), by=sato)
    again = record_attempt(target, number=1, outcome=outcome("接続"), by=sato)
    assert first == again
    assert (Activity.objects.count(), Attempt.objects.count()) == (1, 1)
    assert InboxTouchpoint.objects.filter(kind="called").count() == 1


def test_another_answer_to_the_same_attempt_is_refused(target: Target, sato: Member) -> None:
    record_attempt(target, number=1, outcome=outcome("不在"), by=sato)
    with pytest.raises(AlreadyRecorded, match="不在"):
        record_attempt(target, number=1, outcome=outcome("接続"), by=sato)


def test_who_is_away_is_tried_again_after_so_many_business_hours(target: Target, sato: Member) -> None:
    record_attempt(target, number=1, outcome=outcome("不在"), by=sato)
    target.refresh_from_db()
    assert target.state == TargetState.LATER
    assert target.due_at == TUESDAY + timedelta(hours=4)


def test_who_was_away_too_often_is_done_with(target: Target, sato: Member) -> None:
    for number in (1, 2, 3):
        record_attempt(target, number=number, outcome=outcome("不在"), by=sato)
    target.refresh_from_db()
    assert (target.state, target.attempts) == (TargetState.DONE, 3)


def test_a_promised_call_comes_back_to_who_promised_it(calls: ApproachList, target: Target, sato: Member) -> None:
    at = TUESDAY + timedelta(hours=2)
    record_attempt(target, number=1, outcome=outcome("折り返し約束"), by=sato, again_at=at)
    other = Member.objects.create_user("kondo@ryorin.example", family_name="近藤", role=Role.SALES)
    target.refresh_from_db()
    assert (target.callback_by, target.due_at) == (sato, at)
    assert Task.objects.get().title == "折り返し電話：安達 愛"
    with clock.frozen(at + timedelta(minutes=1)):
        assert take_next(calls, by=other) != target
        assert take_next(calls, by=sato) == target
        record_attempt(target, number=2, outcome=outcome("接続"), by=sato)
    assert Task.objects.get().done_at is not None


def test_a_promise_needs_a_time_to_come(target: Target, sato: Member) -> None:
    with pytest.raises(WhenMissing):
        record_attempt(target, number=1, outcome=outcome("折り返し約束"), by=sato)
    with pytest.raises(WhenPast):
        record_attempt(target, number=1, outcome=outcome("折り返し約束"), by=sato, again_at=TUESDAY - timedelta(days=1))
    assert Activity.objects.count() == 0


def test_an_appointment_comes_into_the_calendar_and_a_deal_is_opened(target: Target, sato: Member, ada: Person) -> None:
    at = datetime(2026, 11, 27, 14, 0, tzinfo=TOKYO)
    wish = Appointing(kind="visited", starts_at=at, minutes=90, place="丸の内")
    attempt = record_attempt(
        target, number=1, outcome=outcome("アポ獲得"), by=sato, appointing=wish, deal_name="検査カメラの導入"
    )
    appointment, deal = Appointment.objects.get(), Deal.objects.get()
    assert (appointment.starts_at, appointment.ends_at) == (at, at + timedelta(minutes=90))
    assert (appointment.person, appointment.deal, appointment.owner) == (ada, deal, sato)
    assert (deal.name, deal.person, attempt.deal) == ("検査カメラの導入", ada, deal)
    assert attempt.is_appointment
    assert attempt.is_connected


def test_a_refusal_forbids_calls_with_reason_and_day(target: Target, sato: Member, ada: Person) -> None:
    record_attempt(target, number=1, outcome=outcome("拒否"), by=sato, reason="電話での案内は不要とのこと")
    ada.refresh_from_db()
    assert (ada.do_not_call, ada.do_not_call_reason) == (True, "電話での案内は不要とのこと")
    assert ada.do_not_call_on == TUESDAY.date()


def test_a_refusal_needs_its_reason_and_leaves_nothing_without(target: Target, sato: Member, ada: Person) -> None:
    with pytest.raises(ReasonMissing):
        record_attempt(target, number=1, outcome=outcome("拒否"), by=sato, reason=" ")
    ada.refresh_from_db()
    assert not ada.do_not_call
    assert (Activity.objects.count(), Attempt.objects.count()) == (0, 0)


def test_material_and_wrong_numbers_become_tasks(calls: ApproachList, target: Target, sato: Member) -> None:
    record_attempt(target, number=1, outcome=outcome("資料送付"), by=sato)
    second = Target.objects.exclude(pk=target.pk).get(list=calls)
    record_attempt(second, number=1, outcome=outcome("番号違い"), by=sato)
    titles = set(Task.objects.values_list("title", flat=True))
    assert titles == {"資料を送る：安達 愛", "電話番号を確かめる：飯田 徹"}


def test_a_next_action_becomes_a_task(target: Target, sato: Member) -> None:
    record_attempt(
        target, number=1, outcome=outcome("接続"), by=sato, next_action="見積を送る", next_action_on=TUESDAY.date()
    )
    assert Task.objects.get().title == "見積を送る"


def test_what_was_recorded_stands_in_the_trail(target: Target, sato: Member) -> None:
    record_attempt(target, number=1, outcome=outcome("接続"), by=sato)
    assert AuditEntry.objects.filter(action="approach_attempted", actor_id=sato.pk).count() == 1


def test_who_must_not_be_called_is_not_recorded_as_called(target: Target, sato: Member, ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(do_not_call=True, do_not_call_reason="本人の希望")
    with pytest.raises(NotToBeCalled, match="本人の希望"):
        record_attempt(target, number=1, outcome=outcome("接続"), by=sato)


def test_what_another_is_working_on_is_refused(target: Target, sato: Member, mei: Member) -> None:
    take(target, by=mei)
    with pytest.raises(HeldByAnother, match="芽衣"):
        record_attempt(target, number=1, outcome=outcome("接続"), by=sato)
    with pytest.raises(HeldByAnother):
        take(target, by=sato)


def test_without_an_outcome_nothing_is_recorded(target: Target, sato: Member) -> None:
    with pytest.raises(OutcomeMissing):
        record_attempt(target, number=1, outcome=None, by=sato)


def test_who_is_done_with_is_not_called_again(target: Target, sato: Member) -> None:
    record_attempt(target, number=1, outcome=outcome("接続"), by=sato)
    with pytest.raises(AlreadyRecorded):
        record_attempt(target, number=2, outcome=outcome("接続"), by=sato)


def test_who_only_reads_may_not_record(target: Target, db: None) -> None:
    ono = Member.objects.create_user("ono@ryorin.example", family_name="小野", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        record_attempt(target, number=1, outcome=outcome("接続"), by=ono)
    with pytest.raises(NotAllowed):
        put_out(target, by=ono)
