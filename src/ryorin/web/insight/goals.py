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

from ryorin.alignment.goals.actions import set_goal, spread_goal
from ryorin.alignment.goals.errors import TargetInvalid
from ryorin.alignment.goals.models import Level
from ryorin.alignment.goals.queries import BOARD, KPIS, Gauge, GridRow, spread
from ryorin.alignment.goals.queries import board as gauges
from ryorin.alignment.goals.queries.sharing import Sharing
from ryorin.alignment.goals.rules import COMPANY, Subject, adds_up
from ryorin.insight.metrics.queries import metric_named
from ryorin.insight.metrics.rules import Metric, Unit
from ryorin.lib.fiscal import Period, months_of, period_of
from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.web.answers import done, member_of
from ryorin.web.context import company
from ryorin.web.insight.asking import day_in, fiscal_period, name_of, period_in, today, walk
from ryorin.web.insight.goal_words import subjects_for, tabs
from ryorin.web.insight.showing import changed, rows_address, shown
from ryorin.workspace.members.rules import may, require

LONGEST = 40


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    period = period_in(request, "month")
    whole = request.GET.get("kpis") == "all"
    rows = [row_of(gauge) for gauge in gauges(period, today=today(), names=KPIS if whole else BOARD)]
    context = {
        "tabs": tabs("goals"),
        "is_whole": whole,
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
    member = member_of(request)
    choices, subject = subjects_for(member), subject_in(request.GET.get("for", ""))
    if subject.code not in {code for _group, options in choices for code, _name in options}:
        subject = COMPANY
    context = grid(year, subject, may_change=may(member, "goals.change"))
    return render(request, "insight/targets.html", context | {"choices": choices, "tabs": tabs("goals_targets")})


def subject_in(text: str) -> Subject:
    """Return whose goals the address asks for; the company's where it names nobody."""
    try:
        return Subject.of(text[:24] or Level.COMPANY.value)
    except ValueError:
        return COMPANY


def grid(year: Period, subject: Subject, *, may_change: bool) -> dict[str, Any]:
    months = months_of(year)
    names = tuple(name for name in KPIS if subject.breakdown in (None, *metric_named(name).breakdowns))
    return {
        "subject": subject.code,
        "year": name_of(year),
        "at": year.start,
        "before": fiscal_period(date(year.start.year - 1, year.start.month, 1), "year").start,
        "after": year.end,
        "months": [month.start for month in months],
        "rows": [target_row(row, months) for row in spread(year, names, subject=subject)],
        "may_change": may_change,
        "this_month": today().replace(day=1),
    }


def target_row(row: GridRow, months: list[Period]) -> dict[str, Any]:
    """Return a line of the grid: the whole year, and each month as it is typed and as it is read."""
    metric, whole = row.metric, row.year if row.year is not None else row.made
    cells = [
        {"month": month.start, "typed": typed(metric, value), "shown": shown(metric, value)}
        for month, value in zip(months, row.months, strict=True)
    ]
    return {
        "metric": metric,
        "cells": cells,
        "whole": typed(metric, whole),
        "whole_shown": shown(metric, whole),
        "difference": signed_amount(metric, row.difference) if row.difference else "",
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
    subject, text = subject_in(request.POST.get("for", "")), _("目標を保存しました。")
    if request.POST.get("whole"):
        sharing = spread_goal(name, fiscal_period(month, "year"), value, by=member, subject=subject)
        text = told(sharing, value)
    else:
        set_goal(name, period_of(month), value, by=member, subject=subject)
    back = f"{reverse('goals_targets')}?at={fiscal_period(month, 'year').start.isoformat()}&for={subject.code}"
    return done(request, text, to=back, events=["targets-changed"])


def told(sharing: Sharing, value: Decimal | None) -> str:
    """Return how a year was spread over its months."""
    if value is None:
        return _("目標を取り下げました。")
    if sharing.is_ratio:
        return _("目標を保存しました。足し算できない指標なので、毎月同じ値にしています。")
    if sharing.shares is None:
        return _("目標を保存しました。過去1年分の実績がないため、12か月に均等に割り振りました。")
    return _("目標を保存しました。過去の月ごとの割合で12か月に割り振りました。")


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
        case Unit.MONTHS:
            return _("か月")
        case _:
            return ""


def signed_amount(metric: Metric, value: float) -> str:
    """Return a difference with its sign."""
    return f"{'+' if value > 0 else '−'}{shown(metric, abs(value), in_full=True)}"
