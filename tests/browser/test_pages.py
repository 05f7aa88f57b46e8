"""Landing pages in a real browser: made in the editor, tested in two variants, answered by visitors."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ryorin.customers.people.models import Person
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.pages import rules
from ryorin.marketing.pages.actions import create_form, publish_form
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.marketing.sites.actions import (
    change_site,
    create_article,
    create_page,
    default_site,
    publish_article,
    publish_page,
    write_page,
)
from ryorin.marketing.sites.models import LandingPage
from ryorin.web.marketing.page_blocks import BLOCKS, content_of
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
QUESTIONS = [
    {"name": "name", "label": "お名前", "type": "text", "required": True, "maps_to": "full_name"},
    {"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"},
]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def fair(transactional_db: None, mei: Member) -> Campaign:
    return create_campaign(by=mei, name="秋のセミナー", code="autumn", channel="event")


@pytest.fixture
def form(fair: Campaign, mei: Member) -> Form:
    made = create_form(by=mei, name="申込", slug="apply", title="申し込み", fields=QUESTIONS, campaign=fair)
    return publish_form(made, by=mei)


def test_two_variants_are_made_published_visited_and_answered(
    open_page: Open, form: Form, fair: Campaign, mei: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FASTEST_PERSON", timedelta(0))
    page = open_page(f"/pages/new/?campaign={fair.pk}", by=mei)
    page.get_by_label("セミナー案内").check()
    page.get_by_label("ページ名").fill("秋のセミナー")
    page.get_by_role("textbox", name="アドレス").fill("seminar")
    page.get_by_label("置くフォーム").select_option("申込")
    page.get_by_role("button", name="保存").click()

    canvas = page.frame_locator("iframe.gjs-frame")
    expect(canvas.locator("h1")).to_be_visible(timeout=30_000)
    expect(canvas.locator(".ryorin-form-place")).to_contain_text("申込")
    page.locator(".gjs-block", has_text="お客さまの声").click()
    expect(canvas.locator("h2", has_text="お客さまの声")).to_have_count(1)
    expect(page.locator("[data-editor-state]")).to_have_text("保存しました", timeout=15_000)
    first = LandingPage.objects.get()
    assert "お客さまの声" in first.html
    assert f'data-ry-form="{form.pk}"' in first.html

    page.get_by_role("link", name="公開の設定へ").click()
    page.get_by_role("button", name="公開する").click()
    expect(page.locator("#toasts")).to_contain_text("公開しました")
    page.get_by_role("button", name="比べる案をつくる").click()
    heading = canvas.locator("h1")
    expect(heading).to_be_visible(timeout=30_000)
    heading.dblclick()
    page.wait_for_timeout(300)
    page.keyboard.press("Control+A")
    page.keyboard.type("半日で分かる検査の自動化")
    page.get_by_role("tab", name="部品").click()
    canvas.locator("h2").first.click()
    expect(page.locator("[data-editor-state]")).to_have_text("保存しました", timeout=15_000)
    second = LandingPage.objects.get(variant_of=first)
    assert "半日で分かる検査の自動化" in second.html

    page.goto(f"/pages/{first.pk}/")
    page.get_by_role("button", name="案を公開").click()
    expect(page.locator("#toasts")).to_contain_text("公開しました")
    page.get_by_role("button", name="テストを始める").click()
    expect(page.locator("main")).to_contain_text("を実施中です")

    seen: dict[bool, Page] = {}
    for _each in range(16):
        if len(seen) == 2:
            break
        visit = open_page("/s/www/seminar/?utm_source=newsletter&utm_campaign=autumn")
        seen.setdefault("半日で分かる" in visit.locator("h1").inner_text(), visit)
    assert set(seen) == {True, False}
    visit = seen[True]
    visit.get_by_label("お名前").fill("青木 ゆい")
    visit.get_by_label("メールアドレス").fill("yui@aoki.example")
    visit.get_by_role("button", name="送信する").click()
    expect(visit.get_by_role("heading", name="送信しました")).to_be_visible()
    kept = FormAnswer.objects.get()
    assert kept.place["page"] == second.pk
    assert kept.place["variant"]
    lead = Person.objects.get(email="yui@aoki.example")
    assert lead.source_campaign_id == fair.pk
    assert seen[False].locator("h1").inner_text() != "半日で分かる検査の自動化"


def test_two_people_in_one_editor_are_asked_which_to_keep(open_page: Open, fair: Campaign, mei: Member) -> None:
    made = create_page(site=default_site(), name="x", path="x", html="<h1>はじめ</h1>", by=mei)
    page = open_page(f"/pages/{made.pk}/editor/", by=mei)
    canvas = page.frame_locator("iframe.gjs-frame")
    expect(canvas.locator("h1")).to_be_visible(timeout=30_000)
    write_page(made, by=mei, version=None, project={}, html="<h1>ほかの人</h1>", css="")
    page.locator(".gjs-block", has_text="段落").last.click()
    clash = page.locator("[data-editor-clash]")
    expect(clash).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="自分の内容で保存").click()
    expect(page.locator("[data-editor-state]")).to_have_text("保存しました", timeout=15_000)
    assert "はじめ" in LandingPage.objects.get().html


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_members_pages_look_right_everywhere(
    open_page: Open, accessible: Callable[[Page], None], form: Form, mei: Member, width: str, scheme: str
) -> None:
    html = f'<h1>題</h1><div data-ry-form="{form.pk}"></div>'
    made = publish_page(create_page(site=default_site(), name="ページ", path="x", html=html, by=mei), by=mei)
    article = create_article(site=default_site(), title="記事", slug="a", body="<h2>節</h2><p>文</p>", by=mei)
    here = f"/pages/{made.pk}/"
    for path in ("/pages/", here, f"{here}settings/", "/pages/new/", f"/articles/{article.pk}/"):
        page = open_page(path, by=mei, width=width, scheme=scheme)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_public_pages_look_right_everywhere(
    open_page: Open, accessible: Callable[[Page], None], form: Form, mei: Member, width: str
) -> None:
    change_site(default_site(), by=None, version=None, tracking="never")
    names = [block.name for block in BLOCKS if block.name not in ("hero_centre", "download")]
    html = "".join(content_of(name, "ja", form=form.pk) for name in names)
    publish_page(create_page(site=default_site(), name="全部", path="all", html=html, by=mei), by=mei)
    body = "<h2>節</h2><p>文</p>"
    article = create_article(site=default_site(), title="記事", slug="a", body=body, tags=["検査"], by=mei)
    publish_article(article, by=mei)
    for path in ("/s/www/all/", "/s/www/articles/", "/s/www/articles/a/", "/s/www/nothing/"):
        page = open_page(path, width=width)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
