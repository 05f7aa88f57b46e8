"""The visits of one day, by prefecture and city: whom, where, how to reach them, when we last spoke."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ryorin.lib import clock
from ryorin.sales.calendar import queries
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.web.sales.calendar import day_in


@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """Show the member's visits of a day, or those of everybody the member sees."""
    member = member_of(request)
    day, is_all = day_in(request.GET.get("day", "")), request.GET.get("whose") == "all"
    areas = queries.visits_of(member, day, tz=company().time_zone, of=None if is_all else [member.pk])
    context = {
        "day": day,
        "today": clock.today(company().time_zone),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "areas": areas,
        "count": sum(len(area.visits) for area in areas),
        "is_all": is_all,
        "soonest": clock.now() + timedelta(minutes=5),
    }
    return render(request, "sales/visits.html", context)
