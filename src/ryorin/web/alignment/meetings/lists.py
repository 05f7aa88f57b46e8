"""Meetings to come, meetings held, and the series they belong to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ryorin.alignment.meetings.queries import reading
from ryorin.alignment.meetings.queries.agenda import day_said, time_said
from ryorin.web.answers import member_of
from ryorin.web.lists.state import whole
from ryorin.workspace.members.rules import may


@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """Show the next meetings, the series, and the meetings that are over."""
    member = member_of(request)
    held = reading.held_before(member, before=whole(request.GET.get("before")))
    shown = held[: reading.SHOWN]
    context = {
        "coming": [(one, day_said(one), time_said(one)) for one in reading.coming(member)],
        "held": [(one, day_said(one)) for one in shown],
        "next_before": shown[-1].pk if len(held) > reading.SHOWN else None,
        "series": [(one, reading.next_of(one)) for one in reading.series_of(member)],
        "may_change": may(member, "meetings.change"),
    }
    return render(request, "alignment/meetings/list.html", context)
