"""Writing down a decision, changing it, taking it back."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.alignment.meetings import actions
from ryorin.alignment.meetings.models import Decision, Meeting
from ryorin.lib.dates import parse_date
from ryorin.web.alignment.meetings.seen import seen
from ryorin.web.answers import done, member_of, picked, version_in
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.members.rules import require

CHANGED = "decisions-changed"


@require_http_methods(["GET", "POST"])
def decision_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what was decided, who does it and until when; it is a task from then on."""
    found, member = seen(request, pk), member_of(request)
    require(member, "meetings.change")
    if request.method == "GET":
        return form_of(request, found, None)
    actions.decide(found, by=member, item_title=request.POST.get("about", ""), **fields_in(request))
    text = _("決定事項を記録し、担当者のタスクに追加しました。")
    return done(request, text, to=reverse("meeting_minutes", args=[pk]), events=(CHANGED,))


@require_http_methods(["GET", "POST"])
def decision_edit(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    """Show a decision to be changed, then change it and its task."""
    found, member = seen(request, pk), member_of(request)
    require(member, "meetings.change")
    row = get_object_or_404(found.decisions.select_related("meeting", "owner"), pk=decision)
    if request.method == "GET":
        return form_of(request, found, row)
    actions.change_decision(row, by=member, version=version_in(request), **fields_in(request))
    text = _("決定事項とタスクを変更しました。")
    return done(request, text, to=reverse("meeting_minutes", args=[pk]), events=(CHANGED,))


@require_POST
def decision_drop(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    """Take a decision back, with its task where that is still open."""
    found = seen(request, pk)
    row = get_object_or_404(found.decisions.select_related("meeting"), pk=decision)
    actions.drop_decision(row, by=member_of(request))
    return done(request, _("決定事項を取り消しました。"), to=reverse("meeting_minutes", args=[pk]), events=(CHANGED,))


def form_of(request: HttpRequest, found: Meeting, row: Decision | None) -> HttpResponse:
    about = request.GET.get("about", "")[:160]
    context = {"meeting": found, "decision": row, "url": request.path, "owners": owners(found, row), "about": about}
    return render(request, "alignment/meetings/decision_form.html", context)


def owners(found: Meeting, row: Decision | None) -> list[Member]:
    """Return who may be given a decision: those who take part first, then everybody else who works here."""
    here = list(Member.objects.filter(is_active=True).exclude(role=Role.READ_ONLY))
    taking_part = set(found.participants.values_list("member", flat=True))
    return sorted(here, key=lambda member: (member.pk not in taking_part, member.family_name, member.pk))


def fields_in(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed; a day that cannot be read is none."""
    owner = picked(Member.objects.all(), request.POST.get("owner"))
    return {"text": request.POST.get("text", ""), "owner": owner, "due_on": day_in(request.POST.get("due_on", ""))}


def day_in(text: str) -> date | None:
    try:
        return parse_date(text[:40]) if text else None
    except ValueError:
        return None
