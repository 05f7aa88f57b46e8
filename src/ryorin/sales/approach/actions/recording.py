"""What came of a call or a visit, and all that follows from it: written once, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.companies.actions import forbid_calls
from ryorin.customers.companies.models import Company
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.models import Basis, Medium
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.activities.models import Activity, ActivityKind
from ryorin.sales.approach.errors import (
    AlreadyRecorded,
    HeldByAnother,
    ListClosed,
    NotToBeCalled,
    OutcomeMissing,
    ReasonMissing,
    TargetGone,
    WhenMissing,
    WrongMethod,
)
from ryorin.sales.approach.models import ApproachList, Attempt, Method, Outcome, Target, TargetState, Then
from ryorin.sales.approach.rules import Next, after_attempt, checked_future
from ryorin.sales.calendar.actions import plan_appointment
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import closed_days, current
from ryorin.workspace.tasks.actions import add_task, finish_task
from ryorin.workspace.tasks.models import Task

KINDS = {Method.CALL: ActivityKind.CALL, Method.VISIT: ActivityKind.VISIT}
END_OF_WORK = time(18)
ALONG = ("list", "holder", "last_outcome", "person", "company", "task")


@dataclass(frozen=True, kw_only=True)
class Appointing:
    """The appointment that was made: what, when, how long, where."""

    kind: str = ActivityKind.VISIT
    starts_at: datetime | None = None
    minutes: int = 60
    place: str = ""


@dataclass(frozen=True)
class _Met:
    """Who was approached: rows under lock, the person before anything else."""

    person: Person | None
    company: Company | None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.company.name if self.company else ""

    @property
    def about(self) -> tuple[str, int, str] | None:
        if self.person is not None:
            return "person", self.person.pk, self.person.name
        return ("company", self.company.pk, self.company.name) if self.company else None


@transaction.atomic
def record_attempt(
    target: Target,
    *,
    number: int,
    outcome: Outcome | None,
    by: Member,
    note: str = "",
    again_at: datetime | None = None,
    appointing: Appointing | None = None,
    deal_name: str = "",
    reason: str = "",
    next_action: str = "",
    next_action_on: date | None = None,
) -> Attempt:
    """This function will keep the attempt with this number, once: an activity, a touchpoint, and what follows from it.

    The same answer given twice changes nothing; another answer to the same attempt is refused.
    """
    require(by, "approach.work")
    met = _met(target)
    target, row = _current(target, by)
    if outcome is None or outcome.method != row.method:
        raise OutcomeMissing()
    if (made := target.tries.filter(number=number).select_related("outcome").first()) is not None:
        if made.outcome_id != outcome.pk or made.by_id != by.pk:
            raise AlreadyRecorded(outcome=made.outcome.name if made.outcome else "")
        return made
    if number != target.attempts + 1:
        raise StaleRecord()
    _refuse(row, target, met)
    deal = _deal(met, deal_name, by=by)
    activity = _activity(row, met, outcome, deal, note, next_action, next_action_on, by=by)
    _follow(outcome, met, row, deal, by=by, note=note, reason=reason, appointing=appointing)
    attempt = _keep(row, target, number, outcome, activity=activity, deal=deal, by=by)
    _move_on(row, target, number, outcome, again_at, by=by)
    said = {"person": target.person_id, "company": target.company_id, "outcome": outcome.name, "number": number}
    audit.record("approach_attempted", "approach_list", row.pk, by=by, name=row.name, **said)
    return attempt


def _met(target: Target) -> _Met:
    """Return who was approached, locked first: whoever else writes about them waits here, in the same order."""
    person = Person.objects.select_for_update(of=("self",)).filter(pk=target.person_id).first()
    if person is not None:
        return _Met(person, person.company)
    return _Met(None, Company.objects.select_for_update(of=("self",)).filter(pk=target.company_id).first())


def _current(target: Target, by: Member) -> tuple[Target, ApproachList]:
    """Return the row as it is now; not locked yet, for deals come before it."""
    found = Target.objects.select_related(*ALONG).filter(pk=target.pk).first()
    if found is None:
        raise TargetGone()
    if found.holder is not None and found.holder_id != by.pk and (found.held_until or clock.now()) > clock.now():
        raise HeldByAnother(name=found.holder.name)
    return found, found.list


def _refuse(row: ApproachList, target: Target, met: _Met) -> None:
    """This function will refuse what must not or need not be done any more."""
    if not row.is_open:
        raise ListClosed(name=row.name)
    if row.method not in KINDS:
        raise WrongMethod(name=row.name, method=row.get_method_display())
    if target.state == TargetState.DONE:
        raise AlreadyRecorded(outcome=target.last_outcome.name if target.last_outcome else "")
    forbidding = met.person or met.company
    if row.method == Method.CALL and forbidding is not None and forbidding.do_not_call:
        raise NotToBeCalled(name=met.name, reason=forbidding.do_not_call_reason or "–")


def _deal(met: _Met, name: str, *, by: Member) -> Deal | None:
    if not name.strip():
        return None
    return open_deal(name=name, by=by, person=met.person, company=met.company, owner=by)


def _activity(
    row: ApproachList,
    met: _Met,
    outcome: Outcome,
    deal: Deal | None,
    note: str,
    next_action: str,
    next_action_on: date | None,
    *,
    by: Member,
) -> Activity:
    return log_activity(
        KINDS[Method(row.method)],
        by=by,
        person=met.person,
        company=met.company,
        deal=deal,
        subject=row.name,
        body=note,
        outcome=outcome.name,
        next_action=next_action,
        next_action_on=next_action_on,
    )


def _follow(
    outcome: Outcome,
    met: _Met,
    row: ApproachList,
    deal: Deal | None,
    *,
    by: Member,
    note: str,
    reason: str,
    appointing: Appointing | None,
) -> None:
    """This function will do what follows from the outcome."""
    match outcome.then:
        case Then.APPOINTMENT:
            _appoint(appointing or Appointing(), met, deal, note, by=by)
        case Then.MATERIAL:
            _add_task(_("資料を送る：%(name)s") % {"name": met.name}, met, row, by=by)
        case Then.WRONG_NUMBER:
            _add_task(_("電話番号を確かめる：%(name)s") % {"name": met.name}, met, row, by=by)
        case Then.FORBID:
            _forbid(met, row, reason, by=by)


def _appoint(wish: Appointing, met: _Met, deal: Deal | None, note: str, *, by: Member) -> None:
    if wish.starts_at is None:
        raise WhenMissing()
    starts_at = checked_future(wish.starts_at, now=clock.now())
    plan_appointment(
        wish.kind,
        by=by,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=min(max(wish.minutes, 5), 24 * 60)),
        person=met.person,
        company=met.company,
        deal=deal,
        place=wish.place,
        note=note,
    )


def _add_task(title: str, met: _Met, row: ApproachList, *, by: Member) -> None:
    zone = ZoneInfo(current().time_zone)
    day = add_business_days(clock.today(current().time_zone), 1, closed=closed_days())
    due_at = datetime.combine(day, END_OF_WORK, tzinfo=zone)
    add_task(title=title[:200], owner=by, by=by, due_at=due_at, about=met.about, why=row.name)


def _forbid(met: _Met, row: ApproachList, reason: str, *, by: Member) -> None:
    """This function will note that the person (or company) does not want to be called any more, and why."""
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise ReasonMissing()
    if met.person is not None:
        state_consent(
            met.person,
            medium=Medium.PHONE,
            allowed=False,
            basis=Basis.REFUSED,
            evidence=reason,
            source=row.name,
            by=by,
        )
    elif met.company is not None:
        forbid_calls(met.company, reason=reason, by=by)


def _keep(
    row: ApproachList,
    target: Target,
    number: int,
    outcome: Outcome,
    *,
    activity: Activity,
    deal: Deal | None,
    by: Member,
) -> Attempt:
    local = activity.at.astimezone(ZoneInfo(current().time_zone))
    return Attempt.objects.create(
        target=target,
        list=row,
        number=number,
        method=row.method,
        at=activity.at,
        day=local.date(),
        hour=local.hour,
        weekday=local.weekday(),
        by=by,
        outcome=outcome,
        is_connected=outcome.is_connected,
        is_appointment=outcome.then == Then.APPOINTMENT,
        activity=activity,
        deal=deal,
    )


def _move_on(
    row: ApproachList, target: Target, number: int, outcome: Outcome, again_at: datetime | None, *, by: Member
) -> None:
    """This function will set where the person stands on the list now; somebody who was faster wins."""
    ours: Organisation = current()
    then = after_attempt(
        outcome.then,
        attempts=number,
        limit=row.retry_limit,
        hours=row.retry_hours,
        again_at=again_at,
        now=clock.now(),
        opens=ours.opens_hour,
        closes=ours.closes_hour,
        tz=ours.time_zone,
        closed=closed_days(),
    )
    values: dict[str, Any] = {"state": then.state, "due_at": then.due_at, "why_out": ""}
    values |= {"callback_by": by if outcome.then == Then.CALLBACK else None, "holder": None, "held_until": None}
    values |= {"attempts": number, "last_outcome": outcome, "last_at": clock.now()}
    values["task"] = _remind(target, then, outcome, by=by)
    if not Target.objects.filter(pk=target.pk, attempts=number - 1).update(**values):
        raise StaleRecord()


def _remind(target: Target, then: Next, outcome: Outcome, *, by: Member) -> Task | None:
    """This function will tick off what reminded of this call, and put a newly promised one on the task list."""
    if target.task is not None:
        finish_task(target.task, by)
    if outcome.then != Then.CALLBACK:
        return None
    met = _Met(target.person, target.company)
    title = _("折り返し電話：%(name)s") % {"name": met.name}
    return add_task(title=title[:200], owner=by, by=by, due_at=then.due_at, about=met.about, why=target.list.name)
