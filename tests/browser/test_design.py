"""The design system in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.people.actions import create_person
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]
PAGES = ["/accounts/2fa/", "/accounts/password/change/", "/accounts/sessions/", "/no-such-page/"]


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_design_page_is_accessible(
    open_page: Open, accessible: Callable[[Page], None], mei: Member, width: str, scheme: str
) -> None:
    page = open_page("/design/", by=mei, width=width, scheme=scheme)
    accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_sign_in_page_is_accessible(
    open_page: Open, accessible: Callable[[Page], None], width: str, scheme: str
) -> None:
    accessible(open_page("/accounts/login/", width=width, scheme=scheme))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_pages_of_the_account_are_accessible_and_never_wider_than_the_screen(
    open_page: Open, accessible: Callable[[Page], None], mei: Member, path: str, width: str
) -> None:
    page = open_page(path, by=mei, width=width)
    accessible(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_chosen_theme_stays(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    page.get_by_label("アカウント", exact=True).click()
    page.get_by_role("button", name="ダーク").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_menu_of_a_phone_opens_and_closes(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei, width="narrow")
    expect(page.get_by_role("navigation", name="メインメニュー")).to_be_hidden()
    page.get_by_label("メニューを開く").click()
    expect(page.get_by_role("navigation", name="メインメニュー")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="メインメニュー")).to_be_hidden()


def test_the_drawer_takes_a_fragment(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    page.get_by_role("button", name="引き出しを開く").click()
    expect(page.locator("#drawer")).to_be_visible()
    expect(page.locator("#drawer h2")).to_have_text("電話を記録")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


def test_deleting_asks_first_and_can_be_undone(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    page.locator("[hx-confirm]", has_text="削除").click()
    expect(page.locator("#confirm")).to_contain_text("佐伯 優子 様を削除しますか？")
    page.get_by_role("button", name="削除する").click()
    expect(page.locator(".toast-line")).to_contain_text("削除しました")
    with page.expect_response("**/design/toast/") as answer:
        page.get_by_role("button", name="元に戻す").click()
    assert answer.value.status == 204


def test_declining_the_question_does_nothing(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    page.locator("[hx-confirm]", has_text="削除").click()
    page.locator("#confirm").get_by_role("button", name="やめる").click()
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator(".toast-line")).to_have_count(0)


def test_a_chart_is_drawn_and_has_a_table_and_a_file(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    expect(page.locator("#sample canvas")).to_be_visible()
    page.get_by_role("button", name="表で見る").click()
    expect(page.get_by_role("row", name="11月 412 78 42")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    assert saved.value.path().read_text("utf-8-sig").splitlines()[:2] == ["月,リード,引き継ぎ,受注", "6月,310,64,31"]


def test_keys_walk_through_rows_and_open_help(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    page.keyboard.press("j")
    expect(page.locator("tr.is-current")).to_contain_text("安達 栄太")
    page.keyboard.press("x")
    expect(page.locator("tr.is-current input")).to_be_checked()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_a_card_refused_by_the_server_goes_back_to_its_column(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    refuse = {"status": 409, "content_type": "text/plain; charset=utf-8", "body": "ほかの人が先に動かしました。"}
    page.route("**/design/toast/", lambda route: route.fulfill(**refuse))
    card = page.locator('.board-card[data-id="1"]')
    card.scroll_into_view_if_needed()
    page.wait_for_function("typeof Sortable !== 'undefined'")
    card.drag_to(page.locator('[data-stage="3"]'))
    expect(page.locator(".toast-line.bad")).to_contain_text("ほかの人が先に動かしました。")
    expect(page.locator('[data-stage="1"] .board-card')).to_have_count(2)


def test_the_palette_finds_a_person_and_goes_there_by_keys(open_page: Open, kimura: Member) -> None:
    saeki = create_person(by=kimura, family_name="佐伯", given_name="優子")
    page = open_page("/design/", by=kimura)
    page.keyboard.press("Control+k")
    page.keyboard.type("佐伯")
    expect(page.locator("#palette-results")).to_contain_text("佐伯 優子")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/people/{saeki.pk}"))


def test_escape_closes_the_palette_at_once(open_page: Open, mei: Member) -> None:
    page = open_page("/design/", by=mei)
    page.keyboard.press("/")
    page.keyboard.type("佐伯")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
