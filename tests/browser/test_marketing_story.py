"""From a segment to a deal in one story: visitors in Chromium, mail by a real server, and every count is the rows."""

import email
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message as Letter
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.connectors.smtp.sink import Sink
from tests.marketing.mailings.conftest import BODY

from ryorin.alignment.handoffs.actions import offer_handoff, prepare_defaults
from ryorin.connectors.smtp.actions import change_relay, deliver_due
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.privacy.actions import erase_person
from ryorin.customers.privacy.models import Erasure
from ryorin.insight.lake.actions import catch_up, continue_erasures
from ryorin.insight.lake.queries.tables import table
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.experiments.models import Experiment
from ryorin.marketing.experiments.queries import result
from ryorin.marketing.journeys import actions as journeys
from ryorin.marketing.journeys.actions import advance_journeys
from ryorin.marketing.journeys.models import ContactLimits, Journey, Passage
from ryorin.marketing.journeys.queries.pages import totals
from ryorin.marketing.journeys.rules.drawing import read
from ryorin.marketing.mail.actions import create_message, create_sender, make_default
from ryorin.marketing.mailings.actions import settle_events
from ryorin.marketing.mailings.models import Recipient
from ryorin.marketing.pages import rules
from ryorin.marketing.pages.actions import create_form, publish_form
from ryorin.marketing.pages.models import FormAnswer
from ryorin.marketing.personas.actions import create_persona
from ryorin.marketing.segments.actions import create_segment, fill_waiting, follow_changes
from ryorin.marketing.sites.actions import begin_test, create_page, create_site, duplicate_page, publish_page
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

Open = Callable[..., Page]
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
VISITORS = ("安達 亜耶", "岡 純", "高井 稔", "小野 楓")
QUESTIONS = [
    {"name": "name", "label": "お名前", "type": "text", "required": True, "maps_to": "full_name"},
    {"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"},
    {"name": "news", "label": "案内メールを受け取る", "type": "checkbox", "maps_to": "mail_consent"},
]
CLICKED = {"what": "touchpoint", "kind_of": "mail_clicked", "amount": 3, "unit": "days"}


@pytest.fixture
def post(transactional_db: None, kimura: Member, live_server: LiveServer) -> Iterator[Sink]:
    """A mail server that takes everything, and the way to it."""
    limits = {"is_quiet": False, "is_capped": False, "updated_at": clock.now()}
    ContactLimits.objects.update_or_create(pk=1, defaults=limits)
    with Sink() as server:
        way = {"transport": "smtp", "host": "127.0.0.1", "port": server.port, "tls": "none", "connections": 1}
        change_relay(by=kimura, version=None, origin=live_server.url, timeout=5, **way)
        yield server


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Callable[[], Page]]:
    """Call for the browser of a new visitor, who is no machine."""
    contexts = []

    def new() -> Page:
        context = browser.new_context(user_agent=AGENT, locale="ja-JP", base_url=live_server.url)
        context.route("**/*.woff2", lambda route: route.abort())
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


def draw_journey(mei: Member, kimura: Member) -> Journey:
    """Thanks by mail after the form; who clicks within three days gets points and a call."""
    sender = create_sender(
        by=kimura,
        name="ニュース",
        from_name="両輪工業",
        from_email="news@ryorin.example",
        legal_name="両輪工業株式会社",
        postal_address="東京都千代田区丸の内1-1-1",
        contact="info@ryorin.example",
    )
    make_default(sender, by=kimura)
    thanks = create_message(
        name="お礼", by=mei, subject="{{姓|お客さま}}様 ありがとうございます", mjml=BODY, sender=sender
    )
    call = [
        {"key": "c1", "kind": "score", "config": {"points": 15}},
        {
            "key": "c2",
            "kind": "task",
            "config": {"title": "資料の感想を伺う", "owner": "person", "days": 1, "note": ""},
        },
    ]
    arms = [{"config": {"name": "行動した"}, "cards": call}, {"config": {"name": "期限まで行動なし"}, "cards": []}]
    drawn = {
        "start": {"kind": "touchpoint", "kind_of": "form_submitted"},
        "cards": [
            {"key": "m1", "kind": "mail", "config": {"message": thanks.pk}},
            {"key": "w1", "kind": "wait_for", "config": CLICKED, "arms": arms},
        ],
    }
    journey = journeys.create_journey(name="資料請求フォロー", drawing=read(drawn), by=mei)
    journeys.follow_facts()
    journeys.publish(journey, by=mei, version=None)
    return journey


def test_from_a_segment_to_a_deal(
    open_page: Open,
    visit: Callable[[], Page],
    post: Sink,
    mei: Member,
    sato: Member,
    kimura: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "FASTEST_PERSON", timedelta(0))
    prepare_defaults()
    known = [create_person(by=mei, family_name=f"既知{n}", job_title="製造部長", owner=sato) for n in range(3)]
    catch_up()

    heads = create_segment(
        by=mei, name="製造の決裁者", condition={"field": "job_title", "op": "contains", "value": "部長"}
    )
    fill_waiting()
    heads.refresh_from_db()
    assert heads.size == len(known)
    persona = create_persona(heads, by=mei, name="製造部長の田中さん")
    page = open_page(f"/segments/{heads.pk}/", by=mei)
    expect(page.locator("main")).to_contain_text("3")
    page = open_page(f"/personas/{persona.pk}/", by=mei)
    expect(page.get_by_role("heading", level=1)).to_contain_text("製造部長の田中さん")

    campaign = create_campaign(by=mei, name="秋の資料請求", code="autumn", channel="search", budget=300_000)
    form = create_form(by=mei, name="資料請求", slug="docs", title="資料請求", fields=QUESTIONS, campaign=campaign)
    form = publish_form(form, by=mei)
    site = create_site(by=kimura, name="両輪工業", slug="www")
    slot = f'<div data-ry-form="{form.pk}"></div>'
    first = create_page(
        site=site, name="資料A", path="request", html=f"<h1>検査を10分で</h1>{slot}", campaign=campaign, by=mei
    )
    second = duplicate_page(first, by=mei, as_variant=True)
    for one in (first, second):
        publish_page(one, by=mei)
    first.refresh_from_db()
    test = begin_test(first, by=mei)
    journey = draw_journey(mei, kimura)

    pages = [answer(visit(), name, number) for number, name in enumerate(VISITORS)]
    catch_up()
    leads = list(Person.objects.filter(form_answers__form=form).order_by("pk"))
    assert [lead.name for lead in leads] == list(VISITORS)
    assert FormAnswer.objects.filter(form=form, is_spam=False).count() == len(VISITORS)
    assert {lead.source_campaign_id for lead in leads} == {campaign.pk}
    assert {lead.mail_basis for lead in leads} == {"opt_in"}
    counted = result(Experiment.objects.get(pk=test.pk))
    assert counted.seen == len(VISITORS) == rows_of("variant_shown")
    assert sum(one.arm.won for one in counted.arms) == len(VISITORS) == rows_of("form_submitted")
    page = open_page(f"/experiments/{test.pk}/", by=mei)
    expect(page.locator("main")).to_contain_text(test.name)

    advance_journeys()
    deliver_due()
    settle_events()
    assert sorted(one.to for one in post.took) == sorted(lead.email for lead in leads)
    assert Recipient.objects.filter(state="sent").count() == len(leads)
    Recipient.objects.update(sent_at=clock.now() - timedelta(hours=2), handed_at=clock.now() - timedelta(hours=2))
    ada = leads[0]
    letter = next(one.content for one in post.took if one.to == ada.email)
    led = pages[0].context.request.get(link_in(letter), max_redirects=0)
    assert (led.status, led.headers["location"]) == (302, "https://www.ryorin.example/camera")
    settle_events(until=clock.now() + timedelta(minutes=1))
    catch_up()
    assert rows_of("mail_clicked") == 1
    advance_journeys()
    advance_journeys()
    assert Task.objects.filter(about_type="person", about_id=ada.pk, title="資料の感想を伺う").count() == 1
    assert Passage.objects.filter(journey=journey).count() == len(leads)
    assert totals([journey])[journey.pk].entered == len(leads)
    page = open_page(f"/journeys/{journey.pk}/", by=mei)
    expect(page.locator("main")).to_contain_text(str(len(leads)))

    handoff = offer_handoff(ada, by=mei, owner=sato)
    page = open_page(f"/handoffs/{handoff.pk}", by=sato)
    page.get_by_role("button", name="受け取る").first.click()
    page.wait_for_load_state("networkidle")
    deal = Deal.objects.get(person=ada)
    assert (deal.owner, deal.source_campaign_id) == (sato, campaign.pk)
    catch_up()
    follow_changes()
    page = open_page(f"/campaigns/{campaign.pk}/results/", by=mei)
    expect(page.locator("main")).to_contain_text(str(len(leads)))

    erasure = erase_person(leads[1], typed=leads[1].name, by=kimura)
    continue_erasures()
    Erasure.objects.filter(pk=erasure.pk).update(files_due_at=clock.now())
    continue_erasures()
    erasure.refresh_from_db()
    assert (erasure.state, erasure.traces) == ("done", [])
    assert Passage.objects.filter(journey=journey).count() == len(leads) - 1


def answer(page: Page, name: str, number: int) -> Page:
    """Fill in the form on the landing page as one visitor does."""
    page.goto("/s/www/request/?utm_source=yahoo&utm_medium=cpc&utm_campaign=autumn")
    page.locator("[name=a-name]").fill(name)
    page.locator("[name=a-mail]").fill(f"visitor{number}@mail.example")
    page.locator("[name=a-news]").check()
    page.get_by_role("button", name="送信").click()
    page.wait_for_load_state("networkidle")
    return page


def link_in(content: bytes) -> str:
    """Return the first tracked link of a mail."""
    letter: Letter = email.message_from_bytes(content)
    html = next(part for part in letter.walk() if part.get_content_type() == "text/html")
    payload: Any = html.get_payload(decode=True)
    found = re.search(r'href="([^"]*/m/c/[^"]+)"', payload.decode())
    assert found is not None
    return found[1].replace("&amp;", "&")


def rows_of(kind: str) -> int:
    """Return how many touchpoints of a kind history holds."""
    touchpoints = table("touchpoints")
    return int(
        touchpoints.filter(touchpoints["kind"] == kind, touchpoints["verdict"] == "human").count().to_pyarrow().as_py()
    )
