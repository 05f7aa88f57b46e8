"""Pipelines, their stages and the reasons deals are lost for: what leaders set up."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ryorin.sales.deals.errors import (
    LastPipeline,
    LastStage,
    NameTaken,
    PipelineInUse,
    ReasonInUse,
    StageInHistory,
    StageInUse,
    StageOfAnotherPipeline,
)
from ryorin.sales.deals.models import Deal, LostReason, Pipeline, Stage, StageMove
from ryorin.sales.deals.rules import DEFAULT_STAGES, between, checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LONGEST_STALE = 3650


@transaction.atomic
def create_pipeline(*, name: str, by: Member | None, stages: Sequence[tuple[str, int]] = DEFAULT_STAGES) -> Pipeline:
    """This function will set up a pipeline with its stages (name, probability in percent), after the others."""
    require(by, "pipelines.change")
    name = _free(Pipeline, name)
    pipeline = Pipeline.objects.create(name=name, position=Pipeline.objects.count())
    Stage.objects.bulk_create(
        [
            Stage(pipeline=pipeline, name=title, position=position, probability=probability)
            for position, (title, probability) in enumerate(stages)
        ]
    )
    audit.record("pipeline_created", "pipeline", pipeline.pk, by=by, name=name)
    return pipeline


@transaction.atomic
def change_pipeline(pipeline: Pipeline, *, by: Member | None, name: str) -> Pipeline:
    """This function will rename a pipeline."""
    require(by, "pipelines.change")
    was, pipeline.name = pipeline.name, _free(Pipeline, name, besides=pipeline.pk)
    pipeline.save(update_fields=["name"])
    audit.record("pipeline_changed", "pipeline", pipeline.pk, by=by, name=[was, pipeline.name])
    return pipeline


@transaction.atomic
def retire_pipeline(pipeline: Pipeline, *, by: Member | None) -> Pipeline:
    """This function will take a pipeline without open deals out of use; its closed deals stay."""
    require(by, "pipelines.change")
    others = Pipeline.objects.select_for_update().filter(is_active=True).exclude(pk=pipeline.pk)
    if not others.exists():
        raise LastPipeline()
    if count := Deal.objects.open().filter(pipeline=pipeline).count():
        raise PipelineInUse(pipeline=pipeline.name, count=count)
    pipeline.is_active = False
    pipeline.save(update_fields=["is_active"])
    audit.record("pipeline_retired", "pipeline", pipeline.pk, by=by, name=pipeline.name)
    return pipeline


@transaction.atomic
def add_stage(pipeline: Pipeline, *, by: Member | None, name: str, probability: int = 0, stale_days: int = 14) -> Stage:
    """This function will add a stage at the end of the pipeline."""
    require(by, "pipelines.change")
    stage = Stage(pipeline=pipeline, position=_after(pipeline), **_stage(pipeline, name, probability, stale_days))
    stage.save()
    audit.record("stage_added", "pipeline", pipeline.pk, by=by, stage=stage.name, probability=probability)
    return stage


@transaction.atomic
def change_stage(stage: Stage, *, by: Member | None, name: str, probability: int, stale_days: int) -> Stage:
    """This function will change a stage's name, probability in percent and days until its deals count as standing."""
    require(by, "pipelines.change")
    values = _stage(stage.pipeline, name, probability, stale_days, besides=stage.pk)
    changes = {key: [getattr(stage, key), value] for key, value in values.items() if getattr(stage, key) != value}
    for key, value in values.items():
        setattr(stage, key, value)
    stage.save(update_fields=list(values))
    audit.record("stage_changed", "pipeline", stage.pipeline_id, by=by, stage=stage.name, **{"changes": changes})
    return stage


@transaction.atomic
def order_stages(pipeline: Pipeline, ids: Sequence[int], *, by: Member | None) -> None:
    """This function will put the pipeline's stages into the order of `ids`, which names each of them once."""
    require(by, "pipelines.change")
    stages = {stage.pk: stage for stage in pipeline.stages.select_for_update()}
    if sorted(ids) != sorted(stages):
        raise StageOfAnotherPipeline()
    for position, pk in enumerate(ids):
        stages[pk].position = position
    Stage.objects.bulk_update(stages.values(), ["position"])
    audit.record("stages_ordered", "pipeline", pipeline.pk, by=by, stages=[stages[pk].name for pk in ids])


@transaction.atomic
def delete_stage(stage: Stage, *, by: Member | None) -> None:
    """This function will delete a stage that no deal stands in or ever stood in."""
    require(by, "pipelines.change")
    if stage.pipeline.stages.count() == 1:
        raise LastStage()
    if count := Deal.objects.filter(stage=stage).count():
        raise StageInUse(stage=stage.name, count=count)
    if count := StageMove.objects.filter(stage=stage).values("deal").distinct().count():
        raise StageInHistory(stage=stage.name, count=count)
    audit.record("stage_deleted", "stage", stage.pk, by=by, stage=stage.name, pipeline=stage.pipeline.name)
    stage.delete()


@transaction.atomic
def add_lost_reason(*, name: str, by: Member | None) -> LostReason:
    """This function will add a reason deals are lost for, after the others."""
    require(by, "pipelines.change")
    reason = LostReason.objects.create(name=_free(LostReason, name), position=LostReason.objects.count())
    audit.record("lost_reason_added", "lost_reason", reason.pk, by=by, name=reason.name)
    return reason


@transaction.atomic
def change_lost_reason(reason: LostReason, *, name: str, by: Member | None) -> LostReason:
    """This function will rename a reason; deals lost for it show the new name."""
    require(by, "pipelines.change")
    was, reason.name = reason.name, _free(LostReason, name, besides=reason.pk)
    reason.save(update_fields=["name"])
    audit.record("lost_reason_changed", "lost_reason", reason.pk, by=by, name=[was, reason.name])
    return reason


@transaction.atomic
def delete_lost_reason(reason: LostReason, *, by: Member | None) -> None:
    """This function will delete a reason no deal was lost for."""
    require(by, "pipelines.change")
    if count := Deal.objects.filter(lost_reason=reason).count():
        raise ReasonInUse(reason=reason.name, count=count)
    audit.record("lost_reason_deleted", "lost_reason", reason.pk, by=by, name=reason.name)
    reason.delete()


def _free(model: type[Pipeline] | type[LostReason], name: str, *, besides: int = 0) -> str:
    """Return the trimmed name; refuses one that another row has."""
    name = str(checked(model, {"name": name})["name"])
    if model._default_manager.filter(name=name).exclude(pk=besides).exists():
        raise NameTaken(name=name)
    return name


def _stage(pipeline: Pipeline, name: str, probability: int, stale_days: int, *, besides: int = 0) -> dict[str, Any]:
    """Return a stage's values; refuses a name taken in the pipeline and numbers that make no sense."""
    name = checked(Stage, {"name": name})["name"]
    between(probability, 0, 100, label=_("受注確度（％）"))
    between(stale_days, 0, LONGEST_STALE, label=_("停滞とみなす日数"))
    if pipeline.stages.filter(name=name).exclude(pk=besides).exists():
        raise NameTaken(name=name)
    return {"name": name, "probability": probability, "stale_days": stale_days}


def _after(pipeline: Pipeline) -> int:
    last = pipeline.stages.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1
