"""People and lists in a real browser: filtered, changed in place, deleted and put back, found; usable by everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.world import build_world

from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

Open = Callable[..., Page]
PAGES = (
    "/people/",
    "/people/{ada}",
    "/people/new",
    "/companies/",
    "/companies/{acme}",
    "/orders/",
    "/products/",
    "/search?q=検査",
)


@pytest.fixture
def company(transactional_db: None) -> Organisation:
    """The small world with its own company; in place of the bare one of the other browser tests."""
    return build_world().organisation


@pytest.fixture
def kimura(company: Organisation) -> Member:
    return Member.objects.get(email="kimura@ryorin.example")


@pytest.fixture
def ada(company: Organisation) -> Person:
    return Person.objects.get(email="ada@acme.example")


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_every_page_of_customers_can_be_used_by_everybody(
    open_page: Open, kimura: Member, ada: Person, accessible: Callable[[Page], None], width: str, scheme: str
) -> None:
    page = open_page("/people/", by=kimura, width=width, scheme=scheme)
    for path in PAGES:
        page.goto(path.format(ada=ada.pk, acme=ada.company_id))
        accessible(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not too_wide, path


def test_a_condition_is_built_and_said(open_page: Open, kimura: Member, ada: Person) -> None:
    page = open_page("/people/", by=kimura)
    page.get_by_text("絞り込み", exact=True).click()
    page.get_by_role("button", name="条件を追加").click()
    page.locator("[data-line] select").first.select_option("prefecture")
    page.locator('[data-line] select[name$=".value"]').select_option("13")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator(".list-sentence")).to_contain_text("都道府県が東京都")
    expect(page.get_by_text("該当する行がありません")).to_be_visible()


def test_a_cell_is_changed_and_a_wrong_value_told(open_page: Open, kimura: Member, ada: Person) -> None:
    page = open_page("/people/", by=kimura)
    page.locator('td[data-field="job_title"]').click()
    page.locator('td.editing input[name="value"]').fill("購買部長")
    page.keyboard.press("Enter")
    expect(page.locator('td[data-field="job_title"]')).to_have_text("購買部長")
    page.locator('td[data-field="email"]').click()
    page.locator('td.editing input[name="value"]').fill("ada")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("メールアドレスの形式が正しくありません")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator('td[data-field="email"]')).to_have_text("ada@acme.example")


def test_a_field_of_the_profile_is_changed_on_the_page(open_page: Open, kimura: Member, ada: Person) -> None:
    page = open_page(f"/people/{ada.pk}", by=kimura)
    page.locator('dd[data-field="job_title"]').click()
    page.locator('dd.editing input[name="value"]').fill("部長")
    page.get_by_role("button", name="保存").click()
    expect(page.locator('dd[data-field="job_title"]')).to_have_text("部長")


def test_chosen_rows_are_deleted_and_put_back_by_the_message(open_page: Open, kimura: Member, ada: Person) -> None:
    page = open_page("/people/", by=kimura)
    page.locator('input[name="ids"]').check()
    page.locator("#bulk").get_by_role("button", name="削除").click()
    expect(page.get_by_text("顧客はまだ登録されていません")).to_be_visible()
    page.get_by_role("button", name="元に戻す").click()
    expect(page.get_by_role("link", name="安達 栄太")).to_be_visible()


def test_typing_fills_the_address_and_warns_of_a_duplicate(open_page: Open, kimura: Member, ada: Person) -> None:
    page = open_page("/people/new", by=kimura)
    page.get_by_label("郵便番号").press_sequentially("332-0012")
    expect(page.get_by_label("市区町村")).to_have_value("川口市")
    page.get_by_label("姓", exact=False).first.fill("安達")
    page.get_by_label("名", exact=True).fill("栄太")
    expect(page.get_by_text("すでに登録されている方かもしれません")).to_be_visible()


def test_two_letters_in_the_palette_find_and_open_a_person(open_page: Open, kimura: Member, ada: Person) -> None:
    page = open_page("/people/", by=kimura)
    page.keyboard.press("/")
    page.locator("#palette input").press_sequentially("ｱﾀﾞ")
    expect(page.locator("#palette .results a").first).to_contain_text("安達 栄太")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{ada.pk}")
