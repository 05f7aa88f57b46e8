"""The media plan: flights of all campaigns, or of one, on a calendar of months; totals, and the plan as a file."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.lib import clock
from ryorin.lib.money import to_decimal
from ryorin.lib.tables import csv_chunks, write_xlsx
from ryorin.marketing.campaigns.models import Campaign, Channel
from ryorin.marketing.campaigns.queries import cost_so_far
from ryorin.marketing.media.models import Flight
from ryorin.marketing.media.queries.plan import Line, Plan, plan_of, planned_of
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.insight.asking import day_in
from ryorin.web.marketing.campaigns import visible
from ryorin.web.marketing.tabs import campaign_tabs, media_tabs
from ryorin.web.workspace.files import handed_out
from ryorin.workspace.members.rules import may, require

SPANS = (3, 6, 12)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a flight lies in its lane, in percent of the months shown."""

    line: Line
    left: float
    width: float
    is_cut_left: bool
    is_cut_right: bool
    spent: float | None


@require_GET
def media_plan(request: HttpRequest) -> HttpResponse:
    """Show the flights of every campaign over some months."""
    member = member_of(request)
    start, months = months_in(request)
    channel = request.GET.get("channel", "")
    flights = Flight.objects.visible_to(member)
    if channel in Channel.values:
        flights = flights.filter(channel=channel)
    plan = plan_of(flights, start, after(start, months))
    context = shown(plan) | {
        "tabs": media_tabs("media_plan"),
        "channel": channel if channel in Channel.values else "",
        "channels": Channel.choices,
        "spans": SPANS,
        "span": months,
        "before": after(start, -months),
        "following": after(start, months),
        "may_change": may(member, "campaigns.change"),
        "groups": groups(plan),
    }
    return render(request, "marketing/media/plan.html", context)


@require_GET
def campaign_media(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the flights of one campaign, its budget beside what is planned, and its creatives."""
    member = member_of(request)
    found = get_object_or_404(visible(request), pk=pk)
    flights = Flight.objects.visible_to(member).filter(campaign=found)
    plan = plan_of(flights, *span_of(found, flights))
    planned, cost = planned_of(found), cost_so_far([found.pk]).get(found.pk, 0)
    context = shown(plan) | {
        "campaign": found,
        "tabs": campaign_tabs(found, "campaign_media"),
        "planned": planned,
        "cost": cost,
        "over": planned - found.budget if found.budget else 0,
        "planned_percent": planned / found.budget * 100 if found.budget else None,
        "spent_percent": cost / found.budget * 100 if found.budget else None,
        "may_change": may(member, "campaigns.change"),
        "groups": groups(plan),
    }
    return render(request, "marketing/media/campaign.html", context)


@require_GET
def media_plan_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Answer with the plan of the months shown as CSV or XLSX: one line per flight, one column per month."""
    member = member_of(request)
    require(member, "records.export")
    start, months = months_in(request)
    flights = Flight.objects.visible_to(member)
    if (pk := request.GET.get("campaign", "")).isdecimal() and len(pk) < 19:
        flights = flights.filter(campaign=int(pk))
        first = flights.order_by("starts_on").values_list("starts_on", flat=True).first()
        start, months = (first or start).replace(day=1), 36
    plan = plan_of(flights, start, after(start, months))
    used = {month for line in plan.lines for month in line.months} if pk else set(plan.months)
    columns = [month for month in plan.months if month in used]
    header, rows = heads(columns), as_rows(plan, columns)
    name = f"media-plan-{start:%Y%m}.{kind}"
    if kind == "csv":
        answer = StreamingHttpResponse(csv_chunks(header, rows), content_type="text/csv")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if kind != "xlsx":
        raise Http404
    kept = io.BytesIO()
    write_xlsx(kept, header, rows)
    return handed_out(kept.getvalue(), name=name, content_type=XLSX)


def heads(months: Iterable[date]) -> list[str]:
    return [
        _("施策"),
        _("媒体名"),
        _("チャネル"),
        _("状態"),
        _("発注先"),
        _("開始日"),
        _("終了日"),
        *(f"{month:%Y-%m}" for month in months),
        _("予算"),
        _("費用"),
        _("想定表示回数"),
        _("想定クリック"),
        _("想定リード"),
    ]


def as_rows(plan: Plan, months: list[date]) -> Iterator[list[Any]]:
    currency = company().currency
    for line in plan.lines:
        flight = line.flight
        yield [
            flight.campaign.name,
            flight.vehicle,
            flight.get_channel_display(),
            flight.get_state_display(),
            flight.supplier,
            flight.starts_on,
            flight.ends_on,
            *(to_decimal(line.months.get(month, 0), currency) for month in months),
            to_decimal(flight.budget, currency),
            to_decimal(line.actual.cost, currency),
            flight.impressions,
            flight.clicks,
            flight.leads,
        ]


def shown(plan: Plan) -> dict[str, Any]:
    """Return the calendar: its months, the place of today, a table of channels by month."""
    days = (plan.end - plan.start).days
    today = clock.today(company().time_zone)
    by_channel, by_month = plan.by_channel, plan.by_month
    names = dict(Channel.choices)
    return {
        "plan": plan,
        "months": [
            {
                "start": month,
                "name": date_format(month, "Y/n") if place == 0 or month.month == 1 else date_format(month, "M"),
                "left": f"{(month - plan.start).days / days * 100:.3f}",
                "width": f"{(after(month, 1) - month).days / days * 100:.3f}",
            }
            for place, month in enumerate(plan.months)
        ],
        "days": days,
        "today": f"{((today - plan.start).days + 0.5) / days * 100:.3f}" if plan.start <= today < plan.end else "",
        "totals": [
            {
                "name": names[channel],
                "cells": [amounts.get(month, 0) for month in plan.months],
                "sum": sum(amounts.values()),
            }
            for channel, amounts in sorted(by_channel.items(), key=lambda one: -sum(one[1].values()))
        ],
        "sums": list(by_month.values()),
        "total": sum(by_month.values()),
        "file_query": f"from={plan.start:%Y-%m}&months={len(plan.months)}",
    }


def groups(plan: Plan) -> list[dict[str, Any]]:
    """Return the bars by campaign."""
    found: dict[int, dict[str, Any]] = {}
    for line in plan.lines:
        campaign = line.flight.campaign
        group = found.setdefault(campaign.pk, {"campaign": campaign, "bars": []})
        group["bars"].append(bar_of(line, plan))
    return list(found.values())


def bar_of(line: Line, plan: Plan) -> Bar:
    days, flight = (plan.end - plan.start).days, line.flight
    first, last = max(flight.starts_on, plan.start), min(flight.ends_on, plan.end - timedelta(days=1))
    return Bar(
        line,
        left=round((first - plan.start).days / days * 100, 3),
        width=round(((last - first).days + 1) / days * 100, 3),
        is_cut_left=flight.starts_on < plan.start,
        is_cut_right=flight.ends_on >= plan.end,
        spent=line.actual.cost / flight.budget * 100 if flight.budget else None,
    )


def months_in(request: HttpRequest) -> tuple[date, int]:
    """Return the first month asked for, by default the one before this, and how many."""
    text = request.GET.get("from", "")
    start = day_in(f"{text[:7]}-01") or after(clock.today(company().time_zone).replace(day=1), -1)
    asked = request.GET.get("months", "")
    return start.replace(day=1), int(asked) if asked.isdecimal() and len(asked) < 3 and 1 <= int(asked) <= 36 else 6


def span_of(campaign: Campaign, flights: Any) -> tuple[date, date]:
    """Return the months of a campaign's flights, at least of the campaign or of the next three."""
    days = [day for row in flights.values_list("starts_on", "ends_on") for day in row]
    days += [day for day in (campaign.starts_on, campaign.ends_on) if day] or [clock.today(company().time_zone)]
    start = min(days).replace(day=1)
    end = after(max(days).replace(day=1), 1)
    end = max(end, after(start, 3))
    return start, min(end, after(start, 36))


def after(month: date, count: int) -> date:
    """Return the first day of the month so many months later."""
    year, place = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(min(max(year, 1990), 2100), place + 1, 1)


def plan_address(campaign: Campaign) -> str:
    return reverse("campaign_media", args=[campaign.pk])
