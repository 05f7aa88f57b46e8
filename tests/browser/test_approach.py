"""Calling in a real browser: a list from a condition, three calls by keys, the results; on a phone, too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.sales.activities.models import Activity
from ryorin.sales.approach.actions import add_chosen, create_list, record_attempt
from ryorin.sales.approach.models import ApproachList, Attempt, Outcome
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def people(transactional_db: None) -> list[Person]:
    """Ada, Iida and Ueda can be called; Endo has no number."""
    acme = create_company(by=None, name="株式会社アクメ")
    names = (("安達", "03-1111-0001"), ("飯田", "03-1111-0002"), ("上田", "03-1111-0003"), ("遠藤", ""))
    place = {"postal_code": "100-0005", "city": "千代田区", "street": "丸の内1-1"}
    return [
        create_person(by=None, family_name=name, given_name="愛", phone=phone, company=acme, **place)
        for name, phone in names
    ]


def press(page: Page, name: str, *keys: str) -> None:
    """Press the keys once this person's screen stands there."""
    expect(page.locator("h1")).to_contain_text(name)
    page.wait_for_load_state("load")
    for key in keys:
        page.keyboard.press(key)


def test_a_list_is_made_from_a_condition_and_called_through_by_keys(
    open_page: Open, people: list[Person], sato: Member
) -> None:
    page = open_page("/approach/", by=sato)
    page.get_by_role("link", name="リストを作成").first.click()
    page.get_by_label("リスト名").fill("展示会のフォロー")
    page.get_by_label("最近接触した人を除く（日）").fill("0")
    page.get_by_label("項目", exact=True).select_option("f:company_name")
    page.locator("input[name=b0r0-value]").fill("アクメ")
    page.locator("input[name=b0r0-value]").blur()
    expect(page.locator(".preview")).to_contain_text("電話番号なし")
    page.get_by_role("button", name="リストを作成").click()
    expect(page.locator("h1")).to_contain_text("展示会のフォロー")
    page.get_by_role("button", name="電話を始める").click()
    press(page, "安達", "1", "n")
    press(page, "飯田", "2", "n")
    press(page, "上田", "7")
    page.get_by_label("架電禁止の理由").fill("電話は不要とのこと")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("展示会のフォロー")
    assert Attempt.objects.count() == Activity.objects.count() == 3
    assert Person.objects.get(family_name="上田").do_not_call
    page.get_by_role("link", name="結果", exact=True).click()
    expect(page.locator(".stat").first).to_contain_text("3")
    page.get_by_role("row", name="不在").get_by_role("link").first.click()
    expect(page.locator("table")).to_contain_text("飯田 愛")


def test_a_call_is_kept_on_a_phone_and_the_back_button_doubles_nothing(
    open_page: Open, people: list[Person], sato: Member
) -> None:
    row = create_list(by=sato, name="電話")
    add_chosen(row, [one.pk for one in people], by=sato)
    page = open_page(f"/approach/{row.pk}/", by=sato, width="narrow")
    page.get_by_role("button", name="電話を始める").click()
    expect(page.locator(".dial")).to_have_attribute("href", "tel:0311110001")
    page.get_by_label("アポ獲得").check()
    page.get_by_label("アポイントの日時").fill("2027-01-15T14:00")
    page.get_by_label("メモ").fill("検査ラインを見せていただく")
    page.get_by_role("button", name="記録して次へ").click()
    expect(page.locator("h1")).to_contain_text("飯田")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("安達")
    page.reload()
    expect(page.locator(".call-answer")).to_contain_text("「アポ獲得」として記録済みです")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_pages_of_approaches_are_accessible_and_never_wider_than_the_screen(
    open_page: Open, accessible: Callable[[Page], None], people: list[Person], kimura: Member, width: str, scheme: str
) -> None:
    row = create_list(by=kimura, name="電話", is_consumer=True, script="{氏名}様")
    visits, letters = (create_list(by=kimura, name=method, method=method) for method in ("visit", "letter"))
    for one in (row, visits, letters):
        add_chosen(one, [person.pk for person in people], by=kimura)
    first, second = row.targets.in_order()[:2]
    record_attempt(first, number=1, outcome=Outcome.objects.get(name="接続"), by=kimura, note="また来週")
    paths = [
        "/approach/",
        "/approach/new/person/",
        f"/approach/{row.pk}/",
        f"/approach/{row.pk}/edit/",
        f"/approach/{row.pk}/call/{second.pk}/",
        f"/approach/{row.pk}/call/{first.pk}/",
        f"/approach/{visits.pk}/visits/",
        f"/approach/{letters.pk}/letters/",
        "/approach/results/",
        "/approach/results/people/",
        "/settings/approach/",
    ]
    for path in paths:
        page = open_page(path, by=kimura, width=width, scheme=scheme)
        accessible(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    assert ApproachList.objects.count() == 3
