"""What people asked about their data, and what pages send to others; the same whenever the demo is made."""

import random
from datetime import datetime, timedelta

from ryorin.customers.consent.actions import refuse
from ryorin.customers.people.models import MailConsent, Person
from ryorin.customers.privacy import actions
from ryorin.customers.privacy.models import IdentityCheck, Outcome, RequestKind, Way
from ryorin.lib import clock
from ryorin.lib.ids import named_id
from ryorin.marketing.tags.actions import add_tag, publish_notice, write_statement
from ryorin.workspace.members.models import Member, Role

SERVICES = ("ryorin", "google_analytics", "yahoo")
PURPOSES = (
    ("資料請求・お問い合わせ", "ご入力いただいた情報は、資料の送付、お問い合わせへの回答、製品のご案内に利用します。"),
    ("セミナー申し込み", "ご入力いただいた情報は、セミナーの運営とご連絡、次回以降のご案内に利用します。"),
)  # fmt: skip
ASKED = (
    (RequestKind.DISCLOSURE, Way.PAGE, 2, "保有している私の情報を知りたいです。"),
    (RequestKind.STOP, Way.PHONE, 9, "電話とメールの案内をすべてやめてほしいとのこと。"),
    (RequestKind.CORRECTION, Way.MAIL, 24, "部署名が変わりました。"),
)


def keep_privacy(dice: random.Random, *, today: datetime) -> None:
    """This function will let a few people refuse mail and ask about their data, and publish what pages send."""
    mei = Member.objects.filter(role=Role.MARKETER).order_by("pk").first()
    for key in SERVICES:
        add_tag(by=mei, ready=key)
    publish_notice(by=mei)
    for name, text in PURPOSES:
        write_statement(name=name, text=text, by=mei)
    allowed = list(Person.objects.filter(mail_consent=MailConsent.ALLOWED).exclude(email="").order_by("pk")[:400])
    for person in dice.sample(allowed, min(len(allowed), max(2, len(allowed) // 40))):
        at = today - timedelta(days=dice.randrange(2, 60), hours=dice.randrange(9))
        refuse(person, evidence="配信停止ページでお申し出", source="unsubscribe", at=at)
    for (kind, way, days, text), person in zip(ASKED, dice.sample(allowed, min(3, len(allowed))), strict=False):
        at = today - timedelta(days=days)
        with clock.frozen(at):
            asked = actions.take_request(
                uid=named_id(at, "demo", kind), kind=kind, way=way, name=person.name, email=person.email, text=text,
                person=person, by=mei,
            )  # fmt: skip
        if kind == RequestKind.CORRECTION:
            with clock.frozen(at + timedelta(days=2)):
                asked = actions.check_identity(asked, how=IdentityCheck.MAIL_REPLY, by=mei, version=None)
                answer = "お申し出のとおり、部署名を改めました。"
                actions.answer_request(asked, outcome=Outcome.GRANTED, answer=answer, by=mei, version=None)
