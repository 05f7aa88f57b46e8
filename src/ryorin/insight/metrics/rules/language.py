"""What a measure and a metric are, and how a measure is asked by parts its own rows do not name."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tables = Callable[..., "ir.Table"]
Label = str | Promise


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"  # minor units of the company's currency
    RATE = "rate"  # 0..1
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    SCORE = "score"  # 1..5


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Rows of history, each at a moment, put together to one number.

    `rows` builds the table from published ones, `at` names its time column (UTC moment) or date column, `total` is
    the aggregate, `by` names the column of each breakdown, `record_type` and `record_id` say what a row opens.
    """

    name: str
    rows: Callable[[Tables], "ir.Table"]
    at: str
    total: Callable[["ir.Table"], Any]
    record_type: str
    tables: tuple[str, ...]
    record_id: str = "id"
    is_date: bool = False
    is_daily: bool = True  # its days add up, and each has its own rows: days to come can be drawn from days past
    by: dict[str, str] = field(default_factory=dict)
    apart: "dict[str, Measure]" = field(default_factory=dict)  # breakdowns that another measure answers

    def asked_by(self, breakdown: str | None) -> "Measure":
        """Return the measure that answers by this breakdown."""
        return self.apart.get(breakdown or "", self)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One KPI: `of`, or `of` divided by `per`. `parts_verb` is what one must be allowed to do to see it in parts."""

    name: str
    label: Label
    sentence: Label
    unit: Unit
    of: Measure
    per: Measure | None = None
    up_is_good: bool | None = True
    wheel: str = "sow"
    parts_verb: str = ""

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.of,) if self.per is None else (self.of, self.per)

    @property
    def breakdowns(self) -> tuple[str, ...]:
        """The breakdowns that every measure of this metric knows."""
        names = [{*measure.by, *measure.apart} for measure in self.measures]
        return tuple(name for name in (*self.of.by, *self.of.apart) if all(name in known for known in names))


BY_SOURCE = {"channel": "channel", "campaign": "campaign_id"}
BY_PERSON = {**BY_SOURCE, "prefecture": "prefecture", "owner": "owner_id"}
BY_DEAL = {**BY_SOURCE, "owner": "owner_id"}


def by_team(measure: Measure) -> Measure:
    """Return the measure, asked by the team in which the owner of a row works today."""

    def rows(tables: Tables) -> "ir.Table":
        found, members = measure.rows(tables), tables("members")
        known = members.select(member_=members.id, team_of_owner=members.team_id)
        return found.left_join(known, found.owner_id == known.member_)

    return beside(measure, "team", "team_of_owner", rows=rows, tables=("members",))


def by_prefecture(measure: Measure) -> Measure:
    """Return the measure, asked by the prefecture of the person a row names."""

    def rows(tables: Tables) -> "ir.Table":
        found, people = measure.rows(tables), tables("people")
        known = people.select(one_=people.id, place_=people.prefecture)
        return found.left_join(known, found.person_id == known.one_)

    return beside(measure, "prefecture", "place_", rows=rows, tables=("people",))


def beside(
    measure: Measure, breakdown: str, column: str, *, rows: Callable[[Tables], "ir.Table"], tables: tuple[str, ...]
) -> Measure:
    """Return the measure with one more breakdown, for which alone its rows are joined with other tables."""
    apart = replace(
        measure,
        name=f"{measure.name}_by_{breakdown}",
        rows=rows,
        tables=(*dict.fromkeys((*measure.tables, *tables)),),
        by={breakdown: column},
        apart={},
    )
    return replace(measure, apart={**measure.apart, breakdown: apart})
