import json

import pytest
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.sales.deals.actions import create_pipeline, move_deal, open_deal
from ryorin.sales.deals.models import Deal, Stage

FRAGMENT = {"HX-Request": "true"}


def test_the_board_shows_stages_cards_and_sums(as_: As, world: World) -> None:
    page = as_(world.sato).get("/deals").content.decode()
    assert "検査ラインの更新" in page
    assert "¥3.8百万" in page
    assert "予定・タスクあり" in page, "an open task is something to do next"


def test_a_member_of_another_team_sees_an_empty_board_and_sums_of_nothing(as_: As, world: World) -> None:
    page = as_(world.kato).get("/deals").content.decode()
    assert "検査ラインの更新" not in page
    assert "まだ商談がありません" in page


def test_the_board_is_narrowed_by_owner_period_words_and_condition(as_: As, world: World) -> None:
    browser = as_(world.sato)
    condition = json.dumps({"field": "amount", "op": "gt", "value": 5_000_000})
    for query, is_shown in (
        ({"owner": "me"}, True),
        ({"owner": "nobody"}, False),
        ({"owner": world.mei.pk}, False),
        ({"period": "none"}, True),
        ({"period": "month"}, False),
        ({"q": "アクメ"}, True),
        ({"q": "森川"}, False),
        ({"stale": "1"}, False),
        ({"f": condition}, False),
    ):
        page = browser.get("/deals", query).content.decode()
        assert ("検査ラインの更新" in page) is is_shown, query


def test_the_condition_is_said_in_words(as_: As, world: World) -> None:
    condition = json.dumps({"field": "amount", "op": "gt", "value": 1_000_000})
    page = as_(world.sato).get("/deals", {"f": condition}).content.decode()
    assert "金額（税抜）が" in page


@pytest.mark.parametrize("f", ["{", "[]", '{"field":"password","op":"is","value":"x"}', '{"all":' * 50])
def test_a_condition_that_cannot_be_read_is_told(as_: As, world: World, f: str) -> None:
    answer = as_(world.sato).get("/deals", {"f": f})
    assert answer.status_code == 400
    assert "条件" in answer.content.decode() or "項目" in answer.content.decode()


@pytest.mark.parametrize("query", ["pipeline=x", "pipeline=999999", "owner=9" * 30, "period=x", "q=" + "あ" * 5000])
def test_nonsense_in_the_address_shows_the_board(as_: As, world: World, query: str) -> None:
    assert as_(world.sato).get(f"/deals?{query}").status_code == 200


def test_a_dragged_card_is_moved_and_the_board_learns_its_version(as_: As, world: World) -> None:
    stage = world.deal.pipeline.stages.all()[2]
    answer = as_(world.sato).post(f"/deals/{world.deal.pk}/move", {"stage": stage.pk, "version": 1}, headers=FRAGMENT)
    assert (answer.status_code, answer["X-Version"]) == (204, "2")
    world.deal.refresh_from_db()
    assert world.deal.stage == stage


def test_a_card_somebody_else_moved_first_stays_and_the_reason_is_told(as_: As, world: World) -> None:
    stages = world.deal.pipeline.stages.all()
    move_deal(world.deal, stages[1], by=world.tamura)
    answer = as_(world.sato).post(
        f"/deals/{world.deal.pk}/move", {"stage": stages[2].pk, "version": 1}, headers=FRAGMENT
    )
    assert answer.status_code == 409
    assert "ほかの人が先に更新しました" in answer.content.decode()
    world.deal.refresh_from_db()
    assert world.deal.stage == stages[1]


@pytest.mark.parametrize("stage", ["", "x", "-1", "0", "999999", "9" * 5000, "１"])
def test_a_stage_that_does_not_exist_is_not_found(as_: As, world: World, stage: str) -> None:
    Stage.objects.filter(pk=1).update(position=0)
    answer = as_(world.sato).post(f"/deals/{world.deal.pk}/move", {"stage": stage, "version": 1})
    assert answer.status_code == (204 if stage == "１" and world.deal.stage_id == 1 else 404)


def test_a_move_without_a_version_is_a_stale_one(as_: As, world: World) -> None:
    stage = world.deal.pipeline.stages.all()[1]
    assert as_(world.sato).post(f"/deals/{world.deal.pk}/move", {"stage": stage.pk}).status_code == 409


def test_the_deal_of_another_team_is_not_found_on_any_page(as_: As, world: World) -> None:
    browser, number = as_(world.kato), world.deal.pk
    for path in ("", "/peek", "/win", "/lose", "/people", "/products", "/products/find", "/field/name"):
        assert browser.get(f"/deals/{number}{path}").status_code == 404, path
    for path in ("/move", "/win", "/lose", "/reopen", "/delete", "/people", "/products", "/field/name"):
        assert browser.post(f"/deals/{number}{path}", {"version": 1}).status_code == 404, path


def test_a_reader_may_look_but_not_touch(as_: As, world: World) -> None:
    browser, number = as_(world.ono), world.deal.pk
    assert browser.get(f"/deals/{number}").status_code == 200
    stage = world.deal.pipeline.stages.all()[1]
    assert browser.post(f"/deals/{number}/move", {"stage": stage.pk, "version": 1}).status_code == 403
    assert browser.get("/deals/new").status_code == 403
    assert "data-move" not in browser.get("/deals").content.decode()


def test_more_cards_follow_on_request(as_: As, world: World) -> None:
    for number in range(22):
        open_deal(name=f"追加{number}", by=world.sato, owner=world.sato)
    stage = world.deal.stage_id
    page = as_(world.sato).get("/deals").content.decode()
    assert page.count("board-card") - page.count("board-cards") == 20
    key = page.split(f"/deals/cards/{stage}?")[1].split('"')[0].replace("&amp;", "&")
    more = as_(world.sato).get(f"/deals/cards/{stage}?{key}", headers=FRAGMENT).content.decode()
    assert more.count("data-id") == 3
    assert "検査ラインの更新" in more


def test_each_pipeline_has_a_board_of_its_own(as_: As, world: World) -> None:
    other = create_pipeline(name="契約更新", by=world.kimura, stages=[("案内", 50)])
    page = as_(world.sato).get(f"/deals?pipeline={other.pk}").content.decode()
    assert "案内" in page
    assert "検査ラインの更新" not in page


def test_ids_above_999_stay_whole_in_the_page(as_: As, world: World) -> None:
    Deal.objects.filter(pk=world.deal.pk).update(version=1234)
    assert 'data-version="1234"' in as_(world.sato).get("/deals").content.decode()
