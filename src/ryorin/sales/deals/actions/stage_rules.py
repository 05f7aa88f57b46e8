"""What must be known of a deal before it may enter a stage: set by leaders, checked wherever a deal moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from ryorin.lib import clock
from ryorin.sales.deals.errors import (
    FirstStageHasNoRules,
    ReasonForExceptionMissing,
    RuleUnknown,
    StageNotReady,
)
from ryorin.sales.deals.models import Deal, DealAnswer, RuleKind, Stage, StageRule
from ryorin.sales.deals.queries import missing_for
from ryorin.sales.deals.rules import ASKABLE
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_RULES = 40
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a stage asks for; `label` is what people read."""

    kind: str
    name: str
    label: str


@transaction.atomic
def set_stage_rules(stage: Stage, asked: Sequence[Asked], *, by: Member | None) -> list[StageRule]:
    """This function will replace what the stage asks for; deals that stand in it or beyond stay where they are."""
    require(by, "pipelines.change")
    stage = Stage.objects.select_for_update().select_related(None).get(pk=stage.pk)
    wanted = {(one.kind, one.name): one for one in asked}
    if len(wanted) > MOST_RULES or not all(_is_sound(one) for one in wanted.values()):
        raise RuleUnknown()
    if wanted and stage.pk == Stage.objects.filter(pipeline=stage.pipeline_id).values_list("pk", flat=True).first():
        raise FirstStageHasNoRules()
    present = {(rule.kind, rule.name): rule for rule in stage.rules.all()}
    gone = [rule for key, rule in present.items() if key not in wanted]
    new = [one for key, one in wanted.items() if key not in present]
    if not gone and not new:
        return list(present.values())
    StageRule.objects.filter(pk__in=[rule.pk for rule in gone]).delete()
    StageRule.objects.bulk_create(
        [StageRule(stage=stage, kind=one.kind, name=one.name, label=one.label[:200]) for one in new]
    )
    audit.record(
        "stage_rules_set",
        "pipeline",
        stage.pipeline_id,
        by=by,
        stage=stage.name,
        added=[one.label for one in new],
        removed=[rule.label for rule in gone],
    )
    return list(stage.rules.all())


@transaction.atomic
def keep_answers(deal: Deal, known: Mapping[str, tuple[str, str]], *, forget: Sequence[str] = ()) -> None:
    """This function will keep what a hearing brought to light: label and answer by key; `forget` names what is unknown.

    Called by whoever holds the deal's row and has written the fact.
    """
    now = clock.now()
    DealAnswer.objects.filter(deal=deal, key__in=forget).delete()
    DealAnswer.objects.bulk_create(
        [
            DealAnswer(deal=deal, key=key, label=label[:200], said=said[:300], updated_at=now)
            for key, (label, said) in known.items()
        ],
        update_conflicts=True,
        unique_fields=["deal", "key"],
        update_fields=["label", "said", "updated_at"],
    )


def check_stage_rules(
    deal: Deal, stage: Stage, *, by: Member | None, despite: str | None = None, is_new: bool = False
) -> None:
    """This function will refuse while something is not known; a leader's reason to go on goes on the trail."""
    first = Stage.objects.filter(pipeline=stage.pipeline_id).first() if is_new else None
    missing = missing_for(deal, stage, since=first)
    if not missing:
        return
    if despite is None:
        raise StageNotReady(stage=stage.name, missing=missing)
    require(by, "stages.override")
    reason = despite.replace("\0", "").strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonForExceptionMissing()
    labels = [rule.label for rule in missing]
    audit.record("stage_rules_overridden", "deal", deal.pk, by=by, stage=stage.name, reason=reason, missing=labels)


def _is_sound(asked: Asked) -> bool:
    if asked.kind not in RuleKind.values or not asked.name or len(asked.name) > 80 or not asked.label.strip():
        return False
    return asked.kind != RuleKind.FIELD or asked.name in ASKABLE
