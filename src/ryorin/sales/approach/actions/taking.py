"""Whose turn it is: one person after the next, each given to one caller at a time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from ryorin.lib import clock
from ryorin.sales.approach.errors import HeldByAnother, ListClosed, TargetGone
from ryorin.sales.approach.models import About, ApproachList, Target, TargetQuerySet, TargetState, WhyOut
from ryorin.sales.approach.queries.asking import visible_records
from ryorin.sales.approach.queries.knowing import candidates
from ryorin.sales.approach.rules import HOLD, hours_at
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

SKIPPED_FOR = timedelta(hours=1)
PROMISE_KEPT_FOR = timedelta(days=1)  # after that, anybody calls in place of who promised to


@transaction.atomic
def take_next(row: ApproachList, *, by: Member) -> Target | None:
    """This function will give the member the next person of the list and hold it; None when nobody is left for now.

    Promised calls come first, then those to be tried again, then the most promising. Whoever must not be called any
    more is left out on the way.
    """
    require(by, "approach.work")
    if not row.is_open:
        raise ListClosed(name=row.name)
    while (target := _next_for(row, by)) is not None:
        if _still_welcome(row, target) and _hold(target, by):
            return target
    return None


@transaction.atomic
def take(target: Target, *, by: Member) -> Target:
    """This function will hold one person for the member; refuses while somebody else does."""
    require(by, "approach.work")
    found = Target.objects.select_for_update(of=("self",)).select_related("holder").filter(pk=target.pk).first()
    if found is None:
        raise TargetGone()
    if found.holder is not None and found.holder_id != by.pk and _is_held(found):
        raise HeldByAnother(name=found.holder.name)
    if found.state in (TargetState.WAITING, TargetState.LATER):
        _hold(found, by)
    return found


@transaction.atomic
def release(target: Target, *, by: Member) -> None:
    """This function will let others have the person the member held."""
    require(by, "approach.work")
    Target.objects.filter(pk=target.pk, holder=by).update(holder=None, held_until=None)


@transaction.atomic
def skip(target: Target, *, by: Member) -> None:
    """This function will put the person the member holds off for an hour; no attempt is counted."""
    require(by, "approach.work")
    waiting = Target.objects.filter(pk=target.pk, holder=by, state__in=(TargetState.WAITING, TargetState.LATER))
    waiting.update(state=TargetState.LATER, due_at=clock.now() + SKIPPED_FOR, holder=None, held_until=None)


@transaction.atomic
def put_out(target: Target, *, by: Member | None) -> None:
    """This function will leave somebody out of the list by hand."""
    require(by, "approach.work")
    out = {"state": TargetState.OUT, "why_out": WhyOut.BY_HAND, "holder": None, "held_until": None}
    if Target.objects.filter(pk=target.pk, state__in=(TargetState.WAITING, TargetState.LATER)).update(**out):
        _tell("approach_target_put_out", target, by=by)


@transaction.atomic
def put_back(target: Target, *, by: Member | None) -> None:
    """This function will take somebody in again who was left out by hand."""
    require(by, "approach.work")
    if Target.objects.filter(pk=target.pk, why_out=WhyOut.BY_HAND).update(state=TargetState.WAITING, why_out=""):
        _tell("approach_target_put_back", target, by=by)


def _next_for(row: ApproachList, by: Member) -> Target | None:
    """Return the row of the next person, under lock; rows that others are just taking are passed over."""
    now = clock.now()
    mine: TargetQuerySet = Target.objects.filter(list=row).visible_to(by)
    mine = mine.select_for_update(skip_locked=True, of=("self",))
    free = mine.filter(Q(holder__isnull=True) | Q(holder=by) | Q(held_until__lt=now))
    wished = Q(call_hours__in=hours_at(now.astimezone(ZoneInfo(current().time_zone)).hour))
    promised = Q(callback_by=by) | Q(callback_by__isnull=False, due_at__lt=now - PROMISE_KEPT_FOR)
    due = free.filter(state=TargetState.LATER, due_at__lte=now)
    return (
        mine.filter(holder=by, held_until__gt=now, state__in=(TargetState.WAITING, TargetState.LATER)).first()
        or due.filter(promised).order_by("due_at", "pk").first()
        or due.filter(wished, callback_by__isnull=True).order_by("due_at", "pk").first()
        or free.filter(wished, state=TargetState.WAITING).in_order().first()
    )


def _still_welcome(row: ApproachList, target: Target) -> bool:
    """Return whether the person may be approached now; who may not is left out from here on."""
    is_person = row.about == About.PERSON
    records = visible_records(About(row.about), by=None).filter(pk=target.person_id if is_person else target.company_id)
    [one] = candidates(row, records)
    if not one.why_out or (one.why_out == WhyOut.RECENT and target.attempts):
        return True
    Target.objects.filter(pk=target.pk).update(state=TargetState.OUT, why_out=one.why_out, holder=None, held_until=None)
    return False


def _hold(target: Target, by: Member) -> bool:
    """This function will give the row to the member if it is free; no two members are given the same one."""
    now = clock.now()
    free = Q(holder__isnull=True) | Q(holder=by) | Q(held_until__lt=now)
    target.holder, target.held_until = by, now + HOLD
    return bool(Target.objects.filter(free, pk=target.pk).update(holder=by, held_until=target.held_until))


def _is_held(target: Target) -> bool:
    return target.held_until is not None and target.held_until > clock.now()


def _tell(action: str, target: Target, *, by: Member | None) -> None:
    about = {"person": target.person_id, "company": target.company_id}
    audit.record(action, "approach_list", target.list_id, by=by, **about)
