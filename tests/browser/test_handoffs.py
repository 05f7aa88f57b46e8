"""The axle in a real browser: a lead is sent back, handed over, and a rule is put together."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ryorin.alignment.handoffs.actions import offer_handoff, prepare_defaults
from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
TWO_LOOKS = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def handoff(transactional_db: None, mei: Member, sato: Member) -> Handoff:
    prepare_defaults()
    acme = create_company(by=None, name="株式会社アクメ")
    ada = create_person(by=None, family_name="安達", given_name="亜耶", company=acme)
    return offer_handoff(ada, by=mei, owner=sato, note="年度内に決めたいとのこと")


def test_a_lead_is_sent_back_from_the_queue(open_page: Open, handoff: Handoff, sato: Member) -> None:
    page = open_page("/handoffs/", by=sato, width="narrow")
    page.get_by_role("button", name="差し戻す").click()
    page.locator("label.choice", has_text="時期尚早").click()
    page.get_by_label("マーケティングへのひとこと").fill("来期に再検討")
    page.locator("dialog").get_by_role("button", name="差し戻す").click()
    expect(page.locator("#toasts")).to_contain_text("マーケティングへ差し戻しました")
    expect(page.locator("main")).to_contain_text("来期に再検討")
    handoff.refresh_from_db()
    assert handoff.state == "sent_back"


def test_a_score_rule_is_put_together_and_says_what_it_means(open_page: Open, handoff: Handoff, mei: Member) -> None:
    page = open_page("/scoring/new/", by=mei)
    page.get_by_label("理由（顧客ページに表示）").fill("東京の会社")
    page.locator("[name=b0r0-what]").select_option("f:prefecture")
    page.locator("[name=b0r0-value]").select_option("13")
    expect(page.locator(".preview")).to_contain_text("都道府県が東京都")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("東京の会社")
    assert ScoreRule.objects.get(label="東京の会社").condition == {
        "all": [{"field": "prefecture", "op": "is", "value": "13"}]
    }


@pytest.mark.parametrize(("width", "scheme"), TWO_LOOKS)
def test_the_pages_of_the_axle_are_accessible(
    open_page: Open, accessible: Callable[[Page], None], handoff: Handoff, kimura: Member, width: str, scheme: str
) -> None:
    for path in ("/handoffs/?of=all", f"/handoffs/{handoff.pk}/", "/definition/?edit=1", "/scoring/", "/routing/"):
        page = open_page(path, by=kimura, width=width, scheme=scheme)
        accessible(page)
