"""Doing, leaving out and putting off the steps of a running plan; stopping it."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.aftercare.actions.satisfaction import state_satisfaction
from ryorin.sales.aftercare.errors import FollowUpEnded, StepClosed, StepGone
from ryorin.sales.aftercare.models import FollowUp, FollowUpState, FollowUpStep, StepKind
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.tasks.actions import change_task, delete_task, finish_task
from ryorin.workspace.tasks.models import Task

LONGEST_NOTE = 4_000


@transaction.atomic
def finish_step(
    step: FollowUpStep,
    *,
    by: Member | None,
    note: str = "",
    score: int | None = None,
    comment: str = "",
    version: int | None = None,
    at: datetime | None = None,
    done_by: Member | None = None,
) -> FollowUpStep:
    """This function will note a step as done, tell it on the timeline, and end the plan with its last step.

    A step done before stays as it was noted then. `done_by` is who did it where the system notes it for them.
    """
    require(by, "aftercare.change")
    run, row = held(step, version)
    if row.done_at is not None:
        return row
    refuse_closed(run, row)
    who = by or done_by
    row.done_at, row.done_by, row.note = at or clock.now(), who, note.replace("\0", "").strip()[:LONGEST_NOTE]
    row.touchpoint = tell(run, row, who=who)
    save(row, "done_at", "done_by", "note", "touchpoint")
    if row.task_id and (task := Task.objects.open().filter(pk=row.task_id).first()):
        finish_task(task, by)
    if score is not None:
        state_satisfaction(
            score, by=by, comment=comment, person=run.person, company=run.company, step=row, at=row.done_at, owner=who
        )
    audit.record("follow_up_step_done", "follow_up", run.pk, by=by, name=run.name, step=row.title, note=row.note)
    end_if_over(run, by=by)
    return row


@transaction.atomic
def skip_step(step: FollowUpStep, *, by: Member | None, version: int | None = None, why: str = "") -> FollowUpStep:
    """This function will leave a step out; its task goes off the list."""
    require(by, "aftercare.change")
    run, row = held(step, version)
    if row.is_skipped:
        return row
    refuse_closed(run, row)
    row.is_skipped, row.note = True, why.replace("\0", "").strip()[:LONGEST_NOTE]
    drop_task(row, by=by)
    save(row, "is_skipped", "note", "task_id")
    audit.record("follow_up_step_skipped", "follow_up", run.pk, by=by, name=run.name, step=row.title, note=row.note)
    end_if_over(run, by=by)
    return row


@transaction.atomic
def postpone_step(step: FollowUpStep, day: date, *, by: Member | None, version: int | None = None) -> FollowUpStep:
    """This function will put a step onto another day, its task with it."""
    require(by, "aftercare.change")
    run, row = held(step, version)
    refuse_closed(run, row)
    if row.due_on == day:
        return row
    before, row.due_on = row.due_on, day
    save(row, "due_on")
    if row.task_id and (task := Task.objects.open().filter(pk=row.task_id).first()) and task.due_at:
        change_task(task, by=by, due_at=task.due_at + (day - before))
    audit.record(
        "follow_up_step_moved", "follow_up", run.pk, by=by, name=run.name, step=row.title, due_on=[before, day]
    )
    return row


@transaction.atomic
def stop_follow_up(run: FollowUp, *, by: Member | None, why: str = "", version: int | None = None) -> FollowUp:
    """This function will stop a running plan; what waits on lists for it goes."""
    require(by, "aftercare.change")
    row = locked(run, version)
    if row.state == FollowUpState.STOPPED:
        return row
    if row.state != FollowUpState.RUNNING:
        raise FollowUpEnded()
    for step in row.steps.select_for_update(of=("self",)).filter(done_at__isnull=True, is_skipped=False):
        drop_task(step, by=by)
        save(step, "task_id")
    row.state, row.ended_at, row.why_stopped = FollowUpState.STOPPED, clock.now(), why.replace("\0", "").strip()[:160]
    keep(row, "state", "ended_at", "why_stopped")
    audit.record("follow_up_stopped", "follow_up", row.pk, by=by, name=row.name, why=row.why_stopped)
    return row


def held(step: FollowUpStep, version: int | None) -> tuple[FollowUp, FollowUpStep]:
    """Return the running plan and its step, both held until the transaction ends; refuses an outdated page."""
    run = locked(FollowUp(pk=step.follow_up_id))
    row = FollowUpStep.objects.select_for_update(of=("self",)).filter(pk=step.pk).first()
    if row is None:
        raise StepGone()
    if version is not None and row.version != version and row.done_at is None:
        raise StaleRecord()
    return run, row


def locked(run: FollowUp, version: int | None = None) -> FollowUp:
    row = FollowUp.objects.select_for_update(of=("self",)).filter(pk=run.pk).first()
    if row is None:
        raise StepGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def refuse_closed(run: FollowUp, row: FollowUpStep) -> None:
    if run.state != FollowUpState.RUNNING:
        raise FollowUpEnded()
    if row.done_at is not None or row.is_skipped:
        raise StepClosed()


def tell(run: FollowUp, row: FollowUpStep, *, who: Member | None) -> UUID | None:
    """This function will tell the timeline what was done: a call, visit or mail as an activity, else as what it is."""
    deal = Deal.objects.filter(pk=run.deal_id).first() if run.deal_id else None
    if row.kind != StepKind.TASK and (run.person or run.company or deal):
        activity = log_activity(
            row.kind,
            by=None,
            at=row.done_at,
            person=run.person,
            company=run.company,
            deal=deal,
            subject=row.title,
            body=row.note,
            owner=who,
        )
        return activity.touchpoint
    if not (run.person_id or run.company_id):
        return None
    return timeline.record(
        "followed_up",
        source="aftercare",
        by=who,
        at=row.done_at,
        person_id=run.person_id,
        company_id=run.company_id,
        channel="rep",
        properties={"follow_up_id": run.pk, "subject": row.title, "note": row.note, "deal_id": run.deal_id},
    )


def drop_task(row: FollowUpStep, *, by: Member | None) -> None:
    """This function will take the step's task off its list where it is still open."""
    if row.task_id and (task := Task.objects.open().filter(pk=row.task_id).first()):
        delete_task(task, by=by)
        row.task_id = None


def end_if_over(run: FollowUp, *, by: Member | None) -> None:
    """This function will end the plan when nothing of it is left to do."""
    if run.steps.filter(done_at__isnull=True, is_skipped=False).exists():
        return
    run.state, run.ended_at = FollowUpState.DONE, clock.now()
    keep(run, "state", "ended_at")
    audit.record("follow_up_done", "follow_up", run.pk, by=by, name=run.name)


def save(row: FollowUpStep, *columns: str) -> None:
    row.version += 1
    row.save(update_fields=[*columns, "version"])


def keep(run: FollowUp, *columns: str) -> None:
    run.version += 1
    run.updated_at = clock.now()
    run.save(update_fields=[*columns, "version", "updated_at"])
