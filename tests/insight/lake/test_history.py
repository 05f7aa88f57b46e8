"""One person's history, and who did what."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ryorin.conditions.fields import Type
from ryorin.conditions.tree import Did, Op, Test, Times
from ryorin.customers.identity.models import Identity
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.insight.lake.actions import append_touchpoints, catch_up, compact, drain
from ryorin.insight.lake.queries import (
    history_of_person,
    people_touched_since,
    people_who_did,
    sql,
    table,
    versions,
)
from ryorin.insight.lake.queries.reading import columns_of
from ryorin.lib.ids import named_id

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
Someone, KnownAs, Views = Callable[..., Person], Callable[[str, Person], Identity], Callable[..., list[str]]


def shown(person_id: int, **how: object) -> list[str]:
    return [str(entry.uid) for entry in history_of_person(person_id, **how)]  # type: ignore[arg-type]


def test_inbox_and_lake_make_one_list_newest_first(views: Views) -> None:
    old = views(3, person_id=1)
    drain()
    new = views(2, person_id=1, start=NOON + timedelta(days=3))
    views(2, person_id=2)
    assert shown(1) == [*reversed(new), *reversed(old)]
    drain()
    assert shown(1) == [*reversed(new), *reversed(old)]


def test_an_entry_carries_what_was_written() -> None:
    record("called", source="activities", at=NOON, person_id=1, value=5, campaign_id=3, properties={"note": "折り返し"})
    waiting = history_of_person(1)
    drain()
    kept = history_of_person(1)
    assert waiting == kept
    assert (kept[0].kind, kept[0].value, kept[0].campaign_id, kept[0].member_id) == ("called", 5, 3, None)
    assert (kept[0].at, kept[0].properties) == (NOON, {"note": "折り返し"})


def test_what_a_browser_did_belongs_to_the_person_it_turned_out_to_be(
    views: Views, someone: Someone, known_as: KnownAs
) -> None:
    tanaka = someone()
    before = views(2, visitor="v1")
    drain()
    assert shown(tanaka.pk) == []
    known_as("v1", tanaka)
    after = views(1, visitor="v1", start=NOON + timedelta(days=1))
    assert shown(tanaka.pk) == [*after, *reversed(before)]
    drain()
    assert shown(tanaka.pk) == [*after, *reversed(before)]


def test_a_touchpoint_that_waits_again_is_shown_once(views: Views) -> None:
    uid = named_id(NOON, "once")
    record("called", source="test", uid=uid, at=NOON, person_id=1)
    drain()
    record("called", source="test", uid=uid, at=NOON, person_id=1)
    assert shown(1) == [str(uid)]


@pytest.mark.parametrize("is_drained", [False, True])
def test_the_list_goes_on_where_it_ended(views: Views, is_drained: bool) -> None:
    ids = views(5, person_id=1) + views(5, person_id=1)
    if is_drained:
        drain()
    pages, place = [], None
    while page := history_of_person(1, before=place, limit=3):
        pages.append([str(entry.uid) for entry in page])
        place = page[-1].place
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert sorted(uid for page in pages for uid in page) == sorted(ids)
    assert len(shown(1, before=NOON + timedelta(hours=2))) == 4


def test_only_the_kinds_asked_for_are_shown(views: Views) -> None:
    views(2, person_id=1)
    record("called", source="test", person_id=1)
    assert [entry.kind for entry in history_of_person(1, kinds=["called"])] == ["called"]
    drain()
    assert [entry.kind for entry in history_of_person(1, kinds=["called"])] == ["called"]


def test_history_reads_the_same_after_tidying(views: Views, someone: Someone, known_as: KnownAs) -> None:
    people = [someone(f"客{number}") for number in range(5)]
    for number, person in enumerate(people):
        views(3, person_id=person.pk)
        views(2, visitor=f"v{number}", start=NOON - timedelta(days=40))
        known_as(f"v{number}", person)
        drain()
    before = [shown(person.pk) for person in people]
    compact(everything=True)
    assert [shown(person.pk) for person in people] == before
    assert [len(ids) for ids in before] == [5] * 5


def test_people_are_found_by_what_they_did(views: Views, someone: Someone, known_as: KnownAs) -> None:
    tanaka, suzuki = someone("田中"), someone("鈴木")
    views(2, person_id=tanaka.pk, properties={"url": "https://shop.example/pricing?a=1"})
    views(1, visitor="v1", properties={"url": "https://shop.example/pricing"})
    views(3, person_id=suzuki.pk, properties={"url": "https://shop.example/pricing"}, verdict="machine")
    known_as("v1", tanaka)
    catch_up()
    priced = Test("url", Op.CONTAINS, "/Pricing")
    now = NOON + timedelta(days=2)
    assert people_who_did(Did("page_view", Times.GTE, 3, 30, priced), now) == [tanaka.pk]
    assert people_who_did(Did("page_view", Times.GTE, 4, 30, priced), now) == []
    assert people_who_did(Did("page_view", Times.EQ, 3), now) == [tanaka.pk]
    assert people_who_did(Did("page_view", Times.GTE, 1, 1), now + timedelta(days=30)) == []
    assert people_who_did(Did("page_view"), now, among=[suzuki.pk]) == []
    assert people_who_did(Did("page_view"), now, among=[suzuki.pk, tanaka.pk]) == [tanaka.pk]


def test_who_was_touched_since_is_told_by_turns(views: Views, someone: Someone, known_as: KnownAs) -> None:
    tanaka = someone()
    known_as("v1", tanaka)
    views(1, person_id=5)
    catch_up()
    _nobody, turn = people_touched_since(None)
    assert people_touched_since(turn) == (set(), turn)
    views(1, person_id=6)
    views(1, visitor="v1")
    catch_up()
    assert people_touched_since(turn)[0] == {6, tanaka.pk}
    compact(everything=True)
    touched, later = people_touched_since(turn)
    assert touched == {6, tanaka.pk} and later > turn
    assert people_touched_since(later) == (set(), later)


def test_versions_change_with_every_change_only(views: Views) -> None:
    views(1)
    catch_up()
    before = versions()
    assert versions() == before
    views(1)
    catch_up()
    after = versions()
    assert after["touchpoints"] > before["touchpoints"] and after["people"] == before["people"]


def test_threads_read_side_by_side_while_new_versions_come() -> None:
    found: list[int] = []
    failed: list[Exception] = []

    def read() -> None:
        try:
            for _again in range(15):
                found.append(int(table("touchpoints").count().execute()))
        except Exception as error:
            failed.append(error)

    append_touchpoints([{"uid": named_id(NOON, "0"), "at": NOON, "kind": "called"}])
    threads = [threading.Thread(target=read) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for number in range(1, 11):
        append_touchpoints([{"uid": named_id(NOON, str(number)), "at": NOON, "kind": "called", "person_id": number}])
    for thread in threads:
        thread.join()
    assert not failed
    assert len(found) == 60 and set(found) <= set(range(1, 12))
    assert sql("SELECT count(*) FROM {touchpoints}", "touchpoints").fetchall() == [(11,)]


def test_every_field_conditions_know_of_a_touchpoint_is_kept_in_history() -> None:
    columns = {column.name for column in columns_of("touchpoints")}
    assert {field.column for field in TOUCHPOINT.fields} <= columns
    assert TOUCHPOINT.field("url").type is Type.TEXT


def test_joining_visitors_to_people_keeps_every_touchpoint(someone: Someone, known_as: KnownAs) -> None:
    tanaka = someone()
    known_as("v1", tanaka)
    whose = [{"person_id": 0}, {"person_id": 5, "visitor": "v1"}, {"visitor": "v1"}, {"visitor": "v2"}, {}]
    append_touchpoints(
        {"uid": named_id(NOON, str(number)), "at": NOON, "kind": "called", **theirs}
        for number, theirs in enumerate(whose)
    )
    catch_up()
    found = sql("SELECT person_id, raw_person_id FROM {touchpoints} ORDER BY uid", "touchpoints").fetchall()
    assert sorted(found, key=repr) == sorted([(0, 0), (5, 5), (tanaka.pk, None), (None, None), (None, None)], key=repr)
    assert table("touchpoints", raw=True).count().execute() == table("touchpoints").count().execute() == 5
