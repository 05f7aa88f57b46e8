"""What pages send to whom is told to visitors, version by version; forms say what they ask data for."""

import pytest
from django.test import Client
from tests.world import World

from ryorin.customers.consent.models import Consent
from ryorin.lib.ids import new_id
from ryorin.marketing.pages.actions import answer_form, change_form, create_form, publish_form
from ryorin.marketing.pages.errors import PurposeMissing
from ryorin.marketing.tags.actions import add_tag, change_tag, publish_notice, reword_statement, write_statement
from ryorin.marketing.tags.errors import NothingToPublish, StatementIncomplete, TagIncomplete
from ryorin.marketing.tags.models import Notice
from ryorin.marketing.tags.queries import is_notice_due, missing_entries
from ryorin.marketing.tags.rules import READY, Document, hosts_in

PAGE = """<script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script><img srcset="/a.webp 1x, //cdn.example/b 2x">
<div style="background:url('https://tr.line.me/x.gif')"></div><a href="https://partner.example/">x</a>
<form action="https://forms.example/take"></form><style>@import "https://fonts.example/a.css";</style>"""  # noqa: E501
QUESTIONS = [
    {"name": "email", "label": "メール", "type": "email", "required": True, "maps_to": "email"},
    {"name": "news", "label": "案内を受け取る", "type": "checkbox", "maps_to": "mail_consent"},
]


def test_a_page_tells_the_hosts_it_sends_to_and_links_do_not_count() -> None:
    assert hosts_in(PAGE) == {
        "www.googletagmanager.com", "cdn.example", "tr.line.me", "forms.example", "fonts.example",
    }  # fmt: skip


def test_what_no_entry_names_is_found_with_its_page_and_a_ready_entry(world: World) -> None:
    add_tag(by=world.mei, ready="line")
    found = missing_entries([Document("LP", "/pages/1/", PAGE)], own=["cdn.example"])
    assert [(one.host, one.likely) for one in found] == [
        ("fonts.example", ""), ("forms.example", ""), ("www.googletagmanager.com", "google_analytics"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", sorted(READY))
def test_every_ready_entry_says_all_that_the_law_asks(world: World, key: str) -> None:
    tag = add_tag(by=world.mei, ready=key)
    assert all((tag.name, tag.recipient, tag.data, tag.our_purpose, tag.their_purpose, tag.data_en))


def test_the_notice_is_public_in_both_languages_and_old_versions_stay(world: World, client: Client) -> None:
    with pytest.raises(NothingToPublish):
        publish_notice(by=world.mei)
    tag = add_tag(by=world.mei, ready="google_analytics")
    first = publish_notice(by=world.mei)
    assert publish_notice(by=world.mei).pk == first.pk and not is_notice_due()
    change_tag(tag, by=world.mei, version=1, our_purpose="改善のため")
    assert is_notice_due()
    assert publish_notice(by=world.mei).number == 2
    now = client.get("/external-transmission/").content.decode()
    assert "Google LLC" in now and "改善のため" in now
    assert "サイトの利用状況の分析と改善" in client.get("/external-transmission/?version=1").content.decode()
    english = client.get("/external-transmission/", headers={"Accept-Language": "en"}).content.decode()
    assert "identifiers such as cookies" in english
    assert client.get("/external-transmission/?version=99").status_code == 404
    assert Notice.objects.count() == 2


def test_an_entry_that_tells_too_little_is_refused(world: World) -> None:
    with pytest.raises(TagIncomplete):
        add_tag(by=world.mei, name="計測", recipient="A社", data="URL", our_purpose="改善", their_purpose=" ")
    with pytest.raises(TagIncomplete):
        add_tag(by=world.mei, ready="line", hosts="not a host!")


def test_a_form_without_purpose_is_not_published_and_the_wording_seen_is_evidence(world: World) -> None:
    form = create_form(by=world.mei, name="資料", slug="docs", title="資料請求", fields=QUESTIONS, consent_text="")
    with pytest.raises(PurposeMissing):
        publish_form(form, by=world.mei)
    wording = write_statement(name="資料請求", text="資料の送付に利用します。", by=world.mei)
    form = change_form(form, by=world.mei, version=None, statement=wording)
    form = publish_form(form, by=world.mei)
    reword_statement(wording.statement, text="資料の送付とご案内に利用します。", by=world.mei, version=1)
    answer = answer_form(form, {"email": "ada@acme.example", "news": "on"}, uid=new_id())
    consent = Consent.objects.get(person=answer.person)
    assert "資料の送付に利用します。" in consent.evidence
    assert consent.detail["form"] == form.pk and consent.detail["answer"] == answer.pk
    with pytest.raises(StatementIncomplete):
        write_statement(name="資料請求", text="x", by=world.mei)
