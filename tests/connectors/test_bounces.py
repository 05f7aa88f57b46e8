"""Reports about mails: standard ones, the carriers' own, from a mailbox and from a provider."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from tests.connectors.imap_server import ImapServer
from tests.marketing.mailings.conftest import going, message, reader, segment_of, sender, sink

from ryorin.connectors.bounces.actions import fetch_reports, take_event, take_mail
from ryorin.connectors.smtp.actions import change_relay, new_report_address
from ryorin.customers.consent.queries import is_suppressed, mail_standing
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.marketing.mailings.models import BounceReport, Mailing, Recipient, RecipientState
from ryorin.marketing.mailings.rules.tokens import verp
from ryorin.workspace.members.models import Member

__all__ = ["going", "message", "reader", "segment_of", "sender", "sink"]
pytestmark = pytest.mark.django_db

DSN = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: Sun, 22 Nov 2026 10:00:00 +0900
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain

This is the mail system. {number}

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@acme.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--XX
Content-Type: text/rfc822-headers

From: news@ryorin.example
To: ada@acme.example
Message-ID: <{uid}>

--XX--
"""
ARF = """From: feedback@provider.example
To: abuse@ryorin.example
Subject: FW: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="XX"

--XX
Content-Type: text/plain

This is an email abuse report.

--XX
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <ada@acme.example>

--XX
Content-Type: message/rfc822

From: news@ryorin.example
To: ada@acme.example
Message-ID: <{uid}>

Hello
--XX--
"""
CARRIER = """From: postmaster@docomo.ne.jp
To: {to}
Subject: =?iso-2022-jp?B?GyRCJWEhPCVrJSglaSE8GyhC?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

次のあて先へのメッセージはエラーのため送信できませんでした。

送信先メールアドレスが見つかりませんでした。
<ada@acme.example>
550 Unknown user ada@acme.example
"""


@pytest.fixture
def mail(going: Callable[..., Mailing], reader: Callable[..., Person]) -> Recipient:
    mailing = going(reader("安達", email="ada@acme.example"))
    at = clock.now() - timedelta(hours=1)
    Recipient.objects.filter(mailing=mailing).update(
        state=RecipientState.SENT, sent_at=at, handed_at=at, message_uid="abc.def@ryorin.example"
    )
    return Recipient.objects.get(mailing=mailing)


def dsn(mail: Recipient, status: str, said: str, *, action: str = "failed", to: str = "", number: int = 0) -> bytes:
    to = to or verp(mail.pk, domain="bounce.ryorin.example", key=settings.SECRET_KEY.encode())
    return DSN.format(to=to, status=status, said=said, action=action, uid=mail.message_uid, number=number).encode()


def test_an_unknown_user_closes_the_address(mail: Recipient) -> None:
    assert take_mail(dsn(mail, "5.1.1", "550 5.1.1 User unknown"), source="imap") == 1

    mail.refresh_from_db()
    assert mail.bounce == "hard" and is_suppressed("ada@acme.example")
    assert InboxTouchpoint.objects.filter(kind="mail_bounced", person_id=mail.person_id).count() == 1


def test_a_report_is_matched_by_message_id_where_the_return_path_is_lost(mail: Recipient) -> None:
    assert take_mail(dsn(mail, "5.1.1", "unknown", to="bounces@ryorin.example"), source="imap") == 1
    assert BounceReport.objects.get().recipient_id == mail.pk


def test_the_same_report_counts_once(mail: Recipient) -> None:
    report = dsn(mail, "4.2.2", "452 mailbox full")
    assert [take_mail(report, source="imap") for _each in range(3)] == [1, 0, 0]
    assert BounceReport.objects.count() == 1


def test_the_third_soft_bounce_within_a_month_closes_the_address(mail: Recipient) -> None:
    for number in range(3):
        assert not is_suppressed("ada@acme.example")
        take_mail(dsn(mail, "4.2.2", "452 mailbox full", number=number), source="imap")
    assert is_suppressed("ada@acme.example")


def test_a_notice_of_delay_is_no_bounce(mail: Recipient) -> None:
    assert take_mail(dsn(mail, "4.4.1", "will retry", action="delayed"), source="imap") == 0
    mail.refresh_from_db()
    assert mail.bounce == ""


def test_a_complaint_is_a_refusal(mail: Recipient) -> None:
    assert take_mail(ARF.format(uid=mail.message_uid).encode(), source="imap") == 1

    assert is_suppressed("ada@acme.example")
    standing = mail_standing([mail.person_id or 0])[mail.person_id or 0]
    assert not standing.allowed
    mail.refresh_from_db()
    assert mail.bounce == "complaint"


def test_a_carriers_plain_letter_is_understood(mail: Recipient) -> None:
    assert take_mail(CARRIER.format(to="bounces@ryorin.example").encode(), source="imap") == 1
    assert is_suppressed("ada@acme.example")


@pytest.mark.parametrize(
    "content",
    [
        b"From: ada@acme.example\r\nTo: news@ryorin.example\r\nSubject: Re: hello\r\n\r\nThank you, 550 yen is fine.",
        b"",
        b"\x00\xff" * 5000,
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=X\r\n\r\n--X\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n" * 200,
    ],
    ids=["answer", "nothing", "garbage", "cut off", "headers"],
)
def test_other_mails_and_garbage_report_nothing(mail: Recipient, content: bytes) -> None:
    assert take_mail(content, source="imap") == 0


def test_a_forged_return_path_is_nobodys(mail: Recipient) -> None:
    forged = f"b-{mail.pk:x}-{'0' * 16}@bounce.ryorin.example"
    report = dsn(mail, "5.1.1", "unknown", to=forged).replace(mail.message_uid.encode(), b"other@x")
    report = report.replace(b"ada@acme.example", b"nobody@acme.example")
    assert take_mail(report, source="imap") == 0


def test_reports_are_fetched_from_a_mailbox_once(mail: Recipient, kimura: Member) -> None:
    with ImapServer([dsn(mail, "5.1.1", "User unknown"), b"Subject: hello\r\n\r\nhello"]) as server:
        change_relay(
            by=kimura, version=None, imap_host="127.0.0.1", imap_port=server.port, imap_tls=False,
            imap_username="bounce", imap_password="secret",
        )  # fmt: skip
        assert fetch_reports() == 1
        assert fetch_reports() == 0
        assert server.seen == {1, 2}
    assert is_suppressed("ada@acme.example")
    assert threading.active_count() < 50


def test_a_provider_reports_through_its_own_events(mail: Recipient) -> None:
    event = SimpleNamespace(
        event_type="bounced", reject_reason="invalid", metadata={"mail": str(mail.pk)}, event_id="e1",
        message_id="x", recipient="ada@acme.example", mta_response="550", description="", timestamp=clock.now(),
    )  # fmt: skip
    assert take_event(event) and not take_event(event)
    assert is_suppressed("ada@acme.example")


def test_our_own_form_needs_the_address_and_the_signature(client: Client, mail: Recipient, kimura: Member) -> None:
    secret = "s" * 30
    new_report_address(secret, by=kimura)
    body = json.dumps([{"id": "r1", "type": "hard", "mail": str(mail.pk), "detail": "550"}]).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    post = {"content_type": "application/json", "headers": {"X-Ryorin-Signature": signature}}

    assert client.post("/m/b/wrong/", body, **post).status_code == 404
    assert client.post(f"/m/b/{secret}/", body, content_type="application/json").status_code == 400
    bad = {**post, "headers": {"X-Ryorin-Signature": "0"}}
    assert client.post(f"/m/b/{secret}/", body, **bad).status_code == 403
    assert client.post(f"/m/b/{secret}/", body, **post).content == b"1"
    assert is_suppressed("ada@acme.example")
