"""A condition: a small tree that never changes and can be compared, kept in a set and written as JSON.

Every test of a row is true or false, never unknown. No value, and an empty text, are the same: *empty*. An empty value
passes `is_not`, `not_in` and `empty` and fails every other test; `Not` turns an answer round, whatever the values are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Scalar = str | int | float | bool | date | datetime
Value = Scalar | tuple[Scalar, ...] | None


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS = "starts"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BETWEEN = "between"  # both ends belong to it
    EMPTY = "empty"
    FILLED = "filled"
    WITHIN_DAYS = "within_days"  # in the last N days, up to now
    NEXT_DAYS = "next_days"  # from now, in the next N days
    BEFORE_DAYS = "before_days"  # longer ago than N days


class Times(StrEnum):
    GTE = "gte"
    LTE = "lte"
    EQ = "eq"


@dataclass(frozen=True)
class All:
    """True when every part is; with no parts, always."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    """True when one part is; with no parts, never."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    part: "Node"


@dataclass(frozen=True)
class Test:
    """One field compared with a value: a tuple for `in`, `not_in` and `between`, None for `empty` and `filled`."""

    __test__ = False

    field: str
    op: Op
    value: Value = None


@dataclass(frozen=True)
class Did:
    """The customer did a kind of touchpoint so many times, within the last days or ever, of those passing `where`."""

    kind: str
    times_op: Times = Times.GTE
    times: int = 1
    within_days: int | None = None
    where: "Node | None" = None


@dataclass(frozen=True)
class InSegment:
    """The record is one of a segment's; with `is_in` false, it is not."""

    segment: int
    is_in: bool = True


Node = All | Any | Not | Test | Did | InSegment

EVERYTHING = All(())


def leaves_of(node: Node) -> Iterator[Test | Did | InSegment]:
    """Yield what a condition is made of in the end; not what narrows down what somebody did."""
    match node:
        case All(parts) | Any(parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part):
            yield from leaves_of(part)
        case _:
            yield node


def segments_in(node: Node) -> frozenset[int]:
    """Return the segments a condition names."""
    return frozenset(leaf.segment for leaf in leaves_of(node) if isinstance(leaf, InSegment))
