"""Journeys in a real browser: drawn with a branch, tried on history, switched on; a form answer walks it to the end."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.companies.actions import create_company
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.actions.simulating import run_simulations
from ryorin.marketing.journeys.models import Journey, Passage
from ryorin.marketing.journeys.rules.samples import drawing_of
from ryorin.marketing.mail.actions import create_message, create_sender
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings.models import Recipient
from ryorin.web.marketing.journeys import drawing
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]
BODY = (
    "<mjml><mj-body><mj-section><mj-column><mj-text><p>{{姓|お客さま}}様 資料をお送りします。</p></mj-text>"
    '<mj-button href="https://www.ryorin.example/camera">資料を見る</mj-button>'
    "<mj-text><p>{{送信者}} {{送信者住所}} {{問い合わせ先}}</p>"
    '<p>配信を希望されない方は<a href="{{配信停止}}">こちらから配信停止</a>できます。</p></mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


@pytest.fixture
def ada(transactional_db: None, sato: Member) -> Person:
    acme = create_company(by=None, name="株式会社アクメ")
    made = create_person(
        by=None, family_name="安達", given_name="亜耶", email="ada@acme.example", company=acme, job_title="購買部長",
        owner=sato,
    )  # fmt: skip
    state_consent(made, medium="mail", allowed=True, basis="opt_in", evidence="フォームで同意")
    return made


@pytest.fixture
def thanks(transactional_db: None, kimura: Member) -> Message:
    """A mail that may be sent at any hour of the day."""
    actions.change_limits(by=kimura, version=None, is_quiet=False)
    sender = create_sender(
        by=kimura, name="ニュース", from_name="両輪商事", from_email="news@ryorin.example",
        legal_name="両輪商事株式会社", postal_address="東京都千代田区丸の内1-1-1", contact="info@ryorin.example",
    )  # fmt: skip
    return create_message(name="資料のお礼", by=kimura, subject="ありがとうございます", mjml=BODY, sender=sender)


def answer_form(person: Person) -> None:
    record("form_submitted", source="form:1", person_id=person.pk)
    catch_up()


def add(page: Page, place: int, kind: str) -> None:
    """Put a card of that kind at the n-th slot; its content is asked for in the drawer."""
    page.get_by_role("link", name="ここにカードを加える").nth(place).click()
    page.locator("#drawer").get_by_role("button", name=kind, exact=True).click()
    expect(page.locator("#drawer h2")).to_contain_text(kind)


def save(page: Page) -> None:
    page.locator("#drawer").get_by_role("button", name="保存").click()
    expect(page.locator("#drawer")).not_to_be_visible()


def test_a_journey_is_drawn_tried_switched_on_and_walked(
    open_page: Open, ada: Person, thanks: Message, mei: Member
) -> None:
    answer_form(ada)
    actions.follow_facts()
    page = open_page("/journeys/", by=mei)
    page.get_by_role("link", name="ジャーニー", exact=True).last.click()
    page.get_by_label("ジャーニー名").fill("資料請求フォロー")
    page.get_by_role("button", name="作成して描く").click()
    expect(page.locator("h1")).to_contain_text("描く")
    add(page, 0, "メールを送る")
    page.get_by_label("メッセージ").select_option(str(thanks.pk))
    save(page)
    expect(page.locator("#flow")).to_contain_text("資料のお礼")
    add(page, 1, "条件で分ける")
    page.locator("#drawer").get_by_role("link", name="条件を編集").click()
    page.locator("#drawer").get_by_label("項目", exact=True).select_option("f:job_title")
    page.locator("input[name=b0r0-value]").fill("部長")
    save(page)
    add(page, 2, "タスクを作る")
    page.get_by_label("すること").fill("お電話する")
    save(page)
    expect(page.locator(".jn-arm").first).to_contain_text("お電話する")
    expect(page.locator("#flow")).to_contain_text("稼働できます")
    page.get_by_role("link", name="試算").click()
    page.get_by_role("button", name="試算する").click()
    run_simulations()
    page.reload()
    expect(page.locator(".stat").first).to_contain_text("1")
    journey = Journey.objects.get()
    page.goto(page.url.split("/journeys/")[0] + f"/journeys/{journey.pk}/draw/")
    page.get_by_role("button", name="稼働させる").first.click()
    page.locator("#drawer").get_by_role("button", name="稼働させる").click()
    expect(page.locator(".chip.sow").first).to_contain_text("稼働中")
    answer_form(ada)
    actions.advance_journeys()
    assert Task.objects.get().title == "お電話する"
    assert Recipient.objects.filter(key__startswith="journey:").count() == 1
    page.goto(page.url.split("/journeys/")[0] + f"/journeys/{journey.pk}/people/")
    page.get_by_role("link", name="安達").first.click()
    expect(page.locator("#drawer")).to_contain_text("「フォーム送信」がありました")
    expect(page.locator("#drawer")).to_contain_text("タスクを作りました")
    assert Passage.objects.get().state == "finished"


def test_what_is_saved_while_the_drawing_is_still_being_fetched_is_seen(
    open_page: Open, thanks: Message, mei: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = actions.create_journey(name="展示会お礼", drawing=drawing_of("fair"), by=mei)
    drawn, asked, saved = drawing.draw_context, [], Event()

    def slow(journey: Journey) -> dict[str, Any]:
        found = drawn(journey)
        asked.append(journey.version)
        if len(asked) == 2:  # the first is the page itself
            saved.wait(10)
        return found

    monkeypatch.setattr(drawing, "draw_context", slow)
    page = open_page(f"/journeys/{journey.pk}/draw/", by=mei)
    add(page, 0, "メールを送る")
    page.get_by_label("メッセージ").select_option(str(thanks.pk))
    save(page)
    saved.set()
    expect(page.locator("#flow")).to_contain_text("資料のお礼")
    assert len(asked) == 3


def test_a_card_is_dragged_and_taken_back(open_page: Open, ada: Person, mei: Member) -> None:
    journey = actions.create_journey(name="展示会お礼", drawing=drawing_of("fair"), by=mei)
    page = open_page(f"/journeys/{journey.pk}/draw/", by=mei)
    page.locator('[data-card="f2"]').drag_to(page.locator('[data-slot="root:0"]'))
    expect(page.locator(".jn-flow > .jn-item > .jn-card").first).to_have_attribute("data-card", "f2")
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator(".jn-flow > .jn-item > .jn-card").first).to_have_attribute("data-card", "f1")


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_pages_of_journeys_are_accessible_and_never_wider_than_the_screen(
    open_page: Open, accessible: Callable[[Page], None], ada: Person, mei: Member, width: str, scheme: str
) -> None:
    journey = actions.create_journey(name="展示会お礼", drawing=drawing_of("fair"), by=mei)
    pk = journey.pk
    own = (f"/journeys/{pk}/", f"/journeys/{pk}/draw/", f"/journeys/{pk}/cards/f3/", f"/journeys/{pk}/simulate/")
    for path in ("/journeys/", "/journeys/new/", *own):
        page = open_page(path, by=mei, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
