"""Making plans of what is done after a sale."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.sales.aftercare.errors import (
    PlanFieldInvalid,
    PlanGone,
    PlanNameTaken,
    PlanWithoutSteps,
    StepGone,
    TooManySteps,
)
from ryorin.sales.aftercare.models import FollowUpPlan, PlanStep
from ryorin.sales.aftercare.rules import FIRST_STEPS, LONGEST_WAIT, MOST_STEPS
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

PLAN_FIELDS = frozenset({"name", "trigger", "product", "category", "owner_rule", "team", "member", "is_single"})
STEP_FIELDS = frozenset({"title", "kind", "text", "wait", "unit", "asks_satisfaction"})


@transaction.atomic
def create_plan(*, name: str, by: Member | None, with_steps: bool = True, **fields: Any) -> FollowUpPlan:
    """This function will make a plan, not in use yet, that begins with the usual steps unless told otherwise."""
    require(by, "aftercare.plan")
    values = checked(FollowUpPlan, {"name": name, **fields}, allowed=PLAN_FIELDS)
    try:
        with transaction.atomic():
            plan = FollowUpPlan.objects.create(**values, created_at=clock.now())
    except IntegrityError as error:
        raise PlanNameTaken(name=values["name"]) from error
    for position, step in enumerate(FIRST_STEPS if with_steps else ()):
        parts = {"title": str(step.title), "text": str(step.text), "kind": step.kind, "wait": step.wait}
        PlanStep.objects.create(
            plan=plan, position=position, unit=step.unit, asks_satisfaction=step.asks_satisfaction, **parts
        )
    audit.record("plan_created", "follow_up_plan", plan.pk, by=by, name=plan.name)
    return plan


@transaction.atomic
def change_plan(plan: FollowUpPlan, *, by: Member | None, version: int | None, **fields: Any) -> FollowUpPlan:
    """This function will change what the plan is for and whose work it is; plans that run already stay as they are."""
    require(by, "aftercare.plan")
    plan = locked(plan, version)
    values = checked(FollowUpPlan, fields, allowed=PLAN_FIELDS)
    changed = {name: value for name, value in values.items() if getattr(plan, name) != value}
    if not changed:
        return plan
    facts = {name: [_said(getattr(plan, name)), _said(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(plan, name, value)
    try:
        with transaction.atomic():
            save(plan, *changed)
    except IntegrityError as error:
        raise PlanNameTaken(name=plan.name) from error
    audit.record("plan_changed", "follow_up_plan", plan.pk, by=by, **facts)
    return plan


@transaction.atomic
def start_using(plan: FollowUpPlan, *, by: Member | None) -> FollowUpPlan:
    """This function will let sales from now on start the plan; refuses a plan without steps."""
    require(by, "aftercare.plan")
    plan = locked(plan)
    if plan.is_active:
        return plan
    if not plan.steps.exists():
        raise PlanWithoutSteps()
    plan.is_active, plan.active_since = True, clock.now()
    save(plan, "is_active", "active_since")
    audit.record("plan_used", "follow_up_plan", plan.pk, by=by, name=plan.name)
    return plan


@transaction.atomic
def stop_using(plan: FollowUpPlan, *, by: Member | None) -> FollowUpPlan:
    """This function will let no more sales start the plan; what runs goes on."""
    require(by, "aftercare.plan")
    plan = locked(plan)
    if plan.is_active:
        plan.is_active = False
        save(plan, "is_active")
        audit.record("plan_rested", "follow_up_plan", plan.pk, by=by, name=plan.name)
    return plan


@transaction.atomic
def delete_plan(plan: FollowUpPlan, *, by: Member | None) -> AuditEntry:
    """This function will delete the plan; what runs goes on."""
    require(by, "aftercare.plan")
    return delete(locked(plan), record_type="follow_up_plan", by=by)


@transaction.atomic
def add_step(plan: FollowUpPlan, *, by: Member | None, **fields: Any) -> PlanStep:
    """This function will add a step behind the others."""
    require(by, "aftercare.plan")
    plan = locked(plan)
    count = plan.steps.count()
    if count >= MOST_STEPS:
        raise TooManySteps(most=MOST_STEPS)
    values = checked(PlanStep, fields, allowed=STEP_FIELDS)
    last = plan.steps.aggregate(last=models.Max("position"))["last"]
    step = PlanStep.objects.create(plan=plan, position=0 if last is None else last + 1, **values)
    save(plan)
    audit.record("plan_step_added", "follow_up_plan", plan.pk, by=by, name=plan.name, step=step.title)
    return step


@transaction.atomic
def change_step(step: PlanStep, *, by: Member | None, **fields: Any) -> PlanStep:
    """This function will change a step of the plan; what runs keeps its own."""
    require(by, "aftercare.plan")
    plan = locked(step.plan)
    row = _step(step)
    values = checked(PlanStep, fields, allowed=STEP_FIELDS)
    changed = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
    if changed:
        for name, (_before, value) in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        save(plan)
        audit.record("plan_step_changed", "follow_up_plan", plan.pk, by=by, name=plan.name, step=row.title, **changed)
    return row


@transaction.atomic
def delete_step(step: PlanStep, *, by: Member | None) -> None:
    """This function will take a step out of the plan; the last one of a plan in use stays."""
    require(by, "aftercare.plan")
    plan = locked(step.plan)
    row = _step(step)
    if plan.is_active and plan.steps.count() == 1:
        raise PlanWithoutSteps()
    row.delete()
    save(plan)
    audit.record("plan_step_deleted", "follow_up_plan", plan.pk, by=by, name=plan.name, step=step.title)


@transaction.atomic
def order_steps(plan: FollowUpPlan, ids: list[int], *, by: Member | None) -> None:
    """This function will put the steps into this order; ids of other plans are left out."""
    require(by, "aftercare.plan")
    plan = locked(plan)
    steps = {step.pk: step for step in plan.steps.all()}
    order = [steps.pop(pk) for pk in ids if pk in steps] + list(steps.values())
    for position, step in enumerate(order):
        step.position = position
    PlanStep.objects.bulk_update(order, ["position"])
    save(plan)
    audit.record("plan_steps_ordered", "follow_up_plan", plan.pk, by=by, name=plan.name)


def locked(plan: FollowUpPlan, version: int | None = None) -> FollowUpPlan:
    """Return the plan's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    row = FollowUpPlan.objects.select_for_update(of=("self",)).filter(pk=plan.pk).first()
    if row is None:
        raise PlanGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def save(plan: FollowUpPlan, *columns: str) -> None:
    plan.version += 1
    plan.save(update_fields=[*columns, "version"])


def checked(model: type[models.Model], fields: dict[str, Any], *, allowed: frozenset[str]) -> dict[str, Any]:
    """Return the fields with texts trimmed; refuses what the rows cannot hold, naming the field."""
    if unknown := set(fields) - allowed:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    return {name: _checked(model._meta.get_field(name), value) for name, value in fields.items()}


def _checked(column: Any, value: Any) -> Any:
    if isinstance(value, str):
        value = value.replace("\0", "").strip()
        if column.max_length is not None and len(value) > column.max_length:
            what = _("%(longest)s文字以内で入力してください。") % {"longest": column.max_length}
            raise PlanFieldInvalid(field=column.verbose_name, what=what)
        if not value and not column.blank:
            raise PlanFieldInvalid(field=column.verbose_name, what=_("入力してください。"))
        if value and column.choices and value not in dict(column.flatchoices):
            raise PlanFieldInvalid(field=column.verbose_name, what=_("一覧から選んでください。"))
    if column.name == "wait" and not 0 <= int(value) <= LONGEST_WAIT:
        what = _("%(least)sから%(most)sまでの数で入力してください。") % {"least": 0, "most": LONGEST_WAIT}
        raise PlanFieldInvalid(field=column.verbose_name, what=what)
    return value


def _step(step: PlanStep) -> PlanStep:
    row = PlanStep.objects.select_for_update(of=("self",)).filter(pk=step.pk).first()
    if row is None:
        raise StepGone()
    return row


def _said(value: Any) -> Any:
    """Return a value as the trail keeps it: records by their name."""
    return str(value) if hasattr(value, "pk") else value
