import pytest
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.sales.deals.models import LostReason, Pipeline, Stage


def test_the_settings_show_stages_with_their_probability(as_: As, world: World) -> None:
    page = as_(world.tamura).get("/settings/pipelines").content.decode()
    assert "見積提出" in page
    assert "連絡が取れない" in page


def test_a_leader_adds_changes_moves_and_deletes_a_stage(as_: As, world: World) -> None:
    browser, pipeline = as_(world.tamura), world.deal.pipeline
    values = {"name": "稟議", "probability": "90", "stale_days": "7"}
    browser.post(f"/settings/pipelines/{pipeline.pk}/stages", values)
    stage = Stage.objects.get(name="稟議")
    browser.post(f"/settings/stages/{stage.pk}", values | {"name": "社内稟議", "stale_days": "0"})
    browser.post(f"/settings/stages/{stage.pk}/shift", {"to": "up"})
    assert [one.name for one in pipeline.stages.all()][-2:] == ["社内稟議", "交渉"]
    browser.post(f"/settings/stages/{stage.pk}/delete")
    assert not Stage.objects.filter(pk=stage.pk).exists()


def test_stages_are_dragged_into_order(as_: As, world: World) -> None:
    pipeline = world.deal.pipeline
    ids = [str(pk) for pk in reversed(pipeline.stages.values_list("pk", flat=True))]
    path = f"/settings/pipelines/{pipeline.pk}/order"
    answer = as_(world.tamura).post(path, {"ids": ",".join(ids)}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert pipeline.stages.all()[0].name == "交渉"
    assert as_(world.tamura).post(path, {"ids": "1,x"}, headers={"HX-Request": "true"}).status_code == 400


def test_a_stage_in_use_is_not_deleted_and_the_page_says_why(as_: As, world: World) -> None:
    page = as_(world.tamura).post(f"/settings/stages/{world.deal.stage_id}/delete", follow=True).content.decode()
    assert r"\u5546\u8ac7\u304c1\u4ef6\u3042\u308b\u305f\u3081" in page  # 商談が1件あるため, as JSON for the toast
    assert Stage.objects.filter(pk=world.deal.stage_id).exists()


def test_pipelines_are_added_renamed_and_retired(as_: As, world: World) -> None:
    browser = as_(world.tamura)
    browser.post("/settings/pipelines/new", {"name": "契約更新"})
    made = Pipeline.objects.get(name="契約更新")
    browser.post(f"/settings/pipelines/{made.pk}", {"name": "更新"})
    browser.post(f"/settings/pipelines/{made.pk}/retire")
    made.refresh_from_db()
    assert (made.name, made.is_active) == ("更新", False)


def test_lost_reasons_are_kept_in_shape(as_: As, world: World) -> None:
    browser = as_(world.tamura)
    browser.post("/settings/lost-reasons", {"name": "担当の異動"})
    made = LostReason.objects.get(name="担当の異動")
    browser.post(f"/settings/lost-reasons/{made.pk}", {"name": "担当者の異動"})
    browser.post(f"/settings/lost-reasons/{made.pk}/delete")
    assert not LostReason.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("values", [{"probability": "101"}, {"probability": "x"}, {"name": ""}, {"stale_days": "-1"}])
def test_a_stage_that_makes_no_sense_is_refused(as_: As, world: World, values: dict[str, str]) -> None:
    typed = {"name": "稟議", "probability": "90", "stale_days": "7"} | values
    as_(world.tamura).post(f"/settings/pipelines/{world.deal.pipeline_id}/stages", typed)
    assert Stage.objects.count() == 5


def test_only_leaders_set_up_pipelines(as_: As, world: World) -> None:
    browser = as_(world.sato)
    assert browser.get("/settings/pipelines").status_code == 403
    assert browser.post("/settings/pipelines/new", {"name": "x"}).status_code == 403
    assert browser.post(f"/settings/stages/{world.deal.stage_id}/delete").status_code == 403
