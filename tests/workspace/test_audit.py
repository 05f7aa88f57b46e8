"""The audit trail: complete, in order, and impossible to change unseen."""

import pytest

from ryorin.workspace.audit.actions import Fact, record, record_alike, record_many, together
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.audit.queries import history, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(kimura) -> None:
    record("person_created", "person", 1, by=kimura, name="安達")
    record_many([Fact("person_changed", "person", 1, {"city": ["", "川口市"]}), Fact("log_imported")], by=None)
    record_alike("person_created", "person", [(2, {"name": "佐伯"}), (3, {})], by=kimura)


def test_an_untouched_trail_is_whole(trail):
    verdict = verify()

    assert verdict.ok
    assert verdict.entries == 5


def test_an_empty_trail_is_whole(db):
    assert verify().ok


@pytest.mark.parametrize(
    "change", [{"actor_name": "別人"}, {"changes": "{}"}, {"action": "person_deleted"}, {"record_id": 9}]
)
def test_a_changed_entry_is_found(trail, change):
    entry = AuditEntry.objects.first()
    AuditEntry.objects.filter(pk=entry.pk).update(**change)

    verdict = verify()

    assert not verdict.ok
    assert verdict.broken_at == entry.pk


def test_an_entry_taken_out_of_the_middle_is_missed(trail):
    second = AuditEntry.objects.all()[1]
    AuditEntry.objects.filter(pk=second.pk).delete()

    assert not verify().ok


def test_an_entry_taken_from_the_end_is_missed(trail):
    AuditEntry.objects.filter(pk=AuditEntry.objects.last().pk).delete()

    assert not verify().ok


def test_an_entry_somebody_added_is_found(trail):
    AuditEntry.objects.create(at=AuditEntry.objects.first().at, action="person_deleted", seal="0" * 64)

    assert not verify().ok


def test_a_record_tells_its_own_history_newest_first(trail):
    assert [entry.action for entry in history("person", 1)] == ["person_changed", "person_created"]


def test_facts_gathered_over_many_verbs_are_appended_in_order(trail, kimura):
    with together():
        record("deal_opened", "deal", 1, by=kimura)
        record("deal_won", "deal", 1, by=kimura)
        assert AuditEntry.objects.count() == 5

    assert [entry.action for entry in history("deal", 1)] == ["deal_won", "deal_opened"]
    assert verify().ok
