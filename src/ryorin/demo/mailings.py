"""Mailings of the demo company: who got them, who read them, who had enough; by how warm people are."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from ryorin.connectors.smtp.preparing import tracked
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.actions import write_inbox
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.lib import clock
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mail.queries import compiled
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.actions.pacing import save_topics
from ryorin.marketing.mailings.actions.settling import touchpoint
from ryorin.marketing.mailings.models import (
    Bounce,
    MailEvent,
    Mailing,
    MailingState,
    MailLink,
    Recipient,
    RecipientState,
    Topic,
    When,
)
from ryorin.marketing.mailings.queries.audience import audience_size
from ryorin.workspace.members.models import Member

TOPICS = (
    "新製品のお知らせ：新しい製品と機能のご案内",
    "セミナー・展示会：開催のご案内",
    "ニュースレター：月に1度の読みもの",
)
# The message, the mailing, its topic, how many days ago at ten in the morning, which share of the segments.
SENT = (
    ("展示会のお礼（春）", "春の展示会 ご来場お礼", "セミナー・展示会", 110, slice(0, 2)),
    ("オンラインセミナー案内", "オンラインセミナーのご案内", "セミナー・展示会", 33, slice(0, 3)),
    ("ニュースレター", "ニュースレター 今月号", "ニュースレター", 12, slice(0, 4)),
)
MOST = 1_500


def mail_people(staff: Staff, dice: random.Random, *, now: datetime) -> None:
    """This function will tell of three mailings that went out, one for next week and one that is being planned."""
    save_topics(TOPICS, by=staff.administrator)
    mei = staff.members["mei"]
    segments = list(Segment.objects.filter(size__gt=0, kind="live").order_by("-size"))
    if not segments:
        return
    for message, name, topic, days, some in SENT:
        found = Message.objects.filter(name=message).first()
        at = (now - timedelta(days=days)).astimezone(TOKYO).replace(hour=10, minute=0, second=0, microsecond=0)
        if found is None:
            continue
        with clock.frozen(at):
            mailing = actions.create_mailing(
                by=mei, name=name, message=found, topic=Topic.objects.get(name=topic), segments=segments[some]
            )
            _let_go(mailing, dice, at=at, now=now)
    _plan(mei, segments, now=now)


def _let_go(mailing: Mailing, dice: random.Random, *, at: datetime, now: datetime) -> None:
    """This function will confirm and deliver a mailing as the worker would have, and let people read it."""
    allowed = audience_size(mailing).allowed
    if not allowed:
        return
    mailing = actions.confirm_mailing(mailing, number=allowed, by=mailing.owner)
    actions.prepare_mailings()
    mailing.refresh_from_db()
    assert mailing.edition is not None
    links = MailLink.objects.in_bulk(tracked(mailing, compiled(mailing.edition, origin="https://x").links))
    waiting = Recipient.objects.filter(mailing=mailing, state=RecipientState.WAITING)
    rows = list(waiting.select_related("person", "mailing").order_by("pk")[:MOST])
    events: list[MailEvent] = []
    for place, row in enumerate(rows):
        _deliver(row, dice, at=at + timedelta(seconds=place * 0.4))
        if row.state == RecipientState.SENT:
            events += _read(row, dice, list(links.values()), now=now)
    columns = ["state", "sent_at", "handed_at", "code", "answer", "bounce", "bounced_at", "message_uid",
               "opened_at", "clicked_at", "machine_opened_at"]  # fmt: skip
    Recipient.objects.bulk_update(rows, columns, batch_size=300)
    MailEvent.objects.bulk_create(events, batch_size=500)
    _tell(rows, events)
    Mailing.objects.filter(pk=mailing.pk).update(
        state=MailingState.DONE, finished_at=at + timedelta(seconds=len(rows) * 0.4)
    )
    actions.tally_now(mailing)


def _deliver(row: Recipient, dice: random.Random, *, at: datetime) -> None:
    row.handed_at, row.message_uid = at, f"{row.pk:x}@demo"
    luck = dice.random()
    if luck < 0.008:
        row.state, row.code, row.answer = RecipientState.FAILED, 550, "5.1.1 User unknown"
        row.bounce, row.bounced_at = Bounce.HARD, at
        return
    row.state, row.sent_at, row.code, row.answer = RecipientState.SENT, at, 250, "2.0.0 OK"
    if luck > 0.99:
        row.bounce, row.bounced_at, row.answer = Bounce.SOFT, at + timedelta(minutes=9), "4.2.2 mailbox full"


def _read(row: Recipient, dice: random.Random, links: Sequence[MailLink], *, now: datetime) -> list[MailEvent]:
    """Return what a person, the warmer the likelier, and some mail scanners did with a mail."""
    assert row.sent_at is not None and row.person is not None
    warmth = min(max(row.person.score, 0), 100) / 100
    found: list[MailEvent] = []
    if dice.random() < 0.12:
        row.machine_opened_at = row.sent_at + timedelta(seconds=2)
        found.append(_event(row, "opened", row.machine_opened_at, verdict="machine", why="too_soon"))
    if row.bounce or dice.random() > 0.18 + 0.45 * warmth:
        return found
    opened = row.sent_at + timedelta(minutes=dice.expovariate(1 / 260))
    if opened > now:
        return found
    row.opened_at = opened
    found.append(_event(row, "opened", opened))
    if links and dice.random() < 0.12 + 0.3 * warmth:
        row.clicked_at = opened + timedelta(seconds=dice.randint(8, 240))
        found.append(_event(row, "clicked", row.clicked_at, link=dice.choice(links)))
    return found


def _event(
    row: Recipient, kind: str, at: datetime, *, link: MailLink | None = None, verdict: str = "human", why: str = ""
) -> MailEvent:
    return MailEvent(recipient=row, kind=kind, at=at, link=link, verdict=verdict, why=why, told=True)


def _tell(rows: Sequence[Recipient], events: Sequence[MailEvent]) -> None:
    sent = [touchpoint("mail_sent", row, at=row.sent_at) for row in rows if row.sent_at is not None]
    read = [
        touchpoint(
            f"mail_{event.kind}", event.recipient, at=event.at, name=str(event.pk), verdict=event.verdict,
            **({"url": event.link.url} if event.link else {}),
        )
        for event in events
    ]  # fmt: skip
    write_inbox([*sent, *read])


def _plan(mei: Member, segments: Sequence[Segment], *, now: datetime) -> None:
    """This function will plan a mailing with two subjects to try."""
    message = Message.objects.filter(name="しばらくお取引のない方へ").first()
    if message is None:
        return
    mailing = actions.create_mailing(
        by=mei,
        name="休眠のお客さまへのご案内",
        message=message,
        segments=segments[-1:],
        test_share=20,
        when=When.AT,
        starts_at=(now + timedelta(days=6)).astimezone(TOKYO).replace(hour=10, minute=0, second=0, microsecond=0),
    )
    subjects = ["その後、いかがお過ごしですか", "新しい機種への入れ替えをご検討の方へ"]
    actions.set_test(mailing, subjects, metric="mail_opened", by=mei)
