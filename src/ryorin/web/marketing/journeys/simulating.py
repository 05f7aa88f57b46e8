"""Trying a journey on history: asked for, watched, cancelled, read."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Simulation, SimulationState
from ryorin.marketing.journeys.queries import pages
from ryorin.marketing.journeys.queries.known import known
from ryorin.marketing.journeys.rules.drawing import read
from ryorin.web.answers import is_fragment, member_of, moved_on
from ryorin.web.marketing.journeys.listing import seen
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

RANGES = (30, 90, 180, 365)
CHART_DAYS = 120


@require_http_methods(["GET", "HEAD", "POST"])
def journey_simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the simulations of a journey, or ask for one."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.change")
    problem = ""
    if request.method == "POST":
        days = request.POST.get("days", "90")
        try:
            made = actions.ask_simulation(
                found, by=member, days=int(days) if days.isdecimal() and len(days) < 5 else 90
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            return moved_on(request, _("試算を始めました。"), to=reverse("journey_simulation", args=[made.pk]))
    context = {"journey": found, "simulations": found.simulations.all()[:20], "ranges": RANGES, "problem": problem}
    return render(request, "marketing/journeys/simulate.html", context, status=422 if problem else 200)


@require_GET
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a simulation is, or what came of it."""
    member = member_of(request)
    require(member, "journeys.change")
    row = get_object_or_404(Simulation.objects.select_related("journey", "asked_by"), pk=pk)
    seen(request, row.journey_id)
    is_running = row.state in (SimulationState.WAITING, SimulationState.RUNNING)
    if is_fragment(request) and not is_running:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {"simulation": row, "journey": row.journey, "is_running": is_running}
    if row.state == SimulationState.DONE:
        context |= _result(row, member)
    part = "#progress" if is_fragment(request) else ""
    return render(request, f"marketing/journeys/simulation.html{part}", context)


@require_POST
def simulation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a simulation."""
    row = get_object_or_404(Simulation, pk=pk)
    actions.cancel_simulation(row, by=member_of(request))
    return moved_on(request, _("試算を中止しました。"), to=reverse("journey_simulate", args=[row.journey_id]))


def _result(row: Simulation, member: Member) -> dict[str, Any]:
    result, names, drawing = row.result, known(), read(row.drawing)
    figures = {key: pages.Figures(passed=count) for key, count in result["by_node"].items()}
    start, cards = pages.shown(drawing, names, figures=figures)
    labels = {"start": _("開始"), **pages.card_labels(drawing, names)}
    ids = [one["person"] for one in result["sample"]]
    people = Person.objects.visible_to(member).select_related("company").in_bulk(ids)
    sample = [
        {
            "person": people[one["person"]],
            "path": [{"label": labels.get(key, key), "at": parse_datetime(at)} for key, at in one["path"]],
            "ended": parse_datetime(one["ended"]) if one["ended"] else None,
        }
        for one in result["sample"]
        if one["person"] in people
    ]
    busiest = result.get("busiest")
    return {
        "result": result,
        "start": start,
        "cards": cards,
        "shows_figures": True,
        "sample": sample,
        "busiest": {"day": date.fromisoformat(busiest[0]), "count": busiest[1]} if busiest else None,
        "per_day": round(result["mails"] / row.days, 1) if row.days else 0,
        "chart": _chart(result),
    }


def _chart(result: dict[str, Any]) -> dict[str, Any] | None:
    days = sorted({*result["entered_by_day"], *result["mails_by_day"]})[-CHART_DAYS:]
    if len(days) < 2:
        return None
    labels = [date_format(date.fromisoformat(day), "n/j") for day in days]
    return {
        "title": _("日ごとの試算"),
        "kind": "bar",
        "axis": _("日付"),
        "unit": "",
        "labels": labels,
        "series": [
            {
                "name": _("入った人"),
                "values": [result["entered_by_day"].get(day, 0) for day in days],
                "wheel": "sow",
            },
            {"name": _("メール"), "values": [result["mails_by_day"].get(day, 0) for day in days], "wheel": "axle"},
        ],
    }
