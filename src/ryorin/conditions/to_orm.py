"""A condition as a Q for rows in the database (SQLite and PostgreSQL)."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any as Anything

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import Exact, GreaterThan
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionUnanswerable
from ryorin.conditions.fields import Field, RecordType
from ryorin.conditions.meaning import Filled, OneOf, Piece, Shape, Span, counted, meaning
from ryorin.conditions.tree import All, Any, Did, InSegment, Node, Not, Scalar, Test

FEW = 100  # values sent one by one; more travel as one parameter, whatever the database's limit of parameters

Who = Callable[[Did], Iterable[int]]
Sql = tuple[str, tuple[Anything, ...]]

_NOTHING = Q(pk__in=())


def to_q(node: Node, record_type: RecordType, *, now: datetime, did: Who | None = None) -> Q:
    """Return a filter for the model behind `record_type`.

    `did` is asked only for counts of at least one and gives the ids of the records whose customer reached it.
    """
    match node:
        case All(()):
            return ~_NOTHING
        case Any(()):
            return _NOTHING
        case All(parts):
            return Q(*(to_q(part, record_type, now=now, did=did) for part in parts))
        case Any(parts):
            return Q(*(to_q(part, record_type, now=now, did=did) for part in parts), _connector=Q.OR)
        case Not(part):
            return ~to_q(part, record_type, now=now, did=did)
        case Test():
            return _test(node, record_type.field(node.field), now=now)
        case InSegment():
            return _in_segment(node, record_type)
        case Did():
            return _did(node, did)


def among(path: str, values: Iterable[Scalar]) -> Q:
    """Return a filter for rows whose value at `path` is one of any number of values."""
    known = tuple(values)
    if len(known) <= FEW:
        return Q((f"{path}__in", [_parameter(value) for value in known]))
    return Q((f"{path}__isnull", False), _OneOfMany(F(path), known))


def _test(test: Test, field: Field, *, now: datetime) -> Q:
    asked = meaning(test, field, now=now)
    found = _shape(asked.shape, field)
    return ~found if asked.negated else found


def _shape(shape: Shape, field: Field) -> Q:
    """Return a filter that is false, not unknown, for rows without a value."""
    match shape:
        case Filled():
            filled = Q((f"{field.path}__isnull", False))
            return filled & ~Q((field.path, "")) if field.type.is_text else filled
        case OneOf((value,)):
            return Q((field.path, _parameter(value)))
        case OneOf(values):
            return among(field.path, values)
        case Span():
            return _span(shape, field.path)
        case Piece(text, at_start):
            place = StrIndex(_AsciiLower(F(field.path)), Value(text))
            found = Exact(place, 1) if at_start else GreaterThan(place, 0)
            return Q((f"{field.path}__isnull", False), found)


def _span(span: Span, path: str) -> Q:
    ends = Q()
    if span.low is not None:
        ends &= Q((f"{path}__gte" if span.has_low else f"{path}__gt", _parameter(span.low)))
    if span.high is not None:
        ends &= Q((f"{path}__lte" if span.has_high else f"{path}__lt", _parameter(span.high)))
    return ends


def _in_segment(node: InSegment, record_type: RecordType) -> Q:
    if record_type.segments is None:
        raise ConditionUnanswerable(_("セグメント"))
    found = Q(("pk__in", record_type.segments.members(node.segment)))
    return found if node.is_in else ~found


def _did(node: Did, did: Who | None) -> Q:
    asked, negated = counted(node)
    if asked is None:
        return _NOTHING if negated else ~_NOTHING
    if did is None:
        raise ConditionUnanswerable(node.kind)
    found = among("pk", did(asked))
    return ~found if negated else found


def _parameter(value: Scalar) -> Scalar | Expression:
    """Return the value so that a fraction is not cut off where the column holds whole numbers."""
    return Value(value, output_field=FloatField()) if isinstance(value, float) else value


class _AsciiLower(Func):
    """Text with A-Z made small: what SQLite's LOWER does and PostgreSQL's does under the C collation."""

    function = "LOWER"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        return self.as_sql(compiler, connection, template='LOWER(%(expressions)s COLLATE "C")')


class _OneOfMany(Func):
    """Membership in a list that travels as one parameter."""

    output_field = BooleanField()

    def __init__(self, expression: F, values: tuple[Scalar, ...]) -> None:
        super().__init__(expression)
        self.values = values

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"{sql} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(self.values))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> Sql:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        has_fractions = any(isinstance(value, float) for value in self.values)
        known = [float(value) if has_fractions and isinstance(value, int) else value for value in self.values]
        return f"{sql} = ANY(%s)", (*params, known)
