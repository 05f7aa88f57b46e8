"""The worker's round: new sales start plans, steps come onto lists before they are due, finished tasks finish steps."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.sales.aftercare.actions.starting import start_due
from ryorin.sales.aftercare.actions.steps import finish_step
from ryorin.sales.aftercare.models import FollowUpStep
from ryorin.sales.aftercare.rules import LEAD_DAYS
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task
from ryorin.workspace.tasks.models import Task

AT_ONCE = 500
END_OF_WORK = time(18)


def follow_sales() -> dict[str, int]:
    """This function will do the whole round and return what it came to."""
    return {"started": start_due(), "finished": settle_finished(), "listed": put_on_lists()}


def put_on_lists() -> int:
    """This function will put steps that are due soon onto their owners' task lists, each once."""
    soon = clock.today(current().time_zone) + timedelta(days=LEAD_DAYS)
    due = FollowUpStep.objects.waiting().filter(task_id__isnull=True, due_on__lte=soon).order_by("due_on", "pk")
    return sum(_list(pk) for pk in due.values_list("pk", flat=True)[:AT_ONCE])


def settle_finished() -> int:
    """This function will note those steps as done whose task somebody ticked off."""
    waiting = FollowUpStep.objects.waiting().filter(task_id__isnull=False)
    done = Task.objects.filter(pk__in=waiting.values("task_id"), done_at__isnull=False).select_related("done_by")
    tasks = {task.pk: task for task in done[:AT_ONCE]}
    count = 0
    for step in waiting.filter(task_id__in=tasks):
        task = tasks[step.task_id]
        try:
            finish_step(step, by=None, at=task.done_at, done_by=task.done_by)
            count += 1
        except Refusal:
            continue  # somebody closed it in between
    return count


@transaction.atomic
def _list(pk: int) -> int:
    step = FollowUpStep.objects.waiting().select_for_update(of=("self",)).filter(pk=pk, task_id__isnull=True).first()
    if step is None:
        return 0
    run = step.follow_up
    customer = (
        ("company", run.company_id, run.company.name)
        if run.company
        else ("person", run.person_id, run.person.name)
        if run.person
        else None
    )
    due_at = datetime.combine(step.due_on, END_OF_WORK, tzinfo=ZoneInfo(current().time_zone))
    task = add_task(
        title=step.title,
        owner=step.owner,
        by=None,
        due_at=due_at,
        note=step.text,
        about=customer if customer and customer[1] else None,
        why=f"{run.name}：{run.about}",
    )
    step.task_id = task.pk
    step.version += 1
    step.save(update_fields=["task_id", "version"])
    return 1
