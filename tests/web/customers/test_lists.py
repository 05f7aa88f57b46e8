import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.test import Client
from tests.world import World

from ryorin.customers.people.actions import change_person, create_person
from ryorin.customers.people.models import Person
from ryorin.web.lists.rows import PAGE, Order, page_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.views.models import SavedView


def listed(client: Client, **query: Any) -> str:
    if isinstance(query.get("f"), dict):
        query["f"] = json.dumps(query["f"])
    return client.get("/people/?" + urlencode(query)).content.decode()


@pytest.fixture
def crowd(world: World) -> list[Person]:
    """Some 120 people, many of them alike in what they are sorted by."""
    return [
        create_person(
            by=world.sato,
            family_name=f"人{number:03}",
            family_kana="サトウ" if number % 3 else "スズキ",
            prefecture="13" if number % 2 else "27",
            job_title="部長" if number % 10 == 0 else "",
        )
        for number in range(120)
    ]


@pytest.mark.parametrize("sort", ["id", "-id", "family_kana", "-family_kana", "updated_at", "-score", "email"])
def test_leafing_through_shows_every_row_once_in_both_directions(
    as_sato: Client, crowd: list[Person], sort: str
) -> None:
    order = Order(sort.removeprefix("-"), sort.startswith("-"))
    page = page_of(Person.objects.all(), ["family_name"], order=order)
    pages = [page]
    while page.after:
        page = page_of(Person.objects.all(), ["family_name"], order=order, after=page.after)
        pages.append(page)
    seen = [row["pk"] for page in pages for row in page.rows]
    assert len(seen) == len(set(seen)) == Person.objects.count() > 2 * PAGE
    back = page_of(Person.objects.all(), ["family_name"], order=order, before=pages[-1].rows[0]["pk"])
    assert [row["pk"] for row in back.rows] == [row["pk"] for row in pages[-2].rows]


def test_empty_values_come_first_going_up_and_last_going_down(crowd: list[Person]) -> None:
    for number, person in enumerate(crowd[:70]):
        Person.objects.filter(pk=person.pk).update(source_campaign_id=number // 5)
    for down in (False, True):
        order, seen, after = Order("source_campaign_id", down), [], None
        while True:
            page = page_of(Person.objects.all(), ["source_campaign_id"], order=order, after=after)
            seen += page.rows
            if not page.after:
                break
            after = page.after
        values = [row["source_campaign_id"] for row in seen]
        filled = [value for value in values if value is not None]
        assert len({row["pk"] for row in seen}) == Person.objects.count()
        assert filled == sorted(filled, reverse=down)
        assert (values[-1] if down else values[0]) is None


def test_a_condition_filters_counts_and_is_said_as_a_sentence(as_sato: Client, crowd: list[Person]) -> None:
    condition = {"all": [{"field": "prefecture", "op": "is", "value": "27"}, {"field": "job_title", "op": "filled"}]}
    page = listed(as_sato, f=condition)
    assert "都道府県が大阪府" in page and "、かつ" in page
    assert ">12件" in page.replace("\n", "")
    assert page.count("<tr data-id") == 12


def test_searching_and_filtering_go_together(as_sato: Client, crowd: list[Person]) -> None:
    page = listed(as_sato, q="人010", f={"field": "job_title", "op": "is", "value": "部長"})
    assert page.count("<tr data-id") == 1 and "人010" in page


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("{", "JSON として読めません"),
        ('{"all":[{"field":"shoe_size","op":"is","value":1}]}', "$.all[0].field"),
        ('{"field":"score","op":"gte","value":"many"}', "$.value"),
        ('{"field":"stage","op":"is","value":"king"}', "選択肢はありません"),
        ('{"did":"danced"}', "という行動はありません"),
        ("[" * 500, "条件が正しくありません"),
        ('{"field":"created_at","op":"is","value":"2026-02-30"}', "日付は"),
    ],
)
def test_a_condition_that_cannot_be_read_is_told_and_shows_no_rows(
    as_sato: Client, crowd: list[Person], condition: str, problem: str
) -> None:
    answer = as_sato.get("/people/", {"f": condition})
    assert answer.status_code == 400
    assert problem in answer.content.decode()
    assert "<tr data-id" not in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["sort=-nothing", "after=999999999999999999999", "before=abc", "view=9", "cols=x&cols=y", "part=cell", "q=%00"],
)
def test_odd_addresses_are_no_errors(as_sato: Client, query: str) -> None:
    assert as_sato.get(f"/people/?{query}").status_code in (200, 400, 404)


def test_the_builder_makes_a_condition_and_shows_it_again(as_sato: Client, crowd: list[Person]) -> None:
    answer = as_sato.get(
        "/people/",
        {
            "part": "build",
            "join": "all",
            "g0.join": "any",
            "ta.group": "0", "ta.field": "prefecture", "ta.op": "in", "ta.value": ["13", "27"],
            "tb.group": "0", "tb.field": "score", "tb.op": "between", "tb.value": ["10", "20"],
            "tc.group": "1", "tc.field": "did:page_view", "tc.op": "gte", "tc.value": ["3", "30"],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    [text] = [value for key, value in _query(answer.headers["Location"]) if key == "f"]
    assert json.loads(text) == {
        "all": [
            {
                "any": [
                    {"field": "prefecture", "op": "in", "value": ["13", "27"]},
                    {"field": "score", "op": "between", "value": [10, 20]},
                ]
            },
            {"did": "page_view", "times": {"gte": 3}, "within_days": 30},
        ]
    }
    page = as_sato.get("/people/" + answer.headers["Location"].removeprefix("/people/")).content.decode()
    assert "「ページ閲覧」が3回以上" in page
    form = as_sato.get("/people/", {"part": "builder", "f": text}).content.decode()
    assert form.count('class="line"') == 3


def test_the_builder_keeps_what_was_typed_when_it_is_wrong(as_sato: Client) -> None:
    answer = as_sato.get(
        "/people/",
        {"part": "build", "ta.group": "0", "ta.field": "score", "ta.op": "gte", "ta.value": "たくさん"},
    )
    assert answer.status_code == 400
    assert 'value="たくさん"' in answer.content.decode()


def test_a_line_of_the_builder_follows_its_field(as_sato: Client) -> None:
    line = as_sato.get("/people/", {"part": "line", "tx.field": "stage", "tx.op": "contains", "tx.group": "0"})
    assert "見込み確度到達" in line.content.decode()
    assert "data-line" in as_sato.get("/people/?part=group&key=2").content.decode()


def test_a_view_is_kept_shared_and_removed(
    as_sato: Client, signed_in: Callable[[Member], Client], world: World, crowd: list[Person]
) -> None:
    condition = json.dumps({"field": "job_title", "op": "is", "value": "部長"})
    as_sato.post(
        "/people/",
        {"act": "save_view", "name": "部長のみ", "f": condition, "cols": ["email", "score"], "is_shared": "on"},
    )
    view = SavedView.objects.get()
    page = signed_in(world.mei).get(f"/people/?view={view.pk}").content.decode()
    assert "部長のみ" in page and page.count("<tr data-id") == 12
    assert signed_in(world.mei).post("/people/", {"act": "delete_view", "view": view.pk}).status_code == 403
    as_sato.post("/people/", {"act": "delete_view", "view": view.pk})
    assert not SavedView.objects.exists()


def test_chosen_columns_are_remembered(as_sato: Client, crowd: list[Person]) -> None:
    listed(as_sato, cols="city")
    page = listed(as_sato)
    assert '<th scope="col">市区町村' in page and '<th scope="col">役職' not in page


def test_a_cell_is_changed_where_it_stands(as_sato: Client, world: World) -> None:
    ada = world.ada
    form = as_sato.get("/people/", {"part": "cell", "pk": ada.pk, "field": "job_title"}).content.decode()
    assert f'name="version" value="{ada.version}"' in form
    answer = as_sato.post(
        "/people/", {"act": "cell", "pk": ada.pk, "field": "job_title", "value": "部長", "version": "1", "was": ""}
    )
    assert answer.status_code == 200 and "部長" in answer.content.decode()
    assert Person.objects.get(pk=ada.pk).job_title == "部長"


def test_two_changing_one_cell_are_given_the_choice(as_sato: Client, world: World) -> None:
    change_person(world.ada, by=world.mei, version=1, job_title="部長")
    mine = {"act": "cell", "pk": world.ada.pk, "field": "job_title", "value": "次長", "version": "1", "was": ""}
    answer = as_sato.post("/people/", mine)
    assert answer.status_code == 409
    assert "ほかの人が「部長」に変えました" in answer.content.decode()
    assert Person.objects.get(pk=world.ada.pk).job_title == "部長"
    assert as_sato.post("/people/", mine | {"version": "2"}).status_code == 200
    assert Person.objects.get(pk=world.ada.pk).job_title == "次長"


def test_two_changing_different_cells_of_a_row_do_not_disturb_each_other(as_sato: Client, world: World) -> None:
    change_person(world.ada, by=world.mei, version=1, department="購買部")
    answer = as_sato.post(
        "/people/",
        {"act": "cell", "pk": world.ada.pk, "field": "job_title", "value": "部長", "version": "1", "was": ""},
    )
    assert answer.status_code == 200
    stored = Person.objects.get(pk=world.ada.pk)
    assert (stored.department, stored.job_title) == ("購買部", "部長")


def test_a_wrong_value_is_said_in_the_cell(as_sato: Client, world: World) -> None:
    answer = as_sato.post(
        "/people/", {"act": "cell", "pk": world.ada.pk, "field": "email", "value": "x", "version": "1"}
    )
    assert answer.status_code == 422
    assert "メールアドレスの形式が正しくありません" in answer.content.decode()


@pytest.mark.parametrize("field", ["score", "stage", "id", "version", "nothing"])
def test_computed_fields_cannot_be_changed(as_sato: Client, world: World, field: str) -> None:
    answer = as_sato.post("/people/", {"act": "cell", "pk": world.ada.pk, "field": field, "value": "9"})
    assert answer.status_code in (400, 403)


def test_many_rows_are_given_to_one_member(as_sato: Client, world: World, crowd: list[Person]) -> None:
    ids = [person.pk for person in crowd[:3]]
    answer = as_sato.post("/people/", {"act": "assign", "ids": ids, "owner": world.tamura.pk})
    assert answer.status_code == 204 and "3" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert Person.objects.filter(owner=world.tamura).count() == 3
    assert as_sato.post("/people/", {"act": "assign", "owner": world.tamura.pk}).status_code == 400


def test_leaders_delete_many_and_can_take_it_back(
    as_sato: Client, as_kimura: Client, world: World, crowd: list[Person]
) -> None:
    ids = [person.pk for person in crowd[:3]]
    assert as_sato.post("/people/", {"act": "delete", "ids": ids}).status_code == 403
    answer = as_kimura.post("/people/", {"act": "delete", "ids": ids})
    assert not Person.objects.filter(pk__in=ids).exists()
    as_kimura.post(json.loads(answer.headers["HX-Trigger"])["toast"]["undo"])
    assert Person.objects.filter(pk__in=ids).count() == 3


def test_rows_of_other_teams_are_left_alone(
    signed_in: Callable[[Member], Client], world: World, crowd: list[Person]
) -> None:
    change_person(world.ada, by=world.mei, version=None, owner=world.sato)
    signed_in(world.kato).post("/people/", {"act": "assign", "ids": [world.ada.pk], "owner": world.kato.pk})
    assert Person.objects.get(pk=world.ada.pk).owner == world.sato


def test_readers_are_offered_no_changes(signed_in: Callable[[Member], Client], world: World) -> None:
    page = listed(signed_in(world.ono))
    assert "安達" in page and 'class="edit"' not in page and 'name="ids"' not in page
    assert (
        signed_in(world.ono).post("/people/", {"act": "cell", "pk": world.ada.pk, "field": "memo"}).status_code == 403
    )


def test_an_empty_list_teaches_the_next_step(as_kimura: Client, world: World) -> None:
    Person.objects.all().delete()
    assert "顧客はまだ登録されていません" in listed(as_kimura)
    assert "該当する行がありません" in listed(as_kimura, q="だれか")


def test_a_page_costs_as_many_queries_whatever_its_rows(
    as_sato: Client, crowd: list[Person], django_assert_max_num_queries: Any
) -> None:
    listed(as_sato)
    with django_assert_max_num_queries(22):
        listed(as_sato, f={"field": "prefecture", "op": "is", "value": "13"})


def _query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def test_the_name_of_a_company_stands_in_one_column_only(as_sato: Client, world: World) -> None:
    head = as_sato.get("/companies/").content.decode().partition("<thead>")[2].partition("</thead>")[0]

    assert head.count("会社名") == 1
    assert "業種" in head
