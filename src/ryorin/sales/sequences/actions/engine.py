"""What the worker does with sequences: it stops those who answered, moves on whose task is done, makes what is due.

Everything due is a row. Each batch is one transaction: a worker killed in the middle leaves nothing half-done, and what
it did before is not due any more.
"""

import json
from collections import defaultdict
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from ryorin.customers.people.models import MailConsent, Person
from ryorin.customers.timeline.models import InboxTouchpoint, Verdict
from ryorin.insight.lake.queries import people_touched_since, touchpoints_of
from ryorin.lib import clock
from ryorin.sales.deals.models import DealState
from ryorin.sales.sequences.actions.running import end_run, save, settle
from ryorin.sales.sequences.models import Run, RunState, RunStep, SequencePosition, Step, StepKind, StepState
from ryorin.sales.sequences.queries import text_of, working_time
from ryorin.sales.sequences.rules import (
    STOP_REASONS,
    WATCHED,
    Heard,
    WorkingTime,
    due_after,
    end_of_step,
    obstacle,
    stop_reason,
)
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task

BATCH = 200
RELATED = ("sequence", "edition", "person__company", "owner", "deal")


def advance_sequences() -> int:
    """This function will bring every sequence up to now and return how many people it moved."""
    return stop_answered() + follow_tasks() + make_due_steps()


def stop_answered() -> int:
    """This function will stop the runs of people who answered, closed their deal, or must not be contacted any more."""
    position, _made = SequencePosition.objects.get_or_create(pk=1)
    touched, turn = people_touched_since(position.history_until)
    ids = _forbidden() | _due()
    if position.history_until is None:
        ids |= set(Run.objects.alive().values_list("pk", flat=True))
    elif touched:
        alive = Run.objects.alive().values_list("pk", "person_id")
        ids |= {pk for pk, person in alive if person in touched}
    stopped = sum(_stop_batch(batch) for batch in _batches(ids))
    SequencePosition.objects.filter(pk=1).update(history_until=turn)
    return stopped


def follow_tasks() -> int:
    """This function will move on the runs whose open task was ticked off, or taken from the list."""
    over = Q(task__done_at__isnull=False) | Q(task__isnull=True)
    alive = (RunState.RUNNING, RunState.PAUSED)
    rows = RunStep.objects.filter(over, state=StepState.OPEN, run__state__in=alive)
    moved = 0
    for batch in _batches(set(rows.values_list("run_id", flat=True))):
        with transaction.atomic(), audit.together():
            for run in _held(Run.objects.alive().filter(pk__in=batch)):
                row = run.steps.select_related("task__done_by").filter(over, state=StepState.OPEN).first()
                if row is not None:
                    _settle_by_task(run, row)
                    moved += 1
    return moved


def make_due_steps() -> int:
    """This function will make a task of every step that is due."""
    made, us, work = 0, current(), working_time()
    while True:
        with transaction.atomic(), audit.together():
            due = Run.objects.filter(state=RunState.RUNNING, due_at__lte=clock.now()).order_by("due_at", "pk")
            runs = list(_held(due)[:BATCH])
            for run in runs:
                made += _make_step(run, us=us, work=work)
        if not runs:
            return made


def _settle_by_task(run: Run, row: RunStep) -> None:
    """This function will close a step as its task was closed: done when it was ticked off, skipped when it is gone."""
    if row.task is not None and row.task.done_at is not None:
        settle(run, row, StepState.DONE, at=row.task.done_at, by=row.task.done_by)
    else:
        settle(run, row, StepState.SKIPPED, at=clock.now(), by=None)


def _make_step(run: Run, *, us: Organisation, work: WorkingTime) -> bool:
    """This function will make the task of the step that is due, or put it off until its owner is back."""
    now = clock.now()
    if run.owner is not None and not run.owner.is_active:
        run.owner = run.person.owner if run.person.owner and run.person.owner.is_active else None
    assert run.due_at is not None
    ready_at = due_after(run.due_at, 0, work=work, away_until=run.owner.away_until if run.owner else None)
    if ready_at > now:
        run.due_at = ready_at
        save(run, "due_at", "owner")
        return False
    steps = list(run.edition.steps.all())
    step = next(one for one in steps if one.position == run.position)
    prepared = text_of(step, run, us=us)
    with override(run.owner.language if run.owner else "ja"):
        why = _("シーケンス「%(name)s」%(number)s/%(count)s") % {
            "name": run.sequence.name,
            "number": step.position + 1,
            "count": len(steps),
        }
    task = add_task(
        title=prepared.title,
        owner=run.owner,
        by=None,
        due_at=end_of_step(now, closes=us.closes_hour, work=work),
        note=prepared.body,
        about=("person", run.person_id, run.person.name),
        why=why,
    )
    RunStep.objects.create(run=run, step=step, task=task, made_at=now)
    run.due_at = None
    save(run, "due_at", "owner")
    return True


@transaction.atomic
def _stop_batch(ids: Collection[int]) -> int:
    """This function will stop those of the runs that have a reason to, and tell their owners."""
    stopped = 0
    with audit.together():
        runs = list(_held(Run.objects.alive().filter(pk__in=ids)))
        heard = _heard({run.person_id for run in runs})
        for run in runs:
            reason = _why_stop(run, heard[run.person_id])
            if reason:
                end_run(run, RunState.STOPPED, reason=reason, by=None)
                audit.record(
                    "sequence_stopped", "person", run.person_id, by=None, sequence=run.sequence.name, why=reason
                )
                _tell_owner(run, reason)
                stopped += 1
    return stopped


def _why_stop(run: Run, heard: list[Heard]) -> str:
    kinds = {step.kind for step in run.edition.steps.all() if step.position >= run.position}
    refused = run.person.mail_consent == MailConsent.REFUSED
    if reason := stop_reason(heard, since=run.started_at, kinds=kinds, deal_id=run.deal_id):
        return reason
    if run.deal is not None and run.deal.state != DealState.OPEN:
        return "deal_won" if run.deal.state == DealState.WON else "deal_lost"
    return obstacle(do_not_call=run.person.do_not_call, mail_refused=refused, kinds=kinds)


def _heard(people: Collection[int]) -> dict[int, list[Heard]]:
    """Return what people did that may stop a sequence: from history, and from the inbox that history has not read."""
    heard: dict[int, list[Heard]] = defaultdict(list)
    for row in touchpoints_of(people, ("kind", "at", "properties")):
        if row["kind"] in WATCHED:
            heard[row["person_id"]].append(Heard(row["kind"], row["at"], json.loads(row["properties"] or "{}")))
    waiting = InboxTouchpoint.objects.filter(person_id__in=people, kind__in=WATCHED).exclude(verdict=Verdict.MACHINE)
    for person, kind, at, properties in waiting.values_list("person_id", "kind", "at", "properties"):
        if person is not None:
            heard[person].append(Heard(kind, at, json.loads(properties or "{}")))
    return heard


def _forbidden() -> set[int]:
    """Return the runs of people who must not be called or mailed any more, and of deals that are closed."""
    alive = Run.objects.alive()
    calls = Step.objects.filter(kind=StepKind.CALL).values("edition")
    mails = Step.objects.filter(kind=StepKind.MAIL).values("edition")
    never = Person.objects.filter(do_not_call=True).values("pk")
    refused = Person.objects.filter(mail_consent=MailConsent.REFUSED).values("pk")
    rows = alive.filter(
        Q(person__in=never, edition__in=calls)
        | Q(person__in=refused, edition__in=mails)
        | Q(deal__state__in=(DealState.WON, DealState.LOST))
    )
    return set(rows.values_list("pk", flat=True))


def _due() -> set[int]:
    return set(Run.objects.filter(state=RunState.RUNNING, due_at__lte=clock.now()).values_list("pk", flat=True))


def _held(rows: QuerySet[Run]) -> QuerySet[Run]:
    """Return the runs, theirs until the transaction ends; those that somebody else holds are left for the next time."""
    held = rows.select_related(*RELATED).select_for_update(of=("self",), skip_locked=True)
    return held.prefetch_related("edition__steps")


def _batches(ids: set[int]) -> list[list[int]]:
    every = sorted(ids)
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]


def _tell_owner(run: Run, reason: str) -> None:
    if run.owner is None:
        return
    with override(run.owner.language):
        text = _("%(name)sさんのシーケンス「%(sequence)s」を止めました：%(reason)s") % {
            "name": run.person.name,
            "sequence": run.sequence.name,
            "reason": STOP_REASONS[reason],
        }
    notify([run.owner], kind="sequence", text=text, url=f"/people/{run.person_id}")
