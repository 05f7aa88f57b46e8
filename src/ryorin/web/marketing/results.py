"""What came of a campaign: its numbers against plan and the period before, over time, by medium and by creative."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from ryorin.insight.metrics.queries import Key, by_part, metric_named, series
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib import clock
from ryorin.lib.fiscal import periods_between
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.media.models import Creative, Flight
from ryorin.marketing.media.queries.plan import months_of
from ryorin.marketing.media.rules import expected_between, ratio, spent_between
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.insight.asking import day_in
from ryorin.web.insight.metrics import in_unit
from ryorin.web.insight.showing import Change, changed, rows_address, shown
from ryorin.web.marketing.campaigns import visible
from ryorin.web.marketing.tabs import campaign_tabs

SHOWN = (
    "costs", "impressions", "ad_clicks", "visits", "leads", "qualified_leads", "accepted_leads", "deals_opened",
    "deals_won", "won_value", "revenue", "cost_per_lead", "cac",
)  # fmt: skip
PARTS = ("costs", "impressions", "ad_clicks", "visits", "leads", "deals_won", "won_value", "cost_per_lead", "cac")
ROI = Metric(
    name="roi",
    label=lazy("ROI"),
    sentence=lazy("（受注額 − 費用）÷ 費用"),
    unit=Unit.RATE,
    of=metric_named("won_value").of,
)
LONGEST = 366 * 3
Values = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its rows, its plan and how it has changed."""

    metric: Metric
    text: str
    url: str
    plan: str = ""
    part_of_plan: float | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The numbers of one medium or creative."""

    name: str
    url: str
    figures: list[Figure]


@require_GET
def campaign_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the frame of the results; the numbers come by themselves."""
    found = get_object_or_404(visible(request), pk=pk)
    start, end = days_asked(request, found)
    context = {
        "campaign": found,
        "tabs": campaign_tabs(found, "campaign_results"),
        "start": start,
        "last": end - timedelta(days=1),
    }
    if request.GET.get("part") != "numbers":
        return render(request, "marketing/media/results.html", context)
    return render(request, "marketing/media/results.html#numbers", context | numbers(request, found, start, end))


def numbers(request: HttpRequest, found: Campaign, start: date, end: date) -> dict[str, Any]:
    member = member_of(request)
    flights = list(Flight.objects.visible_to(member).filter(campaign=found))
    creatives = list(Creative.objects.visible_to(member).filter(campaign=found))
    before = start - (end - start)
    now, then = values_of(found.pk, start, end), values_of(found.pk, before, start)
    plan = planned(flights, start, end)
    return {
        "figures": [figure(name, now, then, plan, start, end, key=found.pk) for name in (*SHOWN, "roi")],
        "media": parts("flight", {one.pk: one.vehicle for one in flights}, PARTS, start, end),
        "creatives": parts("creative", {one.pk: one.name for one in creatives}, PARTS, start, end),
        "part_metrics": [*(metric_named(name) for name in PARTS), ROI],
        "before": before,
        "before_last": start - timedelta(days=1),
        "charts": charts(found, flights, start, end),
    }


def values_of(pk: int, start: date, end: date, *, by: str = "campaign") -> Values:
    """Return every number of one part of a breakdown."""
    return {name: value_in(by_part(name, start, end, breakdown=by), name, pk) for name in SHOWN}


def value_in(found: dict[Key, Any], name: str, key: Key) -> float | None:
    number = found.get(key)
    return number.value if number else None if metric_named(name).per else 0


def figure(
    name: str, now: Values, then: Values, plan: Values, start: date, end: date, *, key: Key, by: str = "campaign"
) -> Figure:
    """Return one number of a campaign beside its plan and the days before."""
    metric = ROI if name == "roi" else metric_named(name)
    value, earlier = (roi(each) if name == "roi" else each[name] for each in (now, then))
    rows = rows_address("won_value" if name == "roi" else name, start, end, by=by, key=key) if value else ""
    aim = plan.get(name)
    return Figure(
        metric,
        text_of(metric, value),
        rows,
        plan=text_of(metric, aim) if aim else "",
        part_of_plan=value / aim * 100 if aim and value is not None else None,
        change=changed(metric, value, earlier),
    )


def text_of(metric: Metric, value: float | None) -> str:
    return shown(metric, value)


def roi(values: Values) -> float | None:
    """Return what was won over what it cost, as a share of what it cost."""
    won, cost = values.get("won_value") or 0, values.get("costs")
    return ratio(won - cost, cost) if cost else None


def parts(by: str, names: dict[int, str], metrics: Sequence[str], start: date, end: date) -> list[Part]:
    """Return the numbers of each medium or creative, the dearest first."""
    if not names:
        return []
    answers = {name: by_part(name, start, end, breakdown=by) for name in metrics}
    found = []
    for key, label in names.items():
        values = {name: value_in(answers[name], name, key) for name in metrics}
        figures = [figure(name, values, values, {}, start, end, key=key, by=by) for name in (*metrics, "roi")]
        found.append((-(values["costs"] or 0), -(values["visits"] or 0), label, Part(label, address(by, key), figures)))
    return [one[-1] for one in sorted(found, key=lambda one: one[:3])]


def address(by: str, key: int) -> str:
    return f"/flights/{key}/" if by == "flight" else f"/creatives/{key}/"


def planned(flights: Iterable[Flight], start: date, end: date) -> Values:
    """Return what the flights were expected to cost and bring on these days."""
    counting = [flight for flight in flights if flight.counts]
    months = months_of([flight.pk for flight in counting])
    found: Values = {
        "costs": sum(spent_between(months.get(one.pk, {}), one.starts_on, one.ends_on, start, end) for one in counting)
    }
    for name, metric in (("impressions", "impressions"), ("clicks", "ad_clicks"), ("leads", "leads")):
        found[metric] = sum(
            expected_between(getattr(one, name) or 0, one.starts_on, one.ends_on, start, end) for one in counting
        )
    if found["leads"] and found["costs"]:
        found["cost_per_lead"] = found["costs"] / found["leads"]
    return found


def charts(found: Campaign, flights: Iterable[Flight], start: date, end: date) -> list[dict[str, Any]]:
    """Return cost against plan, and visits with leads, month by month."""
    months = [(one.start, one.end) for one in periods_between(start, end)]
    counting = [flight for flight in flights if flight.counts]
    held = months_of([flight.pk for flight in counting])
    plan = [
        sum(
            spent_between(held.get(one.pk, {}), one.starts_on, one.ends_on, max(start, first), min(end, last))
            for one in counting
        )
        for first, last in months
    ]
    costs = metric_named("costs")
    money = [line(costs, found, start, end, _("費用"), "sow")]
    if any(plan):
        values = [in_unit(costs, amount) for amount in plan]
        money.append({"name": _("計画"), "values": values, "wheel": "ink-4", "kind": "line", "dashed": True})
    people = [
        line(metric_named("visits"), found, start, end, _("訪問"), "sow"),
        line(metric_named("leads"), found, start, end, _("リード"), "axle"),
    ]
    labels = [f"{first.year}/{first.month}" for first, _last in months]
    yen = company().currency == "JPY"
    common: dict[str, Any] = {"kind": "bar", "axis": _("月"), "labels": labels, "decimals": 0}
    return [
        common | {"id": "money-chart", "title": _("費用（計画と実績）"), "series": money, "prefix": "¥" if yen else ""},
        common | {"id": "people-chart", "title": _("訪問とリード"), "series": people},
    ]


def line(metric: Metric, found: Campaign, start: date, end: date, name: str, wheel: str) -> dict[str, Any]:
    """Return one metric of the campaign by month; months that reach beyond the days asked for count whole."""
    points = series(metric, start=start, end=end, breakdown="campaign")
    known = {point.period.start: point.value for point in points if point.key == found.pk}
    periods = periods_between(start, end)
    return {
        "name": name,
        "values": [in_unit(metric, known.get(one.start) or 0) for one in periods],
        "wheel": wheel,
        "links": [rows_address(metric.name, one.start, one.end, by="campaign", key=found.pk) for one in periods],
    }


def days_asked(request: HttpRequest, found: Campaign) -> tuple[date, date]:
    """Return the days asked for; by default the campaign's own up to today, or the last ninety."""
    today = clock.today(company().time_zone)
    first, last = (day_in(request.GET.get(name, "")) for name in ("from", "to"))
    end = (last or min(today, found.ends_on + timedelta(days=90) if found.ends_on else today)) + timedelta(days=1)
    start = first or found.starts_on or end - timedelta(days=90)
    if not start < end or (end - start).days > LONGEST:
        start = end - timedelta(days=90)
    return start, end
