"""Changing how leads are routed, and the reasons for sending them back."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.rules import read
from ryorin.alignment.handoffs.errors import RoutingRuleInvalid, SendBackReasonInvalid
from ryorin.alignment.handoffs.models import TO_A_TEAM, HowToRoute, RoutingRule, SendBackReason
from ryorin.alignment.handoffs.rules import MOST_REST_DAYS, problem_with_rule
from ryorin.conditions.parser import to_json
from ryorin.marketing.journeys.models import Journey
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = ("name", "condition", "how", "team", "member", "journey", "hours", "is_active")


@transaction.atomic
def create_routing_rule(*, by: Member | None, **fields: Any) -> RoutingRule:
    """This function will add a rule at the end (name, condition, how, team or member, hours)."""
    require(by, "routing.change")
    last = RoutingRule.objects.order_by("position").last()
    rule = RoutingRule(position=last.position + 1 if last else 0)
    changes = _take_over(rule, fields)
    rule.save()
    audit.record("routing_rule_created", "routing_rule", rule.pk, by=by, **changes)
    return rule


@transaction.atomic
def change_routing_rule(rule: RoutingRule, *, by: Member | None, version: int | None, **fields: Any) -> RoutingRule:
    """This function will change what is given; refuses when somebody else changed the rule since `version`."""
    require(by, "routing.change")
    rule = RoutingRule.objects.select_for_update().get(pk=rule.pk)
    if version is not None and version != rule.version:
        raise StaleRecord()
    changes = _take_over(rule, fields)
    if changes:
        rule.version += 1
        rule.save()
        audit.record("routing_rule_changed", "routing_rule", rule.pk, by=by, **changes)
    return rule


@transaction.atomic
def move_routing_rule(rule: RoutingRule, *, by: Member | None, up: bool) -> None:
    """This function will change places with the rule above or below: the first that holds decides."""
    require(by, "routing.change")
    rules = list(RoutingRule.objects.select_for_update())
    place = next(index for index, each in enumerate(rules) if each.pk == rule.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
        for index, each in enumerate(rules):
            each.position = index
        RoutingRule.objects.bulk_update(rules, ["position"])
        audit.record("routing_rule_moved", "routing_rule", rule.pk, by=by, position=[place, other])


@transaction.atomic
def delete_routing_rule(rule: RoutingRule, *, by: Member | None) -> None:
    """This function will remove a rule; hand-offs it made stay."""
    require(by, "routing.change")
    audit.record("routing_rule_deleted", "routing_rule", rule.pk, by=by, name=rule.name, condition=rule.condition)
    rule.delete()


def add_send_back_reason(name: str, *, by: Member | None) -> SendBackReason:
    """This function will add a reason at the end of the list."""
    require(by, "routing.change")
    name = _checked_reason(name)
    last = SendBackReason.objects.order_by("position").last()
    try:
        with transaction.atomic():
            reason = SendBackReason.objects.create(name=name, position=last.position + 1 if last else 0)
            audit.record("send_back_reason_created", "send_back_reason", reason.pk, by=by, name=name)
    except IntegrityError:
        raise SendBackReasonInvalid(what=_("「%(name)s」はすでにあります。") % {"name": name}) from None
    return reason


def change_send_back_reason(
    reason: SendBackReason, *, by: Member | None, name: str | None = None, is_active: bool | None = None
) -> SendBackReason:
    """This function will rename a reason, or stop offering it; counts of the past keep it."""
    values: dict[str, Any] = {} if name is None else {"name": _checked_reason(name)}
    return _changed_reason(reason, values | ({} if is_active is None else {"is_active": is_active}), by=by)


def set_what_follows(
    reason: SendBackReason, *, by: Member | None, journey: Journey | None, rest_days: int
) -> SendBackReason:
    """This function will set which journey looks after leads sent back for the reason, and how long they rest."""
    if not 0 <= rest_days <= MOST_REST_DAYS:
        raise SendBackReasonInvalid(what=_("日数は0～%(most)sにしてください。") % {"most": MOST_REST_DAYS})
    return _changed_reason(reason, {"journey": journey, "rest_days": rest_days}, by=by)


def _changed_reason(reason: SendBackReason, values: dict[str, Any], *, by: Member | None) -> SendBackReason:
    require(by, "routing.change")
    try:
        with transaction.atomic():
            reason = SendBackReason.objects.select_for_update(of=("self",)).get(pk=reason.pk)
            before = {key: _plain(getattr(reason, key)) for key in values}
            for key, value in values.items():
                setattr(reason, key, value)
            reason.save()
            after = {key: _plain(value) for key, value in {"name": reason.name, **values}.items()}
            audit.record("send_back_reason_changed", "send_back_reason", reason.pk, by=by, before=before, **after)
    except IntegrityError:
        raise SendBackReasonInvalid(what=_("「%(name)s」はすでにあります。") % {"name": values["name"]}) from None
    return reason


def _take_over(rule: RoutingRule, fields: dict[str, Any]) -> dict[str, Any]:
    """This function will set the fields on the rule, and return what changed; refuses a rule that cannot work."""
    if "condition" in fields:
        fields = {**fields, "condition": to_json(read(fields["condition"] or {}))}
    changes: dict[str, Any] = {}
    for name in CHANGEABLE:
        if name in fields and getattr(rule, name) != fields[name]:
            changes[name] = [_plain(getattr(rule, name)), _plain(fields[name])]
            setattr(rule, name, fields[name])
    rule.name = rule.name.strip()[:80]
    rule.team = rule.team if rule.how in TO_A_TEAM else None
    rule.member = rule.member if rule.how == HowToRoute.MEMBER else None
    rule.journey = rule.journey if rule.how == HowToRoute.JOURNEY else None
    problem = problem_with_rule(
        name=rule.name,
        how=rule.how,
        team_id=rule.team_id,
        member_id=rule.member_id,
        hours=rule.hours,
        journey_id=rule.journey_id,
    )
    if problem:
        raise RoutingRuleInvalid(what=problem)
    return changes


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | dict | list) else str(value)


def _checked_reason(name: str) -> str:
    if not name.strip():
        raise SendBackReasonInvalid(what=_("理由を入力してください。"))
    return name.strip()[:60]
