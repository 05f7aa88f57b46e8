from datetime import timedelta

import pytest

from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.errors import EvidenceMissing, RefusedBefore, UnknownStatement
from ryorin.customers.consent.queries import current
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.workspace.members.models import Member


@pytest.fixture
def ada(sato: Member) -> Person:
    return create_person(by=sato, family_name="Lovelace", given_name="Ada")


def test_consent_is_kept_with_its_evidence_and_set_on_the_person(ada: Person, mei: Member) -> None:
    consent = state_consent(
        ada, medium="mail", allowed=True, basis="opt_in", evidence="案内を受け取る", source="form:3", by=mei
    )
    assert current(ada) == {"mail": consent}
    assert Person.objects.get().mail_consent == "allowed"
    assert InboxTouchpoint.objects.filter(person_id=ada.pk, kind="consent_given").exists()


def test_a_refusal_is_overridden_by_the_persons_own_consent_only(ada: Person) -> None:
    state_consent(ada, medium="mail", allowed=False, basis="refused", evidence="配信停止ページ")
    with pytest.raises(RefusedBefore):
        state_consent(ada, medium="mail", allowed=True, basis="business_card", evidence="名刺")
    assert Person.objects.get().mail_consent == "refused"
    state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="フォームの文面")
    assert Person.objects.get().mail_consent == "allowed"


def test_permission_needs_evidence_and_words_that_fit(ada: Person) -> None:
    with pytest.raises(EvidenceMissing):
        state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence=" ")
    with pytest.raises(UnknownStatement):
        state_consent(ada, medium="mail", allowed=True, basis="refused", evidence="x")
    with pytest.raises(UnknownStatement):
        state_consent(ada, medium="pigeon", allowed=True, basis="opt_in", evidence="x")


def test_a_refusal_by_telephone_sets_the_flag_with_its_reason(ada: Person) -> None:
    state_consent(ada, medium="phone", allowed=False, basis="refused", evidence="電話は控えてほしいとのこと")
    stored = Person.objects.get()
    assert (stored.do_not_call, stored.do_not_call_reason) == (True, "電話は控えてほしいとのこと")


def test_an_older_statement_learnt_later_does_not_change_what_counts(ada: Person) -> None:
    state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="フォーム")
    earlier = clock.now() - timedelta(days=9)
    state_consent(ada, medium="mail", allowed=False, basis="refused", evidence="電話", at=earlier)
    assert Person.objects.get().mail_consent == "allowed"
    assert ada.consents.count() == 2


def test_a_visitor_is_one_person_for_good(ada: Person, sato: Member) -> None:
    other = create_person(by=sato, family_name="佐伯")
    assert recognise("v1", ada, why="form_submitted").person == ada
    assert recognise("v1", other, why="link_clicked").person == ada
    assert ada.visitors.count() == 1
