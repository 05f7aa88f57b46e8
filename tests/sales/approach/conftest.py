"""Ada and her colleague Iida at Acme can be called; whom a list means is decided by the score."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import change_person, create_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.sales.approach.actions import add_chosen, create_list
from ryorin.sales.approach.models import ApproachList, Outcome, Target
from ryorin.workspace.members.models import Member

TOKYO = ZoneInfo("Asia/Tokyo")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def tuesday() -> Iterator[datetime]:
    """It is Tuesday, ten o'clock."""
    with clock.frozen(TUESDAY) as now:
        yield now


@pytest.fixture
def ada(ada: Person) -> Person:
    return change_person(
        ada, by=None, version=None, phone="03-1234-5678", postal_code="100-0005", street="丸の内1-1", city="千代田区"
    )


@pytest.fixture
def iida(acme: Company) -> Person:
    return create_person(by=None, family_name="飯田", given_name="徹", phone="03-2222-3333", company=acme)


@pytest.fixture
def calls(sato: Member, ada: Person, iida: Person, tuesday: datetime) -> ApproachList:
    """A list of calls with Ada, who has the higher score, and Iida."""
    Person.objects.filter(pk=ada.pk).update(score=70)
    row = create_list(by=sato, name="秋の展示会フォロー", script="{会社名}の{姓}様", goods="検査カメラ")
    add_chosen(row, [ada.pk, iida.pk], by=sato)
    return row


@pytest.fixture
def target(calls: ApproachList, ada: Person) -> Target:
    return Target.objects.get(list=calls, person=ada)


def outcome(name: str) -> Outcome:
    return Outcome.objects.get(name=name, method="call")
