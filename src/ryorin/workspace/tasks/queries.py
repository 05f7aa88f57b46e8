from collections.abc import Iterable
from datetime import datetime

from ryorin.lib import clock
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.models import Task, TaskQuerySet
from ryorin.workspace.tasks.rules import When, when


def open_of(member: Member) -> TaskQuerySet:
    """Return the member's own open tasks, the earliest due first."""
    tasks: TaskQuerySet = Task.objects.open().filter(owner=member)
    return tasks.order_by("due_at", "pk")


def by_when(tasks: Iterable[Task], *, now: datetime | None = None) -> dict[When, list[Task]]:
    """Return the tasks in the groups of the list, in order; every group is there."""
    moment, tz = now or clock.now(), current().time_zone
    groups: dict[When, list[Task]] = {group: [] for group in When}
    for task in tasks:
        groups[when(task.due_at, now=moment, tz=tz)].append(task)
    return groups


def about(record_type: str, record_id: int, member: Member, *, limit: int = 50) -> list[Task]:
    """Return the open tasks about one record that the member sees, the earliest due first."""
    tasks = Task.objects.visible_to(member).open().filter(about_type=record_type, about_id=record_id)
    return list(tasks.select_related("owner").order_by("due_at", "pk")[:limit])
