"""Three leads of one fair come back for want of a budget, and the company learns from it, in a real browser."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import time, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pptx import Presentation
from tests.alignment.feedbacks import rejected
from tests.alignment.learning_world import answered, leads_of, new_lead

from ryorin.alignment.feedback.actions import follow_feedback
from ryorin.alignment.handoffs.actions import offer_handoff, prepare_defaults
from ryorin.alignment.handoffs.models import SendBackReason
from ryorin.alignment.learning.actions import keep_learning, learn
from ryorin.alignment.meetings.actions import create_series, refresh_agenda
from ryorin.alignment.meetings.models import Meeting
from ryorin.customers.people.models import Chance, Person
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

Open = Callable[..., Page]
MEMO = "出展の前に予算の時期を尋ねる"


@pytest.fixture
def fair(transactional_db: None, mei: Member) -> Campaign:
    """A new fair; leads of the fair in spring were good, so the score has learned to expect much."""
    default_pipeline()
    prepare_defaults()
    spring = create_campaign(by=mei, name="春の展示会", channel="event")
    web = create_campaign(by=mei, name="検索広告", channel="search")
    early = SendBackReason.objects.get(name="時期尚早")
    answered(leads_of(260, fair=spring.pk, web=web.pk), reason=early)
    assert learn() is not None
    return create_campaign(by=mei, name="秋の展示会", channel="event")


@pytest.fixture
def waiting(fair: Campaign) -> Person:
    """A lead of the fair that nobody has answered yet."""
    return visitor(fair, "待田")


@pytest.fixture
def meeting(mei: Member, sato: Member, kimura: Member, fair: Campaign) -> Meeting:
    """The weekly meeting of today, which looks at this month."""
    today = clock.today()
    series = create_series(
        by=kimura, name="営業・マーケ定例", rhythm="weekly", weekday=today.weekday(), starts_on=today,
        begins_at=time(23, 59), organiser=kimura, members=[kimura, mei, sato], looks_at="this_month",
    )  # fmt: skip
    found = series.meetings.order_by("starts_at").first()
    assert found is not None
    Meeting.objects.filter(pk=found.pk).update(starts_at=clock.now() - timedelta(minutes=5))
    return found


def visitor(campaign: Campaign, name: str) -> Person:
    return new_lead(campaign.pk, "部長", family_name=name, source_channel="event", email=f"{name}@customer.example")


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed (apt install poppler-utils)")
def test_three_rejections_lower_the_score_reach_the_meeting_and_are_asked_about_in_the_next(
    open_page: Open, fair: Campaign, waiting: Person, meeting: Meeting, mei: Member, sato: Member, kimura: Member
) -> None:
    first, *others = [visitor(fair, name) for name in ("甲田", "乙田", "丙田")]
    keep_learning()
    before = chance_of(waiting)

    handoff = offer_handoff(first, by=mei, owner=sato)
    rejected(others, by=sato, offered_by=mei)
    send_back(open_page(reverse("handoff", args=[handoff.pk]), by=sato))
    keep_learning()
    follow_feedback()

    page = open_page(reverse("campaign", args=[fair.pk]), by=mei)
    panel = page.get_by_role("region", name="営業から分かったこと")
    expect(panel).to_contain_text("0/3")
    expect(panel).to_contain_text("予算なし")
    assert chance_of(waiting) < before - 3
    page.goto(reverse("person", args=[waiting.pk]))
    card = page.get_by_role("region", name="成約見込み")
    expect(card).to_contain_text(f"{chance_of(waiting)}%")
    expect(card).to_contain_text("差し戻し（予算なし）")

    refresh_agenda(meeting)
    page = open_page(reverse("meeting", args=[meeting.pk]), by=kimura)
    item = page.locator(".finding", has_text="施策「秋の展示会」は「予算なし」が目立ちます")
    expect(item).to_be_visible()
    decide(page, item)
    assert Task.objects.get(title=MEMO).owner == mei
    for file in ("meeting_pdf", "meeting_pptx"):
        answer = page.request.get(reverse(file, args=[meeting.pk]))
        assert answer.ok and fair.name in READERS[file](answer.body()), file
    page.get_by_role("link", name="議事録と決定事項").click()
    page.get_by_role("button", name="会議を終了して送る").click()
    page.locator("#confirm").get_by_role("button", name="実行する").click()
    expect(page.locator("main")).to_contain_text("議事の記録はありません。")

    theirs = open_page(reverse("tasks"), by=mei)
    expect(theirs.get_by_role("listitem").filter(has_text=MEMO).last).to_contain_text("「営業・マーケ定例」で決定")
    following = meeting.series.meetings.filter(starts_at__gt=clock.now()).order_by("starts_at")[0]
    refresh_agenda(following)
    page.goto(reverse("meeting", args=[following.pk]))
    asked = page.get_by_role("region", name="前回の決定事項")
    expect(asked).to_contain_text(MEMO)
    expect(asked).to_contain_text("林 芽衣")


def chance_of(person: Person) -> int:
    return Chance.objects.get(pk=person.pk).percent


def send_back(page: Page) -> None:
    page.get_by_role("button", name="理由を選んで差し戻す").click()
    page.locator("label.choice", has_text="予算なし").click()
    page.locator("dialog").get_by_role("button", name="差し戻す").click()
    expect(page.locator("#toasts")).to_contain_text("マーケティングへ差し戻しました")


def decide(page: Page, item: Locator) -> None:
    item.get_by_role("button", name="決定事項にする").click()
    page.get_by_label("決まったこと").fill(MEMO)
    page.get_by_label("担当").select_option(label="林 芽衣")
    page.get_by_label("期限").fill((clock.today() + timedelta(days=5)).isoformat())
    page.locator("dialog").get_by_role("button", name="保存").click()
    expect(page.locator("#toasts")).to_contain_text("担当者のタスクに追加しました")


def words_of_pdf(content: bytes) -> str:
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True)
    return read.stdout.decode()


def words_of_slides(content: bytes) -> str:
    shapes = [shape for slide in Presentation(BytesIO(content)).slides for shape in slide.shapes]
    return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


READERS = {"meeting_pdf": words_of_pdf, "meeting_pptx": words_of_slides}
