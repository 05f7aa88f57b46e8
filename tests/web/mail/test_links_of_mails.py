"""What the links in a mail do: for readers, and for the machines that follow them first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from tests.marketing.mailings.conftest import going, message, reader, segment_of, sender, sink

from ryorin.connectors.smtp.actions import deliver_due
from ryorin.connectors.smtp.preparing import tracked
from ryorin.customers.consent.queries import is_suppressed, mail_standing
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.marketing.mail.queries import compiled
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.models import Mailing, MailLink, MailPause, Recipient, RecipientState, Topic
from ryorin.marketing.mailings.rules.tokens import link_token, token
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.tasks.models import Task

__all__ = ["going", "message", "reader", "segment_of", "sender", "sink"]
pytestmark = pytest.mark.django_db

KEY = settings.SECRET_KEY.encode()
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
Going, Reader = Callable[..., Mailing], Callable[..., Person]


@pytest.fixture
def mail(going: Going, reader: Reader) -> Recipient:
    """A mail that Ada got a minute ago."""
    Organisation.objects.create(name="両輪工業株式会社")
    mailing = going(reader("安達", email="ada@acme.example"))
    row = Recipient.objects.get(mailing=mailing)
    at = clock.now() - timedelta(minutes=1)
    Recipient.objects.filter(pk=row.pk).update(state=RecipientState.SENT, sent_at=at, handed_at=at)
    assert mailing.edition is not None
    tracked(mailing, compiled(mailing.edition, origin="https://crm.ryorin.example").links)
    row.refresh_from_db()
    return row


def address(purpose: str, row: Recipient) -> str:
    end = ".gif" if purpose == "o" else "/"
    return f"/m/{purpose}/{token(purpose, row.pk, key=KEY)}{end}"


def links(row: Recipient) -> list[str]:
    return [f"/m/c/{link_token(row.pk, link.pk, key=KEY)}/" for link in MailLink.objects.filter(mailing=row.mailing_id)]


def settled(row: Recipient) -> Recipient:
    actions.settle_events(until=clock.now() + timedelta(seconds=1))
    row.refresh_from_db()
    return row


def told(kind: str) -> list[str]:
    return list(InboxTouchpoint.objects.filter(kind=kind).values_list("verdict", flat=True))


def test_a_click_leads_on_and_counts_as_opened(client: Client, mail: Recipient) -> None:
    answer = client.get(links(mail)[0], headers={"User-Agent": CHROME})

    assert (answer.status_code, answer["Location"]) == (302, "https://www.ryorin.example/camera")
    row = settled(mail)
    assert row.clicked_at and row.opened_at
    assert told("mail_clicked") == ["human"]


def test_an_opening_is_told_once_it_is_judged(client: Client, mail: Recipient) -> None:
    answer = client.get(address("o", mail), headers={"User-Agent": CHROME})

    assert answer["Content-Type"] == "image/gif" and "no-store" in answer["Cache-Control"]
    assert InboxTouchpoint.objects.filter(kind="mail_opened").count() == 0
    assert settled(mail).opened_at is not None
    assert told("mail_opened") == ["human"]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0"},
        {"User-Agent": ""},
        {"User-Agent": "python-requests/2.31"},
        {"User-Agent": f"{CHROME} Mimecast"},
        {"User-Agent": CHROME, "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_machines_are_kept_but_count_for_nothing(client: Client, mail: Recipient, headers: dict[str, str]) -> None:
    assert client.get(address("o", mail), headers=headers).status_code == 200
    assert client.get(links(mail)[0], headers=headers).status_code == 302

    row = settled(mail)
    assert (row.opened_at, row.clicked_at) == (None, None)
    assert row.machine_opened_at and row.machine_clicked_at
    assert told("mail_opened") == told("mail_clicked") == ["machine"]


def test_a_scanner_that_follows_every_link_is_found_out_and_unsubscribes_nobody(
    client: Client, mail: Recipient
) -> None:
    for one in [*links(mail), address("u", mail), address("p", mail)]:
        client.head(one, headers={"User-Agent": CHROME})
        client.get(one, headers={"User-Agent": CHROME})

    row = settled(mail)
    assert (row.opened_at, row.clicked_at, row.unsubscribed_at) == (None, None, None)
    assert row.machine_clicked_at is not None
    assert set(told("mail_clicked")) == {"machine"}
    assert mail_standing([row.person_id or 0])[row.person_id or 0].allowed


def test_what_comes_before_any_human_could_have_read_is_a_machine(client: Client, mail: Recipient) -> None:
    Recipient.objects.filter(pk=mail.pk).update(sent_at=clock.now())

    client.get(links(mail)[0], headers={"User-Agent": CHROME})

    assert settled(mail).clicked_at is None


def test_links_nobody_signed_and_links_of_other_mailings_are_not_found(client: Client, mail: Recipient) -> None:
    other = Mailing.objects.create(name="ほか", created_at=clock.now(), updated_at=clock.now())
    foreign = MailLink.objects.create(mailing=other, url="https://evil.example/", digest="1" * 64)
    odd = MailLink.objects.create(mailing=mail.mailing, url="javascript:alert(1)", digest="2" * 64)
    good = links(mail)[0]

    for path in (
        f"/m/c/{link_token(mail.pk, foreign.pk, key=KEY)}/",
        f"/m/c/{link_token(mail.pk, odd.pk, key=KEY)}/",
        good[:-4] + "AAA/",
        f"/m/c/{token('u', mail.pk, key=KEY)}/",
        "/m/c/x/",
        "/m/o/%00.gif",
        f"/m/u/{'A' * 5000}/",
    ):
        assert client.get(path).status_code == 404, path


def test_looking_does_not_unsubscribe_and_the_button_does(client: Client, mail: Recipient) -> None:
    page = client.get(address("u", mail))
    assert page.status_code == 200 and "配信を停止する" in page.content.decode()
    assert not is_suppressed("ada@acme.example")

    done = client.post(address("u", mail))

    assert "配信を停止しました" in done.content.decode()
    assert is_suppressed("ada@acme.example")
    person = Person.objects.get(email="ada@acme.example")
    assert not mail_standing([person.pk])[person.pk].allowed
    assert InboxTouchpoint.objects.filter(kind="mail_refused").count() == 1


def test_one_click_needs_no_cookie_and_is_done_once(mail: Recipient) -> None:
    stranger = Client(enforce_csrf_checks=True)
    for _each in range(3):
        answer = stranger.post(address("u", mail), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200

    assert is_suppressed("ada@acme.example")
    assert InboxTouchpoint.objects.filter(kind="mail_refused").count() == 1


def test_who_unsubscribed_is_not_mailed_again_after_an_import(client: Client, mail: Recipient, reader: Reader) -> None:
    client.post(address("u", mail))
    Person.objects.filter(email="ada@acme.example").delete()

    again = reader("安達", email="ada@acme.example", allowed=False)

    assert not mail_standing([again.pk])[again.pk].allowed
    mail.refresh_from_db()
    assert mail.person_id is None


def test_the_preference_page_keeps_wishes(client: Client, mail: Recipient) -> None:
    news, offers = Topic.objects.create(name="ニュースレター"), Topic.objects.create(name="キャンペーン")
    page = client.get(address("p", mail)).content.decode()
    assert "ニュースレター" in page and "ada@" not in page

    client.post(address("p", mail), {"wish": "topics", "topics": [str(news.pk)]})
    assert list(offers.refusals.values_list("person", flat=True)) == [mail.person_id]
    client.post(address("p", mail), {"wish": "pause"})
    assert MailPause.objects.get().until > clock.now() + timedelta(days=80)
    answer = client.post(address("p", mail), {"wish": "address", "address": "not an address"})
    assert answer.status_code == 422
    client.post(address("p", mail), {"wish": "address", "address": "new@acme.example"})
    assert Task.objects.filter(note__contains="new@acme.example").exists()
    assert Person.objects.get(pk=mail.person_id).email == "ada@acme.example"
    client.post(address("p", mail), {"wish": "stop"})
    assert is_suppressed("ada@acme.example")


def test_the_mail_can_be_read_in_a_browser_that_runs_nothing(client: Client, mail: Recipient) -> None:
    answer = client.get(address("v", mail))

    assert answer.status_code == 200 and "安達" in answer.content.decode()
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_a_delivered_mail_carries_working_links(
    client: Client, going: Going, reader: Reader, sink: Callable[..., object]
) -> None:
    Organisation.objects.create(name="両輪工業株式会社")
    server = sink()
    going(reader("安達"))
    deliver_due(seconds=20)
    import email
    import re

    content = email.message_from_bytes(server.took[0].content)  # type: ignore[attr-defined]
    html = content.get_payload()[1].get_payload(decode=True).decode()  # type: ignore[union-attr,index]
    found = re.findall(r'href="https://crm\.ryorin\.example(/m/[a-z]/[^"]+)"', html)
    assert len(found) == 4
    statuses = {path[:4]: client.get(path).status_code for path in found}
    assert statuses == {"/m/c": 302, "/m/u": 200}
    assert client.get(re.findall(r'src="https://crm\.ryorin\.example(/m/o/[^"]+)"', html)[0]).status_code == 200
