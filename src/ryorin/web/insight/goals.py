"""The KPI board against its targets, and the grid in which leaders set them."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.goals.actions import set_target, spread_target
from ryorin.alignment.goals.errors import TargetInvalid
from ryorin.alignment.goals.queries import Gauge, spread
from ryorin.alignment.goals.queries import board as gauges
from ryorin.alignment.goals.rules import adds_up
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.fiscal import Period, months_of
from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.web.answers import done, member_of
from ryorin.web.context import company
from ryorin.web.insight.asking import day_in, fiscal_period, name_of, period_in, today, walk
from ryorin.web.insight.showing import changed, rows_address, shown
from ryorin.workspace.members.rules import may, require

LONGEST = 40


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    period = period_in(request, "month")
    rows = [row_of(gauge) for gauge in gauges(period, today=today())]
    context = {
        "walk": walk(period),
        "rows": rows,
        "may_change": may(member_of(request), "goals.change"),
        "has_targets": any(row["target"] for row in rows),
    }
    return render(request, "insight/goals.html", context)


def row_of(gauge: Gauge) -> dict[str, Any]:
    """Return one KPI as the board shows it."""
    metric, period = gauge.metric, gauge.period
    share, pace = gauge.attainment.share, gauge.attainment.pace
    return {
        "metric": metric,
        "wheel": metric.wheel,
        "value": shown(metric, gauge.value),
        "url": rows_address(metric.name, period.start, period.end),
        "chart_url": reverse("metric", args=[metric.name]),
        "before": shown(metric, gauge.before),
        "change": changed(metric, gauge.value, gauge.before),
        "year_ago": shown(metric, gauge.year_ago),
        "change_of_year": changed(metric, gauge.value, gauge.year_ago),
        "target": shown(metric, gauge.target) if gauge.target is not None else "",
        "share": share,
        "percent": 100 * share if share is not None else 0,
        "is_behind": pace is not None and pace < 1,
        "spark": [value or 0 for _month, value in gauge.spark],
    }


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """Show the targets of a fiscal year by month; leaders change them in place."""
    year = fiscal_period(day_in(request.GET.get("at", "")) or today(), "year")
    return render(request, "insight/targets.html", grid(year, may_change=may(member_of(request), "goals.change")))


def grid(year: Period, *, may_change: bool) -> dict[str, Any]:
    months = months_of(year)
    return {
        "year": name_of(year),
        "at": year.start,
        "before": fiscal_period(date(year.start.year - 1, year.start.month, 1), "year").start,
        "after": year.end,
        "months": [month.start for month in months],
        "rows": [target_row(metric, values, whole, months) for metric, values, whole in spread(year)],
        "may_change": may_change,
        "this_month": today().replace(day=1),
    }


def target_row(metric: Metric, values: list[float | None], whole: float | None, months: list[Period]) -> dict[str, Any]:
    """Return a line of the grid: the whole year, and each month as it is typed and as it is read."""
    cells = [
        {"month": month.start, "typed": typed(metric, value), "shown": shown(metric, value)}
        for month, value in zip(months, values, strict=True)
    ]
    return {
        "metric": metric,
        "cells": cells,
        "whole": typed(metric, whole),
        "whole_shown": shown(metric, whole),
        "adds_up": adds_up(metric),
        "unit": unit_of(metric),
    }


@require_POST
def target(request: HttpRequest, name: str) -> HttpResponse:
    """Set the target of one month; of a whole fiscal year with `whole`, spread over its months."""
    member = member_of(request)
    require(member, "goals.change")
    metric = metric_named(name)
    month = day_in(request.POST.get("month", ""))
    if month is None:
        raise TargetInvalid(what=_("月が読み取れません。"))
    value = read(metric, request.POST.get("value", ""))
    if request.POST.get("whole"):
        spread_target(name, fiscal_period(month, "year"), value, by=member)
    else:
        set_target(name, month, value, by=member)
    back = f"{reverse('goals_targets')}?at={fiscal_period(month, 'year').start.isoformat()}"
    return done(request, _("目標を保存しました。"), to=back, events=["targets-changed"])


def read(metric: Metric, text: str) -> Decimal | None:
    """Return a typed target as it is kept: money in minor units, rates 0..1; None for nothing."""
    text = normalize("NFKC", text).strip().replace(",", "").rstrip("%％")[:LONGEST]
    if not text:
        return None
    try:
        if metric.unit is Unit.MONEY:
            return Decimal(to_minor(text, company().currency))
        value = Decimal(text)
    except (ValueError, InvalidOperation):
        raise TargetInvalid(what=_("数字で入力してください。")) from None
    return value / 100 if metric.unit is Unit.RATE else value


def typed(metric: Metric, value: float | None) -> str:
    """Return a target the way it is typed in: rates in percent, money in whole units."""
    if value is None:
        return ""
    if metric.unit is Unit.MONEY:
        currency = company().currency
        return f"{to_decimal(round(value), currency):,.{decimals_of(currency)}f}"
    amount = Decimal(str(value)) * (100 if metric.unit is Unit.RATE else 1)
    amount = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{amount:,f}".rstrip("0").rstrip(".")


def unit_of(metric: Metric) -> str:
    """Return what a target of the metric is measured in."""
    match metric.unit:
        case Unit.MONEY:
            return company().currency
        case Unit.RATE:
            return "%"
        case Unit.HOURS:
            return _("時間")
        case Unit.DAYS:
            return _("日")
        case _:
            return ""
