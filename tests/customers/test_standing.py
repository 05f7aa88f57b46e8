"""Who may be mailed and why not; an address that refused stays closed whatever is done to its people."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ryorin.customers.consent.actions import (
    keep_copy,
    lift_suppression,
    read_copy,
    refuse,
    state_consent,
    suppress,
)
from ryorin.customers.consent.errors import AddressSuppressed, EvidenceMissing
from ryorin.customers.consent.models import Suppression
from ryorin.customers.consent.queries import (
    is_suppressed,
    mail_standing,
    people_who_may_be_mailed,
    standing,
    standing_counts,
    suppressed_addresses,
)
from ryorin.customers.people.actions import change_person, create_person, delete_person, restore_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member

ADDRESS = "ada@acme.example"


@pytest.fixture
def ada(sato: Member) -> Person:
    ada = create_person(by=sato, family_name="安達", given_name="亜耶", email=ADDRESS)
    state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="申込書", by=sato)
    return ada


def test_a_person_who_allowed_it_may_be_mailed_and_the_basis_is_told(ada: Person) -> None:
    one = mail_standing([ada.pk])[ada.pk]
    assert (one.allowed, one.basis, one.why) == (True, "opt_in", "本人の同意")
    assert list(people_who_may_be_mailed()) == [ada]


def test_nobody_is_mailed_without_address_or_statement(ada: Person, sato: Member) -> None:
    silent = create_person(by=sato, family_name="高井", email="takai@mail.example")
    nowhere = create_person(by=sato, family_name="小野")
    found = mail_standing([silent.pk, nowhere.pk, 999_999])
    assert {pk: one.reason for pk, one in found.items()} == {silent.pk: "unknown", nowhere.pk: "no_address"}
    assert list(people_who_may_be_mailed()) == [ada]


def test_a_refusal_closes_the_address_for_everybody_who_has_it(ada: Person, sato: Member) -> None:
    twin = create_person(by=sato, family_name="アダ", email="ADA@acme.example")
    state_consent(twin, medium="mail", allowed=True, basis="business_card", evidence="名刺", by=sato)
    assert refuse("Ａda@acme.example", evidence="配信停止ページ", source="mailing:3") == 2
    assert {one.reason for one in mail_standing([ada.pk, twin.pk]).values()} == {"suppressed_refused"}
    assert not people_who_may_be_mailed().exists()
    assert refuse(ada, evidence="もう一度") == 0
    assert Suppression.objects.count() == 1


def test_the_address_itself_is_kept_nowhere_in_the_suppression(ada: Person) -> None:
    refuse(ada, evidence="x")
    held = Suppression.objects.values().get()
    assert not any("ada" in str(value) for value in held.values())


def test_a_closed_address_survives_a_new_person_a_deletion_and_a_restoring(
    ada: Person, sato: Member, kimura: Member
) -> None:
    suppress(ADDRESS, reason="complained", source="arf")
    entry = delete_person(ada, by=kimura)
    again = create_person(by=sato, family_name="別の", email=ADDRESS)
    with pytest.raises(AddressSuppressed):
        state_consent(again, medium="mail", allowed=True, basis="business_card", evidence="名刺", by=sato)
    back = restore_person(entry, by=kimura)
    assert [one.allowed for one in mail_standing([again.pk, back.pk]).values()] == [False, False]


def test_only_the_persons_own_consent_after_the_refusal_opens_the_address(ada: Person, sato: Member) -> None:
    refuse(ada, evidence="配信停止ページ")
    yesterday = clock.now() - timedelta(days=1)
    state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="古い申込書", at=yesterday, by=sato)
    assert not standing(ada).allowed
    state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="新しいフォーム", by=sato)
    assert standing(ada).allowed and not is_suppressed(ADDRESS)
    assert Suppression.objects.get().lift_evidence == "新しいフォーム"


def test_lifting_needs_evidence_and_somebody_who_may(ada: Person, mei: Member, sato: Member) -> None:
    suppress(ADDRESS, reason="bounced")
    with pytest.raises(EvidenceMissing):
        lift_suppression(ADDRESS, evidence=" ", by=mei)
    with pytest.raises(NotAllowed):
        lift_suppression(ADDRESS, evidence="電話で確認", by=sato)
    assert lift_suppression(ADDRESS, evidence="電話で確認", by=mei)
    assert not lift_suppression(ADDRESS, evidence="電話で確認", by=mei)


def test_another_address_of_the_person_does_not_undo_the_refusal(ada: Person, sato: Member) -> None:
    refuse(ada, evidence="配信停止ページ")
    change_person(ada, by=sato, version=None, email="new@acme.example")
    assert standing(ada).reason == "refused"


def test_many_are_asked_in_few_queries_and_counted_by_reason(ada: Person, sato: Member) -> None:
    people = [create_person(by=sato, family_name=f"人{n}", email=f"p{n}@mail.example") for n in range(12)]
    suppress("p3@mail.example", reason="bounced")
    with CaptureQueriesContext(connection) as queries:
        found = mail_standing([ada.pk, *(person.pk for person in people)])
    assert len(found) == 13 and len(queries) == 2
    counts = {(one.standing.basis, one.standing.reason): one.people for one in standing_counts(Person.objects.all())}
    assert counts == {("opt_in", ""): 1, ("", "unknown"): 11, ("", "suppressed_bounced"): 1}
    assert suppressed_addresses(["P3@mail.example", "p4@mail.example"]) == {"P3@mail.example": "bounced"}


def test_refusals_made_after_a_backup_hold_after_it_is_restored(ada: Person, tmp_path: Path) -> None:
    refuse(ada, evidence="配信停止ページ")
    keep_copy()
    Suppression.objects.all().delete()  # the backup knew nothing of it
    Person.objects.update(mail_consent="allowed")
    assert read_copy() == 1
    assert standing(ada).reason == "suppressed_refused"
    assert read_copy() == 0
    assert "ada" not in (tmp_path / "refusals.log").read_text()
