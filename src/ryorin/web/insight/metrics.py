"""One KPI over the months of a fiscal year: against the year before, its target, or by its parts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.alignment.goals.queries import targets_between
from ryorin.insight.metrics.queries import Key, Number, by_part, metric_named, series, total
from ryorin.insight.metrics.rules import METRICS, Metric, Unit
from ryorin.lib.fiscal import Period, months_of, year_before
from ryorin.lib.money import decimals_of, to_decimal
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.insight.asking import breakdowns_for, day_in, fiscal_period, name_of, today
from ryorin.web.insight.showing import BREAKDOWNS, changed, part_names, rows_address, shown

SHOWN_PARTS = 12
STACKED_PARTS = 5
COLOURS = ("axle", "sow", "harvest", "ink-4", "ink-2")
REST = "line-2"


@require_GET
def metric(request: HttpRequest, name: str) -> HttpResponse:
    found = metric_named(name)
    year = fiscal_period(day_in(request.GET.get("at", "") or request.GET.get("from", "")) or today(), "year")
    by = request.GET.get("by", "")
    breakdowns = breakdowns_for(found, member_of(request))
    by = by if by in breakdowns else ""
    last = year_before(year)
    same_day = last.end if today() not in year else last.start + (today() + timedelta(days=1) - year.start)
    value, before = total(found, year.start, year.end), total(found, last.start, same_day)
    parts = by_part(found, year.start, year.end, breakdown=by) if by else {}
    context = {
        "metric": found,
        "year": name_of(year),
        "before": last.start,
        "after": year.end if year.end <= today() else None,
        "value": shown(found, value, in_full=True),
        "value_url": rows_address(name, year.start, year.end),
        "change": changed(found, value, before),
        "chart": by_month(found, year) if not by else of_parts(found, year, by, parts),
        "by": by,
        "breakdowns": [(one, BREAKDOWNS[one]()) for one in breakdowns],
        "parts": part_rows(found, year, by, parts),
        "metrics": METRICS.values(),
    }
    return render(request, "insight/metric.html", context)


def by_month(metric: Metric, year: Period) -> dict[str, Any]:
    """Return the months of this year and the one before, and the targets where some are set."""
    months, last = months_of(year), year_before(year)
    now = today()
    points = [point.value for point in series(metric, start=year.start, end=year.end)]
    lines: list[dict[str, Any]] = [
        {
            "name": name_of(year),
            "values": [
                in_unit(metric, value) if month.start <= now else None
                for month, value in zip(months, points, strict=True)
            ],
            "wheel": metric.wheel,
            "links": [rows_address(metric.name, month.start, month.end) for month in months],
        },
        {
            "name": name_of(last),
            "values": [in_unit(metric, point.value) for point in series(metric, start=last.start, end=last.end)],
            "wheel": "ink-4",
            "kind": "line",
            "dashed": True,
            "links": [rows_address(metric.name, month.start, month.end) for month in months_of(last)],
        },
    ]
    targets = targets_between(year.start, year.end)
    aimed = [targets.get((metric.name, month.start)) for month in months]
    if any(value is not None for value in aimed):
        values = [in_unit(metric, value) for value in aimed]
        lines.append({"name": _("目標"), "values": values, "wheel": "axle", "kind": "line", "dashed": True})
    return chart(metric, [month.start for month in months], lines)


def of_parts(metric: Metric, year: Period, by: str, parts: dict[Key, Number]) -> dict[str, Any]:
    """Return the months of the year by the largest parts."""
    months = months_of(year)
    largest = sorted(parts, key=lambda key: (-abs(parts[key].value or 0), str(key)))[:STACKED_PARTS]
    names = part_names(by, largest)
    points = {
        (point.period.start, point.key): point.value
        for point in series(metric, start=year.start, end=year.end, breakdown=by)
    }
    lines: list[dict[str, Any]] = [
        {
            "name": names[key],
            "values": [in_unit(metric, points.get((month.start, key))) for month in months],
            "wheel": COLOURS[place],
            "links": [rows_address(metric.name, month.start, month.end, by=by, key=key) for month in months],
        }
        for place, key in enumerate(largest)
    ]
    if not (metric.per is None and metric.unit in (Unit.COUNT, Unit.MONEY)):
        return chart(metric, [month.start for month in months], lines) | {"kind": "line"}
    others = [key for key in parts if key not in largest]
    if others:
        rest = [sum(points.get((month.start, key)) or 0 for key in others) for month in months]
        lines.append({"name": _("その他"), "values": [in_unit(metric, value) for value in rest], "wheel": REST})
    return chart(metric, [month.start for month in months], lines) | {"kind": "stack"}


def chart(metric: Metric, months: Sequence[date], lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the data of a chart; amounts of money in whole units of the currency."""
    yen = metric.unit is Unit.MONEY and company().currency == "JPY"
    units = {Unit.RATE: "%", Unit.HOURS: _("時間"), Unit.DAYS: _("日"), Unit.MONTHS: _("か月")}
    return {
        "title": str(metric.label),
        "kind": "bar",
        "axis": _("月"),
        "labels": [f"{month.year}/{month.month}" for month in months],
        "series": lines,
        "prefix": "¥" if yen else "",
        "unit": units.get(metric.unit, ""),
        "decimals": decimals_of(company().currency) if metric.unit is Unit.MONEY else int(metric.unit != Unit.COUNT),
    }


def in_unit(metric: Metric, value: float | None) -> float | None:
    """Return a value as charts and files show it: rates in percent, money in whole units."""
    if value is None:
        return None
    match metric.unit:
        case Unit.RATE:
            return round(100 * value, 2)
        case Unit.MONEY:
            return float(to_decimal(round(value), company().currency))
        case Unit.COUNT:
            return round(value)
        case _:
            return round(value, 2)


def part_rows(metric: Metric, year: Period, by: str, parts: dict[Key, Number]) -> list[dict[str, Any]]:
    """Return the parts, the largest first, each with its bar and its rows."""
    known = {key: number.value for key, number in parts.items()}
    order = sorted(known, key=lambda key: (-(known[key] or 0), str(key)))[:SHOWN_PARTS]
    names, most = part_names(by, order), max((known[key] or 0 for key in order), default=0) or 1
    return [
        {
            "name": names[key],
            "value": shown(metric, known[key]),
            "percent": 100 * (known[key] or 0) / most,
            "url": rows_address(metric.name, year.start, year.end, by=by, key=key),
        }
        for key in order
    ]
