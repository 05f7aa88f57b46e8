"""The funnel page: how far the people who became leads in a period have come, and where they wait."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.alignment.funnel.queries import Raised, funnel, raised, waits
from ryorin.alignment.funnel.rules import STAGES, VISITOR, Funnel, Part, Step, Wait
from ryorin.insight.methods.uplift import Range
from ryorin.lib.fiscal import Period
from ryorin.web.insight.asking import period_in, walk
from ryorin.web.insight.showing import WHEELS, days, part_names, people_address, rows_address
from ryorin.web.templatetags.ryorin import number, short_money, stage_label

PARTS = ("channel", "campaign")
READINGS = {"cohort": gettext_lazy("リードになった人を追う"), "events": gettext_lazy("期間中の出来事")}
SHOWN_PARTS = 30


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    period = period_in(request, "quarter")
    by = request.GET.get("by", "")
    by = by if by in PARTS else "channel"
    reading = request.GET.get("reading", "")
    reading = reading if reading in READINGS else "cohort"
    found = funnel(start=period.start, end=period.end, by=by, reading=reading)  # type: ignore[arg-type]
    parts = found.parts[:SHOWN_PARTS]
    names = part_names(by, [part.key for part in parts])
    context = {
        "walk": walk(period),
        "steps": [line(step, place, found, period, reading) for place, step in enumerate(found.steps)],
        "waits": longest(found, period, reading),
        "stages": STAGES,
        "by": by,
        "reading": reading,
        "readings": READINGS.items(),
        "parts": [{"name": names[part.key], "cells": cells(part, by, period, reading)} for part in parts],
        "chart": chart(found, period, reading),
        "stays": [
            stay(wait, period, reading)
            for wait in waits(start=period.start, end=period.end, reading=reading)  # type: ignore[arg-type]
        ],
        "raised": raises(raised(start=period.start, end=period.end)),
        "is_empty": not any(step.count for step in found.steps),
    }
    return render(request, "insight/funnel.html", context)


def line(step: Step, place: int, found: Funnel, period: Period, reading: str) -> dict[str, Any]:
    """Return one step with its bar, against the fullest one: visitors, who outnumber all, apart."""
    leads = max((one.count for one in found.steps if one.stage != VISITOR), default=0)
    is_visitor = step.stage == VISITOR
    return {
        "step": step,
        "label": label(step.stage),
        "wheel": WHEELS[step.stage],
        "percent": 100 * step.count / leads if leads else 0,
        "days": days(step.median_days),
        "days_from_lead": days(step.median_days_from_lead) if place > 1 else "",
        "url": rows_address("visits", period.start, period.end)
        if is_visitor
        else people_address(step.stage, period.start, period.end, reading=reading),
        "waiting_url": people_address(step.stage, period.start, period.end, reading=reading, waiting=True)
        if step.waiting and not is_visitor
        else "",
        "is_longest": step == found.longest_wait,
    }


def label(stage: str) -> str:
    return _("訪問者") if stage == VISITOR else stage_label(stage)


def longest(found: Funnel, period: Period, reading: str) -> dict[str, str] | None:
    """Return between which steps people wait longest, with those who are waiting there."""
    step = found.longest_wait
    if step is None:
        return None
    before = STAGES[STAGES.index(step.stage) - 1]
    return {
        "before": label(before),
        "after": label(step.stage),
        "days": days(step.median_days),
        "url": people_address(before, period.start, period.end, reading=reading, waiting=True),
    }


def cells(part: Part, by: str, period: Period, reading: str) -> list[dict[str, Any]]:
    """Return what one channel or campaign has in each step."""
    return [
        {
            "step": step,
            "url": people_address(step.stage, period.start, period.end, reading=reading, by=by, key=part.key),
        }
        for step in part.steps
    ]


def chart(found: Funnel, period: Period, reading: str) -> dict[str, Any]:
    """Return the steps from lead on as a chart, each bar with its people behind it."""
    steps = [step for step in found.steps if step.stage != VISITOR]
    return {
        "title": _("段階ごとの人数"),
        "kind": "across",
        "axis": _("段階"),
        "labels": [label(step.stage) for step in steps],
        "series": [
            {
                "name": _("人数"),
                "values": [step.count for step in steps],
                "wheel": "axle",
                "links": [people_address(step.stage, period.start, period.end, reading=reading) for step in steps],
            }
        ],
    }


def stay(wait: Wait, period: Period, reading: str) -> dict[str, Any]:
    """Return how long people stay in a stage, and who stays too long, each with its people."""

    def address(longer: str) -> str:
        return people_address(wait.stage, period.start, period.end, reading=reading, waiting=True, longer=longer)

    return {
        "wait": wait,
        "label": label(wait.stage),
        "wheel": WHEELS[wait.stage],
        "median": days(wait.median),
        "p75": days(wait.p75),
        "p90": days(wait.p90),
        "url": address(""),
        "p75_url": address("p75"),
        "p90_url": address("p90"),
    }


def raises(found: Raised) -> dict[str, Any]:
    """Return what raising each step would bring, in words."""
    rows = []
    for one in found.uplifts:
        is_first = one.stage == STAGES[0]
        rows.append(
            {
                "label": _("リードの数") if is_first else _("%(stage)sへ進む割合") % {"stage": label(one.stage)},
                "wheel": WHEELS[one.stage],
                "tenth": in_words(one.by_tenth, one.value_by_tenth),
                "points": in_words(one.by_points, one.value_by_points),
            }
        )
    return {"rows": rows, "why_not": found.why_not, "deals": found.deals}


def in_words(wins: Range | None, value: Range | None) -> dict[str, str] | None:
    """Return the middle and the ends of a range of wins, and of their value where it is known."""
    if wins is None:
        return None
    ends = {"low": number(wins.low, 1), "high": number(wins.high, 1)}
    text = {"middle": f"+{number(wins.middle, 1)}", "range": _("%(low)s〜%(high)s件") % ends}
    if value is not None:
        ends = {"low": short_money(round(value.low)), "high": short_money(round(value.high))}
        text |= {"value": f"+{short_money(round(value.middle))}", "value_range": _("%(low)s〜%(high)s") % ends}
    return text
