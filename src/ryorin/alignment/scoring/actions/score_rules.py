"""Changing the rules of the score. Everybody is scored anew within seconds, because the digest of the rules changed."""

from django.db import transaction

from ryorin.alignment.definitions.rules import FOR_SCORE, read
from ryorin.alignment.scoring.errors import ScoreRuleInvalid
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.alignment.scoring.rules import done_in, first_rules, problem_with
from ryorin.conditions.parser import to_json
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def create_score_rule(
    *, label: str, points: int, condition: object, by: Member | None, half_life_days: int | None = None
) -> ScoreRule:
    """This function will add a rule at the end; its points fade by half in so many days, or never."""
    require(by, "scoring.change")
    _check(label, points, half_life_days, condition)
    last = ScoreRule.objects.order_by("position").last()
    rule = ScoreRule.objects.create(
        label=label.strip()[:80],
        points=points,
        condition=to_json(read(condition, about=FOR_SCORE)),
        half_life_days=half_life_days,
        position=last.position + 1 if last else 0,
        updated_at=clock.now(),
    )
    audit.record("score_rule_created", "score_rule", rule.pk, by=by, label=rule.label, points=points)
    return rule


@transaction.atomic
def change_score_rule(
    rule: ScoreRule,
    *,
    by: Member | None,
    version: int | None,
    label: str | None = None,
    points: int | None = None,
    condition: object = None,
    is_active: bool | None = None,
    half_life_days: int | None = None,
) -> ScoreRule:
    """This function will change what is given; refuses when somebody else changed the rule since `version`.

    A half-life of 0 days ends the fading.
    """
    require(by, "scoring.change")
    rule = ScoreRule.objects.select_for_update().get(pk=rule.pk)
    if version is not None and version != rule.version:
        raise StaleRecord()
    asked = {
        "label": None if label is None else label.strip()[:80],
        "points": points,
        "condition": None if condition is None else to_json(read(condition, about=FOR_SCORE)),
        "is_active": is_active,
        "half_life_days": half_life_days,
    }
    changes = {
        name: [getattr(rule, name), value]
        for name, value in asked.items()
        if value is not None and value != (getattr(rule, name) or type(value)())
    }
    if not changes:
        return rule
    for name, (_before, value) in changes.items():
        setattr(rule, name, value)
    rule.half_life_days = rule.half_life_days or None
    _check(rule.label, rule.points, rule.half_life_days, rule.condition)
    rule.version += 1
    rule.people = None
    rule.updated_at = clock.now()
    rule.save()
    audit.record("score_rule_changed", "score_rule", rule.pk, by=by, **changes)
    return rule


@transaction.atomic
def move_score_rule(rule: ScoreRule, *, by: Member | None, up: bool) -> None:
    """This function will change places with the rule above or below."""
    require(by, "scoring.change")
    rules = list(ScoreRule.objects.select_for_update())
    place = next(index for index, each in enumerate(rules) if each.pk == rule.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rules):
        rules[place], rules[other] = rules[other], rules[place]
        for index, each in enumerate(rules):
            each.position = index
        ScoreRule.objects.bulk_update(rules, ["position"])
        audit.record("score_rule_moved", "score_rule", rule.pk, by=by, position=[place, other])


@transaction.atomic
def delete_score_rule(rule: ScoreRule, *, by: Member | None) -> None:
    """This function will remove a rule."""
    require(by, "scoring.change")
    audit.record(
        "score_rule_deleted",
        "score_rule",
        rule.pk,
        by=by,
        label=rule.label,
        points=rule.points,
        condition=rule.condition,
    )
    rule.delete()


@transaction.atomic
def prepare_defaults() -> None:
    """This function will make the first rules where there are none."""
    if not ScoreRule.objects.exists():
        for label, points, condition in first_rules():
            create_score_rule(label=label, points=points, condition=condition, by=None)


def _check(label: str, points: int, half_life_days: int | None, condition: object) -> None:
    fades = half_life_days is None or done_in(read(condition, about=FOR_SCORE)) is not None
    if problem := problem_with(label=label, points=points, half_life_days=half_life_days, fades=fades):
        raise ScoreRuleInvalid(what=problem)
