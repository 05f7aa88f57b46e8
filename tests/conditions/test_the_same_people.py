"""A condition gives the same people however it is asked: of one row, of the database, of history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from tests.conditions import trees, world
from tests.conditions.world import NOW, PERSON, TOUCHPOINT

from ryorin.conditions.fields import Field
from ryorin.conditions.meaning import since
from ryorin.conditions.parser import parse, to_json
from ryorin.conditions.row import matches
from ryorin.conditions.to_ibis import people_who, to_expression
from ryorin.conditions.to_orm import to_q
from ryorin.conditions.tree import Did, Node, Times

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("rows"),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table"),
]

PEOPLE = world.people()
TOUCHPOINTS = world.touchpoints()


@pytest.mark.parametrize("field", PERSON.fields, ids=lambda field: field.name)
def test_every_comparison_of_a_field_agrees(history: ibis.BaseBackend, field: Field) -> None:
    tests = trees.every_comparison(field)
    people = history.table("people")
    found = history.to_pyarrow(
        people.select("id", **{str(n): to_expression(test, people, PERSON, now=NOW) for n, test in enumerate(tests)})
    ).to_pydict()

    for number, test in enumerate(tests):
        expected = by_row(test)
        by_history = sorted(key for key, answer in zip(found["id"], found[str(number)], strict=True) if answer)
        assert (by_database(test, history), by_history) == (expected, expected), test


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=trees.conditions(PERSON, with_did=True))
def test_rows_database_and_history_agree(history: ibis.BaseBackend, node: Node) -> None:
    expected = by_row(node)

    assert by_database(node, history) == expected
    assert by_history(node, history) == expected


@settings(max_examples=100, deadline=None)
@given(node=trees.conditions(PERSON, with_did=True))
def test_what_is_written_as_json_is_read_back(node: Node) -> None:
    assert parse(to_json(node), PERSON, touchpoint_type=TOUCHPOINT) == node


def by_row(node: Node) -> list[int]:
    return [person["id"] for person in PEOPLE if passes(node, person)]


def passes(node: Node, person: dict[str, Any]) -> bool:
    key = person["id"]
    return matches(
        node, person, PERSON, now=NOW, did=counted_for(key), in_segment=lambda segment: key in world.members(segment)
    )


def by_database(node: Node, history: ibis.BaseBackend) -> list[int]:
    def who(did: Did) -> list[int]:
        found = people_who(did, history.table("touchpoints"), TOUCHPOINT, now=NOW)
        return history.to_pyarrow(found)["person_id"].to_pylist()

    q = to_q(node, PERSON, now=NOW, did=who)
    return list(world.Person.objects.filter(q).order_by("id").values_list("id", flat=True))


def by_history(node: Node, history: ibis.BaseBackend) -> list[int]:
    table = history.table("people")
    expression = to_expression(
        node,
        table,
        PERSON,
        now=NOW,
        touchpoints=history.table("touchpoints"),
        touchpoint_type=TOUCHPOINT,
        segment_members=history.table("segment_members"),
    )
    answers = history.to_pyarrow(table.select("id", answer=expression).order_by("id")).to_pylist()
    assert {row["answer"] for row in answers} <= {True, False}
    return [row["id"] for row in answers if row["answer"]]


def counted_for(person_id: int) -> Callable[[Did], bool]:
    def did(asked: Did) -> bool:
        times = sum(1 for row in TOUCHPOINTS if row["person_id"] == person_id and counts(asked, row))
        return times == asked.times if asked.times_op is Times.EQ else times >= asked.times

    return did


def counts(did: Did, row: dict[str, object]) -> bool:
    first = since(did, now=NOW) or NOW - timedelta(days=1_000_000 // 2)
    if row["kind"] != did.kind or not first <= row["at"] <= NOW:
        return False
    return did.where is None or matches(did.where, row, TOUCHPOINT, now=NOW)
