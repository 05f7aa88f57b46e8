"""Reading conditions written as JSON: what is understood, and what is refused and where."""

import json
from datetime import UTC, date, datetime
from typing import Any as Anything

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conditions.world import PERSON, TOUCHPOINT

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import Field, Type
from ryorin.conditions.parser import from_query, parse, to_json, to_query
from ryorin.conditions.tree import EVERYTHING, All, Any, Did, InSegment, Node, Not, Op, Test, Times, segments_in


def read(data: object) -> Node:
    return parse(data, PERSON, touchpoint_type=TOUCHPOINT)


def value_of(field: str, value: object, op: str = "is") -> object:
    node = read({"field": field, "op": op, "value": value})
    assert isinstance(node, Test)
    return node.value


def test_a_tree_is_read() -> None:
    data = {
        "all": [
            {"field": "prefecture", "op": "is", "value": "13"},
            {"any": [{"field": "note", "op": "empty"}, {"not": {"field": "age", "op": "between", "value": [20, 29]}}]},
            {
                "did": "page_view",
                "times": {"gte": 3},
                "within_days": 30,
                "where": {"field": "url", "op": "starts", "value": "/price"},
            },
        ]
    }
    tree = All(
        (
            Test("prefecture", Op.IS, "13"),
            Any((Test("note", Op.EMPTY), Not(Test("age", Op.BETWEEN, (20, 29))))),
            Did("page_view", Times.GTE, 3, 30, Test("url", Op.STARTS, "/price")),
        )
    )
    assert read(data) == read(json.dumps(data)) == tree
    assert to_json(tree) == data


@pytest.mark.parametrize("data", [{}, "{}", {"all": []}])
def test_nothing_asked_is_everything(data: object) -> None:
    assert read(data) == EVERYTHING


def test_did_means_once_or_more_unless_said_otherwise() -> None:
    assert read({"did": "called"}) == Did("called", Times.GTE, 1)


def test_conditions_can_be_kept_in_a_set() -> None:
    assert len({read({"field": "age", "op": "is", "value": 3}), read({"field": "age", "op": "is", "value": "3"})}) == 1


def test_values_become_what_the_field_stands_for() -> None:
    assert value_of("born", "2026-04-01") == date(2026, 4, 1)
    assert value_of("seen_at", "2026-04-01") == date(2026, 4, 1)
    assert value_of("seen_at", "2026-04-01T09:00") == datetime(2026, 4, 1, tzinfo=UTC)
    assert value_of("seen_at", "2026-04-01T09:00:00+01:00") == datetime(2026, 4, 1, 8, tzinfo=UTC)
    assert value_of("subscribed", "true") is True
    assert value_of("age", "１，２３４") == 1234
    assert value_of("score", "-2.50") == -2.5
    assert value_of("spent", 5.0) == 5
    assert value_of("owner", "12") == 12
    assert value_of("born", "30", op="within_days") == 30


def test_a_condition_travels_in_an_address() -> None:
    node = All((Test("name", Op.CONTAINS, "佐藤 & 100%"), Not(Test("born", Op.GT, date(2026, 4, 1)))))
    assert from_query(QueryDict(to_query(node)), PERSON) == node
    assert to_query(EVERYTHING) == ""
    assert from_query(QueryDict("page=2"), PERSON) == EVERYTHING


DEEP: Anything = {"all": []}
for _step in range(12):
    DEEP = {"not": DEEP}


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (None, "$"),
        ([], "$"),
        ("not json", "$"),
        ("[" * 100_000, "$"),
        ('{"field":"age","op":"is","value":NaN}', "$"),
        ('{"field":"age","op":"is","value":' + "9" * 5000 + "}", "$"),
        ({"some": []}, "$"),
        ({"all": [], "any": []}, "$"),
        ({"all": [], "extra": 1}, "$"),
        ({"all": {"field": "age"}}, "$.all"),
        ({"all": [{"not": {"field": "shoe_size", "op": "is", "value": 1}}]}, "$.all[0].not.field"),
        ({"field": ["age"], "op": "is", "value": 1}, "$.field"),
        ({"field": "age", "op": "contains", "value": "1"}, "$.op"),
        ({"field": "age", "op": ["is"], "value": 1}, "$.op"),
        ({"field": "age", "value": 1}, "$.op"),
        ({"field": "age", "op": "is"}, "$.value"),
        ({"field": "age", "op": "empty", "value": 1}, "$"),
        ({"field": "age", "op": "is", "value": True}, "$.value"),
        ({"field": "age", "op": "is", "value": 10**400}, "$.value"),
        ({"field": "age", "op": "is", "value": "twelve"}, "$.value"),
        ({"field": "age", "op": "is", "value": float("inf")}, "$.value"),
        ({"field": "spent", "op": "is", "value": 2**63}, "$.value"),
        ({"field": "spent", "op": "is", "value": 1.5}, "$.value"),
        ({"field": "name", "op": "is", "value": ""}, "$.value"),
        ({"field": "name", "op": "is", "value": "a" * 501}, "$.value"),
        ({"field": "name", "op": "is", "value": "a\0b"}, "$.value"),
        ({"field": "name", "op": "is", "value": "\ud800"}, "$.value"),
        ({"field": "name", "op": "in", "value": []}, "$.value"),
        ({"field": "name", "op": "in", "value": "Sato"}, "$.value"),
        ({"field": "name", "op": "in", "value": ["Sato", 1]}, "$.value[1]"),
        ({"field": "name", "op": "in", "value": ["Sato"] * 1001}, "$.value"),
        ({"field": "prefecture", "op": "in", "value": ["13", "99"]}, "$.value[1]"),
        ({"field": "subscribed", "op": "is", "value": "maybe"}, "$.value"),
        ({"field": "born", "op": "is", "value": "2026-02-30"}, "$.value"),
        ({"field": "born", "op": "is", "value": "20260401"}, "$.value"),
        ({"field": "born", "op": "is", "value": "0001-01-01"}, "$.value"),
        ({"field": "seen_at", "op": "is", "value": "0001-01-01T00:00:00+14:00"}, "$.value"),
        ({"field": "seen_at", "op": "is", "value": "2026-04-01T25:00"}, "$.value"),
        ({"field": "seen_at", "op": "within_days", "value": 0}, "$.value"),
        ({"field": "born", "op": "within_days", "value": 36_501}, "$.value"),
        ({"field": "born", "op": "between", "value": ["2026-04-02", "2026-04-01"]}, "$.value"),
        ({"field": "age", "op": "between", "value": [1, 2, 3]}, "$.value"),
        ({"did": "danced"}, "$.did"),
        ({"did": ["page_view"]}, "$.did"),
        ({"did": "page_view", "times": 3}, "$.times"),
        ({"did": "page_view", "times": {"gte": 1, "lte": 2}}, "$.times"),
        ({"did": "page_view", "times": {"gte": -1}}, "$.times.gte"),
        ({"did": "page_view", "within_days": 0}, "$.within_days"),
        ({"did": "page_view", "where": {"field": "age", "op": "is", "value": 1}}, "$.where.field"),
        ({"did": "page_view", "where": {"did": "called"}}, "$.where"),
        ({"all": [{"all": []}] * 200}, "$.all[199]"),
        (DEEP, "$" + ".not" * 12),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(data: object, where: str) -> None:
    with pytest.raises(ConditionInvalid) as refused:
        read(data)
    assert refused.value.where == where
    assert str(refused.value).startswith(f"条件が正しくありません（{where}）：")


def test_what_customers_did_is_refused_where_it_is_not_known() -> None:
    with pytest.raises(ConditionInvalid, match="行動"):
        parse({"did": "page_view"}, PERSON)


def test_a_hidden_field_cannot_be_asked_for() -> None:
    margin = Field(name="margin", label="粗利", type=Type.MONEY, sees=frozenset({"manager"}))
    fuller = PERSON.with_fields([margin])
    condition = {"field": "margin", "op": "gte", "value": 1}
    assert parse(condition, fuller.seen_by("manager"))
    with pytest.raises(ConditionInvalid, match="「margin」という項目はありません"):
        parse(condition, fuller.seen_by("sales"))


def test_a_field_that_is_not_for_filters_cannot_be_asked_for() -> None:
    photo = Field(name="photo", label="写真", type=Type.TEXT, filterable=False)
    with pytest.raises(ConditionInvalid):
        parse({"field": "photo", "op": "filled"}, PERSON.with_fields([photo]))


WORDS = ["age", "is", "in"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "field", "op", "value", "did", "times", "where", "x"]),
            inner,
            max_size=3,
        )
    ),
)


@settings(max_examples=300, deadline=None)
@given(data=JSON)
def test_any_json_is_read_or_refused(data: object) -> None:
    try:
        node = read(data)
    except ConditionInvalid as refused:
        assert str(refused)
    else:
        assert read(to_json(node)) == node


def test_a_segment_is_asked_for_by_its_number() -> None:
    assert parse({"segment": 2}, PERSON) == InSegment(2)
    assert parse({"segment": "2", "in": False}, PERSON) == InSegment(2, is_in=False)
    assert segments_in(parse({"any": [{"not": {"segment": 1}}, {"segment": 2}]}, PERSON)) == {1, 2}


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"segment": 9}, "$.segment"),
        ({"segment": ""}, "$.segment"),
        ({"segment": 1, "in": "true"}, "$.in"),
        ({"segment": 1, "field": "age"}, "$"),
        ({"segment": 1, "value": 3}, "$"),
    ],
)
def test_a_segment_that_is_gone_or_half_asked_for_is_refused(data: object, where: str) -> None:
    with pytest.raises(ConditionInvalid) as refused:
        parse(data, PERSON)
    assert refused.value.where == where


def test_touchpoints_are_in_no_segment() -> None:
    with pytest.raises(ConditionInvalid, match="セグメント"):
        parse({"segment": 1}, TOUCHPOINT)
