"""The KPI board: each KPI now, before, a year ago, and against its target."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Sum

from ryorin.alignment.goals.models import Goal
from ryorin.alignment.goals.rules import COMPANY, Attainment, Subject, adds_up, attainment, change, target_of
from ryorin.insight.metrics.queries import metric_named, over_spans, series
from ryorin.insight.metrics.rules import METRICS, Metric
from ryorin.lib.fiscal import Grain, Period, months_of, period_of, previous, year_before
from ryorin.sales.deals.models import Deal
from ryorin.workspace.organisation.queries import current

BOARD = (
    "visits",
    "leads",
    "cost_per_lead",
    "qualified_leads",
    "acceptance_rate",
    "handoff_hours",
    "deals_opened",
    "close_rate",
    "revenue",
    "average_order_value",
    "customers_won",
    "sales_cycle_days",
    "cac",
)
KPIS = (
    "brand_awareness", "visits", "leads", "cost_per_lead", "qualified_leads",
    "acceptance_rate", "handoff_hours",
    "activities", "deals_opened", "close_rate", "won_value", "contracts_signed", "first_orders", "customers_won",
    "revenue", "new_revenue", "repeat_revenue", "average_order_value", "sales_cycle_days",
    "market_share", "satisfaction", "cltv", "cac", "cac_payback", "retention",
    "costs", "people_costs", "travel_costs", "entertainment_costs", "systems_costs", "total_costs",
)  # fmt: skip
SPARK_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Gauge:
    """One KPI in one period; `spark` holds the values of the last twelve months up to the period's end."""

    metric: Metric
    period: Period
    value: float | None
    before: float | None
    year_ago: float | None
    target: float | None
    attainment: Attainment
    spark: tuple[tuple[date, float | None], ...]

    @property
    def change(self) -> float | None:
        return change(self.value, self.before)

    @property
    def change_of_year(self) -> float | None:
        return change(self.value, self.year_ago)


def board(period: Period, *, today: date, names: tuple[str, ...] = BOARD) -> list[Gauge]:
    """Return the gauges of the period; the period before counts whole, also while this one is still running."""
    targets = targets_in(period)
    return [gauge(metric_named(name), period, today=today, targets=targets) for name in names]


def gauge(metric: Metric, period: Period, *, today: date, targets: dict[str, float] | None = None) -> Gauge:
    """Return one KPI in the period."""
    targets = targets_in(period) if targets is None else targets
    values = values_of(metric, year_before(previous(period)).start, period.end, period.grain)
    value = values.get(period.start)
    target = targets.get(metric.name)
    return Gauge(
        metric=metric,
        period=period,
        value=value,
        before=values.get(previous(period).start),
        year_ago=values.get(year_before(period).start),
        target=target,
        attainment=attainment(metric, value, target, period=period, today=today),
        spark=tuple(sparks(metric, period).items()),
    )


@dataclass(frozen=True, slots=True)
class Pulse:
    """One KPI in a running period; `before` is the period before up to the same day."""

    metric: Metric
    period: Period
    value: float | None
    before: float | None
    target: float | None
    attainment: Attainment

    @property
    def change(self) -> float | None:
        return change(self.value, self.before)


def pulses(names: tuple[str, ...], period: Period, *, today: date) -> dict[str, Pulse]:
    """Return the KPIs of the running period, compared with as many days of the period before."""
    earlier = previous(period)
    same_day = min(earlier.end, earlier.start + (today - period.start) + timedelta(days=1))
    values = over_spans(names, [(period.start, period.end), (earlier.start, same_day)])
    targets = targets_in(period)
    found = {}
    for name, (value, before) in values.items():
        metric = metric_named(name)
        target = targets.get(name)
        reached = attainment(metric, value, target, period=period, today=today)
        found[name] = Pulse(metric, period, value, before, target, reached)
    return found


def expected_from_open_deals(period: Period, *, currency: str) -> int:
    """Return what the open deals that should close within the period are worth, each weighted by its stage."""
    deals = Deal.objects.open().filter(expected_close_on__lt=period.end, currency=currency)
    found = deals.order_by().aggregate(sum=Sum(F("amount") * F("stage__probability")))["sum"]
    return int(found or 0) // 100


def values_of(metric: Metric, start: date, end: date, grain: Grain) -> dict[date, float | None]:
    """Return the metric's value by the first day of each period."""
    return {point.period.start: point.value for point in series(metric, start=start, end=end, grain=grain)}


def sparks(metric: Metric, period: Period) -> dict[date, float | None]:
    """Return the values of the twelve months that end with the period."""
    month = period_of(period.end.replace(day=1), grain="month")
    start = month
    for _each in range(SPARK_MONTHS):
        start = previous(start)
    return values_of(metric, start.start, period.end, "month")


def targets_between(start: date, end: date) -> dict[tuple[str, date], float]:
    """Return {(metric, month): goal} of the company for the months from `start` up to, not including, `end`."""
    rows = Goal.objects.standing().of_company().filter(grain="month", start__gte=start, start__lt=end)
    return {(metric, month): float(value or 0) for metric, month, value in rows.values_list("metric", "start", "value")}


def targets_in(period: Period, *, subject: Subject = COMPANY) -> dict[str, float]:
    """Return by metric what a subject is to reach in a period: its own goal, else what the goals of its months make."""
    rows = Goal.objects.standing().filter(subject=subject.code, start__gte=period.start, end__lte=period.end)
    own: dict[str, float] = {}
    months: dict[str, list[float | None]] = {}
    for metric, grain, start, end, value in rows.values_list("metric", "grain", "start", "end", "value"):
        if (start, end) == (period.start, period.end):
            own[metric] = float(value or 0)
        elif grain == "month":
            months.setdefault(metric, []).append(float(value or 0))
    made = {name: target_of(METRICS[name], parts) for name, parts in months.items() if name in METRICS}
    return {name: value for name, value in made.items() if value is not None} | own


@dataclass(frozen=True, slots=True)
class GridRow:
    """One metric of the grid: its months, what they make together, and the goal of the year itself."""

    metric: Metric
    months: list[float | None]
    made: float | None
    year: float | None

    @property
    def difference(self) -> float | None:
        """How much more the months make than the year's own goal; None where either is missing, or nothing adds up."""
        if self.year is None or self.made is None or not adds_up(self.metric):
            return None
        return self.made - self.year


def spread(year: Period, names: tuple[str, ...] = BOARD, *, subject: Subject = COMPANY) -> list[GridRow]:
    """Return for each KPI the monthly goals of a fiscal year and the year's, for the grid in which they are set."""
    rows = Goal.objects.standing().filter(subject=subject.code, start__gte=year.start, end__lte=year.end)
    found = {(goal.metric, goal.start, goal.grain): float(goal.value or 0) for goal in rows}
    made = []
    for metric in map(metric_named, names):
        months = [found.get((metric.name, month.start, "month")) for month in months_of(year)]
        made.append(GridRow(metric, months, target_of(metric, months), found.get((metric.name, year.start, "year"))))
    return made


def this_year(today: date) -> Period:
    """Return the company's fiscal year that `today` lies in."""
    return period_of(today, grain="year", start_month=current().fiscal_start_month)
