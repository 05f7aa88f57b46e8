"""Sequences shaped for pages: what they brought, who is inside and why, what a step says to one person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from ryorin.lib.dates import parse_datetime
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.sequences.models import Edition, Run, RunState, RunStep, Sequence, Step, StepState
from ryorin.sales.sequences.rules import ANSWERS, WorkingTime, filled
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import closed_days, current

PAGE = 50


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one step says to one person; `missing` names what is not known about the person."""

    title: str
    subject: str
    body: str
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Results:
    """What became of the people who went through: counts of runs, and the deals that came of them."""

    started: int = 0
    alive: int = 0
    finished: int = 0
    answered: int = 0
    stopped: int = 0
    deals: int = 0
    won: int = 0

    @property
    def answer_rate(self) -> float | None:
        """The share of all who started that answered, None before anybody started."""
        return self.answered / self.started if self.started else None


@dataclass(frozen=True, slots=True)
class StepResults:
    """How far people came with one step of an edition."""

    step: Step
    waiting: int = 0
    open: int = 0
    done: int = 0
    skipped: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One sequence on the list."""

    sequence: Sequence
    steps: list[Step]
    results: Results = field(default_factory=Results)


def lines(member: Member) -> list[Line]:
    """Return all sequences with their steps and results, as far as the member sees the runs."""
    sequences = list(Sequence.objects.order_by("-is_active", "name"))
    newest = newest_editions(sequences)
    results = results_of(member, [one.pk for one in sequences])
    return [
        Line(one, list(newest[one.pk].steps.all()) if one.pk in newest else [], results.get(one.pk, Results()))
        for one in sequences
    ]


def newest_editions(sequences: Iterable[Sequence]) -> dict[int, Edition]:
    """Return the newest edition of each sequence, its steps with it."""
    rows = Edition.objects.filter(sequence__in=list(sequences)).order_by("number").prefetch_related("steps")
    return {edition.sequence_id: edition for edition in rows}


def results_of(member: Member, sequences: list[int]) -> dict[int, Results]:
    """Return what became of the people in each sequence; a deal counts that was opened with them after they started."""
    runs = Run.objects.visible_to(member).filter(sequence__in=sequences).order_by()
    alive = Q(state__in=(RunState.RUNNING, RunState.PAUSED))
    counted = runs.values("sequence").annotate(
        started=Count("pk"),
        alive=Count("pk", filter=alive),
        finished=Count("pk", filter=Q(state=RunState.FINISHED)),
        answered=Count("pk", filter=Q(stop_reason__in=list(ANSWERS))),
        stopped=Count("pk", filter=Q(state=RunState.STOPPED)),
    )
    deals = {row["sequence"]: row for row in _deals(runs)}
    found = {}
    for row in counted:
        brought = deals.get(row["sequence"], {})
        pk = row.pop("sequence")
        found[pk] = Results(**row, deals=brought.get("deals", 0), won=brought.get("won", 0))
    return found


def deals_of(member: Member, sequence: Sequence) -> QuerySet[Deal]:
    """Return the deals that were opened with people of the sequence after they had started."""
    runs = Run.objects.visible_to(member).filter(sequence=sequence, person__deals__opened_at__gt=F("started_at"))
    return Deal.objects.visible_to(member).filter(pk__in=runs.values("person__deals"))


def steps_of(member: Member, edition: Edition) -> list[StepResults]:
    """Return how far people came with each step of an edition."""
    runs = Run.objects.visible_to(member).filter(edition=edition).order_by()
    by_state = {
        (step, state): count
        for step, state, count in RunStep.objects.filter(run__in=runs)
        .order_by()
        .values_list("step", "state")
        .annotate(count=Count("pk"))
    }
    waiting = dict(
        runs.filter(state=RunState.RUNNING, due_at__isnull=False).values_list("position").annotate(count=Count("pk"))
    )
    answered = dict(runs.filter(stop_reason__in=list(ANSWERS)).values_list("position").annotate(count=Count("pk")))
    return [
        StepResults(
            step=step,
            waiting=waiting.get(step.position, 0),
            open=by_state.get((step.pk, StepState.OPEN), 0),
            done=by_state.get((step.pk, StepState.DONE), 0),
            skipped=by_state.get((step.pk, StepState.SKIPPED), 0),
            answered=answered.get(step.position, 0),
        )
        for step in edition.steps.all()
    ]


def runs_page(rows: QuerySet[Run], *, after: str = "") -> tuple[list[Run], str]:
    """Return the next runs, those who started last first, and the key to go on after; "" at the end."""
    at, _mark, pk = after.rpartition("_")
    if at and pk.isdecimal() and len(pk) < 19:
        try:
            moment = parse_datetime(at)
        except ValueError:
            moment = None
        if moment is not None:
            rows = rows.filter(Q(started_at__lt=moment) | Q(started_at=moment, pk__lt=int(pk)))
    related = ("person__company", "owner", "edition", "started_by")
    found = list(rows.select_related(*related).order_by("-started_at", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.started_at.isoformat()}_{last.pk}" if last else ""


def runs_of_person(person_id: int, member: Member, *, limit: int = 20) -> list[Run]:
    """Return the runs of one person, those still going first."""
    rows = Run.objects.visible_to(member).filter(person=person_id).select_related("sequence", "edition", "owner")
    found = list(rows.order_by("-started_at")[:limit])
    return sorted(found, key=lambda run: run.state not in (RunState.RUNNING, RunState.PAUSED))


def runs_of_deal(deal_id: int, member: Member, *, limit: int = 10) -> list[Run]:
    """Return the runs of a deal that are still going."""
    rows = Run.objects.visible_to(member).alive().filter(deal_id=deal_id).select_related("sequence", "person")
    return list(rows.order_by("-started_at")[:limit])


def text_of(step: Step, run: Run, *, us: Organisation | None = None) -> Prepared:
    """Return the step's texts with the person's values in place."""
    values = values_of(run, us or current())
    title, first = filled(step.title, values)
    subject, second = filled(step.subject, values)
    body, third = filled(step.body, values)
    return Prepared(title[:200], subject, body, list(dict.fromkeys([*first, *second, *third])))


def values_of(run: Run, us: Organisation) -> dict[str, str]:
    """Return what stands for each placeholder when one writes to this person."""
    person = run.person
    return {
        "family_name": person.family_name,
        "name": person.addressed,
        "company": person.company.name if person.company else "",
        "department": person.department,
        "job_title": person.job_title,
        "owner": run.owner.name if run.owner else "",
        "our_company": us.name,
        "our_phone": us.phone,
    }


def working_time() -> WorkingTime:
    """Return when the company works."""
    us = current()
    return WorkingTime(tz=us.time_zone, opens=us.opens_hour, closed=closed_days())


def _deals(runs: QuerySet[Run]) -> Iterable[Any]:
    later = runs.filter(person__deals__opened_at__gt=F("started_at"))
    return later.values("sequence").annotate(
        deals=Count("person__deals", distinct=True),
        won=Count("person__deals", filter=Q(person__deals__state=DealState.WON), distinct=True),
    )
