"""A segment is built, filled and followed in a real browser; a touchpoint brings somebody in; a persona follows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.marketing.personas.actions import create_persona
from ryorin.marketing.segments.actions import create_segment, follow_changes
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def people(transactional_db: None) -> list[Person]:
    acme = create_company(by=None, name="株式会社アクメ", industry="製造業", employees=300)
    titles = (("安達", "購買部長"), ("飯田", "製造部長"), ("上田", "主任"))
    return [
        create_person(by=None, family_name=name, given_name="愛", job_title=title, company=acme, prefecture="13")
        for name, title in titles
    ]


def test_a_condition_is_built_by_keyboard_alone(open_page: Open, people: list[Person], mei: Member) -> None:
    page = open_page("/segments/new/", by=mei)
    what = page.locator("[name=b0r0-what]")
    what.focus()
    what.select_option("f:job_title")
    expect(page.locator("[name=b0r0-value]")).to_be_visible()
    expect(what).to_be_focused()
    page.get_by_role("button", name=re.compile("^または")).first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[name=b0r1-what]")).to_be_focused()


def test_the_keyboard_stays_in_its_line_while_another_part_of_the_page_is_fetched(
    open_page: Open, people: list[Person], mei: Member
) -> None:
    page = open_page("/segments/new/", by=mei)
    page.locator("[name=b0r0-what]").select_option("f:job_title")
    expect(page.locator("[name=b0r0-value]")).to_be_visible()
    answers: list[Route] = []
    page.route("**/conditions/builder/", lambda route: answers.append(route))
    page.get_by_role("button", name=re.compile("^または")).first.focus()
    page.keyboard.press("Enter")
    with page.expect_response("**/segments/new/"):
        page.evaluate("htmx.ajax('GET', '/segments/new/', {target: '#toasts', swap: 'none'})")
    answers[0].continue_()
    expect(page.locator("[name=b0r1-what]")).to_be_focused()


def test_a_segment_is_built_filled_and_followed_and_a_persona_drawn_from_it(
    open_page: Open, people: list[Person], mei: Member
) -> None:
    page = open_page("/segments/", by=mei)
    page.get_by_role("link", name="セグメントを作成").first.click()
    expect(page.locator(".preview [data-size]")).to_have_attribute("data-size", "3")
    page.get_by_label("項目", exact=True).select_option("f:job_title")
    page.locator("input[name=b0r0-value]").fill("部長")
    page.locator("input[name=b0r0-value]").blur()
    expect(page.locator(".preview [data-size]")).to_have_attribute("data-size", "2")
    expect(page.locator(".preview")).to_contain_text("役職に「部長」を含む")
    page.get_by_role("button", name=re.compile("^または")).first.click()
    page.get_by_label("項目", exact=True).nth(1).select_option("d:downloaded")
    expect(page.locator(".preview")).to_contain_text("資料ダウンロード")
    page.get_by_label("セグメント名").fill("部長と資料の人")
    page.get_by_role("button", name="セグメントを作成").click()
    expect(page.locator("h1")).to_have_text("部長と資料の人")
    follow_changes()
    expect(page.locator("#segment-now [data-size]")).to_have_attribute("data-size", "2", timeout=10_000)
    record("downloaded", source="collector", person_id=people[2].pk)
    catch_up()
    follow_changes()
    page.reload()
    expect(page.locator("#segment-now [data-size]")).to_have_attribute("data-size", "3")
    page.get_by_role("link", name="出入り").click()
    expect(page.get_by_role("row", name="上田 愛")).to_contain_text("新しい接点")
    segment = Segment.objects.get()
    page.goto(f"/personas/new/?segment={segment.pk}")
    page.get_by_label("名前").fill("決める人")
    page.get_by_role("button", name="ペルソナを作成").click()
    expect(page.locator("h1")).to_have_text("決める人")
    expect(page.locator(".persona-parts")).to_contain_text("役職は部長クラス")
    page.get_by_role("link", name="役職は部長クラス：2人を表示").click()
    expect(page.locator("table")).to_contain_text("安達 愛")


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_everybody_can_use_the_pages(
    open_page: Open, accessible: Callable[[Page], None], people: list[Person], mei: Member, width: str, scheme: str
) -> None:
    heads = create_segment(by=mei, name="部長", condition={"field": "job_title", "op": "contains", "value": "部長"})
    acme = create_segment(by=mei, name="東京", condition={"field": "prefecture", "op": "is", "value": "13"})
    follow_changes()
    persona = create_persona(heads, by=mei, name="決める人")
    page = open_page("/segments/", by=mei, width=width, scheme=scheme)
    accessible(page)
    for path in (
        f"/segments/{heads.pk}/",
        f"/segments/{heads.pk}/edit/",
        f"/segments/{heads.pk}/changes/",
        f"/segments/compare/?ids={heads.pk}&ids={acme.pk}",
        "/personas/",
        f"/personas/{persona.pk}/",
        f"/personas/{persona.pk}/edit/",
    ):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
