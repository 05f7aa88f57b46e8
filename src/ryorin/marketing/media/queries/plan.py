"""The media plan: flights with their budget by month and what they cost so far, and the totals."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet, Sum

from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.media.models import Figure, Flight, FlightMonth
from ryorin.marketing.media.rules import months_between


@dataclass(frozen=True, slots=True)
class Actual:
    """What came of a flight so far, as media tell."""

    cost: int = 0
    impressions: int = 0
    clicks: int = 0
    conversions: float = 0.0


@dataclass(slots=True)
class Line:
    """One flight in the plan."""

    flight: Flight
    months: dict[date, int]
    actual: Actual


@dataclass(slots=True)
class Plan:
    """Flights in the order of campaigns and days; `start` and `end` are the first days of months."""

    start: date
    end: date
    lines: list[Line]
    months: list[date] = field(default_factory=list)

    @property
    def by_channel(self) -> dict[str, dict[date, int]]:
        """Return the budget of each channel by month; what is cancelled does not count."""
        found: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for line in self.lines:
            if line.flight.counts:
                for month, amount in line.months.items():
                    if self.start <= month < self.end:
                        found[line.flight.channel][month] += amount
        return found

    @property
    def by_month(self) -> dict[date, int]:
        """Return the budget of each month."""
        found = dict.fromkeys(self.months, 0)
        for amounts in self.by_channel.values():
            for month, amount in amounts.items():
                found[month] += amount
        return found

    @property
    def cost(self) -> int:
        return sum(line.actual.cost for line in self.lines)


def plan_of(flights: QuerySet[Flight], start: date, end: date) -> Plan:
    """Return the flights with a day from `start` up to, not including, `end`, with their months and actual figures."""
    rows = list(
        flights.filter(starts_on__lt=end, ends_on__gte=start)
        .select_related("campaign")
        .order_by("campaign__starts_on", "campaign_id", "starts_on", "pk")
    )
    ids = [row.pk for row in rows]
    months, actuals = months_of(ids), actuals_of(ids)
    lines = [Line(row, months.get(row.pk, {}), actuals.get(row.pk, Actual())) for row in rows]
    return Plan(start, end, lines, list(months_between(start, end - timedelta(days=1))))


def months_of(ids: Iterable[int]) -> dict[int, dict[date, int]]:
    """Return the budgets by month of these flights."""
    found: dict[int, dict[date, int]] = defaultdict(dict)
    rows = FlightMonth.objects.filter(flight_id__in=list(ids)).values_list("flight_id", "month", "amount")
    for flight, month, amount in rows:
        found[flight][month] = amount
    return found


def actuals_of(ids: Iterable[int], start: date | None = None, end: date | None = None) -> dict[int, Actual]:
    """Return what came of these flights, in some days where they are named (`end` not included)."""
    rows = Figure.objects.filter(flight_id__in=list(ids))
    rows = rows.filter(day__gte=start) if start else rows
    rows = rows.filter(day__lt=end) if end else rows
    sums = rows.order_by().values_list("flight_id").annotate(*SUMS)
    return {row[0]: Actual(row[1] or 0, row[2] or 0, row[3] or 0, float(row[4] or 0)) for row in sums}


SUMS = (Sum("cost"), Sum("impressions"), Sum("clicks"), Sum("conversions"))


def planned_of(campaign: Campaign) -> int:
    """Return the sum of the budgets of the campaign's flights; what is cancelled does not count."""
    rows = Flight.objects.filter(campaign=campaign).exclude(state="cancelled")
    return int(rows.aggregate(sum=Sum("budget"))["sum"] or 0)
