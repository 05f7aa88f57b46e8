"""Random conditions over the small world, by hypothesis."""

from hypothesis import strategies as st
from tests.conditions import world

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.conditions.ops import DAYS, LISTED, OPS_FOR, VALUELESS
from ryorin.conditions.tree import All, Any, Did, Node, Not, Op, Scalar, Test, Times
from ryorin.conditions.values import place_of


def conditions(record_type: RecordType, *, with_did: bool) -> st.SearchStrategy[Node]:
    """Return trees over the fields of a record type, of every operation and nesting."""
    leaves: st.SearchStrategy[Node] = st.sampled_from(record_type.fields).flatmap(tests_of)
    if with_did:
        leaves = leaves | dids()
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4).map(tuple).map(All)
            | st.lists(inner, max_size=4).map(tuple).map(Any)
            | inner.map(Not)
        ),
        max_leaves=8,
    )


def tests_of(field: Field) -> st.SearchStrategy[Node]:
    return st.sampled_from(OPS_FOR[field.type]).flatmap(
        lambda op: values_of(field, op).map(lambda v: Test(field.name, op, v))
    )


def values_of(field: Field, op: Op) -> st.SearchStrategy[Scalar | tuple[Scalar, ...] | None]:
    one = scalars(field)
    if op in VALUELESS:
        return st.none()
    if op in DAYS:
        return st.sampled_from(
            (0, 1, 7, 8, 36_500) if field.type is Type.DATE or op is Op.BEFORE_DAYS else (1, 7, 8, 36_500)
        )
    if op in LISTED:
        many = st.lists(one, min_size=120, max_size=130)
        return (st.lists(one, min_size=1, max_size=4) | many).map(tuple)
    if op is Op.BETWEEN:
        return st.tuples(one, one).filter(lambda ends: _is_ordered(field, ends))
    if op in (Op.CONTAINS, Op.STARTS):
        return (
            st.sampled_from(
                ["a", "S", "sA", "Ä", "ä", "%", "_", "\\", "'", "か", "Ａ", "ａ", "ß", "ss", " ", "😀", '"']
            )
            | one
        )
    return one


def scalars(field: Field) -> st.SearchStrategy[Scalar]:
    match field.type:
        case Type.TEXT:
            return st.sampled_from([text for text in (*world.TEXTS, *world.PATHS) if text])
        case Type.NUMBER:
            return st.sampled_from(
                [number for number in (*world.NUMBERS, *world.FRACTIONS, 2.5, -0.5, 0.75) if number is not None]
            )
        case Type.MONEY:
            return st.sampled_from([amount for amount in world.MONEY if amount is not None])
        case Type.BOOLEAN:
            return st.booleans()
        case Type.CHOICE:
            return st.sampled_from([value for value, _label in field.options()])
        case Type.REFERENCE:
            return st.integers(0, 4)
        case Type.DATE:
            return st.sampled_from([day for day in world.DATES if day])
        case Type.DATETIME:
            return st.sampled_from([moment for moment in (*world.INSTANTS, *world.DATES) if moment])


def dids() -> st.SearchStrategy[Node]:
    return st.builds(
        Did,
        kind=st.sampled_from(list(world.KINDS)),
        times_op=st.sampled_from(list(Times)),
        times=st.integers(0, 4),
        within_days=st.none() | st.sampled_from([1, 7, 8, 36_500]),
        where=st.none() | conditions(world.TOUCHPOINT, with_did=False),
    )


def _is_ordered(field: Field, ends: tuple[Scalar, Scalar]) -> bool:
    return place_of(ends[0]) <= place_of(ends[1])
