"""What sales says becomes a suggestion, a task, and an answer to who said it, in a real browser."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from tests.alignment.feedbacks import accepted, leads_of, rejected

from ryorin.alignment.feedback.actions import follow_feedback
from ryorin.alignment.feedback.models import Suggestion
from ryorin.alignment.handoffs.actions import prepare_defaults
from ryorin.alignment.handoffs.models import Handoff
from ryorin.customers.voice.actions import note_need
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member

Open = Callable[..., Page]
EVERY_LOOK = [("wide", "light"), ("wide", "dark"), ("narrow", "light"), ("narrow", "dark")]


@pytest.fixture
def fair(transactional_db: None, mei: Member, sato: Member) -> Campaign:
    default_pipeline()
    prepare_defaults()
    campaign = create_campaign(by=mei, name="秋の展示会", channel="event")
    other = create_campaign(by=mei, name="検索広告", channel="search")
    accepted(leads_of(other, 4, owner=sato, first=4), by=sato, offered_by=mei)
    leads = leads_of(campaign, 3, owner=sato)
    rejected(leads, by=sato, offered_by=mei, note="今期の予算は使い切ったとのこと")
    for lead in leads:
        note_need("納期を知りたい", kind="problem", by=sato, person=lead, words="いつ届くのか知りたい", area="納期")
    follow_feedback()
    return campaign


def test_three_rejections_become_a_task_and_the_rep_hears_of_it(
    open_page: Open, fair: Campaign, mei: Member, sato: Member
) -> None:
    page = open_page(reverse("campaign", args=[fair.pk]), by=mei)
    panel = page.get_by_role("region", name="営業から分かったこと")
    expect(panel).to_contain_text("0/3")
    expect(panel).to_contain_text("いつ届くのか知りたい")
    panel.get_by_role("link", name="予算なし：3件を表示").click()
    expect(page.get_by_role("link", name="上田 愛")).to_be_visible()
    page.goto("/feedback/")
    page.get_by_role("link", name="施策「秋の展示会」は「予算なし」が目立ちます").click()
    expect(page.get_by_role("region", name="根拠")).to_contain_text("3件中3件")
    page.get_by_label("進め方のメモ").fill("来場者を絞る")
    page.get_by_role("button", name="採用してタスクを作成").click()
    expect(page.get_by_role("region", name="効果")).to_contain_text("件数が少なく判断できません")
    page.goto(reverse("tasks"))
    expect(page.get_by_role("link", name="秋の展示会 予算なし")).to_be_visible()
    theirs = open_page("/feedback/mine/", by=sato)
    expect(theirs.locator("main")).to_contain_text("に採用、担当は林 芽衣さんです。")


@pytest.mark.parametrize(("width", "scheme"), EVERY_LOOK)
def test_everybody_can_use_the_pages(
    open_page: Open,
    accessible: Callable[[Page], None],
    fair: Campaign,
    mei: Member,
    sato: Member,
    width: str,
    scheme: str,
) -> None:
    suggestion = Suggestion.objects.get(sort="campaign")
    handoff = Handoff.objects.filter(state="sent_back")[0]
    page = open_page("/feedback/", by=mei, width=width, scheme=scheme)
    accessible(page)
    for path in (
        f"/feedback/{suggestion.pk}/",
        f"/feedback/about/campaign/{fair.pk}/words/",
        reverse("campaign", args=[fair.pk]),
    ):
        page.goto(path)
        expect(page.locator("main")).to_contain_text("予算なし")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page = open_page("/feedback/mine/", by=sato, width=width, scheme=scheme)
    accessible(page)
    page.goto(f"/handoffs/{handoff.pk}/")
    expect(page.get_by_role("region", name="この声のその後")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
