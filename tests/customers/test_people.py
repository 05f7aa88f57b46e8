from datetime import UTC, date, datetime, timedelta

import pytest

from ryorin.customers.companies.actions import change_company, create_company
from ryorin.customers.companies.errors import FieldsRefused
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.consent.models import Consent
from ryorin.customers.identity.models import Identity
from ryorin.customers.people.actions import (
    change_person,
    create_person,
    delete_person,
    reach_stage,
    restore_person,
    set_scores,
)
from ryorin.customers.people.models import Person, StageChange
from ryorin.customers.people.queries import possible_duplicates
from ryorin.customers.people.rules import normalised
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.errors import CannotRestore
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.search.queries import find_ids

AT = datetime(2026, 9, 18, 1, tzinfo=UTC)


@pytest.fixture
def saeki(sato: Member) -> Person:
    morikawa = create_company(by=sato, name="株式会社森川製作所", name_kana="ﾓﾘｶﾜｾｲｻｸｼｮ")
    return create_person(
        by=sato,
        at=AT,
        family_name="佐伯",
        given_name="優子",
        family_kana="さえき",
        given_kana="ﾕｳｺ",
        email=" Y.Saeki@Morikawa.example ",
        phone="048-555-0142",
        company=morikawa,
        department="生産技術部",
        job_title="課長",
        postal_code="〒332-0012",
        source_channel="event",
        visitor="visitor-1",
    )


def test_a_person_is_stored_with_kana_address_and_phone_made_plain(saeki: Person) -> None:
    assert (saeki.family_kana, saeki.given_kana) == ("サエキ", "ユウコ")
    assert saeki.email == "y.saeki@morikawa.example"
    assert saeki.phone_key == "+81485550142"
    assert (saeki.postal_code, saeki.prefecture, saeki.city) == ("332-0012", "11", "川口市")
    assert saeki.addressed == "佐伯 優子 様"


def test_a_new_person_is_a_lead_since_the_moment_they_came_and_the_trail_says_so(saeki: Person) -> None:
    change = StageChange.objects.get(person=saeki)
    assert (change.stage, change.at, change.why, change.channel) == ("lead", AT, "created", "event")
    assert saeki.stage == "lead"
    assert saeki.first_contact_at == AT
    assert list(AuditEntry.objects.filter(record_type="person").values_list("action", flat=True)) == [
        "person_created", "stage_reached", "visitor_recognised",
    ]  # fmt: skip
    assert InboxTouchpoint.objects.get(person_id=saeki.pk).kind == "stage_reached"
    assert Identity.objects.get(visitor="visitor-1").person == saeki


@pytest.mark.parametrize("query", ["佐伯", "優子", "サエキ", "さえき", "ｻｴｷ", "森川", "saeki", "佐伯優子"])
def test_a_person_is_found_by_name_kana_company_and_address(saeki: Person, query: str) -> None:
    assert find_ids(query, "person") == [saeki.pk]


def test_every_fault_is_named_at_its_field() -> None:
    with pytest.raises(FieldsRefused) as refusal:
        normalised(
            {"family_name": " ", "family_kana": "佐伯", "email": "saeki", "postal_code": "12", "prefecture": "江戸"}
        )
    assert set(refusal.value.errors) == {"family_name", "family_kana", "email", "postal_code", "prefecture"}


def test_a_reader_may_not_add_people(kimura: Member) -> None:
    kimura.role = "read_only"
    with pytest.raises(NotAllowed):
        create_person(by=kimura, family_name="佐伯")


def test_a_change_is_written_with_old_and_new_and_counts_the_version(saeki: Person, sato: Member) -> None:
    changed = change_person(saeki, by=sato, version=1, job_title="部長", memo="一行目\n二行目")
    assert (changed.version, changed.job_title, changed.memo) == (2, "部長", "一行目\n二行目")
    assert '"job_title":["課長","部長"]' in AuditEntry.objects.get(action="person_changed").changes


def test_the_second_of_two_who_edit_is_told(saeki: Person, sato: Member, mei: Member) -> None:
    change_person(saeki, by=sato, version=1, job_title="部長")
    with pytest.raises(StaleRecord):
        change_person(saeki, by=mei, version=1, job_title="次長")
    assert Person.objects.get().job_title == "部長"


def test_saving_what_is_there_already_changes_nothing(saeki: Person, sato: Member) -> None:
    assert change_person(saeki, by=sato, version=1, job_title="課長").version == 1


def test_an_address_already_there_is_not_overwritten_by_a_postal_code(saeki: Person, sato: Member) -> None:
    assert change_person(saeki, by=sato, version=None, postal_code="1000001").prefecture == "11"


def test_moving_to_another_company_keeps_where_the_person_was(saeki: Person, sato: Member) -> None:
    acme = create_company(by=sato, name="アクメ株式会社")
    with clock.frozen(datetime(2027, 4, 1, 3, tzinfo=UTC)):
        change_person(saeki, by=sato, version=None, company=acme, department="営業部")
    new, old = saeki.employments.order_by("-pk")
    assert (old.company.name, old.department, old.until) == ("株式会社森川製作所", "生産技術部", date(2027, 3, 31))
    assert (new.company, new.department, new.since, new.until) == (acme, "営業部", date(2027, 4, 1), None)
    assert find_ids("アクメ", "person") == [saeki.pk]


def test_a_renamed_company_finds_its_people_by_the_new_name(saeki: Person, sato: Member) -> None:
    assert saeki.company
    change_company(saeki.company, by=sato, version=None, name="森川テック株式会社")
    assert find_ids("テック", "person") == [saeki.pk]


def test_stages_only_move_forward_and_none_is_invented(saeki: Person) -> None:
    assert reach_stage(saeki, "customer", at=AT + timedelta(days=9), why="deal_won")
    assert not reach_stage(saeki, "customer", at=AT + timedelta(days=10), why="deal_won")
    assert reach_stage(saeki, "qualified", at=AT + timedelta(days=2), why="scored")
    assert Person.objects.get().stage == "customer"
    assert set(StageChange.objects.values_list("stage", flat=True)) == {"lead", "customer", "qualified"}


def test_told_later_of_an_earlier_first_time_the_earlier_one_is_kept(saeki: Person) -> None:
    reach_stage(saeki, "customer", at=AT + timedelta(days=9), why="deal_won")
    assert not reach_stage(saeki, "customer", at=AT + timedelta(days=3), why="purchased")
    change = StageChange.objects.get(stage="customer")
    assert (change.at, change.why) == (AT + timedelta(days=3), "purchased")
    assert Person.objects.get().stage_at == AT + timedelta(days=3)


def test_scores_are_stored_only_where_they_differ(saeki: Person) -> None:
    reasons = [{"label": "料金ページを3回閲覧", "points": 21}]
    assert set_scores([(saeki.pk, 21, reasons, True), (999, 1, [], False)]) == 1
    assert set_scores([(saeki.pk, 21, reasons, True)]) == 0
    stored = Person.objects.get()
    assert (stored.score, stored.score_reasons, stored.is_ready, stored.version) == (21, reasons, True, 1)


def test_a_deleted_person_can_be_put_back_whole(saeki: Person, kimura: Member) -> None:
    state_consent(saeki, medium="mail", allowed=True, basis="business_card", evidence="名刺", by=kimura)
    pk = saeki.pk
    entry = delete_person(saeki, by=kimura)
    assert not Person.objects.exists() and not Consent.objects.exists() and find_ids("佐伯", "person") == []
    assert set(AuditEntry.objects.filter(action__endswith="_deleted").values_list("record_type", flat=True)) == {
        "person", "consent", "identity", "stagechange", "employment",
    }  # fmt: skip
    restore_person(entry, by=kimura)
    back = Person.objects.get(pk=pk)
    assert (back.mail_consent, back.consents.count(), back.visitors.count()) == ("allowed", 1, 1)
    assert back.employments.count() == back.stage_changes.count() == 1
    assert find_ids("佐伯", "person") == [pk]
    with pytest.raises(CannotRestore):
        restore_person(entry, by=kimura)


def test_only_leaders_delete_people(saeki: Person, sato: Member) -> None:
    with pytest.raises(NotAllowed):
        delete_person(saeki, by=sato)


def test_likely_duplicates_are_found_by_address_phone_and_name(saeki: Person) -> None:
    assert possible_duplicates(email="y.saeki@morikawa.example")[0].likeness == 1.0
    assert possible_duplicates(phone="0485550142")[0].person == saeki
    [alike] = possible_duplicates(family_name="佐伯", given_name="優子", company_name="㈱森川製作所")
    assert (alike.person, alike.likeness) == (saeki, 0.95)
    assert possible_duplicates(family_kana="さえき", given_kana="ゆうこ")[0].person == saeki
    assert possible_duplicates(family_name="鈴木", given_name="一郎") == []
    assert possible_duplicates(email="y.saeki@morikawa.example", exclude=saeki.pk) == []
