"""Ada and Jun of Acme on the way through journeys that Mei draws, at a standstill of the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Journey
from ryorin.marketing.journeys.rules.drawing import read
from ryorin.marketing.mail.actions import create_message, create_sender
from ryorin.marketing.mail.models import Message, SenderIdentity
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

NOON = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)  # Monday noon in Tokyo
FORM = {"kind": "touchpoint", "kind_of": "form_submitted"}
HAND = {"kind": "hand"}
BODY = (
    "<mjml><mj-body><mj-section><mj-column>"
    "<mj-text><p>{{姓|お客さま}}様 資料をお送りします。</p></mj-text>"
    '<mj-button href="https://www.ryorin.example/camera">資料を見る</mj-button>'
    "<mj-text><p>{{送信者}} {{送信者住所}} {{問い合わせ先}}</p>"
    '<p>配信を希望されない方は<a href="{{配信停止}}">こちらから配信停止</a>できます。</p></mj-text>'
    "</mj-column></mj-section></mj-body></mjml>"
)


def card(key: str, kind: str, *arms: list[Any], **config: Any) -> dict[str, Any]:
    """Return a card as a drawing keeps it; each arm is its cards, its config (if any) first."""
    made: dict[str, Any] = {"key": key, "kind": kind, "config": config}
    if arms:
        made["arms"] = [_arm(arm) for arm in arms]
    return made


def _arm(arm: list[Any]) -> dict[str, Any]:
    has_config = bool(arm) and "key" not in arm[0]
    return {"config": arm[0] if has_config else {"name": "道"}, "cards": arm[1:] if has_config else arm}


def days(key: str, amount: int) -> dict[str, Any]:
    return card(key, "wait", mode="for", amount=amount, unit="days")


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    with clock.frozen(NOON) as moment:
        yield moment


@pytest.fixture
def acme(db: None) -> Company:
    Organisation.objects.create(name="両輪商事株式会社")
    return create_company(by=None, name="株式会社アクメ")


@pytest.fixture
def ada(acme: Company, sato: Member) -> Person:
    made = create_person(
        by=None, family_name="安達", given_name="亜耶", email="ada@acme.example", company=acme, job_title="購買部長",
        owner=sato,
    )  # fmt: skip
    state_consent(made, medium="mail", allowed=True, basis="opt_in", evidence="フォームで同意")
    return made


@pytest.fixture
def jun(acme: Company) -> Person:
    return create_person(by=None, family_name="岡", given_name="純", company=acme, job_title="主任")


@pytest.fixture
def sender(kimura: Member) -> SenderIdentity:
    return create_sender(
        by=kimura,
        name="ニュース",
        from_name="両輪商事",
        from_email="news@ryorin.example",
        legal_name="両輪商事株式会社",
        postal_address="東京都千代田区丸の内1-1-1",
        contact="info@ryorin.example",
    )


@pytest.fixture
def thanks(mei: Member, sender: SenderIdentity) -> Message:
    return create_message(name="お礼", by=mei, subject="ありがとうございます", mjml=BODY, sender=sender)


@pytest.fixture
def draw(mei: Member) -> Callable[..., Journey]:
    """Return what draws a journey and switches it on."""

    def make(start: dict[str, Any], *cards: dict[str, Any], name: str = "資料請求フォロー", on: bool = True) -> Journey:
        drawn = read({"start": start, "cards": list(cards)})
        journey = actions.create_journey(name=name, drawing=drawn, by=mei)
        actions.follow_facts()
        if on:
            actions.publish(journey, by=mei, version=None)
            journey.refresh_from_db()
        return journey

    return make


def did(kind: str, person: Person, **parts: Any) -> None:
    """Let somebody do something, and history know of it."""
    record(kind, source="test", at=clock.now(), person_id=person.pk, **parts)
    catch_up()
