"""Cohorts: customers by the month in which they began, month after month."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.conditions.to_orm import among
from ryorin.conditions.tree import All, Op
from ryorin.lib.fiscal import period_of
from ryorin.marketing.value.queries import picture
from ryorin.web.answers import MOST_DIGITS
from ryorin.web.context import company
from ryorin.web.marketing.analysis.customers import table_of
from ryorin.web.marketing.analysis.shared import (
    Asked,
    asked_in,
    frame,
    heat,
    major,
    prefix,
    segment_address,
    test,
)
from ryorin.web.templatetags.ryorin import number, percent, short_money

SHOWN: dict[str, str | Promise] = {
    "retention": gettext_lazy("継続率"),
    "customers": gettext_lazy("人数"),
    "value": gettext_lazy("1人あたりの累計購入額"),
}
BASES: dict[str, str | Promise] = {"purchase": gettext_lazy("初回購入"), "contact": gettext_lazy("最初の接点")}
LINES = 3  # cohorts drawn beside the curve of all


@require_GET
def analysis_cohorts(request: HttpRequest) -> HttpResponse:
    """Show the triangle and the curve; each number opens its customers."""
    asked = asked_in(request)
    basis, shown = choice(request, "basis", BASES), choice(request, "show", SHOWN)
    basis = basis if asked.is_person else "purchase"
    content = picture(asked.subject, f"cohorts_{basis}")
    found = content.get("cohorts", [])
    context = {
        **frame(asked, "analysis_cohorts"),
        "basis": basis,
        "bases": BASES.items() if asked.is_person else (),
        "shown": shown,
        "choices": SHOWN.items(),
        "ages": range(max((len(cohort["active"]) for cohort in found), default=0)),
        "rows": [row_of(asked, cohort, basis, shown, most_of(found, shown)) for cohort in reversed(found)],
        "hidden": content.get("of", 0) - len(found),
        "chart": chart(asked, content, basis),
        "triangle": triangle(found, shown),
    }
    return render(request, "marketing/analysis/cohorts.html", context)


@require_GET
def analysis_cohort(request: HttpRequest) -> HttpResponse:
    """Show the customers of one cohort, or those of them who bought so many months after they began."""
    from ryorin.marketing.value.queries.behind import cohort_members

    asked, basis = asked_in(request), choice(request, "basis", BASES)
    month, age = month_in(request.GET.get("month", "")), request.GET.get("age", "")
    if month is None or (age and not (age.isdecimal() and len(age) < 4)):
        raise Http404
    ids = cohort_members(
        asked.subject,
        month,
        age=int(age) if age else None,
        by_contact=basis == "contact",
        as_of=asked.fit.as_of if asked.fit else month,
        currency=company().currency,
        zone=company().time_zone,
    )
    title = title_of(month, age, basis)
    context = {
        "asked": asked,
        "title": title,
        "listing": asked.listing,
        "crumb_url": f"{reverse('analysis_cohorts')}?{urlencode({'of': asked.subject, 'basis': basis})}",
        "segment_url": "" if age or basis == "contact" else segment_address(asked, beginning_in(month), title),
        **table_of(request, asked, asked.records().filter(among("pk", ids))),
    }
    return render(request, "marketing/analysis/customers.html", context)


def choice(request: HttpRequest, name: str, known: dict[str, str | Promise]) -> str:
    """Return which of the known words the address says; the first one by default."""
    word = request.GET.get(name, "")
    return word if word in known else next(iter(known))


def month_in(text: str) -> date | None:
    if len(text) >= MOST_DIGITS:
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def beginning_in(month: date) -> All:
    """Return the condition for those whose first purchase was in the month."""
    return All((test("first_on", Op.BETWEEN, (month, period_of(month).end - timedelta(days=1))),))


def title_of(month: date, age: str, basis: str) -> str:
    began = _("%(year)s年%(month)s月に初めて購入") if basis == "purchase" else _("%(year)s年%(month)s月に最初の接点")
    text = began % {"year": month.year, "month": month.month}
    return text + (_("・%(count)sか月後に購入") % {"count": age} if age else "")


def row_of(asked: Asked, cohort: dict[str, Any], basis: str, shown: str, most: float) -> dict[str, Any]:
    """Return one cohort as the triangle shows it."""
    values = values_of(cohort, shown)
    return {
        "month": cohort["month"].replace("-", "/"),
        "size": cohort["size"],
        "url": behind(asked, cohort["month"], basis),
        "came_back": cohort["came_back"] / cohort["size"] if cohort["size"] else None,
        "cells": [
            {
                "text": text_of(value, shown),
                "heat": heat(value if place or shown == "value" else 0, most),
                "url": behind(asked, cohort["month"], basis, age=place) if cohort["active"][place] else "",
            }
            for place, value in enumerate(values)
        ],
    }


def values_of(cohort: dict[str, Any], shown: str) -> list[float]:
    """Return the figures of a cohort, month after month; money in minor units."""
    size = max(cohort["size"], 1)
    if shown == "customers":
        return [float(one) for one in cohort["active"]]
    if shown == "retention":
        return [one / size for one in cohort["active"]]
    sums, total = [], 0.0
    for one in cohort["value"]:
        total += one
        sums.append(total / size)
    return sums


def most_of(found: list[dict[str, Any]], shown: str) -> float:
    """Return the largest figure of the triangle, the first month aside, in which everybody buys."""
    later = [value for cohort in found for value in values_of(cohort, shown)[0 if shown == "value" else 1 :]]
    return max(later, default=0)


def text_of(value: float, shown: str) -> str:
    if shown == "retention":
        return percent(value, 0)
    return number(value) if shown == "customers" else short_money(round(value))


def behind(asked: Asked, month: str, basis: str, *, age: int | None = None) -> str:
    query = {"of": asked.subject, "month": month, "basis": basis} | ({} if age is None else {"age": str(age)})
    return f"{reverse('analysis_cohort')}?{urlencode(query)}"


def chart(asked: Asked, content: dict[str, Any], basis: str) -> dict[str, Any]:
    """Return the share that bought in each month after the beginning: over all cohorts, and of the newest long ones."""
    curve = content.get("curve", [])
    found = content.get("cohorts", [])
    ages = range(1, len(curve))
    long = [cohort for cohort in found if len(cohort["active"]) > 3][-LINES:]
    series: list[dict[str, Any]] = [
        {"name": _("すべて"), "values": [round(100 * curve[age][0], 1) for age in ages], "wheel": "sow"}
    ]
    for wheel, cohort in zip(("axle", "harvest", "ink-4"), long, strict=False):
        known = [round(100 * one / max(cohort["size"], 1), 1) for one in cohort["active"]]
        series.append(
            {
                "name": cohort["month"].replace("-", "/"),
                "values": [known[age] if age < len(known) else None for age in ages],
                "dashed": True,
                "wheel": wheel,
                "links": [behind(asked, cohort["month"], basis, age=age) if age < len(known) else "" for age in ages],
            }
        )
    return {
        "title": _("経過月ごとに購入した割合"),
        "kind": "line",
        "axis": _("経過月"),
        "labels": [_("%(count)sか月後") % {"count": age} for age in ages],
        "series": series,
        "unit": "%",
        "decimals": 1,
    }


def triangle(found: list[dict[str, Any]], shown: str) -> dict[str, Any]:
    """Return the triangle as the data of files."""
    longest = max((len(cohort["active"]) for cohort in found), default=0)
    scale = (lambda value: round(100 * value, 2)) if shown == "retention" else major if shown == "value" else round

    def cell(cohort: dict[str, Any], age: int) -> Any:
        values = values_of(cohort, shown)
        return scale(values[age]) if age < len(values) else None

    sizes = {"name": _("人数"), "values": [cohort["size"] for cohort in found]}
    return {
        "axis": _("開始月"),
        "labels": [cohort["month"] for cohort in found],
        "series": [
            sizes,
            *(
                {"name": _("%(count)sか月後") % {"count": age}, "values": [cell(cohort, age) for cohort in found]}
                for age in range(longest)
            ),
        ],
        "prefix": prefix(),
    }
