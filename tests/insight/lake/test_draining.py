"""From the inbox into the lake: everything once, whatever stops in between."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import Touchpoint, record, record_many
from ryorin.customers.timeline.errors import TouchpointRefused
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.actions import append_touchpoints, appending, compact, drain, draining, turns
from ryorin.insight.lake.errors import LakeBusy
from ryorin.insight.lake.models import DrainBatch
from ryorin.insight.lake.queries import sql, verify
from ryorin.insight.lake.queries.storage import open_table, place
from ryorin.lib.ids import named_id, new_id
from ryorin.workspace.leases.models import Lease

pytestmark = pytest.mark.django_db

Views = Callable[..., list[str]]


def in_lake() -> list[str]:
    return sorted(uid for (uid,) in sql("SELECT uid FROM {touchpoints}", "touchpoints").fetchall())


def test_waiting_touchpoints_leave_the_inbox_for_the_lake(views: Views) -> None:
    ids = views(3, visitor="v1")
    assert drain() == 3
    assert in_lake() == sorted(ids)
    assert not InboxTouchpoint.objects.exists()
    assert drain() == 0


def test_every_column_arrives_as_it_was_written() -> None:
    at = datetime(2026, 3, 31, 15, 30, 0, 123456, tzinfo=UTC)
    uid = record(
        "form_submitted",
        source="form:3",
        at=at,
        person_id=7,
        visitor="v1",
        company_id=2,
        channel="search",
        campaign_id=5,
        value=-1200,
        properties={"url": "https://a.example/?q=見積", "session": "s1", "note": "髙島'\"屋"},
    )
    drain()
    row = sql("SELECT * FROM {touchpoints}", "touchpoints").to_arrow_table().to_pylist()[0]
    assert row["uid"] == str(uid) and row["at"] == at
    assert (row["day"].isoformat(), row["month"]) == ("2026-04-01", "2026-04")
    assert (row["person_id"], row["visitor"], row["company_id"], row["campaign_id"]) == (7, "v1", 2, 5)
    assert (row["value"], row["channel"], row["verdict"], row["source"]) == (-1200, "search", "human", "form:3")
    assert (row["url"], row["session"]) == ("https://a.example/?q=見積", "s1")
    assert "髙島'\\\"屋" in row["properties"] and row["member_id"] is None


def test_a_batch_takes_the_oldest_and_leaves_the_rest(views: Views) -> None:
    ids = views(5)
    assert drain(limit=2) == 2
    assert in_lake() == sorted(ids[:2])
    assert drain(limit=2) == 2
    assert drain(limit=2) == 1


def test_the_same_id_again_changes_nothing_even_after_it_went_into_the_lake(views: Views) -> None:
    uid = new_id()
    for _again in range(3):
        record("page_view", source="test", uid=uid)
        record("page_view", source="test", uid=uid)
        drain()
    assert in_lake() == [str(uid)]
    assert verify().is_ok


def test_the_same_id_months_later_changes_nothing() -> None:
    april, june = datetime(2026, 4, 10, tzinfo=UTC), datetime(2026, 6, 10, tzinfo=UTC)
    uid = named_id(april, "view", "1")
    record("page_view", source="test", uid=uid, at=april)
    drain()
    record("page_view", source="test", uid=uid, at=june)
    drain()
    assert in_lake() == [str(uid)]
    assert not InboxTouchpoint.objects.exists()


def test_a_drainer_that_died_after_numbering_loses_nothing(views: Views) -> None:
    ids = views(3)
    draining.mark(100)
    later = views(2)
    assert drain() == 5
    assert in_lake() == sorted(ids + later)
    assert verify().is_ok


def test_a_drainer_that_died_after_writing_writes_nothing_twice(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = views(3)
    number = draining.mark(100)
    assert number is not None
    rows = draining.rows.read(draining._select(number), draining.GIVEN)
    appending.append(rows, inbox=number)
    before = DeltaTable(place("touchpoints")).version()
    assert drain() == 3
    assert in_lake() == sorted(ids)
    assert DeltaTable(place("touchpoints")).version() == before


def test_after_an_older_database_is_restored_numbers_go_on_above_those_the_lake_has_seen(views: Views) -> None:
    for _batch in range(3):
        views(1)
        drain()
    DrainBatch.objects.all().delete()
    later = views(2)
    assert drain() == 2
    assert set(later) <= set(in_lake()) and len(in_lake()) == 5
    assert verify().is_ok


def test_a_writer_that_was_overtaken_is_refused_by_the_lake_itself(views: Views) -> None:
    views(1)
    drain()
    slow = open_table("touchpoints")
    assert slow is not None
    views(1)
    drain()

    rows = appending.shaped(
        appending.given([{"uid": str(new_id()), "at": datetime.now(UTC), "kind": "called"}]), turn=9
    )
    with pytest.raises(CommitFailedError):
        write_deltalake(slow, rows, mode="append", commit_properties=turns.numbered(slow))


def test_while_another_process_writes_one_waits_and_is_then_told(views: Views) -> None:
    views(1)
    Lease.objects.create(name="lake", holder="elsewhere:1", until=datetime(2999, 1, 1, tzinfo=UTC))
    with pytest.raises(LakeBusy), turns.turn(wait=0.3):
        pass
    assert InboxTouchpoint.objects.count() == 1


def test_touchpoints_by_the_thousand_go_straight_into_the_lake_once() -> None:
    at = datetime(2026, 1, 31, 14, 59, tzinfo=UTC)
    rows = [
        {"uid": named_id(at, str(n)), "at": at, "kind": "page_view", "visitor": "v", "properties": {"url": f"/{n}"}}
        for n in range(2000)
    ]
    assert append_touchpoints(rows[:1500] + rows[:10]) == 1500
    assert append_touchpoints(rows) == 500
    assert append_touchpoints(rows) == 0
    assert append_touchpoints([]) == 0
    assert sql("SELECT count(DISTINCT url) FROM {touchpoints}", "touchpoints").fetchall() == [(2000,)]


def test_a_bulk_of_touchpoints_leaves_a_half_drained_batch_to_be_finished(views: Views) -> None:
    ids = views(2)
    draining.mark(100)
    append_touchpoints([{"uid": str(new_id()), "at": datetime.now(UTC), "kind": "called", "person_id": 1}])
    assert drain() == 2
    assert len(in_lake()) == 3 and set(ids) <= set(in_lake())


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": str(UUID(int=1)), "at": datetime.now(UTC), "kind": "sneezed"},
        {"uid": "1", "at": datetime.now(UTC), "kind": "called"},
        {"uid": str(UUID(int=1)), "at": None, "kind": "called"},
        {"uid": None, "at": datetime.now(UTC), "kind": "called"},
    ],
)
def test_bulk_touchpoints_that_make_no_sense_are_refused_and_nothing_is_written(wrong: dict[str, object]) -> None:
    with pytest.raises(TouchpointRefused):
        append_touchpoints([wrong, {"uid": str(new_id()), "at": datetime.now(UTC), "kind": "called"}])
    assert in_lake() == []


def test_tidying_changes_no_answer(views: Views, someone: Callable[..., Person]) -> None:
    for person in range(20):
        views(3, person_id=person % 4 or None, visitor=f"v{person}")
        drain()
    before = sql("SELECT * FROM {touchpoints} ORDER BY uid", "touchpoints").to_arrow_table()
    assert compact().merged == 1
    assert sql("SELECT * FROM {touchpoints} ORDER BY uid", "touchpoints").to_arrow_table().equals(before)
    assert compact(everything=True).sorted == 1
    assert compact(everything=True).sorted == 0
    assert sql("SELECT * FROM {touchpoints} ORDER BY uid", "touchpoints").to_arrow_table().equals(before)
    assert verify().is_ok


def test_one_refused_touchpoint_does_not_stop_others() -> None:
    with pytest.raises(TouchpointRefused):
        record_many([Touchpoint(kind="sneezed", source="test")])
    record("called", source="test")
    assert drain() == 1
