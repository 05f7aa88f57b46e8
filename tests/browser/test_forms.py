"""Marketing in a real browser: a form is put together by dragging, published, filled in, and the lead is there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import add_link, create_campaign
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.marketing.pages import rules
from ryorin.marketing.pages.actions import create_form, publish_form
from ryorin.marketing.pages.models import Form
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def fair(transactional_db: None, mei: Member) -> Campaign:
    return create_campaign(by=mei, name="秋の展示会", code="fair-2026", channel="event", budget=500_000)


def drag(page: Page, question: Locator, *, to: Locator) -> None:
    """This function will drag a question by its handle to the place of another."""
    page.wait_for_function("typeof Sortable !== 'undefined'")
    question.scroll_into_view_if_needed()
    handle, place = question.locator("[data-handle]").bounding_box(), to.bounding_box()
    assert handle and place
    page.mouse.move(handle["x"] + 8, handle["y"] + 36)
    page.mouse.down()
    page.mouse.move(handle["x"] + 10, handle["y"] + 28, steps=3)
    page.mouse.move(place["x"] + 20, place["y"] + 20, steps=12)
    page.mouse.up()


def test_a_form_is_put_together_published_and_filled_in(
    open_page: Open, fair: Campaign, mei: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FASTEST_PERSON", timedelta(0))
    page = open_page(f"/forms/new?campaign={fair.pk}", by=mei)
    page.get_by_label("フォーム名").fill("catalogue")
    page.get_by_role("button", name="保存").click()
    questions = page.locator("li.question")
    expect(questions).to_have_count(5)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="電話番号").click()
    expect(questions).to_have_count(6)
    drag(page, questions.nth(5), to=questions.nth(4))
    expect(questions.nth(4).get_by_label("質問", exact=True)).to_have_value("電話番号")
    questions.nth(4).get_by_role("button", name="上へ").click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("保存しました")
    form = Form.objects.get()
    assert [one["label"] for one in form.fields][3] == "電話番号"
    page.get_by_role("button", name="公開する").click()
    expect(page.locator("#toasts")).to_contain_text("フォームを公開しました")

    ada = open_page("/f/catalogue/?utm_medium=cpc&utm_campaign=fair-2026", width="narrow")
    ada.get_by_label("お名前").fill("安達 ゆい")
    ada.get_by_role("button", name="送信する").click()
    expect(ada.locator("[role=alert]")).to_contain_text("「メールアドレス」を入力してください")
    expect(ada.get_by_label("お名前")).to_have_value("安達 ゆい")
    ada.get_by_label("メールアドレス").fill("ada@acme.example")
    ada.get_by_role("button", name="送信する").click()
    expect(ada.locator("main")).to_contain_text("送信しました")

    lead = Person.objects.get(email="ada@acme.example")
    page.goto(f"/people/{lead.pk}")
    expect(page.locator("main")).to_contain_text("フォーム送信")
    expect(page.locator("main")).to_contain_text("秋の展示会")


def test_costs_of_a_month_are_typed_in_from_the_campaigns_page(open_page: Open, fair: Campaign, mei: Member) -> None:
    page = open_page(f"/campaigns/{fair.pk}", by=mei)
    page.get_by_role("button", name="費用を入力").click()
    sheet = page.locator(".cost-sheet input[name='amount-1']")
    sheet.fill("abc")
    page.locator("#drawer").get_by_role("button", name="保存").click()
    expect(page.locator("#drawer [role=alert]")).to_contain_text("金額を数字で")
    sheet.fill("120,000")
    page.locator("#drawer").get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("費用を保存しました")
    expect(page.locator("#money")).to_contain_text("120,000")
    assert CampaignCost.objects.get().day == clock.today().replace(day=1)


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_the_pages_of_marketing_are_accessible(
    open_page: Open, accessible: Callable[[Page], None], fair: Campaign, mei: Member, width: str, scheme: str
) -> None:
    add_link(fair, label="会場のちらし", target="https://acme.example/", by=mei)
    questions = [
        {"name": "mail", "label": "メール", "type": "email", "maps_to": "email", "required": True, "help": "会社の"},
        {"name": "when", "label": "時期", "type": "radio", "choices": ["すぐ", "来年"]},
        {"name": "news", "label": "案内を受け取る", "type": "checkbox", "maps_to": "mail_consent"},
    ]
    form = publish_form(
        create_form(
            by=mei, name="相談", slug="talk", title="ご相談", fields=questions, consent_text="対応に使います。"
        ),
        by=mei,
    )
    for path in ("/campaigns/", f"/campaigns/{fair.pk}", f"/forms/{form.pk}", "/forms/", "/f/talk/"):
        page = open_page(path, by=mei, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
