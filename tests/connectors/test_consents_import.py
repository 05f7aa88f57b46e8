"""Consents from files: each with evidence and day, the newest counts, a closed address stays closed."""

from collections.abc import Callable
from typing import Any

import pytest

from ryorin.customers.consent.actions import suppress
from ryorin.customers.consent.models import Consent
from ryorin.customers.consent.queries import standing
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person

Imported = Callable[..., dict[str, Any]]
LINES = """メールアドレス,手段,根拠,証跡,日時
ada@acme.example,メール,名刺など書面での通知,2025年の展示会で名刺交換,2025/10/2 10:00
jun@acme.example,メール,本人の同意,申込書,2025/10/3 10:00
nobody@mail.example,メール,本人の同意,申込書,2025/10/3 10:00
ada@acme.example,電話,本人の拒否,電話は控えてほしい,2025/10/4 10:00
ada@acme.example,メール,本人の同意,,2025/10/5 10:00
"""


@pytest.fixture
def people(db: None) -> tuple[Person, Person]:
    names = (("安達", "ada"), ("岡", "jun"))
    ada, jun = (create_person(by=None, family_name=name, email=f"{mail}@acme.example") for name, mail in names)
    suppress("jun@acme.example", reason="complained")
    return ada, jun


def test_statements_come_in_with_their_evidence_and_a_second_time_change_nothing(
    imported: Imported, people: tuple[Person, Person]
) -> None:
    done = imported("consents", LINES)
    assert (done["created"], len(done["rejected"])) == (2, 3)
    ada = Person.objects.get(pk=people[0].pk)
    assert (standing(ada).basis, ada.do_not_call) == ("business_card", True)
    assert Consent.objects.get(person=ada, medium="mail").evidence == "2025年の展示会で名刺交換"
    assert standing(people[1]).reason == "suppressed_complained"
    again = imported("consents", LINES)
    assert (again["created"], again["unchanged"]) == (0, 2)
