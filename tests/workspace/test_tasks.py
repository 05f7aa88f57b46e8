from datetime import UTC, datetime, timedelta

import pytest

from ryorin.lib import clock
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.tasks import queries
from ryorin.workspace.tasks.actions import (
    add_task,
    change_task,
    delete_task,
    finish_task,
    reopen_task,
    snooze_task,
)
from ryorin.workspace.tasks.errors import TaskGone, TextTooLong, TitleMissing
from ryorin.workspace.tasks.models import Task
from ryorin.workspace.tasks.rules import Snooze, When, snoozed, when

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)  # 12:00 in Tokyo


def test_a_task_is_overdue_from_its_very_minute_and_due_today_by_the_companys_clock() -> None:
    assert when(NOON - timedelta(minutes=1), now=NOON, tz="Asia/Tokyo") is When.OVERDUE
    assert when(NOON + timedelta(hours=11, minutes=59), now=NOON, tz="Asia/Tokyo") is When.TODAY
    assert when(NOON + timedelta(hours=12), now=NOON, tz="Asia/Tokyo") is When.LATER
    assert when(None, now=NOON, tz="Asia/Tokyo") is When.UNDATED


def test_a_snoozed_task_keeps_its_hour_and_counts_from_today() -> None:
    due = NOON - timedelta(days=3)
    assert snoozed(due, Snooze.TOMORROW, now=NOON, tz="Asia/Tokyo") == NOON + timedelta(days=1)
    assert snoozed(None, Snooze.NEXT_WEEK, now=NOON, tz="Asia/Tokyo") == datetime(2026, 11, 29, tzinfo=UTC)


def test_a_task_about_a_record_is_found_by_it_and_its_owner_is_told(mei: Member, sato: Member) -> None:
    task = add_task(title="折り返し電話", owner=sato, by=mei, about=("person", 7, "安達 愛"), why="料金を3回閲覧")
    assert queries.about("person", 7, sato) == [task]
    assert list(queries.open_of(sato)) == [task]
    assert Notification.objects.get().member == sato


def test_a_task_for_oneself_is_not_announced(sato: Member) -> None:
    add_task(title="見積", owner=sato, by=sato)
    assert not Notification.objects.exists()


def test_a_finished_task_leaves_the_list_and_can_come_back(sato: Member) -> None:
    task = add_task(title="見積", owner=sato, by=sato)
    finish_task(task, sato)
    finish_task(task, sato)
    assert not queries.open_of(sato).exists()
    assert AuditEntry.objects.filter(action="task_finished").count() == 1
    assert reopen_task(task, sato).done_at is None
    assert queries.open_of(sato).exists()


def test_a_changed_task_tells_its_new_owner_and_refuses_an_old_version(mei: Member, sato: Member) -> None:
    task = add_task(title="見積", owner=mei, by=mei)
    changed = change_task(task, by=mei, version=1, owner=sato, title="見積を送る")
    assert (changed.owner, changed.version) == (sato, 2)
    assert Notification.objects.get().text == "見積を送る"
    with pytest.raises(StaleRecord):
        change_task(task, by=mei, version=1, title="x")


def test_a_task_can_be_put_off(sato: Member) -> None:
    with clock.frozen(NOON):
        task = add_task(title="見積", owner=sato, by=sato, due_at=NOON)
        assert snooze_task(task, Snooze.TOMORROW, by=sato).due_at == NOON + timedelta(days=1)


def test_tasks_are_grouped_by_when_they_are_due(sato: Member) -> None:
    late = add_task(title="a", owner=sato, by=sato, due_at=NOON - timedelta(hours=1))
    soon = add_task(title="b", owner=sato, by=sato, due_at=NOON + timedelta(hours=1))
    some_day = add_task(title="c", owner=sato, by=sato)
    groups = queries.by_when(queries.open_of(sato), now=NOON)
    assert groups == {When.OVERDUE: [late], When.TODAY: [soon], When.LATER: [], When.UNDATED: [some_day]}


def test_a_task_without_a_title_or_with_a_long_one_is_refused(sato: Member) -> None:
    with pytest.raises(TitleMissing):
        add_task(title="　", owner=sato, by=sato)
    with pytest.raises(TextTooLong, match="200文字"):
        add_task(title="あ" * 201, owner=sato, by=sato)
    assert not Task.objects.exists()


def test_a_deleted_task_is_gone_by_name(sato: Member) -> None:
    task = add_task(title="見積", owner=sato, by=sato)
    delete_task(Task.objects.get(), by=sato)
    with pytest.raises(TaskGone):
        finish_task(task, sato)


def test_a_reader_may_not_add_a_task(sato: Member) -> None:
    sato.role = Role.READ_ONLY
    with pytest.raises(NotAllowed):
        add_task(title="見積", owner=sato, by=sato)
