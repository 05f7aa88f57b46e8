"""Visits: by prefecture and city, in the order of the postal codes; noted on the phone, printed on A4."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.approach import actions
from ryorin.sales.approach.models import ApproachList, Target, TargetState
from ryorin.sales.approach.queries import listing
from ryorin.sales.approach.queries.knowing import last_contacts
from ryorin.sales.approach.queries.screen import dialled
from ryorin.web.answers import done, is_fragment, member_of
from ryorin.web.sales.approach.calls import target_of
from ryorin.web.sales.approach.forms import AttemptForm
from ryorin.web.sales.approach.lists import seen
from ryorin.workspace.members.rules import may, require

MOST = 300
TO_VISIT = (TargetState.WAITING, TargetState.LATER)


@require_GET
def approach_visits(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom to visit in one prefecture, by city; `print=1` for paper."""
    row = seen(request, pk)
    rows = listing.visible_targets(row, member_of(request)).filter(state__in=TO_VISIT)
    places = listing.places_of(rows)
    prefecture = request.GET.get("prefecture", "")
    prefecture = prefecture if prefecture in PREFECTURES else ""
    city = request.GET.get("city", "").replace("\0", "")[:80]
    if prefecture:
        rows = rows.filter(prefecture=prefecture)
    if city:
        rows = rows.filter(city=city)
    found = list(listing.by_way(rows)[: MOST + 1])
    context = {
        "row": row,
        "places": places,
        "prefecture": prefecture,
        "city": city,
        "groups": _by_city(row, found[:MOST]),
        "count": len(found[:MOST]),
        "is_more": len(found) > MOST,
        "limit": MOST,
        "may_work": may(member_of(request), "approach.work"),
        "is_print": request.GET.get("print") == "1",
    }
    return render(request, "sales/approach/visits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approach_visit(request: HttpRequest, pk: int, target: int) -> HttpResponse:
    """Show the form for what came of a visit, or keep it."""
    member, row = member_of(request), seen(request, pk)
    require(member, "approach.work")
    found = target_of(request, row, target)
    form = AttemptForm(
        request.POST if request.method == "POST" else None, target=found, initial={"number": found.attempts + 1}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_attempt(found, by=member, **form.values())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("記録しました。"), to=_back(row), events=["approach-changed"])
    context: dict[str, Any] = {
        "row": row,
        "target": found,
        "record": found.person or found.company,
        "form": form,
        "outcomes": listing.outcomes_of(row.method),
        "chosen": str(form["outcome"].value() or ""),
        "may_open": may(member, "deals.change"),
    }
    if is_fragment(request):
        return render(request, "sales/approach/visit.html#form", context)
    return render(request, "sales/approach/visit.html", context, status=422 if form.errors else 200)


def _back(row: ApproachList) -> str:
    return reverse("approach_visits", args=[row.pk])


def _by_city(row: ApproachList, found: list[Target]) -> list[dict[str, Any]]:
    """Return the people by city, each with the number to dial and the day sales last spoke to them."""
    people = last_contacts("person_id", [one.person_id for one in found if one.person_id])
    companies = last_contacts("company_id", [one.company_id for one in found if one.company_id])
    lines: list[dict[str, Any]] = [
        {
            "line": line,
            "number": line.number,
            "dial": dialled(line.number),
            "last": people.get(line.target.person_id or 0) or companies.get(line.target.company_id or 0),
        }
        for line in listing.marked(found)
    ]
    return [
        {"prefecture": prefecture, "city": city, "lines": list(inside)}
        for (prefecture, city), inside in groupby(
            lines, key=lambda one: (one["line"].target.prefecture, one["line"].target.city)
        )
    ]
