"""Who gets which lead: the routing rules, and the reasons for sending back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.definitions.rules import read, said
from ryorin.alignment.handoffs.actions import (
    add_send_back_reason,
    change_routing_rule,
    change_send_back_reason,
    create_routing_rule,
    delete_routing_rule,
    move_routing_rule,
    set_what_follows,
)
from ryorin.alignment.handoffs.errors import RoutingRuleInvalid
from ryorin.alignment.handoffs.models import TO_A_TEAM, HowToRoute, RoutingRule, SendBackReason
from ryorin.alignment.handoffs.queries import business_time, presence, receivers
from ryorin.alignment.handoffs.rules import Presence
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import EVERYTHING
from ryorin.marketing.journeys.models import Journey, JourneyState
from ryorin.web.alignment.builder import Builder, checked
from ryorin.web.alignment.conditions import drawn, sent
from ryorin.web.answers import member_of, picked, version_in
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import require

FORM = ("name", "how", "team_id", "member_id", "journey_id", "hours", "version")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the rules in order with who is there today, and the reasons."""
    require(member_of(request), "routing.change")
    here = presence()
    rules = RoutingRule.objects.select_related("team", "member", "journey")
    context = {
        "lines": [_line(rule, here) for rule in rules],
        "reasons": SendBackReason.objects.select_related("journey"),
        "journeys": journeys(),
        "hours": business_time(),
    }
    return render(request, "alignment/routing.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a rule, then add it."""
    require(member_of(request), "routing.change")
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a rule to edit, then change it; "active" alone turns it on or off."""
    require(member_of(request), "routing.change")
    found = get_object_or_404(RoutingRule, pk=pk)
    if request.method == "POST" and "active" in request.POST:
        change_routing_rule(found, by=member_of(request), version=None, is_active=request.POST["active"] == "1")
        return redirect("routing")
    return _edited(request, found)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a rule up or down."""
    move_routing_rule(get_object_or_404(RoutingRule, pk=pk), by=member_of(request), up=request.POST.get("up") == "1")
    return redirect("routing")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule."""
    delete_routing_rule(get_object_or_404(RoutingRule, pk=pk), by=member_of(request))
    messages.success(request, _("ルールを削除しました。"))
    return redirect("routing")


@require_POST
def new_reason(request: HttpRequest) -> HttpResponse:
    """Add a reason for sending back."""
    add_send_back_reason(request.POST.get("name", ""), by=member_of(request))
    return redirect("routing")


@require_POST
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a reason, stop offering it, or set what follows it."""
    found = get_object_or_404(SendBackReason, pk=pk)
    if "rest_days" in request.POST:
        days, wanted = request.POST["rest_days"], request.POST.get("journey", "")
        set_what_follows(
            found,
            by=member_of(request),
            journey=picked(Journey.objects.all(), wanted),
            rest_days=int(days) if days.isdecimal() and len(days) < 5 else -1,
        )
        messages.success(request, _("保存しました。"))
        return redirect("routing")
    active = request.POST.get("active")
    change_send_back_reason(
        found, by=member_of(request), name=request.POST.get("name"), is_active=None if active is None else active == "1"
    )
    return redirect("routing")


def _edited(request: HttpRequest, found: RoutingRule | None) -> HttpResponse:
    if request.method == "GET":
        made = drawn(found.condition if found else {}, "routing")
        return _form(request, found, made, _values_of(found or RoutingRule()))
    _about, made = sent(request)
    posted = {name: request.POST.get(name, "") for name in FORM}
    if checked(made, read) is None:
        return _form(request, found, made, posted, status=422)
    fields = {
        "name": posted["name"],
        "how": posted["how"],
        "team": picked(Team.objects.all(), posted["team_id"]),
        "member": picked(Member.objects.filter(is_active=True), posted["member_id"]),
        "journey": picked(Journey.objects.all(), posted["journey_id"]),
        "hours": int(posted["hours"]) if posted["hours"].isdecimal() and len(posted["hours"]) < 5 else 0,
        "condition": made.to_json(),
    }
    try:
        if found is None:
            create_routing_rule(by=member_of(request), **fields)
        else:
            change_routing_rule(found, by=member_of(request), version=version_in(request), **fields)
    except RoutingRuleInvalid as error:
        return _form(request, found, made, posted | {"problem": str(error)}, status=422)
    messages.success(request, _("保存しました。"))
    return redirect("routing")


def _form(
    request: HttpRequest, found: RoutingRule | None, made: Builder, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {
        "rule": found,
        "builder": made,
        "about": "routing",
        "values": {name: str(value) if name.endswith("_id") else value for name, value in values.items()},
        "hows": HowToRoute.choices,
        "teams": Team.objects.all(),
        "journeys": journeys(),
        "receivers": receivers(),
    }
    return render(request, "alignment/routing_rule.html", context, status=status)


def _values_of(rule: RoutingRule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in FORM}


def journeys() -> list[Journey]:
    """Return the journeys that let people in now, or may do so later."""
    return list(Journey.objects.exclude(state__in=(JourneyState.STOPPED, JourneyState.CLOSING)))


def _line(rule: RoutingRule, here: Presence) -> dict[str, Any]:
    """Return a rule with its condition in words, and whether anybody is there to receive, with time left."""
    try:
        node = read(rule.condition)
        sentence, problem = "" if node == EVERYTHING else said(node), ""
    except ConditionInvalid as error:
        sentence, problem = "", str(error)
    is_there = True
    if rule.how in TO_A_TEAM:
        is_there = bool(here.teams.get(rule.team_id or 0))
    elif rule.how == HowToRoute.MEMBER:
        is_there = rule.member_id in here.here
    return {
        "rule": rule,
        "sentence": sentence,
        "problem": problem,
        "is_there": is_there,
        "is_full": is_there and rule.how in TO_A_TEAM and not here.free_of(rule.team_id),
        "is_shut": rule.how == HowToRoute.JOURNEY and rule.journey_id not in here.journeys,
    }
