"""The list of what has nothing planned, and its buttons."""

import json

import pytest
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.customers.people.actions import create_person
from ryorin.sales.calendar.models import Appointment
from ryorin.workspace.tasks.models import Task

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def nothing_planned(world: World) -> None:
    Task.objects.all().delete()


def test_a_deal_without_a_next_action_is_shown_until_it_has_one(as_: As, world: World) -> None:
    browser = as_(world.sato)
    assert "検査ラインの更新" in browser.get("/next-actions/").content.decode()
    answer = browser.post(
        "/next-actions/plan/", {"about": "deal", "id": world.deal.pk, "what": "call"}, headers=FRAGMENT
    )
    assert "planned" in json.loads(answer.headers["HX-Trigger"])
    assert "検査ラインの更新" not in browser.get("/next-actions/?of=deals").content.decode()


def test_a_double_click_plans_one_visit_and_undo_takes_it_back(as_: As, world: World) -> None:
    browser = as_(world.sato)
    data = {"about": "deal", "id": world.deal.pk, "what": "visit"}
    answer = browser.post("/next-actions/plan/", data, headers=FRAGMENT)
    assert browser.post("/next-actions/plan/", data, headers=FRAGMENT).status_code == 409
    assert Appointment.objects.count() == 1
    browser.post(json.loads(answer.headers["HX-Trigger"])["toast"]["undo"], headers=FRAGMENT)
    assert "検査ラインの更新" in browser.get("/next-actions/").content.decode()


def test_owned_leads_are_shown_to_their_owner(as_: As, world: World) -> None:
    create_person(by=None, family_name="佐伯", given_name="守", owner=world.sato)
    browser = as_(world.sato)
    assert "佐伯" in browser.get("/next-actions/?of=people").content.decode()
    assert "佐伯" not in as_(world.mei).get("/next-actions/?of=people").content.decode()
    assert "佐伯" in as_(world.mei).get("/next-actions/?of=people&whose=all").content.decode()
    assert "佐伯" not in as_(world.kato).get("/next-actions/?of=people&whose=all").content.decode()


def test_the_list_goes_on_by_pages_with_few_questions(
    as_: As, world: World, django_assert_max_num_queries: object
) -> None:
    for number in range(60):
        create_person(by=None, family_name=f"客{number:03}", owner=world.sato)
    browser = as_(world.sato)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        page = browser.get("/next-actions/?of=people").content.decode()
    assert "さらに表示" in page
    last = page.split("after=")[1].split('"')[0].split("&")[0]
    rest = browser.get(f"/next-actions/?of=people&after={last}", headers=FRAGMENT).content.decode()
    assert "客059" in rest and "客000" not in rest


@pytest.mark.parametrize("query", ["of=x&whose=x&after=x", "whose=" + "9" * 40, "after=%00", "whose=team"])
def test_nonsense_in_the_address_is_no_fault(as_: As, world: World, query: str) -> None:
    assert as_(world.kato).get(f"/next-actions/?{query}").status_code == 200


def test_home_counts_what_has_nothing_planned(as_: As, world: World) -> None:
    page = as_(world.sato).get("/").content.decode()
    assert "次のアクションなし：商談1件・顧客0人" in page


def test_records_of_others_cannot_be_planned_for(as_: As, world: World) -> None:
    for data in ({"about": "deal", "id": world.deal.pk}, {"about": "person", "id": world.ada.pk}, {"id": "x"}, {}):
        assert as_(world.kato).post("/next-actions/plan/", data, headers=FRAGMENT).status_code == 404


def test_a_leader_begins_with_everybody_s_and_can_look_at_the_own(as_: As, world: World) -> None:
    browser = as_(world.kimura)
    assert "検査ラインの更新" in browser.get("/next-actions/").content.decode()
    assert "検査ラインの更新" not in browser.get("/next-actions/?whose=me&of=deals").content.decode()
