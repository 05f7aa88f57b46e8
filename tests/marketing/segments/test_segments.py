"""Segments are made, changed, compared, kept and removed."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.marketing.segments.conftest import HEADS, READERS, view

from ryorin.alignment.handoffs.actions import create_routing_rule
from ryorin.alignment.handoffs.models import HowToRoute
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import Any as AnyOf
from ryorin.conditions.tree import Did, Op, Test
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import MembershipChange, Segment
from ryorin.customers.segments.queries import member_ids
from ryorin.marketing.segments import queries
from ryorin.marketing.segments.actions import (
    archive_segment,
    change_segment,
    create_segment,
    delete_segment,
    take_out,
)
from ryorin.marketing.segments.errors import (
    SegmentArchived,
    SegmentCircle,
    SegmentInUse,
    SegmentNameMissing,
    SegmentNameTaken,
    SegmentNotFixed,
    SegmentsToCompare,
)
from ryorin.marketing.segments.rules import blamed, in_order, is_circle, read
from ryorin.sales.approach.actions import create_list
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

Make = Callable[..., Segment]


def test_what_was_done_stands_in_the_trail(mei: Member, segment_of: Make) -> None:
    heads = segment_of(HEADS, owner=mei)
    change_segment(heads, by=mei, version=heads.version, name="部長", purpose="案内", condition={"all": [READERS]})
    archive_segment(heads, by=mei)
    actions = AuditEntry.objects.filter(record_type="segment").values_list("action", flat=True)
    assert list(actions) == ["segment_created", "segment_changed", "segment_archived"]


def test_the_same_change_twice_changes_nothing(mei: Member, segment_of: Make) -> None:
    heads = segment_of(HEADS)
    before = Segment.objects.get().version
    change_segment(heads, by=mei, version=None, name=heads.name, condition=HEADS)
    assert Segment.objects.get().version == before


def test_what_cannot_be_is_refused(mei: Member, sato: Member, segment_of: Make) -> None:
    heads = segment_of(HEADS, name="部長")
    with pytest.raises(NotAllowed):
        create_segment(by=sato, name="営業の", condition=HEADS)
    with pytest.raises(SegmentNameTaken):
        create_segment(by=mei, name=" 部長 ", condition=HEADS)
    with pytest.raises(SegmentNameMissing):
        create_segment(by=mei, name="\0 ", condition=HEADS)
    with pytest.raises(ConditionInvalid):
        create_segment(by=mei, name="読めない", condition={"field": "shoe_size", "op": "is", "value": 25})
    with pytest.raises(StaleRecord):
        change_segment(heads, by=mei, version=heads.version - 1, name="別名")
    with pytest.raises(SegmentNotFixed):
        take_out(heads, [1], by=mei)
    with pytest.raises(SegmentArchived):
        change_segment(archive_segment(heads, by=mei), by=mei, version=None, name="別名")


def test_a_segment_cannot_depend_on_itself(mei: Member, segment_of: Make) -> None:
    one = segment_of(HEADS, name="一")
    two = segment_of({"all": [{"segment": one.pk}]}, name="二")
    three = segment_of({"any": [{"segment": two.pk}, READERS]}, name="三")
    with pytest.raises(SegmentCircle):
        change_segment(one, by=mei, version=None, condition={"not": {"segment": three.pk}})
    with pytest.raises(SegmentCircle):
        change_segment(one, by=mei, version=None, condition={"segment": one.pk})


def test_a_segment_that_another_names_is_not_deleted(mei: Member, segment_of: Make) -> None:
    one = segment_of(HEADS, name="一")
    two = segment_of({"all": [{"segment": one.pk, "in": False}]}, name="二")
    assert [use.label for use in queries.uses_of(one)] == ["二"]
    with pytest.raises(SegmentInUse, match="二"):
        delete_segment(one, by=mei)
    delete_segment(two, by=mei)
    delete_segment(one, by=mei)


def test_people_are_taken_out_of_a_snapshot_by_hand(mei: Member, ada: Person, jun: Person, segment_of: Make) -> None:
    fixed = segment_of({"all": []}, kind="snapshot")
    assert take_out(fixed, [ada.pk, 9_999], by=mei) == 1
    assert take_out(fixed, [ada.pk], by=mei) == 0
    assert member_ids(fixed) == [jun.pk]
    fixed.refresh_from_db()
    assert fixed.size == 1
    assert MembershipChange.objects.filter(entered=False).get().why == {"cause": "by_hand"}


def test_segments_are_compared_by_every_combination(ada: Person, jun: Person, segment_of: Make) -> None:
    everybody = segment_of({"all": []}, name="全員")
    heads = segment_of(HEADS, name="部長")
    view(jun, times=2)
    readers = segment_of({"all": [READERS]}, name="読者")
    found = queries.overlap([everybody, heads, readers])
    counts = {tuple(one.name for one in part.segments): part.people for part in found.combinations if part.people}
    assert counts == {("全員", "部長"): 1, ("全員", "読者"): 1}
    assert (found.people, found.both(everybody, heads), found.both(heads, readers)) == (2, 1, 0)
    with pytest.raises(SegmentsToCompare):
        queries.overlap([everybody])


def test_the_size_is_the_same_however_it_is_counted(
    ada: Person, jun: Person, segment_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = segment_of(HEADS)
    view(ada, times=2)
    view(jun, times=3)
    node = read({"all": [READERS, {"segment": heads.pk}]})
    assert queries.size_of(node) == 1
    monkeypatch.setattr(queries, "FEW_PEOPLE", 0)
    assert queries.size_of(node) == 1


def test_segments_stand_behind_those_they_name() -> None:
    named = {1: frozenset({3}), 2: frozenset[int](), 3: frozenset({2}), 4: frozenset({1, 9})}
    assert in_order(named) == [2, 3, 1, 4]
    assert is_circle(2, frozenset({4}), named)
    assert not is_circle(4, frozenset({2}), named)


def test_the_part_that_is_news_gets_the_blame() -> None:
    old, new = Test("stage", Op.FILLED), Did("page_view")
    node: Any = AnyOf((old, new))
    assert blamed(node, lambda leaf: leaf == new, came=True, weight=lambda leaf: 0) == new
    assert blamed(node, lambda leaf: False, came=False, weight=lambda leaf: int(leaf == new)) == new


def test_call_lists_and_routing_rules_say_what_they_use(sato: Member, kimura: Member, segment_of: Make) -> None:
    heads, other = segment_of(HEADS, name="部長"), segment_of({"all": []}, name="全員")
    asked = {"all": [{"segment": heads.pk, "in": True}]}
    create_list(by=sato, name="部長に電話", condition=asked)
    create_routing_rule(name="部長は東へ", how=HowToRoute.MEMBER, member=sato, condition=asked, hours=3, by=kimura)
    assert {use.label for use in queries.uses_of(heads)} == {"部長に電話", "部長は東へ"}
    assert queries.uses_of(other) == []
