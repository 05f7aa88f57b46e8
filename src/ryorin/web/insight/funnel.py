"""The funnel page: how far the people who became leads in a period have come, and where they wait."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.alignment.funnel.queries import funnel
from ryorin.alignment.funnel.rules import STAGES, VISITOR, Funnel, Part, Step
from ryorin.lib.fiscal import Period
from ryorin.web.insight.asking import period_in, walk
from ryorin.web.insight.showing import WHEELS, days, part_names, people_address, rows_address
from ryorin.web.templatetags.ryorin import stage_label

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
