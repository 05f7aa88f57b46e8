"""What people do with one run: carry out its step, skip it, pause, stop, hand it to somebody else."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.people.models import Person
from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.activities.models import ActivityKind
from ryorin.sales.deals.rules import checked
from ryorin.sales.sequences.errors import CallForbidden, RunGone, RunOver, StepOver
from ryorin.sales.sequences.models import Run, RunState, RunStep, Step, StepKind, StepState
from ryorin.sales.sequences.queries import text_of, working_time
from ryorin.sales.sequences.rules import due_after
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.tasks.actions import change_task, delete_task, finish_task

ACTIVITIES = {StepKind.MAIL: ActivityKind.MAIL, StepKind.CALL: ActivityKind.CALL}


@transaction.atomic
def finish_step(
    found: RunStep, *, by: Member | None, outcome: str = "", subject: str | None = None, body: str | None = None
) -> Run:
    """This function will keep that an open step was carried out, once: its activity, its touchpoint, its task."""
    require(by, "sequences.run")
    person = _hold_person(found.run.person_id)
    run, row = _open(found)
    step = row.step
    if step.kind == StepKind.CALL and person.do_not_call:
        raise CallForbidden(name=person.addressed)
    prepared = text_of(step, run)
    subject = prepared.subject or step.title if subject is None else subject
    body = prepared.body if body is None and step.kind == StepKind.MAIL else body or ""
    if step.kind in ACTIVITIES:
        log_activity(
            ACTIVITIES[StepKind(step.kind)],
            by=by,
            person=person,
            deal=run.deal,
            subject=subject[:160],
            body=body,
            outcome=outcome,
            owner=by or run.owner,
        )
    elif step.kind == StepKind.LETTER:
        timeline.record(
            "letter_sent",
            source="sequences",
            by=by,
            person_id=person.pk,
            company_id=person.company_id,
            channel="rep",
            properties={"subject": subject, "note": body[:4000], "sequence": run.sequence.name},
        )
    if row.task is not None:
        finish_task(row.task, by)
    row.outcome = checked(RunStep, {"outcome": outcome})["outcome"]
    settle(run, row, StepState.DONE, at=clock.now(), by=by)
    audit.record("sequence_step_done", "person", person.pk, by=by, sequence=run.sequence.name, step=step.title)
    return run


@transaction.atomic
def skip_step(found: RunStep, *, by: Member | None) -> Run:
    """This function will leave a step out; the next one waits from now on."""
    require(by, "sequences.run")
    run, row = _open(found)
    _drop_task(row, by=by)
    settle(run, row, StepState.SKIPPED, at=clock.now(), by=by)
    audit.record(
        "sequence_step_skipped", "person", run.person_id, by=by, sequence=run.sequence.name, step=row.step.title
    )
    return run


@transaction.atomic
def pause_run(run: Run, *, by: Member | None, version: int | None = None) -> Run:
    """This function will hold a run; an open task stays, but nothing new falls due."""
    require(by, "sequences.run")
    row = locked(run, version)
    if row.state == RunState.PAUSED:
        return row
    _refuse_over(row)
    row.state = RunState.PAUSED
    save(row, "state")
    audit.record("sequence_paused", "person", row.person_id, by=by, sequence=row.sequence.name)
    return row


@transaction.atomic
def resume_run(run: Run, *, by: Member | None, version: int | None = None) -> Run:
    """This function will let a paused run go on; what fell due meanwhile is due now."""
    require(by, "sequences.run")
    row = locked(run, version)
    if row.state == RunState.RUNNING:
        return row
    _refuse_over(row)
    row.state = RunState.RUNNING
    if row.due_at is not None:
        row.due_at = due_after(max(row.due_at, clock.now()), 0, work=working_time(), away_until=_away(row))
    save(row, "state", "due_at")
    audit.record("sequence_resumed", "person", row.person_id, by=by, sequence=row.sequence.name)
    return row


@transaction.atomic
def stop_run(run: Run, *, by: Member | None, note: str = "", version: int | None = None) -> Run:
    """This function will take the person out of the sequence by hand."""
    require(by, "sequences.run")
    row = locked(run, version)
    _refuse_over(row)
    row.stop_note = checked(Run, {"stop_note": note})["stop_note"]
    end_run(row, RunState.STOPPED, reason="manual", by=by)
    audit.record("sequence_stopped", "person", row.person_id, by=by, sequence=row.sequence.name, note=row.stop_note)
    return row


@transaction.atomic
def change_run_owner(run: Run, owner: Member, *, by: Member | None, version: int | None = None) -> Run:
    """This function will hand a run, with its open task, to somebody else."""
    require(by, "sequences.run")
    row = locked(run, version)
    _refuse_over(row)
    if row.owner_id == owner.pk:
        return row
    was = row.owner
    row.owner = owner
    save(row, "owner")
    for step in row.steps.filter(state=StepState.OPEN, task__done_at__isnull=True).select_related("task"):
        if step.task is not None:
            change_task(step.task, by=by, owner=owner)
    audit.record(
        "sequence_handed_over", "person", row.person_id, by=by, sequence=row.sequence.name,
        owner=[str(was or ""), str(owner)],
    )  # fmt: skip
    if owner != by:
        text = _("%(name)sさんのシーケンス「%(sequence)s」の担当になりました") % {
            "name": row.person.name,
            "sequence": row.sequence.name,
        }
        notify([owner], kind="sequence", text=text, url=f"/sequences/runs/{row.pk}/")
    return row


def settle(run: Run, row: RunStep, state: StepState, *, at: datetime, by: Member | None) -> None:
    """This function will close a step and make the next one wait from `at`, or end the run after the last."""
    row.state, row.ended_at, row.ended_by = state, at, by
    row.save(update_fields=["state", "ended_at", "ended_by", "outcome"])
    following: Step | None = next((one for one in run.edition.steps.all() if one.position > run.position), None)
    if following is None:
        end_run(run, RunState.FINISHED, reason="", by=by)
        return
    run.position = following.position
    run.due_at = due_after(at, following.wait_days, work=working_time(), away_until=_away(run))
    save(run, "position", "due_at")


def end_run(run: Run, state: RunState, *, reason: str, by: Member | None) -> None:
    """This function will end a run and take the task of its open step from the list."""
    for row in run.steps.select_related("task").filter(state=StepState.OPEN):
        _drop_task(row, by=by)
        row.state, row.ended_at, row.ended_by = StepState.DROPPED, clock.now(), by
        row.save(update_fields=["state", "ended_at", "ended_by"])
    run.state, run.stop_reason, run.due_at, run.ended_at = state, reason, None, clock.now()
    save(run, "state", "stop_reason", "stop_note", "due_at", "ended_at")


def locked(run: Run, version: int | None) -> Run:
    """Return the run's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    related = Run.objects.select_related("sequence", "edition", "person", "owner", "deal")
    row = related.select_for_update(of=("self",)).filter(pk=run.pk).first()
    if row is None:
        raise RunGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def save(run: Run, *columns: str) -> None:
    """This function will write the columns and raise the version."""
    run.version += 1
    run.updated_at = clock.now()
    run.save(update_fields=[*columns, "version", "updated_at"])


def _open(found: RunStep) -> tuple[Run, RunStep]:
    """Return the run under lock with its open step; refuses a step that is over."""
    run = locked(found.run, None)
    row = run.steps.select_related("step", "task").get(pk=found.pk)
    if row.state != StepState.OPEN:
        raise StepOver(state=row.get_state_display())
    _refuse_over(run)
    return run, row


def _hold_person(pk: int) -> Person:
    """Return the person's row, held until the transaction ends; whoever changes both takes the person first."""
    person = Person.objects.select_for_update(of=("self",)).select_related("company").filter(pk=pk).first()
    if person is None:
        raise RunGone()
    return person


def _drop_task(row: RunStep, *, by: Member | None) -> None:
    if row.task is not None and row.task.done_at is None:
        delete_task(row.task, by=by)
        row.task = None


def _refuse_over(run: Run) -> None:
    if run.state not in (RunState.RUNNING, RunState.PAUSED):
        raise RunOver(state=run.get_state_display())


def _away(run: Run) -> date | None:
    return run.owner.away_until if run.owner else None
