"""What a ready lead is: proposed by one side, agreed by both."""

import pytest

from ryorin.alignment.definitions.actions import agree, prepare_defaults, propose_definition, withdraw_definition
from ryorin.alignment.definitions.errors import (
    AlreadyAgreed,
    NothingChanged,
    OtherSideMustAgree,
    ProposalSettled,
    ProposalWaiting,
)
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.definitions.queries import active, preview, proposal, versions
from ryorin.alignment.definitions.rules import FOR_DEFINITION, may_agree, read, said, sides_of
from ryorin.conditions.errors import ConditionInvalid
from ryorin.customers.people.actions import create_person, set_scores
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role

HIGHER = {"field": "score", "op": "gte", "value": 70}


@pytest.fixture(autouse=True)
def first_definition(db: None) -> None:
    prepare_defaults()


def test_both_sides_agree_and_the_new_version_counts(mei: Member, sato: Member) -> None:
    proposed = propose_definition(HIGHER, note="商談化率が低いため", by=mei)
    assert (proposed.version, proposed.agreed_by_marketing, proposed.agreed_by_sales) == (2, mei, None)
    assert active().version == 1  # type: ignore[union-attr]
    agree(proposed, by=sato)
    assert active() == proposed
    old = versions().get(version=1)
    assert old.active_until is not None
    assert [entry.action for entry in AuditEntry.objects.filter(record_id=proposed.pk, record_type="definition")] == [
        "definition_proposed",
        "definition_agreed",
        "definition_activated",
    ]


def test_sales_may_propose_too(mei: Member, sato: Member) -> None:
    proposed = propose_definition(HIGHER, by=sato)
    assert proposed.agreed_by_sales == sato
    agree(proposed, by=mei)
    assert active() == proposed


def test_one_side_cannot_agree_twice(mei: Member, sato: Member) -> None:
    proposed = propose_definition(HIGHER, by=mei)
    with pytest.raises(AlreadyAgreed):
        agree(proposed, by=mei)


def test_a_leader_speaks_for_one_side_only(mei: Member, sato: Member, kimura: Member) -> None:
    proposed = propose_definition(HIGHER, by=kimura)
    agree(proposed, by=kimura, side=Side.SALES)
    with pytest.raises(OtherSideMustAgree):
        agree(proposed, by=kimura, side=Side.MARKETING)
    agree(proposed, by=mei)
    assert active() == proposed


def test_whoever_works_alone_speaks_for_both_sides(kimura: Member) -> None:
    proposed = propose_definition(HIGHER, by=kimura)
    agree(proposed, by=kimura)
    agree(proposed, by=kimura)
    assert active() == proposed


def test_a_second_proposal_waits_for_the_first(mei: Member, sato: Member) -> None:
    first = propose_definition(HIGHER, by=mei)
    with pytest.raises(ProposalWaiting):
        propose_definition({"field": "score", "op": "gte", "value": 80}, by=sato)
    withdraw_definition(first, by=mei)
    assert proposal() is None
    assert propose_definition({"field": "score", "op": "gte", "value": 80}, by=sato).version == 3


def test_what_was_withdrawn_cannot_be_agreed(mei: Member, sato: Member) -> None:
    first = propose_definition(HIGHER, by=mei)
    withdraw_definition(first, by=mei)
    with pytest.raises(ProposalSettled):
        agree(first, by=sato)


def test_the_same_condition_is_no_proposal(mei: Member) -> None:
    with pytest.raises(NothingChanged):
        propose_definition(active().condition, by=mei)  # type: ignore[union-attr]


def test_readiness_cannot_be_defined_by_itself(mei: Member) -> None:
    with pytest.raises(ConditionInvalid, match="is_ready"):
        propose_definition({"field": "is_ready", "op": "is", "value": True}, by=mei)


def test_read_only_members_do_not_propose(db: None) -> None:
    reader = Member.objects.create_user("reader@ryorin.example", family_name="読", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        propose_definition(HIGHER, by=reader)


def test_a_preview_tells_how_many_more_and_fewer(mei: Member) -> None:
    people = [create_person(by=mei, family_name=name, email=f"{n}@acme.example") for n, name in enumerate("甲乙丙")]
    set_scores([(people[0].pk, 55, [], True), (people[1].pk, 75, [], True), (people[2].pk, 80, [], False)])
    found = preview(read(HIGHER, about=FOR_DEFINITION))
    assert (found.ready_now, found.ready_then, found.more, found.fewer) == (2, 2, 1, 1)


def test_the_definition_is_said_in_words() -> None:
    assert said(read(HIGHER)) == "スコアが70以上"


@pytest.mark.parametrize(
    ("role", "sides"),
    [("marketer", {"marketing"}), ("sales", {"sales"}), ("manager", {"marketing", "sales"}), ("read_only", set())],
)
def test_who_speaks_for_which_side(role: str, sides: set[str]) -> None:
    assert sides_of(role) == sides


def test_nobody_agrees_for_a_side_they_do_not_speak_for() -> None:
    assert not may_agree(Side.SALES, role="marketer", has_agreed=[], is_alone=True)
