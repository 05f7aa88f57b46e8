"""Deadlines in business hours, the next higher who may decide then, requests nobody can decide."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.workspace.approvals.conftest import MONDAY, Ask

from ryorin.lib import clock
from ryorin.workspace.approvals.actions import approve, create_route, escalate_overdue, tell_stuck, watch_waiting
from ryorin.workspace.approvals.models import ApprovalState, Quorum, Route, Who
from ryorin.workspace.approvals.queries import step_times, waiting_count
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.actions import deactivate_member
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification

FRIDAY_EVENING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # 17:00 in Tokyo, an hour before closing time


def test_the_deadline_counts_business_hours(ask: Ask, two_steps: Route) -> None:
    with clock.frozen(FRIDAY_EVENING):
        turn = ask().turns.get(position=1)
    assert turn.deadline == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Monday is a holiday: Tuesday at noon


def test_past_the_deadline_the_next_higher_may_decide_once_told(
    ask: Ask, two_steps: Route, ono: Member, hoshi: Member, sato: Member
) -> None:
    with clock.frozen(MONDAY):
        approval = ask()
    with clock.frozen(MONDAY + timedelta(hours=3)):
        assert escalate_overdue() == 0
    with clock.frozen(MONDAY + timedelta(hours=5)):
        assert (escalate_overdue(), escalate_overdue()) == (1, 0)
        assert waiting_count(hoshi) == 1
        assert "承認が期限を過ぎました" in Notification.objects.get(member=hoshi).text
        assert Notification.objects.filter(member=ono, text__contains="期限を過ぎています").count() == 1
        assert Notification.objects.filter(member=sato, text__contains="期限を過ぎています").count() == 1
        approval = approve(approval, by=hoshi)
    first, second = approval.turns.all()
    assert (first.state, first.took_hours) == ("approved", 5.0)
    assert (second.state, approval.state) == ("skipped", ApprovalState.APPROVED)  # nobody is asked twice
    assert waiting_count(ono) == 0


def test_the_one_a_step_names_is_asked_when_it_is_late(ask: Ask, ono: Member, mori: Member, hoshi: Member) -> None:
    stage = Stage(who=Who.MEMBERS, member_ids=(ono.pk, hoshi.pk), quorum=Quorum.ALL, hours=1, escalate_to_id=mori.pk)
    create_route("petition", name="合議", stages=[stage], by=None)
    with clock.frozen(MONDAY):
        approval = ask()
    with clock.frozen(MONDAY + timedelta(hours=2)):
        escalate_overdue()
        assert approve(approval, by=mori).state == ApprovalState.APPROVED  # decides for both


def test_where_nobody_stands_above_the_administrators_are_told(ask: Ask, mori: Member, kimura: Member) -> None:
    stage = Stage(who=Who.MEMBERS, member_ids=(mori.pk,), hours=1)
    create_route("petition", name="役員", stages=[stage], by=None)
    with clock.frozen(MONDAY):
        approval = ask()
    with clock.frozen(MONDAY + timedelta(hours=2)):
        assert (escalate_overdue(), escalate_overdue()) == (1, 0)
    assert "承認者を変更してください" in Notification.objects.get(member=kimura).text
    assert approval.turns.get().seats.count() == 1


def test_a_request_whose_decider_left_is_told_to_the_administrators_once(
    ask: Ask, two_steps: Route, ono: Member, kimura: Member, sato: Member
) -> None:
    ask()
    assert tell_stuck() == 0
    deactivate_member(ono, by=kimura)
    assert (tell_stuck(), tell_stuck()) == (1, 0)
    told = "「カメラの購入」の承認者が利用を停止されています（小野）。管理者が承認者を変更してください"
    assert [one.text for one in Notification.objects.filter(text=told)] == [told, told]  # the administrator and Sato


def test_the_worker_finds_nothing_to_do_twice(ask: Ask, two_steps: Route) -> None:
    with clock.frozen(MONDAY):
        ask()
    with clock.frozen(MONDAY + timedelta(days=1)):
        assert [watch_waiting(), watch_waiting()] == [1, 0]


def test_how_long_each_step_takes_is_counted(ask: Ask, two_steps: Route, ono: Member, hoshi: Member) -> None:
    with clock.frozen(MONDAY):
        first, second = ask(1), ask(2)
    with clock.frozen(MONDAY + timedelta(hours=1)):
        approve(first, by=ono)
    with clock.frozen(MONDAY + timedelta(hours=3)):
        approve(second, by=ono)
        approve(first, by=hoshi)
        superior, head = step_times()
    assert (superior.step, superior.decided, superior.median_hours, superior.longest_hours) == ("上長", 2, 2.0, 3.0)
    assert (head.step, head.decided, head.median_hours, head.waiting) == ("部長", 1, 2.0, 1)
    with pytest.raises(IndexError):
        step_times()[2]
