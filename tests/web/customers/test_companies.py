from collections.abc import Callable

from django.test import Client
from tests.world import World

from ryorin.customers.companies.models import Company
from ryorin.workspace.members.models import Member

NUMBER = "7000012050002"


def test_the_page_of_a_company_shows_its_people_deals_orders_and_history(as_sato: Client, world: World) -> None:
    page = as_sato.get(f"/companies/{world.acme.pk}").content.decode()
    for text in ("株式会社アクメ", "安達 栄太", "検査ラインの更新", "A-1001", "仕様の確認"):
        assert text in page


def test_a_company_is_added_and_changed(as_sato: Client) -> None:
    answer = as_sato.post("/companies/new", {"name": "森川製作所", "corporate_number": NUMBER, "once": "c"})
    company = Company.objects.get(corporate_number=NUMBER)
    assert answer.headers["Location"] == f"/companies/{company.pk}"
    form = {"name": "森川製作所", "employees": "１２０", "parent_name": "アクメ", "version": "1"}
    assert as_sato.post(f"/companies/{company.pk}/edit", form).status_code == 302
    company.refresh_from_db()
    assert company.employees == 120 and company.parent and company.parent.name == "株式会社アクメ"


def test_a_wrong_corporate_number_is_refused_with_a_clear_message(as_sato: Client) -> None:
    answer = as_sato.post("/companies/new", {"name": "森川製作所", "corporate_number": "7000012050003"})
    assert answer.status_code == 422
    assert "法人番号が正しくありません" in answer.content.decode()


def test_the_second_of_two_who_edit_a_company_is_told(as_sato: Client, world: World) -> None:
    form = {"name": "株式会社アクメ", "industry": "機械", "version": "1"}
    assert as_sato.post(f"/companies/{world.acme.pk}/edit", form).status_code == 302
    assert as_sato.post(f"/companies/{world.acme.pk}/edit", form | {"industry": "電機"}).status_code == 409


def test_companies_are_offered_while_typing(as_sato: Client) -> None:
    assert "株式会社アクメ" in as_sato.post("/companies/options", {"company_name": "あくめ"}).content.decode()
    page = as_sato.post("/companies/options", {"company_name": "森川製作所"}).content.decode()
    assert "新しい会社として登録します" in page


def test_likely_duplicates_are_shown_while_typing(as_sato: Client, world: World) -> None:
    page = as_sato.post("/companies/likely", {"name": "㈱アクメ"}).content.decode()
    assert f"/companies/{world.acme.pk}" in page


def test_orders_are_listed_and_shown_with_their_tax(as_sato: Client, world: World) -> None:
    assert "A-1001" in as_sato.get("/orders/").content.decode()
    page = as_sato.get(f"/orders/{world.order.pk}").content.decode()
    assert "¥55,000" in page and "保守契約" in page and "10%対象" in page


def test_other_teams_orders_are_not_there(signed_in: Callable[[Member], Client], world: World) -> None:
    client = signed_in(world.kato)
    assert client.get(f"/orders/{world.order.pk}").status_code == 404
    assert client.get(f"/companies/{world.acme.pk}").status_code == 404


def test_products_are_added_changed_and_put_back(as_kimura: Client, world: World) -> None:
    form = {
        "name": "保守契約",
        "code": "M-1",
        "price": "50,000",
        "tax_class": "standard",
        "is_active": "on",
        "once": "p",
    }
    answer = as_kimura.post("/products/new", form)
    assert answer.status_code == 302
    path = answer.headers["Location"]
    assert "50,000" in as_kimura.get(path).content.decode()
    assert as_kimura.post(path, form | {"price": "高い", "version": "1"}).status_code == 422
    assert as_kimura.post("/products/new", form | {"once": "q"}).status_code == 422
    as_kimura.post(f"{path}/delete")
    undo = as_kimura.get("/products/").content.decode().split('"undo": "')[1].split('"')[0]
    as_kimura.post(undo)
    assert as_kimura.get(path).status_code == 200
