"""The pages of segments: as many queries for many as for few, and every mistake answered with words."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.world import World

from ryorin.customers.people.actions import create_person
from ryorin.customers.segments.models import Segment
from ryorin.customers.segments.queries import member_ids
from ryorin.marketing.segments.actions import create_segment, follow_changes
from ryorin.workspace.tasks.models import Task

HEADS = {"field": "job_title", "op": "contains", "value": "部長"}


@pytest.fixture
def marketer(client: Client, world: World) -> Client:
    client.force_login(world.mei)
    return client


def test_a_segment_is_made_from_the_builder_and_once_only(marketer: Client, world: World) -> None:
    sent = {"b0r0-what": "f:job_title", "b0r0-op": "contains", "b0r0-value": "部長", "joint": "all", "about": "segment"}
    sent |= {"name": "部長", "kind": "live", "once": "abc"}
    first, again = marketer.post("/segments/new/", sent), marketer.post("/segments/new/", sent)
    assert first.status_code == again.status_code == 302
    assert Segment.objects.get().made_from.condition == {"all": [HEADS]}


def test_the_builder_draws_a_segment_of_segments(marketer: Client, world: World) -> None:
    heads = create_segment(by=world.mei, name="部長", condition=HEADS)
    less = create_segment(by=world.mei, name="残り", condition={"all": [{"segment": heads.pk, "in": False}]})
    page = marketer.get(f"/segments/{less.pk}/edit/").content.decode()
    assert f'<option value="{heads.pk}" selected>部長</option>' in page
    assert '<option value="out" selected>' in page
    people = marketer.get("/people/", {"f": json.dumps({"segment": heads.pk}), "part": "builder"}).content.decode()
    assert f'<option value="{heads.pk}" selected>部長</option>' in people


def test_the_preview_says_how_many_and_what_is_wrong(marketer: Client, world: World) -> None:
    create_person(by=None, family_name="部", job_title="部長")
    row = {"b0r0-what": "f:job_title", "b0r0-op": "contains", "b0r0-value": "部長", "joint": "all"}
    assert 'data-size="1"' in marketer.post("/segments/preview/", row).content.decode()
    empty = marketer.post("/segments/preview/", {"b0r0-what": "s:", "b0r0-op": "in", "joint": "all"})
    assert "セグメントを選んでください。" in empty.content.decode()
    assert marketer.post("/segments/preview/", {"text": "{" * 5_000}).status_code == 200


def test_the_list_costs_the_same_for_many_segments(marketer: Client, world: World) -> None:
    first = create_segment(by=world.mei, name="最初", condition=HEADS)
    follow_changes()
    marketer.get("/segments/")
    with CaptureQueriesContext(connection) as few:
        marketer.get("/segments/")
    for number in range(120):
        create_segment(by=world.mei, name=f"{number:03}", condition={"all": [{"segment": first.pk}, HEADS]})
    with CaptureQueriesContext(connection) as many:
        page = marketer.get("/segments/")
    assert page.content.decode().count("segment-table") == 1
    assert len(many) <= len(few) + 1  # the names of the segments that conditions name
    assert marketer.get("/segments/?page=3&order=size&q=0").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/segments/?page=99999999999999999999&order=x&q=%00",
        "/segments/compare/?ids=x&ids=99999999999999999999",
        "/segments/new/?f=%7B&kind=x&name=" + "あ" * 200,
        "/segments/new/?f=%7B%22segment%22%3A77%7D",
    ],
)
def test_nonsense_in_addresses_is_borne(marketer: Client, address: str) -> None:
    assert marketer.get(address).status_code == 200


def test_tasks_are_made_for_chosen_people_of_each_owner(marketer: Client, world: World) -> None:
    before = Task.objects.count()
    asked: dict[str, Any] = {"ids": [world.ada.pk, 10**30, "x"]}
    assert "お礼" not in marketer.post("/people/tasks/", asked).content.decode()
    sent = asked | {"title": "お礼の電話", "once": "t"}
    assert marketer.post("/people/tasks/", sent).status_code == 302
    marketer.post("/people/tasks/", sent)
    assert Task.objects.count() == before + 1
    assert Task.objects.latest("pk").owner == (world.ada.owner or world.mei)


def test_people_who_are_not_seen_are_not_named(client: Client, world: World) -> None:
    everybody = create_segment(by=world.mei, name="全員", condition={"all": []})
    follow_changes()
    assert world.ada.pk in member_ids(everybody)
    client.force_login(world.kato)
    for part in ("", "changes/"):
        assert world.ada.family_name not in client.get(f"/segments/{everybody.pk}/{part}").content.decode()
