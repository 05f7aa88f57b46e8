"""The KPIs both wheels read the same way: what each counts, in which unit, and what it can be broken down by.

A measure adds up rows of one published table; a metric is a measure, or one measure divided by another, so that every
grain and every breakdown adds up by the same definition.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.insight.metrics.rules.media import figures, placed, visits_placed
from ryorin.insight.metrics.rules.rows import (
    accepted,
    answered,
    closed,
    costs_of_campaigns,
    count,
    deals,
    hits_by_people,
    orders,
    reached,
    sales_orders,
    visits_in,
    won,
)

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
    by: dict[str, str] = field(default_factory=dict)
    apart: "dict[str, Measure]" = field(default_factory=dict)  # breakdowns that another measure answers

    def asked_by(self, breakdown: str | None) -> "Measure":
        """Return the measure that answers by this breakdown."""
        return self.apart.get(breakdown or "", self)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One KPI: `of`, or `of` divided by `per`."""

    name: str
    label: Label
    sentence: Label
    unit: Unit
    of: Measure
    per: Measure | None = None
    up_is_good: bool | None = True
    wheel: str = "sow"

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
BY_PLACE = {"flight": "flight_id", "creative": "creative_id"}


def by_place(measure: Measure, *, rows: Any = None, person: str = "person_id") -> Measure:
    """Return the measure, asked by flight and creative of what people came by last before."""
    apart = replace(
        measure,
        name=f"{measure.name}_by_place",
        rows=rows or placed(measure.rows, at=measure.at, person=person),
        tables=(*dict.fromkeys((*measure.tables, "touchpoints", "placements")),),
        by=BY_PLACE,
    )
    return replace(measure, apart=dict.fromkeys(BY_PLACE, apart))


OF_PEOPLE: dict[str, Any] = {
    "at": "at",
    "total": count,
    "record_type": "person",
    "record_id": "person_id",
    "tables": ("stage_changes", "people"),
    "by": BY_PERSON,
}

VISITS = by_place(
    Measure(
        name="visits",
        rows=hits_by_people,
        at="at",
        total=visits_in,
        record_type="touchpoint",
        record_id="uid",
        tables=("touchpoints",),
        by=BY_SOURCE,
    ),
    rows=visits_placed,
)
LEADS = by_place(Measure(name="leads", rows=reached("lead"), **OF_PEOPLE))
QUALIFIED = by_place(Measure(name="qualified_leads", rows=reached("qualified"), **OF_PEOPLE))
CUSTOMERS = by_place(Measure(name="customers_won", rows=reached("customer"), **OF_PEOPLE))
FIGURE: dict[str, Any] = {
    "rows": figures,
    "at": "day",
    "is_date": True,
    "record_type": "figure",
    "tables": ("figures", "campaigns"),
    "by": {**BY_SOURCE, **BY_PLACE},
}
FIGURE_COSTS = Measure(name="figure_costs", total=lambda rows: rows.cost.sum(), **FIGURE)
IMPRESSIONS = Measure(name="impressions", total=lambda rows: rows.impressions.sum(), **FIGURE)
AD_CLICKS = Measure(name="ad_clicks", total=lambda rows: rows.clicks.sum(), **FIGURE)
COSTS = Measure(
    name="costs",
    rows=costs_of_campaigns,
    at="day",
    is_date=True,
    total=lambda rows: rows.amount.sum(),
    record_type="cost",
    tables=("costs", "campaigns"),
    by=BY_SOURCE,
    apart=dict.fromkeys(BY_PLACE, FIGURE_COSTS),
)
HANDOFF: dict[str, Any] = {"at": "answered_at", "record_type": "handoff", "tables": ("handoffs",), "by": BY_DEAL}
ANSWERED = Measure(name="handoffs_answered", rows=answered, total=count, **HANDOFF)
ACCEPTED = by_place(Measure(name="handoffs_accepted", rows=accepted, total=count, **HANDOFF))
ANSWER_TIME = Measure(name="handoff_hours", rows=answered, total=lambda rows: rows.hours.median(), **HANDOFF)
DEAL: dict[str, Any] = {"record_type": "deal", "tables": ("deals",), "by": BY_DEAL}
OPENED = by_place(Measure(name="deals_opened", rows=deals, at="opened_at", total=count, **DEAL))
CLOSED = Measure(name="deals_closed", rows=closed, at="closed_at", total=count, **DEAL)
WON = by_place(Measure(name="deals_won", rows=won, at="closed_at", total=count, **DEAL))
WON_VALUE = by_place(Measure(name="won_value", rows=won, at="closed_at", total=lambda rows: rows.amount.sum(), **DEAL))
CYCLE = Measure(name="sales_cycle_days", rows=won, at="closed_at", total=lambda rows: rows.days.median(), **DEAL)
ORDER: dict[str, Any] = {
    "at": "ordered_at",
    "record_type": "order",
    "tables": ("orders", "people"),
    "by": {"channel": "channel", "campaign": "campaign_id", "prefecture": "prefecture", "owner": "owner_id"},
}
REVENUE = by_place(Measure(name="revenue", rows=orders, total=lambda rows: rows.net.sum(), **ORDER))
ORDERS = Measure(name="orders", rows=sales_orders, total=count, **ORDER)
ORDER_VALUE = Measure(name="order_value", rows=sales_orders, total=lambda rows: rows.net.sum(), **ORDER)

_ALL = (
    Metric(
        name="visits",
        label=_("訪問数"),
        sentence=_("人によるページ閲覧のセッション数（機械によるアクセスは除く）"),
        unit=Unit.COUNT,
        of=VISITS,
    ),
    Metric(
        name="leads",
        label=_("獲得リード数"),
        sentence=_("期間中に初めてリードになった人の数"),
        unit=Unit.COUNT,
        of=LEADS,
    ),
    Metric(
        name="costs",
        label=_("施策費用"),
        sentence=_("期間中の日別費用の合計"),
        unit=Unit.MONEY,
        of=COSTS,
        up_is_good=None,
    ),
    Metric(
        name="cost_per_lead",
        label=_("リード単価"),
        sentence=_("施策費用 ÷ 獲得リード数"),
        unit=Unit.MONEY,
        of=COSTS,
        per=LEADS,
        up_is_good=False,
    ),
    Metric(
        name="qualified_leads",
        label=_("見込み確度到達"),
        sentence=_("期間中に初めて引き継ぎの条件を満たした人の数"),
        unit=Unit.COUNT,
        of=QUALIFIED,
    ),
    Metric(
        name="acceptance_rate",
        label=_("営業の受け入れ率"),
        sentence=_("受け取った引き継ぎ ÷ 返事をした引き継ぎ（返事の日で数える）"),
        unit=Unit.RATE,
        of=ACCEPTED,
        per=ANSWERED,
        wheel="axle",
    ),
    Metric(
        name="handoff_hours",
        label=_("引き継ぎの返事までの時間"),
        sentence=_("引き継ぎから返事までの時間の中央値（暦の時間）"),
        unit=Unit.HOURS,
        of=ANSWER_TIME,
        up_is_good=False,
        wheel="axle",
    ),
    Metric(
        name="deals_opened",
        label=_("商談開始数"),
        sentence=_("期間中に始まった商談の数"),
        unit=Unit.COUNT,
        of=OPENED,
        wheel="harvest",
    ),
    Metric(
        name="deals_won",
        label=_("受注件数"),
        sentence=_("期間中に受注した商談の数"),
        unit=Unit.COUNT,
        of=WON,
        wheel="harvest",
    ),
    Metric(
        name="close_rate",
        label=_("成約率"),
        sentence=_("受注 ÷（受注＋失注）。終了日で数える"),
        unit=Unit.RATE,
        of=WON,
        per=CLOSED,
        wheel="harvest",
    ),
    Metric(
        name="won_value",
        label=_("受注額"),
        sentence=_("期間中に受注した商談の金額の合計（税抜）"),
        unit=Unit.MONEY,
        of=WON_VALUE,
        wheel="harvest",
    ),
    Metric(
        name="revenue",
        label=_("売上高"),
        sentence=_("期間中の注文金額の合計（税抜、返品を差し引く）"),
        unit=Unit.MONEY,
        of=REVENUE,
        wheel="harvest",
    ),
    Metric(
        name="average_order_value",
        label=_("顧客単価"),
        sentence=_("返品を除く注文金額 ÷ 注文件数（税抜）"),
        unit=Unit.MONEY,
        of=ORDER_VALUE,
        per=ORDERS,
        wheel="harvest",
    ),
    Metric(
        name="customers_won",
        label=_("獲得顧客数"),
        sentence=_("期間中に初めて受注・購入に至った人の数"),
        unit=Unit.COUNT,
        of=CUSTOMERS,
        wheel="harvest",
    ),
    Metric(
        name="sales_cycle_days",
        label=_("商談期間"),
        sentence=_("受注した商談の、開始から受注までの日数の中央値"),
        unit=Unit.DAYS,
        of=CYCLE,
        up_is_good=False,
        wheel="harvest",
    ),
    Metric(
        name="impressions",
        label=_("広告の表示回数"),
        sentence=_("媒体の実績にある表示回数の合計"),
        unit=Unit.COUNT,
        of=IMPRESSIONS,
    ),
    Metric(
        name="ad_clicks",
        label=_("広告のクリック数"),
        sentence=_("媒体の実績にあるクリック数の合計"),
        unit=Unit.COUNT,
        of=AD_CLICKS,
    ),
    Metric(
        name="accepted_leads",
        label=_("受け入れリード数"),
        sentence=_("期間中に営業が受け取った引き継ぎの数（返事の日で数える）"),
        unit=Unit.COUNT,
        of=ACCEPTED,
        wheel="axle",
    ),
    Metric(
        name="cac",
        label=_("顧客獲得単価（CAC）"),
        sentence=_("施策費用 ÷ 獲得顧客数"),
        unit=Unit.MONEY,
        of=COSTS,
        per=CUSTOMERS,
        up_is_good=False,
    ),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
