"""Who sends in these tests, and mails to look at."""

import pytest

from ryorin.customers.companies.actions import create_company
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.models import Basis, Medium
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.marketing.mail.actions import create_message, create_sender
from ryorin.marketing.mail.models import Message, SenderIdentity
from ryorin.marketing.mail.rules.blocks import Palette
from ryorin.marketing.mail.rules.samples import BY_KEY
from ryorin.workspace.members.models import Member


@pytest.fixture
def sender(kimura: Member) -> SenderIdentity:
    return create_sender(
        by=kimura,
        name="三和製作所",
        from_name="三和製作所 広報",
        from_email="news@sanwa.example",
        legal_name="株式会社三和製作所",
        postal_address="東京都千代田区丸の内1-1",
        contact="03-1234-5678",
        dkim_domain="sanwa.example",
        dkim_selector="ryorin",
    )


@pytest.fixture
def newsletter(sender: SenderIdentity, mei: Member) -> Message:
    """A letter that may be sent as it stands."""
    return create_message(
        name="ご連絡",
        by=mei,
        subject="{{姓|お客さま}}様へ",
        preheader="今月のご連絡です",
        mjml=BY_KEY["plain"].mjml(Palette(name="三和製作所")),
    )


@pytest.fixture
def ada(mei: Member) -> Person:
    """Ada of Acme, who agreed to be mailed."""
    acme = create_company(by=None, name="アクメ株式会社")
    person = create_person(
        by=None,
        family_name="安達",
        given_name="亜耶",
        email="ada@acme.example",
        company=acme,
        prefecture="13",
        owner=mei,
    )
    state_consent(person, medium=Medium.MAIL, allowed=True, basis=Basis.OPT_IN, evidence="フォーム", by=mei)
    person.refresh_from_db()
    return person
