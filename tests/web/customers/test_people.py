from collections.abc import Callable

import pytest
from django.test import Client
from tests.world import World

from ryorin.customers.consent.models import Consent
from ryorin.customers.people.actions import change_person
from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member


def test_the_page_of_a_person_tells_who_they_are_and_what_happened(as_sato: Client, world: World) -> None:
    page = as_sato.get(f"/people/{world.ada.pk}").content.decode()
    for text in ("安達", "アダチ", "株式会社アクメ", "検査ラインの更新", "A-1001", "ada@acme.example", "仕様の確認"):
        assert text in page


def test_the_tabs_of_the_timeline_show_one_wheel_each(as_sato: Client, world: World) -> None:
    sales = as_sato.get(f"/people/{world.ada.pk}/timeline?tab=sales").content.decode()
    assert "仕様の確認" in sales and "段階が" not in sales
    assert "仕様の確認" not in as_sato.get(f"/people/{world.ada.pk}/timeline?tab=marketing").content.decode()


def test_other_teams_people_are_not_there(signed_in: Callable[[Member], Client], world: World) -> None:
    client = signed_in(world.kato)
    assert "安達" not in client.get("/people/").content.decode()
    for path in ("", "/edit", "/timeline", "/consent"):
        assert client.get(f"/people/{world.ada.pk}{path}").status_code == 404
    assert client.get(f"/people/?part=cell&pk={world.ada.pk}&field=job_title").status_code == 404
    assert client.get("/search?q=安達", headers={"HX-Request": "true"}).content.decode().count("href") == 0


def test_a_new_person_is_added_with_their_company(as_sato: Client) -> None:
    answer = as_sato.post(
        "/people/new",
        {
            "family_name": "佐伯",
            "given_name": "優子",
            "family_kana": "さえき",
            "company_name": "森川製作所",
            "once": "a",
        },
    )
    person = Person.objects.get(family_name="佐伯")
    assert answer.headers["Location"] == f"/people/{person.pk}"
    assert person.company and person.company.name == "森川製作所"
    assert person.family_kana == "サエキ"


def test_a_form_sent_twice_makes_one_person(as_sato: Client) -> None:
    form = {"family_name": "佐伯", "once": "token-1"}
    first, second = as_sato.post("/people/new", form), as_sato.post("/people/new", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Person.objects.filter(family_name="佐伯").count() == 1


def test_what_is_wrong_is_said_at_its_field(as_sato: Client) -> None:
    answer = as_sato.post(
        "/people/new", {"family_name": "佐伯", "email": "saeki", "postal_code": "1", "family_kana": "佐伯", "once": "b"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert (
        "メールアドレスの形式が正しくありません" in page
        and "郵便番号は" in page
        and "フリガナに漢字は使えません" in page
    )
    assert not Person.objects.filter(family_name="佐伯").exists()


def test_the_second_of_two_who_edit_is_shown_both(as_sato: Client, world: World) -> None:
    change_person(world.ada, by=world.mei, version=None, job_title="部長")
    form = {"family_name": "安達", "job_title": "次長", "version": "1", "company_name": "株式会社アクメ"}
    answer = as_sato.post(f"/people/{world.ada.pk}/edit", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "部長" in page and "次長" in page
    assert Person.objects.get(pk=world.ada.pk).job_title == "部長"


def test_a_deleted_person_comes_back_by_the_message_after_it(as_kimura: Client, world: World) -> None:
    answer = as_kimura.post(f"/people/{world.ada.pk}/delete", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/people/"
    page = as_kimura.get("/people/").content.decode()
    undo = page.split('"undo": "')[1].split('"')[0]
    assert not Person.objects.filter(pk=world.ada.pk).exists()
    assert as_kimura.post(undo).status_code == 204
    assert Person.objects.filter(pk=world.ada.pk).exists()
    assert as_kimura.post(undo, headers={"HX-Request": "true"}).status_code == 409


def test_members_who_may_not_delete_cannot_undo_either(as_sato: Client, as_kimura: Client, world: World) -> None:
    as_kimura.post(f"/people/{world.ada.pk}/delete")
    undo = as_kimura.get("/people/").content.decode().split('"undo": "')[1].split('"')[0]
    assert as_sato.post(undo).status_code == 403


def test_likely_duplicates_are_shown_while_typing(as_sato: Client, world: World) -> None:
    page = as_sato.post("/people/likely", {"family_name": "安達", "given_name": "栄太"}).content.decode()
    assert f"/people/{world.ada.pk}" in page
    assert as_sato.post("/people/likely", {"family_name": "鈴木"}).content.decode().strip() == ""


def test_a_duplicate_of_another_team_is_told_without_its_name(
    signed_in: Callable[[Member], Client], world: World
) -> None:
    page = signed_in(world.kato).post("/people/likely", {"email": "ada@acme.example"}).content.decode()
    assert "メールアドレスが同じ" in page and "安達" not in page


def test_consent_is_stated_with_evidence_and_shown(as_sato: Client, world: World) -> None:
    path = f"/people/{world.ada.pk}/consent"
    assert as_sato.post(path, {"medium": "mail", "basis": "opt_in"}).status_code == 422
    answer = as_sato.post(path, {"medium": "mail", "basis": "business_card", "evidence": "9/18 幕張で名刺を受領"})
    assert answer.status_code == 204
    assert Consent.objects.get(person=world.ada).by == world.sato
    assert "9/18 幕張で名刺を受領" in as_sato.get(path).content.decode()
    assert "9/18 幕張で名刺を受領" in as_sato.get(f"/people/{world.ada.pk}").content.decode()


def test_an_address_follows_from_its_postal_code(as_sato: Client) -> None:
    page = as_sato.post("/address", {"postal_code": "３３２-００１２"}).content.decode()
    assert 'value="11" selected' in page and "川口市" in page
    assert as_sato.post("/address", {"postal_code": "000"}).status_code == 204


@pytest.mark.parametrize("query", ["安達", "アダチ", "ｱﾀﾞﾁ", "あだち", "アクメ"])
def test_the_search_finds_people_however_they_are_written(as_sato: Client, world: World, query: str) -> None:
    page = as_sato.get("/search", {"q": query}, headers={"HX-Request": "true"}).content.decode()
    assert f"/people/{world.ada.pk}" in page


def test_the_search_groups_what_it_finds(as_sato: Client) -> None:
    page = as_sato.get("/search", {"q": "検査"}).content.decode()
    assert "検査ラインの更新" in page and "画像検査カメラ" in page


def test_readers_see_but_do_not_change(signed_in: Callable[[Member], Client], world: World) -> None:
    client = signed_in(world.ono)
    assert client.get(f"/people/{world.ada.pk}").status_code == 200
    assert client.get("/people/new").status_code == 403
    assert client.post(f"/people/{world.ada.pk}/edit", {"family_name": "x"}).status_code == 403
    assert client.post(f"/people/{world.ada.pk}/delete").status_code == 403
    assert (
        client.post(
            f"/people/{world.ada.pk}/consent", {"medium": "mail", "basis": "opt_in", "evidence": "x"}
        ).status_code
        == 403
    )
