"""KPI against goals: every gauge, and the largest deviations with what explains them."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.alignment.goals.queries import REPEAT, REVENUE, Gauge, board, factor_name, tree
from ryorin.alignment.goals.rules import adds_up
from ryorin.alignment.meetings.queries.sections.base import (
    Data,
    Gathered,
    Provider,
    Scope,
    currency,
    difference_in_words,
    percent,
    period_data,
    period_in,
    period_name,
    rows_of,
    value_in_words,
)
from ryorin.alignment.meetings.rules.views import (
    Cell,
    Chart,
    Figure,
    ItemView,
    Line,
    Point,
    Ref,
    SectionView,
    Table,
    in_chart,
)
from ryorin.customers.purchases.models import OrderChannel
from ryorin.insight.metrics.queries import by_part, metric_named
from ryorin.insight.metrics.rules import METRICS
from ryorin.lib.fiscal import Period, period_of, previous
from ryorin.marketing.campaigns.models import Channel

BEHIND, AHEAD = 3, 1
ON_PACE = 0.95  # closer to the goal than this is no deviation worth a talk
WELL_AHEAD = 1.1
MOVERS = 3
MOST_SHOWN = 200.0  # percent: one goal exceeded many times would hide the others in a chart


def gather(scope: Scope) -> Gathered:
    """Return every KPI of the period, and an item for each of the largest deviations."""
    gauges = board(scope.period, today=scope.today)
    found = Gathered({"period": period_data(scope.period), "rows": [row_of(gauge) for gauge in gauges]})
    for gauge in deviating(gauges):
        found.items.append((f"kpi:{gauge.metric.name}", item_of(gauge, scope)))
    return found


def deviating(gauges: list[Gauge]) -> list[Gauge]:
    """Return the gauges furthest behind their pace, revenue before all others, then the one furthest ahead."""
    paced = [(gauge.attainment.pace, gauge) for gauge in gauges if gauge.attainment.pace is not None]
    behind = sorted(
        (one for one in paced if one[0] < ON_PACE),
        key=lambda one: (one[1].metric.name != REVENUE, one[0], one[1].metric.name),
    )
    ahead = sorted((one for one in paced if one[0] >= WELL_AHEAD), key=lambda one: (-one[0], one[1].metric.name))
    return [gauge for _pace, gauge in [*behind[:BEHIND], *ahead[:AHEAD]]]


def row_of(gauge: Gauge) -> Data:
    return {
        "metric": gauge.metric.name,
        "value": gauge.value,
        "target": gauge.target,
        "share": gauge.attainment.share,
        "pace": gauge.attainment.pace,
        "before": gauge.before,
        "year_ago": gauge.year_ago,
    }


def item_of(gauge: Gauge, scope: Scope) -> Data:
    """Return one deviation with its last twelve months and what explains it: the KPI tree where it is revenue, else the
    channels that moved it.
    """
    spark = [[month.isoformat(), value] for month, value in gauge.spark]
    why = branches(scope) if gauge.metric.name == REVENUE else movers(gauge, scope.today)
    return row_of(gauge) | {"period": period_data(scope.period), "spark": spark} | why


def branches(scope: Scope) -> Data:
    """Return how much of the distance to the goal each factor of revenue explains, as [of, to, minor units]; the parts
    add up to `gap`. Nothing where revenue has no goal.
    """
    found = tree(scope.period, today=scope.today, against="goal")
    if found is None:
        return {}
    whole = found.whole
    parts = [[link.of, link.to, whole.parts[link.to]] for link in whole.links]
    parts.append(["", REPEAT, whole.parts[REPEAT]])
    return {"gap": whole.difference, "branches": sorted(parts, key=lambda one: (-abs(one[2]), one[1]))}


def movers(gauge: Gauge, today: date) -> Data:
    """Return by how much each channel moved the number against the period before; the parts add up to the difference.

    While the period runs, as many days of the one before. Nothing for ratios, and where there is no channel to ask by.
    """
    metric = gauge.metric
    if not adds_up(metric) or "channel" not in metric.breakdowns:
        return {}
    earlier, period = previous(gauge.period), gauge.period
    until = (
        min(earlier.end, earlier.start + (today + timedelta(days=1) - period.start)) if today in period else earlier.end
    )
    now = by_part(metric, period.start, period.end, breakdown="channel")
    before = by_part(metric, earlier.start, until, breakdown="channel")
    differences: dict[Any, float] = {
        key: (now[key].of if key in now else 0) - (before[key].of if key in before else 0) for key in {*now, *before}
    }
    moved = sorted((one for one in differences.items() if one[1]), key=lambda one: (-abs(one[1]), str(one[0])))
    rest = sum(difference for _key, difference in moved[MOVERS:])
    total = sum(difference for _key, difference in moved)
    return {
        "movers": moved[:MOVERS],
        "rest": rest,
        "moved": total,
        "against": [earlier.start.isoformat(), until.isoformat()],
    }


def tell(data: Data) -> SectionView:
    """Return the table of all KPIs and the chart of how far each is."""
    period = period_in(data["period"])
    rows = data["rows"]
    if all(row["value"] in (None, 0) for row in rows):
        return SectionView(empty=_("%(period)sのデータはまだありません。") % {"period": period_name(period)})
    aimed = [row for row in rows if row["target"]]
    reached = [row for row in aimed if (row["pace"] or 0) >= 1]
    missing = len(rows) - len(aimed)
    if aimed:
        lead = _("目標のあるKPI %(aimed)sのうち、%(reached)sが目標のペースに達しています。") % {
            "aimed": len(aimed),
            "reached": len(reached),
        }
        lead += _("目標のないKPIが%(count)sあります。") % {"count": missing} if missing else ""
    else:
        lead = _("この期間の目標は決まっていません。実績だけを載せます。")
    figures = [Figure(_("期間"), period_name(period))]
    return SectionView(lead, figures, chart_of(aimed, period), table_of(rows, period))


def chart_of(rows: list[Data], period: Period) -> Chart | None:
    """Return the attainment of each KPI that has a goal."""
    shown = [row for row in rows if row["share"] is not None]
    if not shown:
        return None
    refs: list[Ref | None] = [rows_of(row["metric"], period) for row in shown]
    values: list[float | None] = [min(round(row["share"] * 100, 1), MOST_SHOWN) for row in shown]
    labels = [name_of(row["metric"]) for row in shown]
    is_cut = any(row["share"] * 100 > MOST_SHOWN for row in shown)
    title = _("目標達成率（%(most)s%%まで表示）") % {"most": f"{MOST_SHOWN:.0f}"} if is_cut else _("目標達成率")
    return Chart(title, "across", labels, [Line(_("達成率"), values, "axle", refs)], unit="%", axis=_("指標"))


def table_of(rows: list[Data], period: Period) -> Table:
    head = [_("指標"), _("実績"), _("目標"), _("達成率"), _("前の期間"), _("前年同期")]
    lines = []
    for row in rows:
        metric = METRICS.get(row["metric"])
        unit = metric.unit if metric else "count"
        lines.append(
            [
                Cell(name_of(row["metric"]), Ref("metric", row["metric"])),
                Cell(value_in_words(unit, row["value"]), rows_of(row["metric"], period)),
                Cell(value_in_words(unit, row["target"]) if row["target"] is not None else _("未設定")),
                Cell(percent(row["share"]), mood=mood_of(row)),
                Cell(value_in_words(unit, row["before"])),
                Cell(value_in_words(unit, row["year_ago"])),
            ]
        )
    return Table(head, lines)


def tell_item(data: Data) -> ItemView:
    """Return one deviation in words."""
    metric, period = metric_named(data["metric"]), period_in(data["period"])
    share, pace = data["share"], data["pace"]
    is_behind = (pace or 0) < 1
    why = (
        _("目標のペースを最も下回っているKPIの1つです。") if is_behind else _("目標のペースを最も上回っているKPIです。")
    )
    figures = [
        Figure(_("実績"), value_in_words(metric.unit, data["value"]), ref=rows_of(metric.name, period)),
        Figure(_("目標"), value_in_words(metric.unit, data["target"])),
        Figure(_("達成率"), percent(share), mood=mood_of(data)),
    ]
    if pace is not None and share is not None and abs(pace - share) > 0.005:
        figures.append(Figure(_("今日までのペース"), percent(pace), mood=mood_of(data)))
    return ItemView(
        title=name_of(metric.name),
        lead=str(metric.sentence),
        why=why,
        mood="bad" if is_behind else "good",
        figures=figures,
        points=told_branches(data, period) or told_movers(data, metric.unit, period),
        ref=Ref("metric", metric.name),
        chart=months_of_item(data, metric.unit),
    )


def told_branches(data: Data, period: Period) -> list[Point]:
    """Return what each factor explains of the distance of revenue to its goal, as sentences that add up."""
    if not data.get("branches"):
        return []
    gap = difference_in_words("money", data["gap"])
    at = Ref("kpi_tree", 0, {"at": period.start.isoformat(), "grain": period.grain})
    points = [Point(_("今日までの目標との差 %(difference)s。KPIツリーの内訳：") % {"difference": gap}, ref=at)]
    for of, to, part in data["branches"]:
        if part:
            said = {"factor": factor_name(of, to), "difference": difference_in_words("money", part)}
            points.append(Point(_("%(factor)s：%(difference)s") % said, ref=rows_of(to, period)))
    return points


def told_movers(data: Data, unit: str, period: Period) -> list[Point]:
    """Return which channels moved the number, as sentences that add up."""
    if not data.get("movers"):
        return []
    total = difference_in_words(unit, data["moved"])
    points = [Point(_("前の期間の同じ日数と比べて %(difference)s。その内訳：") % {"difference": total})]
    for key, difference in data["movers"]:
        said = {"channel": channel_name(key), "difference": difference_in_words(unit, difference)}
        ref = rows_of(data["metric"], period, by="channel", key=str(key or ""))
        points.append(Point(_("%(channel)s：%(difference)s") % said, ref=ref))
    if data["rest"]:
        points.append(Point(_("そのほか：%(difference)s") % {"difference": difference_in_words(unit, data["rest"])}))
    return points


def months_of_item(data: Data, unit: str) -> Chart | None:
    """Return the last twelve months."""
    months = [date.fromisoformat(month) for month, _value in data["spark"]]
    if not months:
        return None
    metric = metric_named(data["metric"])
    values = [in_chart(unit, value, currency=currency()) for _month, value in data["spark"]]
    refs: list[Ref | None] = [rows_of(metric.name, period_of(month)) for month in months]
    units: dict[str, Any] = {
        "rate": {"unit": "%", "decimals": 1},
        "money": {"prefix": "¥"},
        "hours": {"decimals": 1},
        "days": {"decimals": 1},
    }
    shape = units.get(unit, {})
    if unit == "money" and currency() != "JPY":
        shape = {"prefix": f"{currency()} "}
    labels = [f"{month.year}/{month.month}" for month in months]
    title = _("%(name)sの推移") % {"name": name_of(metric.name)}
    return Chart(title, "bar", labels, [Line(name_of(metric.name), values, metric.wheel, refs)], axis=_("月"), **shape)


def mood_of(row: Data) -> str:
    pace = row["pace"]
    return "" if pace is None else "good" if pace >= 1 else "bad"


def name_of(metric: str) -> str:
    return str(METRICS[metric].label) if metric in METRICS else metric


def channel_name(key: str | None) -> str:
    names = {**dict(OrderChannel.choices), **dict(Channel.choices)}
    return str(names.get(key or "", key or _("チャネル不明")))


KPI = Provider("kpi", gettext_lazy("目標とKPI"), "target-arrow", "axle", gather, tell, tell_item)
