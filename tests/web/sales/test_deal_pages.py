import pytest
from django.urls import reverse
from tests.web.sales.conftest import As
from tests.world import World

from ryorin.sales.deals.actions import change_deal, lose_deal
from ryorin.sales.deals.models import Deal, LostReason
from ryorin.workspace.audit.models import AuditEntry

FRAGMENT = {"HX-Request": "true"}


def test_the_page_of_a_deal_tells_its_story(as_: As, world: World) -> None:
    page = as_(world.sato).get(f"/deals/{world.deal.pk}").content.decode()
    for words in (
        "検査ラインの更新",
        "安達 栄太 様",
        "¥3,800,000",
        "仕様の確認",
        "見積を送る",
        "秋の展示会",
        "商談を開始",
    ):
        assert words in page, words
    assert "次のアクションがありません" in page


def test_a_deal_is_opened_for_a_person_with_sensible_values(as_: As, world: World) -> None:
    browser = as_(world.sato)
    page = browser.get(f"/deals/new?person={world.ada.pk}").content.decode()
    assert "株式会社アクメ の商談" in page
    stage = world.deal.stage_id
    answer = browser.post(
        "/deals/new",
        {
            "name": "追加の商談",
            "person": world.ada.pk,
            "stage": stage,
            "amount": "１２０万円".replace("万円", "0000"),
            "owner": world.sato.pk,
            "next_action": "電話する",
            "next_action_on": "2026-12-01",
        },
    )
    deal = Deal.objects.get(name="追加の商談")
    assert answer.url == f"/deals/{deal.pk}"  # type: ignore[attr-defined]
    assert (deal.amount, deal.company, deal.next_action) == (1_200_000, world.acme, "電話する")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "商談名"),
        ("name", "あ" * 161, "160"),
        ("amount", "たくさん", "金額を数字で"),
        ("amount", "-5", "金額"),
        ("expected_close_on", "2026-02-30", "存在しない日付"),
        ("expected_close_on", "0001-01-01", "受注予定日"),
        ("person", "999999", "見つかりません"),
        ("person", "x", "見つかりません"),
        ("stage", "999999", "ステージ"),
        ("owner", "999999", "担当"),
    ],
)
def test_a_form_with_a_mistake_says_which_and_keeps_what_was_typed(
    as_: As, world: World, field: str, value: str, words: str
) -> None:
    values = {"name": "新しい商談", "stage": world.deal.stage_id, "memo": "大事なメモ"} | {field: value}
    answer = as_(world.sato).post("/deals/new", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "大事なメモ" in page
    assert Deal.objects.count() == 1


@pytest.mark.parametrize("query", ["person=x", "person=999999", "company=-1", "pipeline=9999999999999999999999"])
def test_a_new_deal_for_nobody_we_know_is_not_found(as_: As, world: World, query: str) -> None:
    assert as_(world.sato).get(f"/deals/new?{query}").status_code == 404


def test_a_field_is_edited_in_place(as_: As, world: World) -> None:
    browser, path = as_(world.sato), f"/deals/{world.deal.pk}/field/amount"
    assert "3,800,000" in browser.get(f"{path}?edit", headers=FRAGMENT).content.decode()
    answer = browser.post(path, {"amount": "4,000,000円", "version": 1}, headers=FRAGMENT)
    assert "¥4,000,000" in answer.content.decode()
    assert "deal-changed" in answer["HX-Trigger"]


def test_a_field_somebody_else_changed_first_asks_which_to_keep(as_: As, world: World) -> None:
    change_deal(world.deal, by=world.tamura, version=1, memo="田村のメモ")
    browser, path = as_(world.sato), f"/deals/{world.deal.pk}/field/memo"
    page = browser.post(path, {"memo": "佐藤のメモ", "version": 1}, headers=FRAGMENT).content.decode()
    assert "田村のメモ" in page
    assert "佐藤のメモ" in page
    assert "上書きする" in page
    browser.post(path, {"memo": "佐藤のメモ", "version": 2}, headers=FRAGMENT)
    world.deal.refresh_from_db()
    assert world.deal.memo == "佐藤のメモ"


def test_a_mistake_in_a_field_is_told_beside_it(as_: As, world: World) -> None:
    path = f"/deals/{world.deal.pk}/field/next_action"
    page = as_(world.sato).post(path, {"next_action": "電話", "next_action_on": "2026-13-01", "version": 1}).content
    assert "月が正しくありません" in page.decode()
    assert as_(world.sato).get(f"/deals/{world.deal.pk}/field/password").status_code == 404


def test_a_deal_is_won_at_the_amount_agreed(as_: As, world: World) -> None:
    path = f"/deals/{world.deal.pk}/win"
    assert "3,800,000" in as_(world.sato).get(path, headers=FRAGMENT).content.decode()
    as_(world.sato).post(path, {"amount": "3,500,000", "version": 1})
    world.deal.refresh_from_db()
    assert (world.deal.state, world.deal.amount) == ("won", 3_500_000)


def test_a_deal_is_lost_only_with_a_reason(as_: As, world: World) -> None:
    path = f"/deals/{world.deal.pk}/lose"
    page = as_(world.sato).post(path, {"version": 1, "note": "経緯"}, headers=FRAGMENT).content.decode()
    assert "失注理由" in page
    reason = LostReason.objects.get(name="時期尚早")
    as_(world.sato).post(path, {"version": 1, "reason": reason.pk, "note": "来年度の予算"}, headers=FRAGMENT)
    world.deal.refresh_from_db()
    assert (world.deal.state, world.deal.lost_note) == ("lost", "来年度の予算")


def test_the_second_press_of_won_changes_nothing(as_: As, world: World) -> None:
    browser, path = as_(world.sato), f"/deals/{world.deal.pk}/win"
    for _press in range(2):
        browser.post(path, {"amount": "3,800,000", "version": 1})
    world.deal.refresh_from_db()
    assert world.deal.version == 2
    assert AuditEntry.objects.filter(action="deal_won").count() == 1


def test_a_lost_deal_is_reopened_from_its_page(as_: As, world: World) -> None:
    lost = lose_deal(world.deal, by=world.sato, reason=LostReason.objects.all()[0])
    as_(world.sato).post(f"/deals/{lost.pk}/reopen", {"version": lost.version})
    world.deal.refresh_from_db()
    assert world.deal.state == "open"


def test_a_deleted_deal_comes_back_by_undo(as_: As, world: World) -> None:
    browser, number = as_(world.tamura), world.deal.pk
    answer = browser.post(f"/deals/{number}/delete", headers=FRAGMENT)
    assert not Deal.objects.exists()
    assert answer["HX-Redirect"] == "/deals"
    entry = AuditEntry.objects.get(action="deal_deleted")
    undo = reverse("undo_deletion", args=[entry.pk])
    assert undo in browser.get("/deals").content.decode()
    browser.post(undo)
    assert Deal.objects.get().pk == number


def test_sato_may_not_delete_a_deal(as_: As, world: World) -> None:
    assert as_(world.sato).post(f"/deals/{world.deal.pk}/delete").status_code == 403


def test_people_join_and_leave_a_deal(as_: As, world: World) -> None:
    browser, path = as_(world.sato), f"/deals/{world.deal.pk}/people"
    browser.post(path, {"person": world.ada.pk, "part": "決裁"}, headers=FRAGMENT)
    assert world.deal.people.get().part == "決裁"
    browser.post(f"{path}/{world.ada.pk}/remove", headers=FRAGMENT)
    assert not world.deal.people.exists()
    page = browser.post(path, {"person": "999999"}, headers=FRAGMENT).content.decode()
    assert "見つかりません" in page


def test_products_set_the_amount(as_: As, world: World) -> None:
    browser, path = as_(world.sato), f"/deals/{world.deal.pk}/products"
    assert world.product.name in browser.get(f"{path}/find", {"q": "KM"}, headers=FRAGMENT).content.decode()
    assert "KM-100" in browser.get(f"{path}/line", {"id": world.product.pk}, headers=FRAGMENT).content.decode()
    browser.post(
        path,
        {"product": [world.product.pk], "quantity": ["2"], "unit_price": ["1,500,000"], "version": 1},
        headers=FRAGMENT,
    )
    world.deal.refresh_from_db()
    assert world.deal.amount == 3_000_000


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"product": "999999", "quantity": "1", "unit_price": "1"}, "見つかりません"),
        ({"quantity": "NaN"}, "数量"),
        ({"quantity": "-1"}, "数量"),
        ({"quantity": "1" * 30}, "数量"),
        ({"unit_price": "高い"}, "金額を数字で"),
    ],
)
def test_a_wrong_product_line_is_told_and_nothing_is_written(
    as_: As, world: World, line: dict[str, str], words: str
) -> None:
    values = {"product": world.product.pk, "quantity": "1", "unit_price": "1", "version": 1} | line
    page = as_(world.sato).post(f"/deals/{world.deal.pk}/products", values, headers=FRAGMENT).content.decode()
    assert words in page
    assert not world.deal.products.exists()


def test_the_search_box_of_forms_finds_and_picks(as_: As, world: World) -> None:
    browser = as_(world.sato)
    assert "安達" in browser.get("/pick/person", {"q": "アダチ", "name": "person"}, headers=FRAGMENT).content.decode()
    box = browser.get("/pick/person", {"id": world.ada.pk, "name": "person"}, headers=FRAGMENT).content.decode()
    assert f'name="person" value="{world.ada.pk}"' in box
    assert browser.get("/pick/password").status_code == 404
    assert browser.get("/pick/person", {"id": "9" * 5000}).status_code == 404


def test_the_search_box_does_not_find_what_another_team_owns(as_: As, world: World) -> None:
    page = as_(world.kato).get("/pick/person", {"q": "安達"}, headers=FRAGMENT).content.decode()
    assert "見つかりません" in page
    assert as_(world.kato).get("/pick/deal", {"id": world.deal.pk}).status_code == 404


def test_the_list_of_deals_shows_them_and_takes_a_condition(as_: As, world: World) -> None:
    page = as_(world.sato).get("/deals/list").content.decode()
    assert "検査ラインの更新" in page
    assert as_(world.sato).get("/deals/list", {"f": "{"}).status_code == 400
