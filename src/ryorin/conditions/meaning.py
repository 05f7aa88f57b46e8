"""What a test asks of one value, the same for rows, the ORM and history: the compilers know these few shapes only."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ryorin.conditions.fields import Field, Type
from ryorin.conditions.tree import Did, Op, Scalar, Test, Times

ZONE = ZoneInfo("Asia/Tokyo")

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ASCII_LOWER = _UPPER.lower()
_LOWERING = str.maketrans(_UPPER, ASCII_LOWER)


@dataclass(frozen=True)
class Filled:
    """There is a value."""


@dataclass(frozen=True)
class OneOf:
    """The value is one of these."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Span:
    """The value lies between two ends; None is an open end."""

    low: Scalar | None = None
    high: Scalar | None = None
    has_low: bool = True
    has_high: bool = True


@dataclass(frozen=True)
class Piece:
    """The text holds this piece (in ASCII lower case), anywhere or at its start; ASCII letters match in any case."""

    text: str
    at_start: bool = False


Shape = Filled | OneOf | Span | Piece


@dataclass(frozen=True)
class Meaning:
    """A filled value of this shape; `negated` is true for everything else, the empty value included."""

    shape: Shape
    negated: bool = False


def meaning(test: Test, field: Field, *, now: datetime) -> Meaning:
    """Return what `test` asks of the value of `field` at the moment `now`."""
    value = test.value
    match test.op:
        case Op.EMPTY | Op.FILLED:
            return Meaning(Filled(), negated=test.op is Op.EMPTY)
        case Op.IS | Op.IS_NOT:
            return Meaning(_same(field, _scalar(value)), negated=test.op is Op.IS_NOT)
        case Op.IN | Op.NOT_IN:
            return Meaning(_one_of(field, _several(value)), negated=test.op is Op.NOT_IN)
        case Op.CONTAINS | Op.STARTS:
            return Meaning(Piece(ascii_lower(str(value)), at_start=test.op is Op.STARTS))
        case Op.WITHIN_DAYS | Op.NEXT_DAYS | Op.BEFORE_DAYS:
            return Meaning(_days(test.op, _number(value), now=_present(field, now)))
        case _:
            return Meaning(_ordered(test.op, field, _several(value) if test.op is Op.BETWEEN else (_scalar(value),)))


def counted(did: Did) -> tuple[Did | None, bool]:
    """Return `did` as a count that only people with such touchpoints reach, and whether to turn the answer round.

    None in the first place stands for everybody. Nobody has to look for the people who did nothing.
    """
    if did.times_op is Times.EQ and did.times > 0:
        return did, False
    if did.times_op is Times.GTE:
        return (did if did.times > 0 else None), False
    at_most = did.times if did.times_op is Times.LTE else 0
    return replace(did, times_op=Times.GTE, times=at_most + 1), True


def since(did: Did, *, now: datetime) -> datetime | None:
    """Return the first instant that counts, or None when all history does."""
    return None if did.within_days is None else now - timedelta(days=did.within_days)


def ascii_lower(text: str) -> str:
    """Return `text` with A-Z made small and every other letter as it was."""
    return text.translate(_LOWERING)


def _scalar(value: object) -> Scalar:
    if isinstance(value, str | int | float | date):
        return value
    raise TypeError(f"one value expected, not {value!r}")


def _number(value: object) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(f"a number of days expected, not {value!r}")


def _several(value: object) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return value
    raise TypeError(f"a tuple of values expected, not {value!r}")


def _same(field: Field, value: Scalar) -> Shape:
    return _ordered(Op.BETWEEN, field, (value, value)) if _is_whole_day(field, value) else _one_of(field, (value,))


def _one_of(field: Field, values: tuple[Scalar, ...]) -> OneOf:
    return OneOf(tuple(value for value in values if value != "") if field.type.is_text else values)


def _ordered(op: Op, field: Field, values: tuple[Scalar, ...]) -> Span:
    """Return the span of an order test over one value, or over the two ends of `between`."""
    start, _, _ = _edges(field, values[0])
    _, end, has_end = _edges(field, values[-1])
    match op:
        case Op.GT:
            return Span(low=end, has_low=not has_end)
        case Op.GTE:
            return Span(low=start)
        case Op.LT:
            return Span(high=start, has_high=False)
        case Op.LTE:
            return Span(high=end, has_high=has_end)
        case _:
            return Span(low=start, high=end, has_high=has_end)


def _edges(field: Field, value: Scalar) -> tuple[Scalar, Scalar, bool]:
    """Return where a value starts and ends and whether the end belongs to it: a date is a whole day of instants."""
    if not _is_whole_day(field, value):
        return value, value, True
    assert isinstance(value, date)
    midnight = datetime.combine(value, time(), tzinfo=ZONE)
    return midnight, midnight + timedelta(days=1), False


def _is_whole_day(field: Field, value: Scalar) -> bool:
    return field.type is Type.DATETIME and isinstance(value, date) and not isinstance(value, datetime)


def _days(op: Op, days: int, *, now: date) -> Span:
    """Return the span around `now`, which is a date for dates and an instant for instants."""
    length = timedelta(days=days)
    if op is Op.WITHIN_DAYS:
        return Span(now - length, now)
    if op is Op.NEXT_DAYS:
        return Span(now, now + length)
    return Span(high=now - length, has_high=False)


def _present(field: Field, now: datetime) -> date:
    return now.astimezone(ZONE).date() if field.type is Type.DATE else now
