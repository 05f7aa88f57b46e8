"""Deals and customers for which nothing is planned, and one click that plans something."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal
from ryorin.sales.next_actions import actions, queries
from ryorin.web.answers import done, is_fragment, member_of, picked
from ryorin.web.templatetags.ryorin import day_and_time
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import LEADERS

RECORDS = {"deal": Deal, "person": Person}
CHANGED = ["planned", "task-changed", "deal-changed", "board-changed"]


@dataclass(frozen=True)
class Shown:
    """What the list is narrowed to, read from the address."""

    of: str
    whose: str


@require_GET
def next_actions(request: HttpRequest) -> HttpResponse:
    """Show the open deals or the customers for which nothing is planned; leaders begin with everybody's."""
    member = member_of(request)
    of, whose = request.GET.get("of", ""), request.GET.get("whose", "all" if member.role in LEADERS else "me")
    is_known = whose in ("all", "team") or (whose.isdecimal() and len(whose) < 19)
    shown = Shown(of="people" if of == "people" else "deals", whose=whose if is_known else "me")
    counts = {of: _rows(member, Shown(of, shown.whose)).count() for of in ("deals", "people")}
    if not of and counts["people"] and not counts["deals"]:
        shown = Shown("people", shown.whose)
    rows = _rows(member, shown)
    page, after = queries.page_of(rows, after=request.GET.get("after", ""))
    contacts = queries.last_contacts("person_id" if shown.of == "people" else "deal_id", [row.pk for row in page])
    context = {
        "shown": shown,
        "lines": [{"record": row, "last_contact": contacts.get(row.pk)} for row in page],
        "after": after,
        "counts": counts,
        "owners": Member.objects.filter(is_active=True),
    }
    part = "#lines" if is_fragment(request) and "after" in request.GET else ""
    return render(request, f"sales/next_actions.html{part}", context)


@require_POST
def next_action_plan(request: HttpRequest) -> HttpResponse:
    """Plan a call or a visit for a deal or a person with one click."""
    member = member_of(request)
    kind = request.POST.get("about", "")
    model: Any = RECORDS.get(kind, Deal)
    record = picked(model.objects.visible_to(member), request.POST.get("id") or "none")
    if request.POST.get("what") == "visit":
        visit = actions.plan_visit(record, by=member)
        text = _("%(when)sに訪問を入れました。") % {"when": day_and_time(timezone.localtime(visit.starts_at))}
        undo = reverse("appointment_cancel", args=[visit.pk])
        return done(request, text, to=reverse("next_actions"), undo=undo, events=[*CHANGED, "calendar-changed"])
    due_at = actions.plan_call(record, by=member)
    text = _("%(when)sまでに電話する予定を入れました。") % {"when": day_and_time(timezone.localtime(due_at))}
    return done(request, text, to=reverse("next_actions"), events=CHANGED)


def _rows(member: Member, shown: Shown) -> QuerySet[Any]:
    if shown.of == "people":
        people = _of(queries.people_without(Person.objects.visible_to(member)), shown.whose, member)
        return people.select_related("company", "owner")
    deals = _of(queries.deals_without(Deal.objects.visible_to(member)), shown.whose, member)
    return deals.select_related("company", "person", "owner", "stage")


def _of(rows: QuerySet[Any], whose: str, member: Member) -> QuerySet[Any]:
    """Return the rows of the member, of the member's team, of everybody, or of one other member."""
    if whose == "me":
        return rows.filter(owner=member)
    if whose == "team":
        return rows.filter(owner__team=member.team_id) if member.team_id else rows.filter(owner=member)
    return rows if whose == "all" else rows.filter(owner_id=int(whose))
