import pytest

from ryorin.sales.deals import actions
from ryorin.sales.deals.errors import (
    LastPipeline,
    LastStage,
    NameTaken,
    PipelineInUse,
    ReasonInUse,
    StageInHistory,
    StageInUse,
    StageOfAnotherPipeline,
    ValueOutOfRange,
)
from ryorin.sales.deals.models import Deal, LostReason, Pipeline, Stage
from ryorin.sales.deals.queries import default_pipeline, pipelines
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member


def test_a_fresh_installation_has_one_pipeline_with_stages_and_lost_reasons(db: None) -> None:
    made = default_pipeline()
    assert [(stage.name, stage.probability) for stage in made.stages.all()] == [
        ("初回接触", 10),
        ("ヒアリング", 20),
        ("提案", 40),
        ("見積提出", 60),
        ("交渉", 80),
    ]
    assert LostReason.objects.count() == 6
    assert default_pipeline() == made
    assert Stage.objects.count() == 5


def test_a_pipeline_can_be_added_renamed_and_retired(pipeline: Pipeline, kimura: Member) -> None:
    other = actions.create_pipeline(name="更新", by=kimura, stages=[("案内", 30)])
    actions.change_pipeline(other, by=kimura, name="契約更新")
    assert [found.name for found in pipelines()] == ["新規商談", "契約更新"]
    actions.retire_pipeline(other, by=kimura)
    assert pipelines() == [pipeline]


def test_a_pipeline_with_open_deals_and_the_last_one_stay_in_use(
    deal: Deal, pipeline: Pipeline, kimura: Member
) -> None:
    with pytest.raises(LastPipeline):
        actions.retire_pipeline(pipeline, by=kimura)
    actions.create_pipeline(name="更新", by=kimura)
    with pytest.raises(PipelineInUse, match="1件"):
        actions.retire_pipeline(pipeline, by=kimura)


def test_stages_can_be_added_changed_and_put_in_order(pipeline: Pipeline, kimura: Member) -> None:
    stage = actions.add_stage(pipeline, by=kimura, name="稟議", probability=90, stale_days=7)
    actions.change_stage(stage, by=kimura, name="社内稟議", probability=95, stale_days=10)
    ids = list(pipeline.stages.values_list("pk", flat=True))
    actions.order_stages(pipeline, [ids[-1], *ids[:-1]], by=kimura)
    first = pipeline.stages.first()
    assert first is not None
    assert (first.name, first.probability, first.stale_days) == ("社内稟議", 95, 10)


def test_a_stage_nobody_ever_stood_in_can_be_deleted(pipeline: Pipeline, kimura: Member) -> None:
    stage = actions.add_stage(pipeline, by=kimura, name="稟議")
    actions.delete_stage(stage, by=kimura)
    assert pipeline.stages.count() == 5


def test_a_stage_with_deals_is_not_deleted_and_the_refusal_says_how_many(
    deal: Deal, stages: list[Stage], kimura: Member
) -> None:
    with pytest.raises(StageInUse, match=r"初回接触.*1件"):
        actions.delete_stage(stages[0], by=kimura)


def test_a_stage_that_deals_went_through_is_not_deleted(deal: Deal, stages: list[Stage], kimura: Member) -> None:
    actions.move_deal(deal, stages[1], by=kimura)
    with pytest.raises(StageInHistory):
        actions.delete_stage(stages[0], by=kimura)


def test_the_last_stage_stays(kimura: Member, db: None) -> None:
    other = actions.create_pipeline(name="更新", by=kimura, stages=[("案内", 30)])
    with pytest.raises(LastStage):
        actions.delete_stage(other.stages.get(), by=kimura)


def test_two_stages_of_a_pipeline_and_two_pipelines_do_not_share_a_name(pipeline: Pipeline, kimura: Member) -> None:
    with pytest.raises(NameTaken):
        actions.add_stage(pipeline, by=kimura, name="提案")
    with pytest.raises(NameTaken):
        actions.create_pipeline(name="新規商談", by=kimura)


def test_an_impossible_probability_is_refused(pipeline: Pipeline, kimura: Member) -> None:
    with pytest.raises(ValueOutOfRange, match="受注確度"):
        actions.add_stage(pipeline, by=kimura, name="稟議", probability=101)


def test_an_order_that_leaves_a_stage_out_is_refused(pipeline: Pipeline, stages: list[Stage], kimura: Member) -> None:
    with pytest.raises(StageOfAnotherPipeline):
        actions.order_stages(pipeline, [stage.pk for stage in stages[1:]], by=kimura)


def test_lost_reasons_can_be_kept_in_shape_but_not_lost(deal: Deal, kimura: Member) -> None:
    reason = actions.add_lost_reason(name="担当が異動", by=kimura)
    actions.change_lost_reason(reason, name="担当者の異動", by=kimura)
    actions.lose_deal(deal, by=kimura, reason=reason)
    with pytest.raises(ReasonInUse, match=r"担当者の異動.*1件"):
        actions.delete_lost_reason(reason, by=kimura)
    unused = LostReason.objects.get(name="その他")
    actions.delete_lost_reason(unused, by=kimura)
    assert not LostReason.objects.filter(name="その他").exists()


def test_sato_may_not_change_the_pipeline(pipeline: Pipeline, sato: Member) -> None:
    with pytest.raises(NotAllowed):
        actions.add_stage(pipeline, by=sato, name="稟議")
