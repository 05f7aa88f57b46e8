"""A condition as an Ibis expression over the published tables of history."""

from datetime import UTC, datetime

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionUnanswerable
from ryorin.conditions.fields import Field, RecordType
from ryorin.conditions.meaning import (
    ASCII_LOWER,
    Filled,
    OneOf,
    Piece,
    Shape,
    Span,
    counted,
    meaning,
    since,
)
from ryorin.conditions.tree import All, Any, Did, InSegment, Node, Not, Scalar, Test, Times


def to_expression(
    node: Node,
    table: ir.Table,
    record_type: RecordType,
    *,
    now: datetime,
    touchpoints: ir.Table | None = None,
    touchpoint_type: RecordType | None = None,
    segment_members: ir.Table | None = None,
) -> ir.BooleanValue:
    """Return what `node` says of each row of `table`: true or false, never null.

    `touchpoints` has the columns kind, at and person_id, beside those of `touchpoint_type`, and `segment_members` the
    columns segment_id and person_id. Where `node` asks what customers did, the rows are people.
    """

    def compiled(part: Node) -> ir.BooleanValue:
        match part:
            case All(parts):
                return ibis.and_(*map(compiled, parts))
            case Any(parts):
                return ibis.or_(*map(compiled, parts))
            case Not(inner):
                return ~compiled(inner)
            case Test():
                return _test(part, table, record_type.field(part.field), now=now)
            case InSegment():
                return _in_segment(part, table[record_type.key], segment_members)
            case Did():
                return _did(part, table[record_type.key], now, touchpoints, touchpoint_type)

    return compiled(node)


def people_who(
    did: Did, touchpoints: ir.Table, touchpoint_type: RecordType | None = None, *, now: datetime
) -> ir.Table:
    """Return one column, person_id, of everybody with as many such touchpoints up to `now` (at least one)."""
    at, person, first = touchpoints["at"], touchpoints["person_id"], since(did, now=now)
    counts = [touchpoints["kind"] == did.kind, person.notnull(), at <= _literal(now, at)]
    if first is not None:
        counts.append(at >= _literal(first, at))
    if did.where is not None:
        if touchpoint_type is None:
            raise ConditionUnanswerable(did.kind)
        counts.append(to_expression(did.where, touchpoints, touchpoint_type, now=now))
    people = touchpoints.filter(counts).group_by("person_id").aggregate(times=lambda rows: rows.count())
    times = people["times"]
    reached = times == did.times if did.times_op is Times.EQ else times >= did.times
    return people.filter(reached).select("person_id")


def last_times(
    did: Did, touchpoints: ir.Table, touchpoint_type: RecordType | None = None, *, now: datetime
) -> ir.Table:
    """Return person_id and last_at, the moment of the last such touchpoint of each person up to `now`."""
    at, person, first = touchpoints["at"], touchpoints["person_id"], since(did, now=now)
    wanted = [touchpoints["kind"] == did.kind, person.notnull(), at <= _literal(now, at)]
    if first is not None:
        wanted.append(at >= _literal(first, at))
    if did.where is not None:
        if touchpoint_type is None:
            raise ConditionUnanswerable(did.kind)
        wanted.append(to_expression(did.where, touchpoints, touchpoint_type, now=now))
    return touchpoints.filter(wanted).group_by("person_id").aggregate(last_at=lambda rows: rows["at"].max())


def _in_segment(node: InSegment, key: ir.Column, segment_members: ir.Table | None) -> ir.BooleanValue:
    if segment_members is None:
        raise ConditionUnanswerable(_("セグメント"))
    found = key.isin(segment_members.filter(segment_members["segment_id"] == node.segment)["person_id"])
    return found if node.is_in else ~found


def _did(
    node: Did, key: ir.Column, now: datetime, touchpoints: ir.Table | None, touchpoint_type: RecordType | None
) -> ir.BooleanValue:
    asked, negated = counted(node)
    if asked is None:
        return ibis.literal(not negated)
    if touchpoints is None:
        raise ConditionUnanswerable(node.kind)
    found = key.isin(people_who(asked, touchpoints, touchpoint_type, now=now)["person_id"])
    return ~found if negated else found


def _test(test: Test, table: ir.Table, field: Field, *, now: datetime) -> ir.BooleanValue:
    if field.column is None or field.column not in table.columns:
        raise ConditionUnanswerable(field.label)
    asked = meaning(test, field, now=now)
    column = table[field.column]
    filled = column.notnull() & (column != "") if field.type.is_text else column.notnull()
    found = filled if isinstance(asked.shape, Filled) else column.notnull() & _shape(asked.shape, column)
    return ~found if asked.negated else found


def _shape(shape: Shape, column: ir.Column) -> ir.BooleanValue:
    match shape:
        case OneOf((value,)):
            return column == _literal(value, column)
        case OneOf(values):
            return column.isin([_literal(value, column) for value in values]) if values else ibis.literal(False)
        case Span():
            return ibis.and_(*_ends(shape, column))
        case Piece(text, at_start):
            return column.re_search(_pattern(text, at_start=at_start))
        case Filled():
            return column.notnull()


def _pattern(text: str, *, at_start: bool) -> str:
    """Return the regular expression for a text in which large and small letters of ASCII, and no others, are one.

    It is matched several times faster than a column is brought into small letters.
    """
    return ("^" if at_start else "") + "".join(
        f"[{letter}{letter.upper()}]"
        if letter in ASCII_LOWER
        else letter
        if ord(letter) > 127
        else f"\\x{ord(letter):02x}"
        for letter in text
    )


def _ends(span: Span, column: ir.Column) -> list[ir.BooleanValue]:
    ends = []
    if span.low is not None:
        low = _literal(span.low, column)
        ends.append(column >= low if span.has_low else column > low)
    if span.high is not None:
        high = _literal(span.high, column)
        ends.append(column <= high if span.has_high else column < high)
    return ends


def _literal(value: Scalar, column: ir.Column) -> ir.Scalar:
    """Return the value as a literal; an instant in UTC, without a zone where the column has none."""
    if not isinstance(value, datetime):
        return ibis.literal(value)
    zoned = isinstance(type_ := column.type(), dt.Timestamp) and type_.timezone is not None
    instant = value.astimezone(UTC)
    return ibis.literal(instant, type=dt.Timestamp("UTC")) if zoned else ibis.literal(instant.replace(tzinfo=None))
