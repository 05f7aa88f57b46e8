"""The pages of journeys: cards put in, opened, divided; what is wrong is said; who is inside is told."""

import pytest
from django.test import Client
from tests.web.journey_examples import journey_of, passage_of
from tests.world import World

from ryorin.marketing.journeys.models import Journey
from ryorin.marketing.journeys.rules.drawing import read

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def page(world: World) -> Client:
    client = Client()
    client.force_login(world.mei)
    return client


def test_a_card_is_put_in_and_its_content_asked_for(world: World, page: Client) -> None:
    journey = journey_of(world)
    fields = {"kind": "task", "place": "root:0", "version": journey.version}
    answer = page.post(f"/journeys/{journey.pk}/draw/add/", fields, headers=FRAGMENT)
    assert "すること" in answer.text
    first = read(Journey.objects.get(pk=journey.pk).draft).cards[0]
    assert first.kind == "task"
    shown = page.get(f"/journeys/{journey.pk}/draw/").text
    assert "することを入力してください。" in shown
    assert "直すところ 1件" in shown


def test_an_old_page_is_told_and_changes_nothing(world: World, page: Client) -> None:
    journey = journey_of(world)
    answer = page.post(f"/journeys/{journey.pk}/draw/remove/", {"key": "w1", "version": 1}, headers=FRAGMENT)
    assert answer.status_code == 409
    assert Journey.objects.get(pk=journey.pk).draft == journey.draft


def test_an_arm_gets_its_condition(world: World, page: Client) -> None:
    journey = journey_of(world)
    rows = {"about": "segment", "joint": "all", "b0r0-what": "f:prefecture", "b0r0-op": "is", "b0r0-value": "13"}
    fields = {"name": "東京", "version": journey.version, **rows}
    page.post(f"/journeys/{journey.pk}/cards/b1/arms/0/", fields, headers=FRAGMENT)
    arm = read(Journey.objects.get(pk=journey.pk).draft).card("b1").arms[0]
    assert arm.name == "東京"
    assert "prefecture" in str(arm.config["condition"])


def test_the_page_tells_who_is_in_an_old_version_and_moves_them(world: World, page: Client) -> None:
    journey = journey_of(world)
    assert "第1版に1人がいます" in page.get(f"/journeys/{journey.pk}/").text
    assert "いまいるカード" in page.get(f"/journeys/{journey.pk}/move/1/").text
    page.post(f"/journeys/{journey.pk}/move/1/", {"to-w1": "card:w1", "version": journey.version})
    assert passage_of(world).version == Journey.objects.get(pk=journey.pk).live


def test_why_somebody_is_here_is_told_in_sentences(world: World, page: Client) -> None:
    shown = page.get(f"/journeys/passages/{passage_of(world).pk}/").text
    assert "林 芽衣さんが入れました" in shown
    assert "3日待つ" in shown
    assert "資料請求フォロー" in page.get(f"/people/{world.ada.pk}/journeys/").text


def test_nonsense_is_answered_and_never_an_error(world: World, page: Client) -> None:
    journey = journey_of(world)
    here = f"/journeys/{journey.pk}"
    for path in (f"{here}/cards/nobody/", f"{here}/cards/b1/arms/99999/", f"{here}/move/99999999999999999999/"):
        assert page.get(path).status_code in (404, 409)
    for fields in ({"kind": "\0"}, {"kind": "exit", "place": "b1.77:1"}, {"kind": "exit", "place": "zz.0:99999"}):
        answer = page.post(f"{here}/draw/add/", {**fields, "version": journey.version}, headers=FRAGMENT)
        assert 400 <= answer.status_code < 500
