"""A message ready to go out, people who may be mailed, and a mail server that remembers."""

from collections.abc import Callable, Iterator

import pytest
from tests.connectors.smtp.sink import Behaviour, Sink

from ryorin.connectors.smtp.actions import change_relay
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.lib import clock
from ryorin.marketing.journeys.models import ContactLimits
from ryorin.marketing.mail.actions import create_message, create_sender, make_default
from ryorin.marketing.mail.models import Message, SenderIdentity
from ryorin.marketing.mailings import actions
from ryorin.marketing.mailings.models import Mailing
from ryorin.marketing.segments.models import SegmentCondition
from ryorin.workspace.members.models import Member

BODY = (
    "<mjml><mj-body><mj-section><mj-column>"
    "<mj-text><p>{{姓|お客さま}}様 新しい検査カメラのご案内です。</p></mj-text>"
    '<mj-button href="https://www.ryorin.example/camera">カメラを見る</mj-button>'
    '<mj-button href="https://www.ryorin.example/seminar">セミナーに申し込む</mj-button>'
    '<mj-button href="https://www.ryorin.example/price">価格表</mj-button>'
    "<mj-text><p>{{送信者}} {{送信者住所}} {{問い合わせ先}}</p>"
    '<p>配信を希望されない方は<a href="{{配信停止}}">こちらから配信停止</a>できます。</p></mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


@pytest.fixture
def sender(kimura: Member) -> SenderIdentity:
    made = create_sender(
        by=kimura,
        name="ニュース",
        from_name="両輪工業",
        from_email="news@ryorin.example",
        legal_name="両輪工業株式会社",
        postal_address="東京都千代田区丸の内1-1-1",
        contact="info@ryorin.example",
    )
    return make_default(made, by=kimura)


@pytest.fixture
def message(sender: SenderIdentity, mei: Member) -> Message:
    return create_message(
        name="カメラのご案内", by=mei, subject="{{姓|お客さま}}様へ 検査カメラのご案内", mjml=BODY, sender=sender
    )


@pytest.fixture
def reader(kimura: Member) -> Callable[..., Person]:
    """Call with a family name: a person who agreed to mail."""

    def make(name: str = "安達", *, email: str = "", allowed: bool = True) -> Person:
        person = create_person(
            by=None, family_name=name, given_name="亜耶", email=email or f"{name}{Person.objects.count()}@acme.example"
        )
        if allowed:
            state_consent(person, medium="mail", allowed=True, basis="opt_in", evidence="フォームで同意")
        person.refresh_from_db()
        return person

    return make


@pytest.fixture
def segment_of(db: None) -> Callable[..., Segment]:
    """Call with people: a segment that holds them."""

    def make(*people: Person, name: str = "展示会の来場者") -> Segment:
        now = clock.now()
        segment = Segment.objects.create(name=name, created_at=now, updated_at=now, size=len(people), kind="snapshot")
        SegmentCondition.objects.create(segment=segment, condition={"all": []}, filled=1, checked_at=now)
        for person in people:
            segment.memberships.create(person=person, since=now, updated_at=now)
        return segment

    return make


@pytest.fixture
def sink(kimura: Member) -> Iterator[Callable[..., Sink]]:
    """Call with how the mail server shall behave; the way out leads there."""
    made: list[Sink] = []

    ContactLimits.objects.update_or_create(
        pk=1, defaults={"is_quiet": False, "is_capped": False, "updated_at": clock.now()}
    )

    def start(behaviour: Behaviour | None = None, **fields: object) -> Sink:
        server = Sink(behaviour)
        server.__enter__()
        made.append(server)
        values = {"transport": "smtp", "host": "127.0.0.1", "port": server.port, "tls": "none", "connections": 2}
        change_relay(by=kimura, version=None, origin="https://crm.ryorin.example", timeout=2, **(values | fields))
        return server

    yield start
    for server in made:
        server.__exit__()


@pytest.fixture
def going(message: Message, mei: Member, segment_of: Callable[..., Segment]) -> Callable[..., Mailing]:
    """Call with people: a mailing to them that has been confirmed and prepared."""

    def make(*people: Person, **fields: object) -> Mailing:
        mailing = actions.create_mailing(
            by=mei, name="秋のご案内", message=message, segments=[segment_of(*people)], **fields
        )
        actions.confirm_mailing(mailing, number=len(people), by=mei)
        actions.prepare_mailings()
        mailing.refresh_from_db()
        return mailing

    return make
