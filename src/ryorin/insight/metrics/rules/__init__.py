"""The KPIs both wheels read the same way: what each counts, in which unit, and what it can be broken down by.

A measure adds up rows of one published table; a metric is a measure, or one measure divided by another, so that every
grain and every breakdown adds up by the same definition.
"""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.insight.metrics.rules import customers, observed, spending, work
from ryorin.insight.metrics.rules.language import (
    BY_DEAL,
    BY_PERSON,
    BY_SOURCE,
    Measure,
    Metric,
    Unit,
    by_prefecture,
    by_team,
)
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


def joined(measure: Measure) -> Measure:
    """Return the measure, asked by the team of the owner and by the prefecture of the person as well."""
    return by_team(by_prefecture(measure))


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
LEADS = by_team(by_place(Measure(name="leads", rows=reached("lead"), **OF_PEOPLE)))
QUALIFIED = by_team(by_place(Measure(name="qualified_leads", rows=reached("qualified"), **OF_PEOPLE)))
CUSTOMERS = by_team(by_place(Measure(name="customers_won", rows=reached("customer"), **OF_PEOPLE)))
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
ANSWERED = joined(Measure(name="handoffs_answered", rows=answered, total=count, **HANDOFF))
ACCEPTED = joined(by_place(Measure(name="handoffs_accepted", rows=accepted, total=count, **HANDOFF)))
ANSWER_TIME = joined(
    Measure(name="handoff_hours", rows=answered, is_daily=False, total=lambda rows: rows.hours.median(), **HANDOFF)
)
DEAL: dict[str, Any] = {"record_type": "deal", "tables": ("deals",), "by": BY_DEAL}
OPENED = joined(by_place(Measure(name="deals_opened", rows=deals, at="opened_at", total=count, **DEAL)))
CLOSED = joined(Measure(name="deals_closed", rows=closed, at="closed_at", total=count, **DEAL))
WON = joined(by_place(Measure(name="deals_won", rows=won, at="closed_at", total=count, **DEAL)))
WON_VALUE = joined(
    by_place(Measure(name="won_value", rows=won, at="closed_at", total=lambda rows: rows.amount.sum(), **DEAL))
)
CYCLE = joined(
    Measure(name="sales_cycle_days", rows=won, at="closed_at", total=lambda rows: rows.days.median(), **DEAL)
)
ORDER: dict[str, Any] = {
    "at": "ordered_at",
    "record_type": "order",
    "tables": ("orders", "people"),
    "by": {"channel": "channel", "campaign": "campaign_id", "prefecture": "prefecture", "owner": "owner_id"},
}
REVENUE = by_team(by_place(Measure(name="revenue", rows=orders, total=lambda rows: rows.net.sum(), **ORDER)))
ORDERS = by_team(Measure(name="orders", rows=sales_orders, total=count, **ORDER))
ORDER_VALUE = by_team(Measure(name="order_value", rows=sales_orders, total=lambda rows: rows.net.sum(), **ORDER))

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
        label=_("施策費用（広告など）"),
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
)
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (*_ALL, *spending.metrics(COSTS, CUSTOMERS), *customers.METRICS, *work.METRICS, *observed.METRICS)
}
