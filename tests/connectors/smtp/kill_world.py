"""A mailing to thousands, made in an installation of its own, about to go out."""

from datetime import timedelta

from ryorin.connectors.smtp.actions import change_relay
from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import email_key
from ryorin.customers.segments.models import Membership, Segment
from ryorin.lib import clock
from ryorin.marketing.journeys.models import ContactLimits
from ryorin.marketing.mail.actions import create_message, create_sender, make_default
from ryorin.marketing.mailings.actions import confirm_mailing, create_mailing
from ryorin.marketing.mailings.models import Mailing

BODY = (
    "<mjml><mj-body><mj-section><mj-column><mj-text><p>{{姓|お客さま}}様 新しい検査カメラのご案内です。"
    "画像検査の精度と速さを大きく改めました。詳しい資料をご覧ください。</p></mj-text>"
    '<mj-button href="https://www.ryorin.example/camera">カメラを見る</mj-button>'
    "<mj-text><p>{{送信者}} {{送信者住所}} {{問い合わせ先}}</p>"
    '<p>配信を希望されない方は<a href="{{配信停止}}">こちらから配信停止</a>できます。</p></mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


def build(*, port: int, people: int, refused: int, connections: int, per_minute: int | None = None) -> Mailing:
    """This function will make the company, the people, the way out and the mailing, and confirm it."""
    now = clock.now() - timedelta(minutes=1)
    ContactLimits.objects.update_or_create(pk=1, defaults={"is_quiet": False, "is_capped": False, "updated_at": now})
    change_relay(
        by=None, version=None, transport="smtp", host="127.0.0.1", port=port, tls="none", connections=connections,
        origin="https://crm.ryorin.example", timeout=20,
    )  # fmt: skip
    names = [f"p{number}" for number in range(people)] + [f"refused{number}" for number in range(refused)]
    places = {name: f"{name}@acme{place % 37}.example" for place, name in enumerate(names)}
    rows = Person.objects.bulk_create(
        [
            Person(
                family_name=name, email=places[name], email_key=email_key(places[name]),
                mail_consent="refused" if name.startswith("refused") else "allowed", mail_basis="opt_in",
                stage_at=now, created_at=now, updated_at=now,
            )
            for name in names
        ],
        batch_size=1000,
    )  # fmt: skip
    segment = Segment.objects.create(name="みんな", created_at=now, updated_at=now, kind="snapshot", size=len(rows))
    Membership.objects.bulk_create(
        [Membership(segment=segment, person=row, since=now, updated_at=now) for row in rows], batch_size=1000
    )
    sender = make_default(
        create_sender(
            by=None, name="ニュース", from_name="両輪工業", from_email="news@ryorin.example",
            legal_name="両輪工業株式会社", postal_address="東京都千代田区丸の内1-1-1", contact="info@ryorin.example",
        ),
        by=None,
    )  # fmt: skip
    message = create_message(name="ご案内", by=None, subject="{{姓|お客さま}}様へ ご案内", mjml=BODY, sender=sender)
    mailing = create_mailing(by=None, name="秋のご案内", message=message, segments=[segment], per_minute=per_minute)
    return confirm_mailing(mailing, number=people, by=None)
