"""Lifetime value: the model and how well it predicts, the distribution, the best and the endangered customers."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from ryorin.conditions.tree import All, Op
from ryorin.customers.value.models import ChurnLevel
from ryorin.marketing.value.models import ModelFit
from ryorin.marketing.value.queries import picture
from ryorin.web.marketing.analysis.shared import (
    Asked,
    asked_in,
    frame,
    minor,
    prefix,
    segment_address,
    test,
    why_not,
)

BEST = 15
PURCHASES = (("r", "r"), ("alpha", "α"), ("a", "a"), ("b", "b"))
SPEND = (("p", "p"), ("q", "q"), ("gamma", "γ"))


@require_GET
def analysis_lifetime(request: HttpRequest) -> HttpResponse:
    """Show what customers will bring, how sure that is, and whom to look after."""
    asked = asked_in(request)
    content = picture(asked.subject, "lifetime")
    fit = asked.fit
    context = {
        **frame(asked, "analysis_lifetime"),
        "why_not": (why_not(fit.purchases) or why_not(fit.spend)) if fit else "",
        "has_model": bool(fit and fit.totals.get("value") is not None),
        "total": fit.totals.get("value") if fit else None,
        "total_range": 1.28 * fit.totals["error"] if fit and fit.totals.get("error") is not None else None,
        "median": content.get("median"),
        "expected": content.get("expected"),
        "months": asked.settings.horizon_months,
        "repeat_rate": fit.repeaters / fit.customers if fit and fit.customers else None,
        "repeaters_url": asked.behind(test("purchases", Op.GTE, 2), title=_("2回以上購入した顧客")),
        "purchases": parameters(fit.purchases, PURCHASES) if fit else [],
        "spend": parameters(fit.spend, SPEND) if fit else [],
        "distribution": distribution(asked, content),
        "levels": levels(asked, content),
        "best": list(known(asked).exclude(lifetime=None).order_by("-lifetime", "pk")[:BEST]),
        "endangered": endangered(asked),
        "endangered_url": asked.behind(*at_risk(), title=_("離反リスクの高い顧客")),
        "endangered_segment": segment_address(asked, All(at_risk()), _("離反リスクの高い優良顧客")),
        "calendar": calendar(asked, content),
        "overdue": content.get("overdue", 0),
        "overdue_url": asked.behind(
            test("next_on", Op.LTE, fit.as_of if fit else date.today()), title=_("購入予定日を過ぎた顧客")
        ),
        "backtest": backtest(fit),
        "backtest_chart": backtest_chart(fit),
    }
    return render(request, "marketing/analysis/lifetime.html", context)


def known(asked: Asked) -> Any:
    """Return the values with the names of their customers."""
    return asked.values().select_related(asked.subject)


def at_risk() -> tuple[Any, ...]:
    return (test("churn_level", Op.IS, ChurnLevel.HIGH.value), test("purchases", Op.GTE, 2))


def endangered(asked: Asked) -> list[Any]:
    """Return those who bought most and will hardly come again."""
    return list(known(asked).filter(churn_level=ChurnLevel.HIGH).order_by("-revenue", "pk")[:BEST])


def parameters(kept: dict[str, Any], names: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Return the parameters of a model with their standard errors."""
    if "reason" in kept:
        return []
    errors = kept.get("errors") or [None] * len(names)
    return [
        {"name": sign, "value": kept[name], "error": error} for (name, sign), error in zip(names, errors, strict=True)
    ]


def levels(asked: Asked, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return how many customers are at which risk, the highest first."""
    found = content.get("levels", {})
    wheels = {ChurnLevel.HIGH: "bad", ChurnLevel.MIDDLE: "harvest", ChurnLevel.LOW: "sow"}
    whole = sum(one["customers"] for one in found.values()) or 1
    return [
        {
            "label": level.label,
            "css": wheels[level],
            **found[level.value],
            "percent": 100 * found[level.value]["customers"] / whole,
            "url": asked.behind(
                test("churn_level", Op.IS, level.value), title=_("離反リスク：%(level)s") % {"level": level.label}
            ),
        }
        for level in reversed(ChurnLevel)
        if level.value in found
    ]


def distribution(asked: Asked, content: dict[str, Any]) -> dict[str, Any] | None:
    """Return how many customers are worth how much."""
    bins = content.get("histogram")
    if not bins:
        return None
    last = len(bins) - 1

    def link(low: float, high: float, place: int) -> str:
        if place == last:
            return asked.behind(test("lifetime", Op.GTE, minor(low)), title=span(low, None))
        ends = (minor(low), minor(high) - 1)
        return asked.behind(test("lifetime", Op.BETWEEN, ends), title=span(low, high))

    return {
        "title": _("顧客生涯価値の分布"),
        "kind": "bar",
        "axis": _("顧客生涯価値"),
        "labels": [span(low, None if place == last else high) for place, (low, high, _n) in enumerate(bins)],
        "series": [
            {
                "name": _("人数") if asked.is_person else _("社数"),
                "values": [count for _low, _high, count in bins],
                "wheel": "harvest",
                "links": [link(low, high, place) if count else "" for place, (low, high, count) in enumerate(bins)],
            }
        ],
    }


def span(low: float, high: float | None) -> str:
    """Return a span of amounts of the currency in short: "10,000〜20,000"."""
    return f"{prefix()}{low:,.0f}〜{'' if high is None else f'{high:,.0f}'}"


def calendar(asked: Asked, content: dict[str, Any]) -> dict[str, Any] | None:
    """Return in which of the coming weeks how many customers are due."""
    weeks = content.get("weeks")
    if not weeks:
        return None

    def link(week: dict[str, Any]) -> str:
        ends = (date.fromisoformat(week["from"]), date.fromisoformat(week["to"]))
        return asked.behind(test("next_on", Op.BETWEEN, ends), title=_("購入予定：%(week)s") % {"week": name(week)})

    def name(week: dict[str, Any]) -> str:
        first, last = date.fromisoformat(week["from"]), date.fromisoformat(week["to"])
        return f"{first.month}/{first.day}〜{last.month}/{last.day}"

    return {
        "title": _("次に購入しそうな週"),
        "kind": "bar",
        "axis": _("週"),
        "labels": [name(week) for week in weeks],
        "series": [
            {
                "name": _("人数") if asked.is_person else _("社数"),
                "values": [week["customers"] for week in weeks],
                "wheel": "sow",
                "links": [link(week) if week["customers"] else "" for week in weeks],
            }
        ],
    }


def backtest(fit: ModelFit | None) -> dict[str, Any]:
    """Return how well the last days would have been foretold, or why that cannot be said."""
    kept = fit.backtest if fit else {}
    if not kept or "reason" in kept:
        return {"why_not": why_not(kept) if kept else ""}
    off = kept["expected"] / kept["came"] - 1 if kept["came"] else None
    return kept | {"off": off, "is_better": kept["error"] < kept["naive_error"]}


def backtest_chart(fit: ModelFit | None) -> dict[str, Any] | None:
    """Return purchases foretold and made, by how often customers had come back before."""
    rows = fit.backtest.get("rows") if fit else None
    if not rows:
        return None
    return {
        "title": _("最近90日の購入回数：見込みと実績"),
        "kind": "bar",
        "axis": _("それまでの再購入回数"),
        "labels": [times(row["repeats"], is_last=row is rows[-1]) for row in rows],
        "series": [
            {"name": _("見込み（1人平均）"), "values": [round(row["expected"], 3) for row in rows], "wheel": "axle"},
            {"name": _("実績（1人平均）"), "values": [round(row["came"], 3) for row in rows], "wheel": "harvest"},
        ],
        "decimals": 2,
    }


def times(count: int, *, is_last: bool) -> str:
    """Return so many times; the last group holds whoever came back more often, too."""
    text = _("%(count)s回以上") if is_last else ngettext("%(count)s回", "%(count)s回", count)
    return text % {"count": count}
