"""What a section of the agenda says, once for all faces: the page, the slides, the PDF, the PowerPoint and the mail."""

from dataclasses import dataclass, field
from datetime import date

from ryorin.insight.metrics.rules import Unit
from ryorin.lib.money import decimals_of, format_money, to_decimal

MILLION = 1_000_000
NONE = "–"


@dataclass(frozen=True, slots=True)
class Ref:
    """Where the rows behind something are: a record by its type and id, or rows of history by what is asked of them."""

    to: str
    id: int | str = 0
    asked: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name; `mood` is good, bad or nothing."""

    label: str
    value: str
    note: str = ""
    mood: str = ""
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence of a story, with its day where it has one."""

    text: str
    day: date | None = None
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of numbers in a chart; `wheel` is its colour: sow, axle, harvest or a grey."""

    name: str
    values: list[float | None]
    wheel: str = "axle"
    refs: list[Ref | None] = field(default_factory=list)
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind` is bar (upright), across (lying) or line; values are already in the unit they are shown in."""

    title: str
    kind: str
    labels: list[str]
    lines: list[Line]
    unit: str = ""
    prefix: str = ""
    decimals: int = 0
    axis: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    ref: Ref | None = None
    mood: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    head: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item: what it says, why it is on the agenda, its evidence, and where the rows are."""

    title: str
    lead: str = ""
    why: str = ""
    mood: str = ""
    figures: list[Figure] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    ref: Ref | None = None
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as a whole; `empty` says in words why there is nothing, and then the rest is empty."""

    lead: str = ""
    figures: list[Figure] = field(default_factory=list)
    chart: Chart | None = None
    table: Table | None = None
    empty: str = ""


def said_value(unit: str, value: float | None, *, currency: str, language: str, hours: str, days: str) -> str:
    """Return a metric's value in its unit; `hours` and `days` are the words around the number ("%s時間")."""
    if value is None:
        return NONE
    match Unit(unit):
        case Unit.MONEY:
            return said_money(round(value), currency=currency, language=language)
        case Unit.RATE:
            return f"{value * 100:.1f}%"
        case Unit.HOURS:
            return hours % f"{value:,.1f}"
        case Unit.DAYS:
            return days % f"{value:,.{1 if value < 10 and round(value, 1) != round(value) else 0}f}"
        case _:
            return f"{value:,.0f}"


def said_money(amount: int, *, currency: str, language: str) -> str:
    """Return an amount, in millions where it reaches one."""
    unit = "million" if abs(to_decimal(amount, currency)) >= MILLION else None
    return format_money(amount, currency, unit=unit, language=language)  # type: ignore[arg-type]


def said_difference(unit: str, difference: float, *, currency: str, language: str) -> str:
    """Return by how much a number differs, with its sign: "+12", "−3.1pt", "−¥1.2百万"."""
    sign = "+" if difference >= 0 else "−"
    match Unit(unit):
        case Unit.MONEY:
            return sign + said_money(abs(round(difference)), currency=currency, language=language)
        case Unit.RATE:
            return f"{sign}{abs(difference) * 100:.1f}pt"
        case Unit.COUNT:
            return f"{sign}{abs(difference):,.0f}"
        case _:
            return f"{sign}{abs(difference):,.1f}"


def in_chart(unit: str, value: float | None, *, currency: str) -> float | None:
    """Return a value as a chart's axis counts it: rates in percent, money in whole units of the currency."""
    if value is None:
        return None
    match Unit(unit):
        case Unit.MONEY:
            return float(round(to_decimal(round(value), currency), decimals_of(currency)))
        case Unit.RATE:
            return round(value * 100, 1)
        case Unit.COUNT:
            return float(round(value))
        case _:
            return round(value, 1)
