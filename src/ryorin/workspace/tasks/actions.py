from datetime import datetime
from typing import Any, cast

from django.db import transaction

from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete, restore
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.errors import TaskGone, TextTooLong, TitleMissing
from ryorin.workspace.tasks.models import Task
from ryorin.workspace.tasks.rules import Snooze, snoozed

CHANGEABLE = frozenset({"title", "note", "due_at", "owner"})


@transaction.atomic
def add_task(
    *,
    title: str,
    owner: Member | None,
    by: Member | None,
    due_at: datetime | None = None,
    note: str = "",
    about: tuple[str, int, str] | None = None,
    why: str = "",
) -> Task:
    """This function will put a task on somebody's list, about a record (type, id, label) where given, and tell them."""
    require(by, "tasks.change")
    about_type, about_id, about_label = about or ("", None, "")
    task = Task.objects.create(
        **_checked({"title": title, "note": note}),
        owner=owner,
        due_at=due_at,
        about_type=about_type,
        about_id=about_id,
        about_label=about_label[:200],
        why=why[:200],
        created_by=by,
        created_at=clock.now(),
    )
    audit.record("task_added", "task", task.pk, by=by, title=task.title, about=[about_type, about_id])
    _tell_owner(task, by=by)
    return task


@transaction.atomic
def finish_task(task: Task, by: Member | None) -> Task:
    """This function will tick the task off; doing so twice changes nothing."""
    require(by, "tasks.change")
    task = _locked(task)
    if task.done_at is None:
        task.done_at, task.done_by = clock.now(), by
        _save(task, "done_at", "done_by")
        audit.record("task_finished", "task", task.pk, by=by, title=task.title)
    return task


@transaction.atomic
def reopen_task(task: Task, by: Member | None) -> Task:
    """This function will put a finished task back on the list."""
    require(by, "tasks.change")
    task = _locked(task)
    if task.done_at is not None:
        task.done_at = task.done_by = None
        _save(task, "done_at", "done_by")
        audit.record("task_reopened", "task", task.pk, by=by, title=task.title)
    return task


@transaction.atomic
def change_task(task: Task, *, by: Member | None, version: int | None = None, **fields: Any) -> Task:
    """This function will change the named fields and tell a new owner."""
    require(by, "tasks.change")
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    task = _locked(task, version)
    values = _checked(fields)
    changed = {name: value for name, value in values.items() if getattr(task, name) != value}
    if not changed:
        return task
    facts = {name: [_said(getattr(task, name)), _said(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(task, name, value)
    _save(task, *changed)
    audit.record("task_changed", "task", task.pk, by=by, **facts)
    if "owner" in changed:
        _tell_owner(task, by=by)
    return task


def snooze_task(task: Task, until: Snooze, *, by: Member | None) -> Task:
    """This function will put the task off."""
    due_at = snoozed(task.due_at, until, now=clock.now(), tz=current().time_zone)
    return change_task(task, by=by, due_at=due_at)


@transaction.atomic
def delete_task(task: Task, *, by: Member | None) -> AuditEntry:
    """This function will take the task off every list and return the entry it can come back from."""
    require(by, "tasks.change")
    return delete(_locked(task), record_type="task", by=by)


@transaction.atomic
def restore_task(entry: AuditEntry, *, by: Member | None) -> Task:
    """This function will bring a deleted task back."""
    require(by, "tasks.change")
    if entry.action != "task_deleted":
        raise TaskGone()
    return cast(Task, restore(entry, by=by))


def _locked(task: Task, version: int | None = None) -> Task:
    """Return the task's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    row = Task.objects.select_for_update().filter(pk=task.pk).first()
    if row is None:
        raise TaskGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def _save(task: Task, *columns: str) -> None:
    task.version += 1
    task.save(update_fields=[*columns, "version"])


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with texts trimmed; refuses a missing title and texts that are too long."""
    values = {
        name: value.replace("\0", "").strip() if isinstance(value, str) else value for name, value in fields.items()
    }
    if "title" in values and not values["title"]:
        raise TitleMissing()
    column = Task._meta.get_field("title")
    if len(values.get("title", "")) > (column.max_length or 0):
        raise TextTooLong(field=column.verbose_name, limit=column.max_length)
    return values


def _tell_owner(task: Task, *, by: Member | None) -> None:
    if task.owner is not None and by is not None and task.owner != by:
        notify([task.owner], kind="task_assigned", text=task.title, url="/tasks")


def _said(value: Any) -> Any:
    """Return a value as the trail keeps it: members by their name."""
    return str(value) if isinstance(value, Member) else value
