"""The marketing wheel from a landing page to a deal over HTTP, with mail by a real server; every count is the rows."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from tests.browser.test_marketing_story import AGENT, QUESTIONS, VISITORS, draw_journey, link_in, rows_of
from tests.connectors.smtp.sink import Sink

from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, prepare_defaults
from ryorin.connectors.smtp.actions import change_relay, deliver_due
from ryorin.customers.people.models import Person
from ryorin.customers.privacy.actions import erase_person
from ryorin.customers.privacy.models import Erasure
from ryorin.insight.lake.actions import catch_up, continue_erasures
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.experiments.queries import result
from ryorin.marketing.journeys.actions import advance_journeys
from ryorin.marketing.journeys.models import ContactLimits, Passage
from ryorin.marketing.journeys.queries.pages import totals
from ryorin.marketing.mailings.actions import settle_events
from ryorin.marketing.mailings.models import Recipient
from ryorin.marketing.pages import rules
from ryorin.marketing.pages.actions import create_form, publish_form
from ryorin.marketing.sites.actions import begin_test, create_page, create_site, duplicate_page, publish_page
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.tasks.models import Task

ORIGIN = "http://localhost"


@pytest.fixture
def post(transactional_db: None, kimura: Member) -> Iterator[Sink]:
    """A mail server that takes everything, and the way to it."""
    Organisation.objects.create(name="株式会社三和製作所")
    limits = {"is_quiet": False, "is_capped": False, "updated_at": clock.now()}
    ContactLimits.objects.update_or_create(pk=1, defaults=limits)
    with Sink() as server:
        way = {"transport": "smtp", "host": "127.0.0.1", "port": server.port, "tls": "none", "connections": 1}
        change_relay(by=kimura, version=None, origin=ORIGIN, timeout=5, **way)
        yield server


def test_from_a_landing_page_to_a_deal(
    post: Sink, mei: Member, sato: Member, kimura: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FASTEST_PERSON", timedelta(0))
    prepare_defaults()
    campaign = create_campaign(by=mei, name="秋の資料請求", code="autumn", channel="search")
    form = create_form(by=mei, name="資料請求", slug="docs", title="資料請求", fields=QUESTIONS, campaign=campaign)
    form = publish_form(form, by=mei)
    site = create_site(by=kimura, name="両輪工業", slug="www")
    html = f'<h1>検査を10分で</h1><div data-ry-form="{form.pk}"></div>'
    first = create_page(site=site, name="資料A", path="request", html=html, campaign=campaign, by=mei)
    second = duplicate_page(first, by=mei, as_variant=True)
    for one in (first, second):
        publish_page(one, by=mei)
    first.refresh_from_db()
    test = begin_test(first, by=mei)
    journey = draw_journey(mei, kimura)

    browsers = [answered(name, number) for number, name in enumerate(VISITORS)]
    catch_up()
    leads = list(Person.objects.filter(form_answers__form=form).order_by("pk"))
    assert [lead.name for lead in leads] == list(VISITORS)
    assert {(lead.source_campaign_id, lead.mail_basis) for lead in leads} == {(campaign.pk, "opt_in")}
    counted = result(test)
    assert counted.seen == len(VISITORS) == rows_of("variant_shown")
    assert sum(one.arm.won for one in counted.arms) == len(VISITORS) == rows_of("form_submitted")

    advance_journeys()
    assert deliver_due() == len(leads)
    assert sorted(one.to for one in post.took) == sorted(lead.email for lead in leads)
    assert Recipient.objects.filter(state="sent").count() == len(leads)
    Recipient.objects.update(sent_at=clock.now() - timedelta(hours=2))  # a click at once is a machine's
    letter = next(one.content for one in post.took if one.to == leads[0].email)
    led = browsers[0].get(link_in(letter).removeprefix(ORIGIN))
    assert (led.status_code, led["Location"]) == (302, "https://www.ryorin.example/camera")
    settle_events(until=clock.now() + timedelta(minutes=1))
    catch_up()
    assert rows_of("mail_clicked") == 1
    advance_journeys()
    advance_journeys()
    assert [task.about_id for task in Task.objects.filter(title="資料の感想を伺う")] == [leads[0].pk]
    all_of_it = totals([journey])[journey.pk]
    assert (all_of_it.entered, all_of_it.inside) == (4, 3)

    deal = accept_handoff(offer_handoff(leads[0], by=mei, owner=sato), by=sato)
    assert (deal.person, deal.source_campaign_id) == (leads[0], campaign.pk)

    erasure = erase_person(leads[1], typed=leads[1].name, by=kimura)
    continue_erasures()
    Erasure.objects.filter(pk=erasure.pk).update(files_due_at=clock.now())
    continue_erasures()
    erasure.refresh_from_db()
    assert (erasure.state, erasure.traces) == ("done", [])
    assert Passage.objects.filter(journey=journey).count() == 3


def answered(name: str, number: int) -> Client:
    """Return the browser of a visitor who has filled in the form on the landing page."""
    browser = Client(HTTP_HOST="localhost", HTTP_USER_AGENT=AGENT)
    page = browser.get("/s/www/request/?utm_source=yahoo&utm_medium=cpc&utm_campaign=autumn").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    said = {"a-name": name, "a-mail": f"visitor{number}@mail.example", "a-news": "on"}
    assert browser.post("/f/docs/answer", hidden | said).status_code == 200
    return browser
