"""A condition asked of one row at hand."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any as Anything

from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionUnanswerable
from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.conditions.meaning import Filled, OneOf, Piece, Shape, Span, ascii_lower, counted, meaning
from ryorin.conditions.tree import All, Any, Did, InSegment, Node, Not, Test


def matches(
    node: Node,
    row: Mapping[str, Anything],
    record_type: RecordType,
    *,
    now: datetime,
    did: Callable[[Did], bool] | None = None,
    in_segment: Callable[[int], bool] | None = None,
) -> bool:
    """Return whether the row, values by field name, passes; a name it lacks is an empty value.

    `did` is asked only for counts of at least one: whether the customer did it so many times. `in_segment` says
    whether the record is in the segment of that id.
    """

    def passes(part: Node) -> bool:
        return matches(part, row, record_type, now=now, did=did, in_segment=in_segment)

    match node:
        case All(parts):
            return all(map(passes, parts))
        case Any(parts):
            return any(map(passes, parts))
        case Not(part):
            return not passes(part)
        case InSegment(segment, is_in):
            if in_segment is None:
                raise ConditionUnanswerable(_("セグメント"))
            return in_segment(segment) == is_in
        case Test():
            return _passes(node, row.get(node.field), record_type.field(node.field), now=now)
        case Did():
            return _did(node, did)


def _passes(test: Test, value: Anything, field: Field, *, now: datetime) -> bool:
    asked = meaning(test, field, now=now)
    value = _comparable(value, field)
    return (value is not None and _has_shape(value, asked.shape)) != asked.negated


def _has_shape(value: Anything, shape: Shape) -> bool:
    match shape:
        case Filled():
            return True
        case OneOf(values):
            return value in values
        case Piece(text, at_start):
            return ascii_lower(value).startswith(text) if at_start else text in ascii_lower(value)
        case Span():
            return _is_after_low(value, shape) and _is_before_high(value, shape)


def _is_after_low(value: Anything, span: Span) -> bool:
    return span.low is None or value > span.low or (span.has_low and value == span.low)


def _is_before_high(value: Anything, span: Span) -> bool:
    return span.high is None or value < span.high or (span.has_high and value == span.high)


def _comparable(value: Anything, field: Field) -> Anything:
    """Return the value as databases compare it: an empty text is none, an instant without an offset is in UTC."""
    if field.type.is_text and value == "":
        return None
    if isinstance(value, Decimal):
        return float(value)
    if field.type is Type.DATETIME and isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _did(node: Did, did: Callable[[Did], bool] | None) -> bool:
    asked, negated = counted(node)
    if asked is None:
        return not negated
    if did is None:
        raise ConditionUnanswerable(node.kind)
    return did(asked) != negated
