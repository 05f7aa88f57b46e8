"""Mailings in the small world: one about to be confirmed, one that went out, one with a test."""

from django.conf import settings
from tests.web.segment_examples import segment_of
from tests.world import World

from ryorin.connectors.smtp.actions import new_report_address
from ryorin.lib import clock
from ryorin.marketing.experiments.models import Variant
from ryorin.marketing.mail.actions import create_message, first_sender
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings.actions import create_mailing, set_test
from ryorin.marketing.mailings.models import Mailing, MailLink, Recipient, RecipientState
from ryorin.marketing.mailings.rules.tokens import link_token, token

BODY = (
    "<mjml><mj-body><mj-section><mj-column><mj-text><p>{{姓|お客さま}}様 新しい検査カメラのご案内です。</p></mj-text>"
    '<mj-button href="https://www.ryorin.example/camera">カメラを見る</mj-button>'
    "<mj-text><p>{{送信者}} {{送信者住所}} {{問い合わせ先}}</p>"
    '<p>配信を希望されない方は<a href="{{配信停止}}">こちらから配信停止</a>できます。</p></mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


def message_of(world: World) -> Message:
    found = Message.objects.filter(name="カメラのご案内").first()
    if found is None:
        world.organisation.sender_email = "news@ryorin.example"
        world.organisation.address, world.organisation.complaints_contact = "東京都千代田区1-1", "03-0000-0000"
        world.organisation.save()
        sender = first_sender(by=None)
        found = create_message(name="カメラのご案内", by=None, subject="ご案内", mjml=BODY, sender=sender)
    return found


def mailing_of(world: World) -> Mailing:
    """Return the mailing that nobody has confirmed yet."""
    found = Mailing.objects.filter(name="秋のご案内").first()
    return found or create_mailing(
        by=world.mei, name="秋のご案内", message=message_of(world), segments=[segment_of(world)]
    )


def recipient_of(world: World) -> Recipient:
    """Return a mail to Ada of which nobody knows whether it arrived."""
    found = Recipient.objects.filter(mailing__name="冬のご案内").first()
    if found is not None:
        return found
    now = clock.now()
    mailing = create_mailing(by=world.mei, name="冬のご案内", message=message_of(world))
    Mailing.objects.filter(pk=mailing.pk).update(state="done", edition=message_of(world).newest)
    return Recipient.objects.create(
        mailing=mailing, person=world.ada, address="ada@acme.example", domain="acme.example", due_at=now,
        state=RecipientState.UNCERTAIN, handed_at=now, sent_at=now,
    )  # fmt: skip


def tested_mailing(world: World) -> Mailing:
    """Return a mailing whose subjects are being tried."""
    found = Mailing.objects.filter(name="件名を試す配信").first()
    if found is None:
        found = create_mailing(by=world.mei, name="件名を試す配信", message=message_of(world), test_share=20)
        set_test(found, ["ご案内", "新しいカメラ"], metric="mail_opened", by=world.mei)
        found.refresh_from_db()
        Mailing.objects.filter(pk=found.pk).update(state="sending", edition=message_of(world).newest)
        assert found.experiment is not None
        found.experiment.state = "running"
        found.experiment.started_at = clock.now()
        found.experiment.save()
    return found


def variant_of(world: World) -> Variant:
    return Variant.objects.filter(experiment=tested_mailing(world).experiment_id)[0]


def mail_token(world: World, purpose: str) -> str:
    """Return the signed address part of the mail to Ada."""
    row, key = recipient_of(world), settings.SECRET_KEY.encode()
    if purpose != "c":
        return token(purpose, row.pk, key=key)
    link, _new = MailLink.objects.get_or_create(
        mailing=row.mailing, digest="0" * 64, defaults={"url": "https://www.ryorin.example/camera"}
    )
    return link_token(row.pk, link.pk, key=key)


def report_secret(world: World) -> str:
    secret = "secret-of-the-tests-0123456789"
    new_report_address(secret, by=world.kimura)
    return secret
