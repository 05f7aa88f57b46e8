"""What a plan can start from, the plans there are, and the plan beside what happened."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Avg, Count, QuerySet, Sum

from ryorin.alignment.funnel.queries import funnel
from ryorin.alignment.handoffs.models import Capacity
from ryorin.alignment.plans.models import Plan
from ryorin.alignment.plans.rules import FACTORS, Cause, Outlook, cause_of
from ryorin.insight.metrics.queries import beginning, by_part, series, total
from ryorin.lib.fiscal import Period, months_of, period_of, previous
from ryorin.sales.activities.models import Activity
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.queries import current

EARLIER = 6  # months before the quarter that still bring something in it
YEAR = 4  # quarters of history that rates and costs are taken from
METRIC_OF = {
    "leads": "leads",
    "qualified": "qualified_leads",
    "accepted": "accepted_leads",
    "won": "deals_won",
    "revenue": "won_value",
}
FULL_WEEK = 40.0  # hours; assumed where no seller has entered the time they have for new leads


@dataclass(frozen=True, slots=True)
class PastChannel:
    """What a channel cost and brought in the year before; cost per lead None where one of them is nothing."""

    channel: str
    cost: float
    leads: int

    @property
    def cost_per_lead(self) -> float | None:
        return self.cost / self.leads if self.leads and self.cost else None


@dataclass(frozen=True)
class History:
    """What the year before the quarter says; None where it does not say it.

    `hours_per_week` is the mean of the capacity that `hours_known` of the sellers have entered, else a full week.
    """

    start: date
    end: date
    channels: tuple[PastChannel, ...]
    free_leads: float
    members: int
    hours_per_week: float
    hours_known: int
    hours_per_lead: float | None
    hours_per_deal: float | None
    qualified_rate: float | None
    accepted_rate: float | None
    won_rate: float | None
    qualified_lag: float | None
    accepted_lag: float | None
    won_lag: float | None
    order_value: float | None
    earlier_leads: tuple[float, ...]
    earlier_accepted: tuple[float, ...]


def quarter_of(day: date) -> Period:
    return period_of(day, grain="quarter", start_month=current().fiscal_start_month)


def plans() -> QuerySet[Plan]:
    """Return every version of every plan, the newest quarter and version first."""
    return Plan.objects.select_related("created_by", "signed_by_marketing", "signed_by_sales")


def newest_of(quarter: Period) -> Plan | None:
    return plans().filter(start=quarter.start).order_by("-version").first()


def signed_of(quarter: Period) -> Plan | None:
    """Return the version that counts: the newest that both sides signed."""
    signed = plans().filter(start=quarter.start, marketing_signed_at__isnull=False, sales_signed_at__isnull=False)
    return signed.order_by("-version").first()


def history_before(quarter: Period, *, today: date) -> History:
    """Return what the year up to the quarter, or up to today where it lies ahead, says about what to plan with."""
    end = min(quarter.start, today)
    start = _back(quarter_of(end), YEAR).start
    costs = by_part("costs", start, end, breakdown="channel")
    leads = by_part("leads", start, end, breakdown="channel")
    channels = sorted(
        (PastChannel(str(key), costs[key].of, int(leads[key].of if key in leads else 0)) for key in costs if key),
        key=lambda one: -one.cost,
    )
    months = max(1, round((end - start).days / 30.44))
    free = sum(number.of for key, number in leads.items() if not (key in costs and costs[key].of))
    rates, lags = _steps(start, end)
    value, won = total("won_value", start, end), total("deals_won", start, end)
    per_lead, per_deal = _hours(start, end)
    sellers, known, week = _sellers()
    return History(
        start=start,
        end=end,
        channels=tuple(channels),
        free_leads=free / months,
        members=sellers,
        hours_per_week=week,
        hours_known=known,
        hours_per_lead=per_lead,
        hours_per_deal=per_deal,
        qualified_rate=rates[0],
        accepted_rate=rates[1],
        won_rate=rates[2],
        qualified_lag=lags[0],
        accepted_lag=lags[1],
        won_lag=lags[2],
        order_value=value / won if value and won else None,
        earlier_leads=_earlier("leads", quarter),
        earlier_accepted=_earlier("accepted_leads", quarter),
    )


def _steps(start: date, end: date) -> tuple[list[float | None], list[float | None]]:
    """Return how many of each step come to the next, and after how many days, from lead to win."""
    steps = {step.stage: step for step in funnel(start=start, end=end).steps}
    order = ("lead", "qualified", "accepted", "customer")
    rates: list[float | None] = []
    lags: list[float | None] = []
    since = 0.0
    for before, after in pairwise(order):
        rates.append(steps[after].count / steps[before].count if steps[before].count else None)
        median = steps[after].median_days_from_lead
        lags.append(None if median is None else max(0.0, median - since))
        since = since if median is None else max(since, median)
    return rates, lags


def _hours(start: date, end: date) -> tuple[float | None, float | None]:
    """Return the hours written down for activities, for each qualified lead without a deal and for each deal."""
    done = Activity.objects.filter(at__gte=beginning(start), at__lt=beginning(end), minutes__gt=0).order_by()
    of_deals = done.filter(deal__isnull=False).aggregate(sum=Sum("minutes"), count=Count("deal", distinct=True))
    of_leads = done.filter(deal__isnull=True).aggregate(sum=Sum("minutes"))
    qualified = total("qualified_leads", start, end)
    per_deal = of_deals["sum"] / 60 / of_deals["count"] if of_deals["count"] else None
    per_lead = of_leads["sum"] / 60 / qualified if of_leads["sum"] and qualified else None
    return per_lead, per_deal


def _sellers() -> tuple[int, int, float]:
    """Return how many sellers there are, of how many the capacity is known, and their mean hours a week."""
    sellers = Member.objects.filter(is_active=True, role=Role.SALES)
    entered = Capacity.objects.filter(member__in=sellers).order_by().aggregate(known=Count("pk"), mean=Avg("hours"))
    return sellers.count(), entered["known"], float(entered["mean"]) if entered["known"] else FULL_WEEK


def _earlier(metric: str, quarter: Period) -> tuple[float, ...]:
    """Return the metric of the months before the quarter, the oldest first."""
    first = quarter.start
    for _each in range(EARLIER):
        first = previous(period_of(first, grain="month")).start
    return tuple(point.value or 0.0 for point in series(metric, start=first, end=quarter.start, grain="month"))


def _back(period: Period, count: int) -> Period:
    for _each in range(count):
        period = previous(period)
    return period


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure of one month: planned, and what happened (None while the month lies ahead)."""

    planned: float
    actual: float | None


@dataclass(frozen=True, slots=True)
class MonthBeside:
    """One month of a plan beside what happened, and what explains most of the difference once the month is over."""

    period: Period
    figures: dict[str, Beside]
    cause: Cause | None
    is_over: bool


def beside_actual(plan: Plan, *, today: date) -> list[MonthBeside]:
    """Return the plan month by month beside what happened."""
    quarter = quarter_of(plan.start)
    actual = {
        name: {point.period.start: point.value or 0.0 for point in series(metric, start=quarter.start, end=quarter.end)}
        for name, metric in METRIC_OF.items()
    }
    found = []
    for month, planned in zip(months_of(quarter), Outlook.from_json(plan.outlook).months, strict=True):
        begun, over = month.start <= today, month.end <= today
        figures = {
            name: Beside(getattr(planned, name), actual[name][month.start] if begun else None) for name in FACTORS
        }
        cause = cause_of(
            {name: one.planned for name, one in figures.items()},
            {name: one.actual or 0 for name, one in figures.items()},
        )
        found.append(MonthBeside(month, figures, cause if over else None, over))
    return found
