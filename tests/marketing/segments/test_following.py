"""Live segments follow what happens, and only test whom it happened to."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError
from tests.marketing.segments.conftest import HEADS, NOON, READERS, view

from ryorin.customers.companies.actions import change_company
from ryorin.customers.companies.models import Company
from ryorin.customers.identity.actions import recognise
from ryorin.customers.people.actions import change_person, create_person, delete_person
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, MembershipChange, Segment, SegmentSize, SegmentState
from ryorin.customers.segments.queries import member_ids, people_of, segments_of
from ryorin.customers.timeline.actions import record
from ryorin.customers.timeline.rules import KINDS
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.lake.queries import Doers
from ryorin.lib import clock
from ryorin.marketing.segments.actions import (
    archive_segment,
    change_segment,
    create_segment,
    delete_segment,
    follow_changes,
    following,
    unarchive_segment,
)
from ryorin.marketing.segments.models import FollowingPosition, SegmentCondition
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read, reason_said

Make = Callable[..., Segment]


def test_a_new_segment_is_filled_with_whom_its_condition_means(ada: Person, jun: Person, segment_of: Make) -> None:
    heads = segment_of(HEADS)
    assert member_ids(heads) == [ada.pk]
    assert (heads.size, heads.state) == (1, SegmentState.CURRENT)
    change = MembershipChange.objects.get()
    assert (change.person_id, change.entered, change.why) == (ada.pk, True, {"cause": "built"})


def test_a_touchpoint_brings_somebody_in_and_says_so(ada: Person, jun: Person, segment_of: Make) -> None:
    readers = segment_of({"all": [READERS]})
    view(ada, times=1)
    follow_changes()
    assert member_ids(readers) == []
    view(ada, times=1, ago=timedelta(minutes=1))
    follow_changes()
    assert list(people_of(readers)) == [ada]
    change = MembershipChange.objects.get()
    assert change.why["cause"] == "touchpoint"
    assert change.why["kind"] == "page_view" and change.why["uid"]
    assert reason_said(change.why) == "新しい接点：直近7日間に「ページ閲覧」が2回以上"
    readers.refresh_from_db()
    assert readers.size == 1
    assert segments_of([ada.pk, jun.pk]) == {ada.pk: [readers]}


def test_nothing_is_said_twice_when_the_same_news_is_looked_at_again(ada: Person, segment_of: Make) -> None:
    segment_of({"all": [READERS]})
    before = FollowingPosition.objects.get()
    view(ada, times=2)
    follow_changes()
    FollowingPosition.objects.filter(pk=1).update(history_until=before.history_until)
    follow_changes()
    assert MembershipChange.objects.count() == 1


def test_time_alone_makes_people_leave(ada: Person, segment_of: Make) -> None:
    readers = segment_of({"all": [READERS]})
    view(ada, times=2)
    follow_changes()
    with clock.frozen(NOON + timedelta(days=6, hours=23)):
        follow_changes()
        assert member_ids(readers) == [ada.pk]
    with clock.frozen(NOON + timedelta(days=7, minutes=2)):
        follow_changes()
    assert member_ids(readers) == []
    left = MembershipChange.objects.get(entered=False)
    assert left.why["cause"] == "time"


def test_time_alone_makes_people_enter_who_did_nothing(ada: Person, segment_of: Make) -> None:
    view(ada)
    quiet = segment_of({"all": [{"did": "page_view", "times": {"eq": 0}, "within_days": 30}]})
    assert member_ids(quiet) == []
    with clock.frozen(NOON + timedelta(days=30, minutes=5)):
        assert follow_changes().people == 1
    assert member_ids(quiet) == [ada.pk]


def test_dates_that_cross_the_edge_are_followed(ada: Person, segment_of: Make) -> None:
    new = segment_of({"all": [{"field": "created_at", "op": "within_days", "value": 3}]})
    assert member_ids(new) == [ada.pk]
    with clock.frozen(NOON + timedelta(days=3, minutes=3)):
        follow_changes()
    assert member_ids(new) == []


def test_a_change_of_the_person_counts_and_only_they_are_tested(ada: Person, jun: Person, segment_of: Make) -> None:
    heads = segment_of(HEADS)
    with clock.frozen(NOON + timedelta(minutes=1)):
        follow_changes()
    with clock.frozen(NOON + timedelta(minutes=2)):
        change_person(ada, by=None, version=None, job_title="顧問")
        outcome = follow_changes()
    assert (outcome.people, outcome.moved) == (1, 1)
    assert member_ids(heads) == []
    assert MembershipChange.objects.last().why["cause"] == "changed"  # type: ignore[union-attr]


def test_a_change_of_the_company_counts_for_its_people(ada: Person, acme: Company, segment_of: Make) -> None:
    named = segment_of({"all": [{"field": "company_name", "op": "contains", "value": "ロケット"}]})
    change_company(acme, by=None, version=None, name="アクメ・ロケット株式会社")
    follow_changes()
    assert member_ids(named) == [ada.pk]


def test_a_visitor_who_becomes_known_brings_their_history(ada: Person, segment_of: Make) -> None:
    readers = segment_of({"all": [READERS]})
    view(None, times=2, visitor="browser-1")
    follow_changes()
    recognise("browser-1", ada, why="form_submitted")
    catch_up()
    follow_changes()
    assert member_ids(readers) == [ada.pk]


def test_a_segment_of_segments_follows_them(ada: Person, jun: Person, segment_of: Make) -> None:
    readers = segment_of({"all": [READERS]}, name="読者")
    heads = segment_of(HEADS, name="部長")
    both = segment_of({"all": [{"segment": readers.pk}, {"segment": heads.pk, "in": False}]}, name="部長以外の読者")
    view(ada, times=2)
    view(jun, times=2)
    follow_changes()
    assert member_ids(both) == [jun.pk]
    change_person(jun, by=None, version=None, job_title="部長代理")
    follow_changes()
    assert member_ids(both) == []
    assert MembershipChange.objects.filter(segment=both).last().why["cause"] == "segment"  # type: ignore[union-attr]


def test_another_condition_fills_the_segment_anew(ada: Person, jun: Person, segment_of: Make) -> None:
    heads = segment_of(HEADS)
    change_segment(heads, by=None, version=None, condition={"field": "job_title", "op": "is", "value": "主任"})
    follow_changes()
    assert member_ids(heads) == [jun.pk]
    causes = set(MembershipChange.objects.filter(why__cause="condition").values_list("person_id", "entered"))
    assert causes == {(ada.pk, False), (jun.pk, True)}


def test_a_condition_that_names_what_is_gone_pauses_the_segment_with_its_people(
    ada: Person, mei: Any, segment_of: Make
) -> None:
    readers = segment_of({"all": [READERS]}, name="読者")
    view(ada, times=2)
    follow_changes()
    named = segment_of({"all": [{"segment": readers.pk}]}, name="名指し", owner=mei)
    Segment.objects.filter(pk=readers.pk).delete()
    follow_changes()
    named.refresh_from_db()
    assert named.state == SegmentState.PAUSED
    assert member_ids(named) == [ada.pk]
    assert mei.notifications.get().text == "セグメント「名指し」の更新を止めました。条件を直してください。"
    follow_changes()
    assert mei.notifications.count() == 1
    change_segment(named, by=None, version=None, condition=HEADS)
    follow_changes()
    named.refresh_from_db()
    assert (named.state, member_ids(named)) == (SegmentState.CURRENT, [ada.pk])


def test_a_snapshot_stays_as_it_was_filled(ada: Person, jun: Person, segment_of: Make) -> None:
    fixed = segment_of(HEADS, kind="snapshot")
    change_person(ada, by=None, version=None, job_title="顧問")
    change_person(jun, by=None, version=None, job_title="部長")
    follow_changes()
    assert member_ids(fixed) == [ada.pk]


def test_an_archived_segment_follows_no_more_until_it_is_taken_out(ada: Person, segment_of: Make) -> None:
    heads = archive_segment(segment_of(HEADS), by=None)
    change_person(ada, by=None, version=None, job_title="顧問")
    follow_changes()
    assert member_ids(heads) == [ada.pk]
    unarchive_segment(heads, by=None)
    follow_changes()
    assert member_ids(heads) == []


def test_a_deleted_person_is_in_no_segment_and_segments_with_history_can_be_deleted(
    ada: Person, segment_of: Make
) -> None:
    heads = segment_of(HEADS)
    delete_person(ada, by=None)
    assert member_ids(heads) == []
    delete_segment(heads, by=None)
    assert not Segment.objects.exists()


def test_what_was_missed_is_repaired_within_a_day(ada: Person, jun: Person, segment_of: Make) -> None:
    heads = segment_of(HEADS)
    with clock.frozen(NOON + timedelta(minutes=1)):
        follow_changes()
    Person.objects.filter(pk=jun.pk).update(job_title="部長")  # past every verb
    with clock.frozen(NOON + timedelta(days=1, minutes=1)):
        follow_changes()
        follow_changes()
    assert member_ids(heads) == [ada.pk, jun.pk]
    assert MembershipChange.objects.last().why == {"cause": "repair"}  # type: ignore[union-attr]
    assert dict(SegmentSize.objects.values_list("day", "size")) == {
        NOON.date(): 1,
        NOON.date() + timedelta(days=1): 2,
    }


def test_dying_on_the_way_leaves_nothing_half_and_nothing_twice(
    ada: Person, jun: Person, segment_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = segment_of({"all": [READERS]}, name="一")
    other = segment_of({"any": [READERS, HEADS]}, name="二")
    view(jun, times=2)
    whole_put, calls = following.put, []

    def dying(*args: Any, **named: Any) -> int:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole_put(*args, **named)

    monkeypatch.setattr(following, "put", dying)
    with pytest.raises(KeyboardInterrupt):
        follow_changes()
    monkeypatch.setattr(following, "put", whole_put)
    follow_changes()
    assert member_ids(one) == [jun.pk]
    assert member_ids(other) == [ada.pk, jun.pk]
    assert MembershipChange.objects.filter(person_id=jun.pk).count() == 2


def test_many_changes_at_once_test_everybody(ada: Person, segment_of: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = segment_of({"all": [READERS]})
    monkeypatch.setattr(following, "SOME", 0)
    view(ada, times=2)
    follow_changes()
    assert member_ids(readers) == [ada.pk]
    assert MembershipChange.objects.get().why == {"cause": "many"}


@pytest.mark.slow
def test_following_ten_thousand_touchpoints_gives_the_same_people_as_testing_everybody(db: None) -> None:
    chance = random.Random(20261116)
    people = [
        create_person(by=None, family_name=f"客{number}", job_title=chance.choice(["部長", "課長", ""]))
        for number in range(60)
    ]
    conditions = {
        "読者": {"all": [READERS]},
        "熱心": {"any": [{"did": "downloaded", "times": {"gte": 3}, "within_days": 2}, {"all": [READERS, HEADS]}]},
        "静か": {"all": [{"did": "mail_opened", "times": {"eq": 0}, "within_days": 3}]},
        "一度": {"not": {"did": "form_submitted", "times": {"eq": 1}}},
        "少なめ": {
            "all": [{"did": "page_view", "times": {"lte": 4}, "within_days": 1}, {"field": "job_title", "op": "filled"}]
        },
    }
    segments = [create_segment(by=None, name=name, condition=condition) for name, condition in conditions.items()]
    nested = {"all": [{"segment": segments[0].pk}, {"segment": segments[2].pk, "in": False}]}
    segments.append(create_segment(by=None, name="組み合わせ", condition=nested))
    follow_changes()
    kinds = ["page_view", "downloaded", "mail_opened", "form_submitted", "noted"]
    assert set(kinds) <= set(KINDS)
    moment, written = NOON, 0
    while written < 10_000:
        moment += timedelta(hours=chance.choice([1, 5, 20]))
        with clock.frozen(moment):
            for _each in range(500):
                person = chance.choice(people) if chance.random() < 0.95 else None
                at = moment - timedelta(minutes=chance.randrange(4_000))
                record(chance.choice(kinds), source="test", at=at, person_id=person.pk if person else None)
                written += 1
            change_person(chance.choice(people), by=None, version=None, job_title=chance.choice(["部長", "", "顧問"]))
            catch_up()
            follow_changes()
            for segment in segments:
                node = read(SegmentCondition.objects.get(segment=segment).condition)
                expected = sorted(people_matching(node, doers=Doers(now=moment)).values_list("pk", flat=True))
                assert member_ids(segment) == expected, (segment.name, moment)
    inside = {(one.segment_id, one.person_id) for one in Membership.objects.all()}
    replayed = set[tuple[int, int]]()
    for change in MembershipChange.objects.order_by("pk"):
        place = (change.segment_id, change.person_id)
        assert (place in replayed) != change.entered
        replayed.symmetric_difference_update({place})
    assert replayed == inside
    assert not MembershipChange.objects.filter(why__cause__in=("repair", "many")).exists()


def test_a_condition_that_cannot_be_answered_pauses_its_segment_only(
    ada: Person, segment_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = segment_of({"all": [READERS]}, name="壊れる"), segment_of({"all": [READERS]}, name="全体")
    asked = following.to_q

    def unanswerable(node: Any, *args: Any, **named: Any) -> Any:
        if not seen:
            seen.append(node)
            raise DataError("integer out of range")
        return asked(node, *args, **named)

    seen: list[Any] = []
    monkeypatch.setattr(following, "to_q", unanswerable)
    view(ada, times=2)
    follow_changes()
    states = dict(Segment.objects.values_list("name", "state"))
    assert sorted(states.values()) == [SegmentState.CURRENT, SegmentState.PAUSED]
    monkeypatch.undo()
    follow_changes()
    assert member_ids(broken) == member_ids(whole) == [ada.pk]
