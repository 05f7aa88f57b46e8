"""What conditions mean, told by people: empties, days in Tokyo, long lists, what is not in history."""

from datetime import UTC, date, datetime, timedelta
from typing import Any as Anything

import ibis
import pytest
from tests.conditions import world
from tests.conditions.world import NOW, PERSON

from ryorin.conditions.errors import ConditionUnanswerable
from ryorin.conditions.fields import Field, Type
from ryorin.conditions.meaning import ZONE
from ryorin.conditions.row import matches
from ryorin.conditions.to_ibis import people_who, to_expression
from ryorin.conditions.to_orm import among, to_q
from ryorin.conditions.tree import EVERYTHING, All, Any, Did, Node, Not, Op, Test, Times

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table")


def passes(node: Node, **row: Anything) -> bool:
    return matches(node, row, PERSON, now=NOW)


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_value_is_not_anything(nothing: str | None) -> None:
    assert passes(Test("name", Op.EMPTY), name=nothing)
    assert passes(Test("name", Op.IS_NOT, "Ada"), name=nothing)
    assert passes(Test("name", Op.NOT_IN, ("Ada",)), name=nothing)
    assert passes(Not(Test("name", Op.CONTAINS, "d")), name=nothing)
    assert not passes(Test("name", Op.FILLED), name=nothing)
    assert not passes(Test("name", Op.STARTS, "A"), name=nothing)
    assert not passes(Test("age", Op.LT, 100), age=None)
    assert passes(Test("name", Op.EMPTY))


def test_letters_count_except_when_looking_inside() -> None:
    assert not passes(Test("name", Op.IS, "ada"), name="Ada")
    assert passes(Test("name", Op.CONTAINS, "DA"), name="Ada")
    assert not passes(Test("name", Op.CONTAINS, "ä"), name="Ädam")


def test_a_date_is_a_whole_day_in_tokyo_for_an_instant() -> None:
    first = datetime(2026, 3, 31, 15, tzinfo=UTC)
    last = first + timedelta(days=1, microseconds=-1)
    day = date(2026, 4, 1)
    for instant in (first, last):
        assert passes(Test("seen_at", Op.IS, day), seen_at=instant)
        assert passes(Test("seen_at", Op.BETWEEN, (day, day)), seen_at=instant)
        assert not passes(Test("seen_at", Op.GT, day), seen_at=instant)
        assert not passes(Test("seen_at", Op.LT, day), seen_at=instant)
    assert passes(Test("seen_at", Op.GT, day), seen_at=last + timedelta(microseconds=1))
    assert passes(Test("seen_at", Op.LT, day), seen_at=first - timedelta(microseconds=1))


def test_days_are_counted_from_this_moment_for_instants_and_from_today_in_tokyo_for_dates() -> None:
    late = datetime(2026, 11, 22, 16, tzinfo=UTC)  # already the 23rd in Tokyo
    week = Test("born", Op.WITHIN_DAYS, 7)
    assert matches(week, {"born": date(2026, 11, 16)}, PERSON, now=late)
    assert not matches(week, {"born": date(2026, 11, 15)}, PERSON, now=late)
    assert matches(Test("born", Op.NEXT_DAYS, 0), {"born": date(2026, 11, 23)}, PERSON, now=late)
    assert passes(Test("seen_at", Op.WITHIN_DAYS, 7), seen_at=NOW - timedelta(days=7))
    assert passes(Test("seen_at", Op.BEFORE_DAYS, 7), seen_at=NOW - timedelta(days=7, microseconds=1))


def test_who_did_nothing_is_found_by_having_no_touchpoint() -> None:
    def never_did(asked: Did) -> bool:
        assert asked == Did("called", Times.GTE, 1)
        return False

    for never in (Did("called", Times.LTE, 0), Did("called", Times.EQ, 0), Not(Did("called"))):
        assert matches(never, {}, PERSON, now=NOW, did=never_did)
    assert passes(Did("called", Times.GTE, 0))


@pytest.mark.django_db
@pytest.mark.usefixtures("rows")
class TestRowsInTheDatabase:
    def ids(self, node: Node, **more: Anything) -> list[int]:
        q = to_q(node, PERSON, now=NOW, **more)
        return list(world.Person.objects.filter(q).order_by("id").values_list("id", flat=True))

    def test_everything_and_nothing(self) -> None:
        everybody = list(range(1, 121))
        assert self.ids(EVERYTHING) == self.ids(Not(Any(()))) == everybody
        assert self.ids(Any((EVERYTHING, Test("name", Op.IS, "nobody")))) == everybody
        assert self.ids(Any(())) == self.ids(Not(EVERYTHING)) == self.ids(All((EVERYTHING, Any(())))) == []

    def test_any_number_of_ids_fits(self) -> None:
        many = range(100, 500_000)
        assert self.ids(Did("called"), did=lambda _asked: many) == list(range(100, 121))
        assert self.ids(Not(Did("called")), did=lambda _asked: many) == list(range(1, 100))

    def test_a_long_list_of_texts_and_of_numbers_of_all_sizes_fits(self) -> None:
        texts = [f"name {number}" for number in range(1000)]
        assert world.Person.objects.filter(among("name", [*texts, "O'Brien"])).count() == 6
        amounts = [*range(200), 2**40, -(2**62)]
        assert world.Person.objects.filter(among("spent", amounts)).count() > 0
        assert world.Person.objects.filter(among("age", [0.5 + n for n in range(200)])).count() == 0

    def test_two_hundred_long_lists_fit(self) -> None:
        lists = tuple(Test("owner", Op.IN, tuple(range(start, start + 1000))) for start in range(199))
        assert self.ids(Any(lists)) == self.ids(Test("owner", Op.FILLED))

    def test_the_condition_can_follow_other_filters_and_be_counted(self) -> None:
        q = to_q(Not(Test("company", Op.CONTAINS, "sato")), PERSON, now=NOW)
        young = world.Person.objects.filter(age__lt=3)
        assert young.filter(q).count() + young.exclude(q).count() == young.count() > 0

    def test_what_customers_did_is_refused_where_nobody_knows(self) -> None:
        with pytest.raises(ConditionUnanswerable, match="called"):
            self.ids(Did("called"))


def test_what_history_does_not_keep_is_refused() -> None:
    forgetful = PERSON.with_fields([Field(name="memo", label="覚え書き", type=Type.TEXT, column=None)])
    table = ibis.table({"id": "int64"}, name="people")
    for node in (Test("memo", Op.FILLED), Test("name", Op.FILLED), Did("called")):
        with pytest.raises(ConditionUnanswerable):
            to_expression(node, table, forgetful, now=NOW)


def test_instants_without_a_zone_in_history_are_in_utc(history: ibis.BaseBackend) -> None:
    people = history.table("people")
    bare = people.mutate(seen_at=people.seen_at.cast("timestamp('UTC')").cast("timestamp"))
    assert str(bare.seen_at.type()) == "timestamp"
    history.raw_sql("SET TimeZone = 'UTC'")
    node = Test("seen_at", Op.GTE, world.MIDNIGHT_IN_TOKYO.astimezone(ZONE))
    found = history.to_pyarrow(bare.filter(to_expression(node, bare, PERSON, now=NOW)).id.count()).as_py()
    history.raw_sql("SET TimeZone = 'America/New_York'")
    assert found == sum(matches(node, row, PERSON, now=NOW) for row in world.people()) > 0


def test_people_who_did_something_are_counted_up_to_now(history: ibis.BaseBackend) -> None:
    touchpoints = history.table("touchpoints")
    found = people_who(Did("called", Times.GTE, 2), touchpoints, now=NOW)
    ids = history.to_pyarrow(found)["person_id"].to_pylist()
    calls = [row["person_id"] for row in world.touchpoints() if row["kind"] == "called" and row["at"] <= NOW]
    assert sorted(ids) == sorted({person for person in calls if person is not None and calls.count(person) >= 2})
