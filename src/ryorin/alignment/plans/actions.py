"""Planning a quarter together: drafted by either side, signed by both, then frozen; a change makes a new version."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.models import Side
from ryorin.alignment.definitions.rules import sides_of
from ryorin.alignment.plans.errors import (
    AlreadySigned,
    OtherMemberMustSign,
    PlanFrozen,
    PlanOpen,
    PlanSuperseded,
    ReasonMissing,
)
from ryorin.alignment.plans.models import Plan
from ryorin.alignment.plans.queries import newest_of, quarter_of
from ryorin.alignment.plans.rules import Basis, outlook
from ryorin.lib import clock
from ryorin.lib.fiscal import months_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import LEADERS, require
from ryorin.workspace.notifications.actions import notify


def draft_plan(day: date, basis: Basis, *, by: Member | None, reason: str = "") -> Plan:
    """This function will write a plan for the day's quarter; after a signed one a new version, with a reason."""
    require(by, "plans.change")
    quarter = quarter_of(day)
    reason = reason.strip()[:200]
    try:
        with transaction.atomic():
            before = newest_of(quarter)
            if before is not None and not before.is_frozen:
                raise PlanOpen()
            if before is not None and not reason:
                raise ReasonMissing()
            now = clock.now()
            plan = Plan.objects.create(
                start=quarter.start,
                version=before.version + 1 if before else 1,
                reason=reason,
                created_by=by,
                created_at=now,
                changed_at=now,
                **_figures(basis, day),
            )
            facts = {"month": quarter.start, "version": plan.version, "why": reason}
            audit.record("plan_drafted", "plan", plan.pk, by=by, name=str(plan), **facts)
    except IntegrityError:
        raise PlanOpen() from None
    return plan


@transaction.atomic
def change_plan(plan: Plan, basis: Basis, *, by: Member | None) -> Plan:
    """This function will change a plan that not both have signed; a signature already there is taken back."""
    require(by, "plans.change")
    plan = _open(plan)
    was = plan.basis
    for field, value in _figures(basis, plan.start).items():
        setattr(plan, field, value)
    if plan.basis == was:
        return plan
    taken_back = [str(side) for side in Side if plan.signed_at(side)]
    plan.signed_by_marketing = plan.signed_by_sales = None
    plan.marketing_signed_at = plan.sales_signed_at = None
    plan.changed_at = clock.now()
    plan.save()
    changed = sorted(name for name in plan.basis if plan.basis[name] != was.get(name))
    audit.record("plan_changed", "plan", plan.pk, by=by, name=str(plan), changed=changed, taken_back=taken_back)
    return plan


@transaction.atomic
def sign_plan(plan: Plan, *, by: Member, side: str = "") -> Plan:
    """This function will sign the plan for a side (the member's own, or the one still open); the second freezes it."""
    require(by, "plans.change")
    plan = _open(plan)
    chosen = Side(side) if side in Side.values else _open_side(plan, by)
    if plan.signed_at(chosen):
        raise AlreadySigned(side=chosen.label)
    if not may_sign(plan, chosen, member=by):
        raise OtherMemberMustSign(side=chosen.label)
    now = clock.now()
    if chosen == Side.MARKETING:
        plan.signed_by_marketing, plan.marketing_signed_at = by, now
    else:
        plan.signed_by_sales, plan.sales_signed_at = by, now
    plan.save(update_fields=["signed_by_marketing", "marketing_signed_at", "signed_by_sales", "sales_signed_at"])
    audit.record("plan_signed", "plan", plan.pk, by=by, name=str(plan), side=str(chosen))
    if plan.is_frozen:
        _tell_everyone(plan, by)
    return plan


def may_sign(plan: Plan, side: Side, *, member: Member) -> bool:
    """Return whether the member's signature counts for the side.

    A side signs by one of its leaders: a manager, an administrator or the head of a team; where a side has none, by any
    of its members. Nobody signs for both, unless no other active member could sign for this side.
    """
    signers = _signers(side)
    if member.pk not in signers:
        return False
    other = Side.SALES if side == Side.MARKETING else Side.MARKETING
    signed = plan.signed_by(other)
    return signed is None or signed.pk != member.pk or signers == {member.pk}


def _open_side(plan: Plan, by: Member) -> Side:
    """Return the side of the member's that has not signed yet, the marketing side where there is none."""
    own = sides_of(by.role)
    return next((each for each in Side if each in own and not plan.signed_at(each)), Side.MARKETING)


def _signers(side: Side) -> set[int]:
    """Return the ids of those who may sign for the side."""
    active = Member.objects.filter(is_active=True).order_by().values_list("pk", "role")
    members = {pk: role for pk, role in active if side in sides_of(role)}
    heads = set(Team.objects.filter(head__in=list(members)).values_list("head_id", flat=True))
    leaders = {pk for pk, role in members.items() if role in LEADERS or pk in heads}
    return leaders or set(members)


def _open(plan: Plan) -> Plan:
    """Return the plan locked; refuses one that is frozen or no longer the newest."""
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.is_frozen:
        raise PlanFrozen()
    if Plan.objects.filter(start=plan.start, version__gt=plan.version).exists():
        raise PlanSuperseded()
    return plan


def _figures(basis: Basis, day: date) -> dict[str, object]:
    lengths = [(month.end - month.start).days for month in months_of(quarter_of(day))]
    return {"basis": basis.to_json(), "outlook": outlook(basis, lengths).to_json()}


def _tell_everyone(plan: Plan, by: Member) -> None:
    text = _("%(plan)sの計画に双方が署名しました") % {"plan": f"{plan.start.year}/{plan.start.month}〜"}
    others = [member for member in Member.objects.filter(is_active=True).exclude(pk=by.pk) if sides_of(member.role)]
    notify(others, kind="plan", text=text, url=f"/plans/{plan.pk}/")
