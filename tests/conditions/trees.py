"""Conditions over the small world: every comparison of a field, and random trees by hypothesis."""

from itertools import pairwise

from hypothesis import strategies as st
from tests.conditions import world

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.conditions.ops import DAYS, LISTED, OPS_FOR, VALUELESS
from ryorin.conditions.tree import All, Any, Did, InSegment, Node, Not, Op, Scalar, Test, Times, Value
from ryorin.conditions.values import place_of

PIECES = ("a", "S", "sA", "Ä", "ä", "%", "_", "\\", "'", "か", "Ａ", "ａ", "ß", "ss", " ", "😀", '"')


def every_comparison(field: Field) -> list[Test]:
    """Return each operation of a field with each kind of value it may meet."""
    return [Test(field.name, op, value) for op in OPS_FOR[field.type] for value in values_of(field, op)]


def conditions(record_type: RecordType, *, with_did: bool) -> st.SearchStrategy[Node]:
    """Return trees over the fields of a record type, of every operation and nesting."""
    leaves: st.SearchStrategy[Node] = st.sampled_from(record_type.fields).flatmap(
        lambda field: st.sampled_from(every_comparison(field))
    )
    if with_did:
        leaves = leaves | dids()
    if record_type.segments:
        leaves = leaves | st.builds(InSegment, st.sampled_from(list(record_type.segments.names())), st.booleans())
    return st.recursive(leaves, _joined, max_leaves=8)


def dids() -> st.SearchStrategy[Node]:
    return st.builds(
        Did,
        kind=st.sampled_from(list(world.KINDS)),
        times_op=st.sampled_from(list(Times)),
        times=st.integers(0, 4),
        within_days=st.none() | st.sampled_from([1, 7, 8, 36_500]),
        where=st.none() | conditions(world.TOUCHPOINT, with_did=False),
    )


def values_of(field: Field, op: Op) -> list[Value]:
    one = scalars(field)
    if op in VALUELESS:
        return [None]
    if op in DAYS:
        return [0, 1, 7, 8, 36_500] if field.type is Type.DATE or op is Op.BEFORE_DAYS else [1, 7, 8, 36_500]
    if op in LISTED:
        return [(one[0],), *pairwise(one), tuple(one), tuple(one * 40)]
    if op is Op.BETWEEN:
        return [*pairwise(sorted(one, key=place_of)), (one[0], one[0])]
    return [*PIECES, *one] if op in (Op.CONTAINS, Op.STARTS) else [*one]


def scalars(field: Field) -> list[Scalar]:
    match field.type:
        case Type.TEXT:
            return [text for text in (*world.TEXTS, *world.PATHS) if text]
        case Type.NUMBER:
            return [number for number in (*world.NUMBERS, *world.FRACTIONS, 2.5, -0.5, 0.75) if number is not None]
        case Type.MONEY:
            return [amount for amount in world.MONEY if amount is not None]
        case Type.BOOLEAN:
            return [True, False]
        case Type.CHOICE:
            return [value for value, _label in field.options()]
        case Type.REFERENCE:
            return [0, 1, 2, 3, 4]
        case Type.DATE:
            return [day for day in world.DATES if day]
        case Type.DATETIME:
            return [moment for moment in (*world.INSTANTS, *world.DATES) if moment]


def _joined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, max_size=4).map(tuple)
    return several.map(All) | several.map(Any) | parts.map(Not)
