"""Mails a second to a mail server on this machine: claimed, filled in, signed, handed over, written down."""

import smtplib
import time
from datetime import timedelta
from typing import Any

from benchmarks.bench import Bench, counted
from benchmarks.results import Bar, Result
from benchmarks.sinking import sink

MOST = 20_000
CONNECTIONS = 16
BODY = (
    "<mjml><mj-body><mj-section><mj-column><mj-text><p>{{姓|お客さま}}様 新しい検査カメラのご案内です。</p></mj-text>"
    '<mj-button href="https://www.ryorin.example/camera">カメラを見る</mj-button>'
    "<mj-text><p>{{送信者}} {{送信者住所}} {{問い合わせ先}}</p>"
    '<p>配信を希望されない方は<a href="{{配信停止}}">こちらから配信停止</a>できます。</p></mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


def mailing(bench: Bench) -> list[Result]:
    size = min(bench.scale.people, MOST)
    with sink() as port:
        made = planned(bench, size, port=port)
        from ryorin.connectors.smtp.actions import deliver_due
        from ryorin.marketing.mailings.models import Recipient

        began, sent = time.perf_counter(), 0
        while True:
            taken = deliver_due(seconds=60)
            if not taken:
                break
            sent += taken
        seconds = time.perf_counter() - began
        states = set(Recipient.objects.filter(mailing=made).values_list("state", flat=True))
        if "waiting" in states:
            raise RuntimeError(f"not everybody was mailed: {states}")
        reference = bare(port, min(sent, 3_000))
    rate = sent / seconds
    return [
        Result(
            work="mailing to a local mail server",
            size=counted(sent, "mails"),
            rate=rate,
            ratio=rate / reference,
            reference="smtplib: one finished text, one connection, no rows",
            bars=(Bar("rate", least=600),),
        )
    ]


def planned(bench: Bench, size: int, *, port: int) -> Any:
    """Return a mailing to so many people, confirmed and prepared, that leads to the port."""
    from ryorin.connectors.smtp.actions import change_relay
    from ryorin.customers.people.models import Person
    from ryorin.customers.people.rules import email_key
    from ryorin.customers.segments.models import Membership, Segment
    from ryorin.lib import clock
    from ryorin.marketing.journeys.models import ContactLimits
    from ryorin.marketing.mail import actions as mail
    from ryorin.marketing.mail.models import SenderIdentity
    from ryorin.marketing.mailings import actions
    from ryorin.marketing.mailings.models import Mailing, Pace
    from ryorin.marketing.mailings.queries.audience import audience_size

    now, word = clock.now() - timedelta(minutes=1), f"{time.time():.0f}"
    ContactLimits.objects.update_or_create(pk=1, defaults={"is_quiet": False, "is_capped": False, "updated_at": now})
    Pace.objects.update_or_create(
        lane="*", defaults={"per_minute": 100_000, "connections": 32, "tokens": 100_000, "filled_at": now}
    )
    change_relay(
        by=None, version=None, transport="smtp", host="127.0.0.1", port=port, tls="none", connections=CONNECTIONS,
        origin="https://crm.ryorin.example",
    )  # fmt: skip
    names = [f"bench{word}-{number}@acme{number % 97}.example" for number in range(size)]
    rows = Person.objects.bulk_create(
        [
            Person(family_name="安達", email=name, email_key=email_key(name), mail_consent="allowed",
                   mail_basis="opt_in", stage_at=now, created_at=now, updated_at=now)
            for name in names
        ],
        batch_size=1000,
    )  # fmt: skip
    segment = Segment.objects.create(name=f"bench {word}", created_at=now, updated_at=now, kind="snapshot", size=size)
    Membership.objects.bulk_create(
        [Membership(segment=segment, person=row, since=now, updated_at=now) for row in rows], batch_size=1000
    )
    sender = SenderIdentity.objects.filter(name="bench").first() or mail.create_sender(
        by=None, name="bench", from_name="両輪工業", from_email="news@ryorin.example", legal_name="両輪工業株式会社",
        postal_address="東京都千代田区1-1-1", contact="info@ryorin.example", dkim_domain="ryorin.example",
        dkim_selector="s1",
    )  # fmt: skip
    if not sender.has_key:
        sender = mail.make_dkim_key(sender, by=None, version=None)
    message = mail.create_message(
        name=f"bench {word}", by=None, subject="{{姓|お客さま}}様へ", mjml=BODY, sender=sender
    )
    made = actions.create_mailing(by=None, name=f"bench {word}", message=message, segments=[segment])
    actions.confirm_mailing(made, number=audience_size(made).allowed, by=None)
    actions.prepare_mailings()
    return Mailing.objects.get(pk=made.pk)


def bare(port: int, count: int) -> float:
    """Return how many mails a second go through without anything of ours."""
    content = b"Subject: hello\r\n\r\n" + b"x" * 74 + (b"\r\n" + b"x" * 74) * 60
    with smtplib.SMTP("127.0.0.1", port) as server:
        began = time.perf_counter()
        for number in range(count):
            server.sendmail("news@ryorin.example", [f"p{number}@acme.example"], content)
        return count / (time.perf_counter() - began)
