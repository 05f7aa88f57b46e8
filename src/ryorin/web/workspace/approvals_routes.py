"""The routes of approvals: in order, one to edit with its condition and steps, and trying who would approve."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.conditions.parser import parse
from ryorin.conditions.sentence import sentence
from ryorin.conditions.tree import EVERYTHING, Node
from ryorin.lib import clock
from ryorin.web.alignment.builder import Builder, checked, from_node, from_post
from ryorin.web.alignment.conditions import APPROVAL
from ryorin.web.answers import member_of, picked, version_in
from ryorin.web.context import company
from ryorin.web.workspace.approvals_stamps import planned_columns
from ryorin.web.workspace.approvals_steps import Names, StepRow, pressed, rows_of, said_of, stages_in
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.approvals.actions import change_route, create_route, delete_route, move_route
from ryorin.workspace.approvals.errors import RouteInvalid
from ryorin.workspace.approvals.models import Quorum, Route, Who
from ryorin.workspace.approvals.queries import Preview, chart, kind_of, kinds, preview, scheme_of, stages_of
from ryorin.workspace.approvals.queries.routes import about_requester
from ryorin.workspace.approvals.rules import (
    REQUESTER_FACTS,
    ApprovalKind,
    Scheme,
    holds,
    is_in_force,
    plan,
    problem_with_route,
    typed,
)
from ryorin.workspace.members.models import Level, Member, Role, Team
from ryorin.workspace.members.queries import active_members
from ryorin.workspace.members.rules import require

TRIED = "try-"
LONGEST = 200


@require_GET
def routes(request: HttpRequest) -> HttpResponse:
    """Show the routes of each kind in order, and a form to try them."""
    require(member_of(request), "approvals.routes")
    by_kind: dict[str, list[dict[str, Any]]] = {name: [] for name in kinds()}
    names = Names.of_everybody()
    for route in Route.objects.prefetch_related("steps__members"):
        if route.kind in by_kind:
            by_kind[route.kind].append(_line(route, names))
    groups = [{"kind": kind, "lines": by_kind[name]} for name, kind in kinds().items()]
    chosen = kinds().get(request.GET.get("kind", "")) or next(iter(kinds().values()))
    context = {"groups": groups, "tabs": tabs(request), **_trying(chosen, request)}
    return render(request, "workspace/approvals/routes.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a route of one kind, then add it."""
    require(member_of(request), "approvals.routes")
    return _edited(request, None, kind_of(request.GET.get("kind") or request.POST.get("kind") or next(iter(kinds()))))


@require_http_methods(["GET", "POST"])
def route(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a route to edit, then change it; "active" alone turns it on or off."""
    require(member_of(request), "approvals.routes")
    found = get_object_or_404(Route, pk=pk)
    if request.method == "POST" and "active" in request.POST:
        _switch(found, by=member_of(request), is_active=request.POST["active"] == "1")
        return redirect("approval_routes")
    return _edited(request, found, kind_of(found.kind))


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a route up or down among those of its kind."""
    move_route(get_object_or_404(Route, pk=pk), by=member_of(request), up=request.POST.get("up") == "1")
    return redirect("approval_routes")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a route."""
    delete_route(get_object_or_404(Route, pk=pk), by=member_of(request))
    messages.success(request, _("承認ルートを削除しました。進行中の申請は、そのまま続きます。"))
    return redirect("approval_routes")


@require_POST
def steps(request: HttpRequest) -> HttpResponse:
    """Show the steps after one was added, removed, moved or chosen anew."""
    require(member_of(request), "approvals.routes")
    return render(request, "workspace/approvals/_steps.html", _steps_context(pressed(request.POST)))


@require_POST
def attempt(request: HttpRequest) -> HttpResponse:
    """Say who would approve what was typed: by the route being edited, or by those that are saved."""
    require(member_of(request), "approvals.routes")
    kind = kind_of(request.POST.get("kind", ""))
    requester = picked(active_members(), request.POST.get("try_requester")) or member_of(request)
    facts = tried_facts(request.POST, kind)
    context: dict[str, Any] = {"requester": requester}
    if "joint" in request.POST or "text" in request.POST:
        context |= _attempted(request, kind, facts, requester)
    else:
        found = preview(kind.name, facts, requester=requester)
        context |= {"plan": found, "columns": planned_columns(found, requester), "is_saved": True}
    return render(request, "workspace/approvals/_plan.html", context)


def tried_facts(data: Mapping[str, str], kind: ApprovalKind) -> dict[str, Any]:
    """Return the facts typed to try a route; what cannot be read is left empty."""
    facts: dict[str, Any] = {}
    for field in _facts_to_try(kind):
        text = str(data.get(TRIED + field.name, "")).strip()[:LONGEST]
        if text and (value := _read(text, field)) is not None:
            facts[field.name] = value
    return facts


def _attempted(request: HttpRequest, kind: ApprovalKind, facts: dict[str, Any], requester: Member) -> dict[str, Any]:
    """Return what the form as it stands, not yet saved, would mean for the facts."""
    made = from_post(request.POST, kind.record_type)
    node = checked(made, _reader)
    stages = stages_in(request.POST)
    problem = made.problem or problem_with_route(name="-", starts_on=None, ends_on=None, stages=stages)
    if node is None or problem:
        return {"problem": problem, "sentence": "" if node is None else _said(node, kind.record_type)}
    values = typed({**about_requester(requester), **facts}, kind)
    is_held = holds(node, values, kind.record_type, now=clock.now())
    scheme = Scheme(0, request.POST.get("name", "")[:80], node, stages)
    found = Preview(scheme, plan(stages, requester.pk, chart()))
    return {
        "sentence": _said(node, kind.record_type),
        "has_facts": bool(facts),
        "is_held": is_held,
        "plan": found,
        "columns": planned_columns(found, requester),
    }


def _edited(request: HttpRequest, found: Route | None, kind: ApprovalKind) -> HttpResponse:
    if request.method == "GET":
        made = _drawn(found.condition if found else {}, kind.record_type)
        values = {name: getattr(found, name) for name in ("name", "starts_on", "ends_on", "version")} if found else {}
        return _form(request, found, kind, made, values, rows_of(stages_of(found) if found else ()))
    made, rows = from_post(request.POST, kind.record_type), pressed(request.POST)
    values = {name: request.POST.get(name, "") for name in ("name", "starts_on", "ends_on", "version")}
    if checked(made, _reader) is None:
        return _form(request, found, kind, made, values, rows, status=422)
    try:
        fields: dict[str, Any] = {
            "name": values["name"],
            "starts_on": _day(values["starts_on"]),
            "ends_on": _day(values["ends_on"]),
            "condition": made.to_json(),
            "stages": stages_in(request.POST),
        }
        if found is None:
            create_route(kind.name, by=member_of(request), **fields)
        else:
            is_active = found.is_active
            change_route(found, by=member_of(request), version=version_in(request), is_active=is_active, **fields)
    except RouteInvalid as error:
        return _form(request, found, kind, made, values | {"problem": str(error)}, rows, status=422)
    messages.success(request, _("承認ルートを保存しました。これからの申請に使われます。"))
    return redirect("approval_routes")


def _form(
    request: HttpRequest,
    found: Route | None,
    kind: ApprovalKind,
    made: Builder,
    values: dict[str, Any],
    rows: list[StepRow],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "route": found,
        "kind": kind,
        "kinds": kinds().values(),
        "builder": made,
        "about": APPROVAL + kind.name,
        "values": values,
        "tabs": tabs(request),
        **_steps_context(rows),
        **_trying(kind, request),
    }
    return render(request, "workspace/approvals/route.html", context, status=status)


def _steps_context(rows: list[StepRow]) -> dict[str, Any]:
    return {
        "steps": rows,
        "whos": Who.choices,
        "quorums": Quorum.choices,
        "levels": Level.choices,
        "roles": Role.choices,
        "teams": Team.objects.all(),
        "people": active_members(),
    }


def _trying(kind: ApprovalKind, request: HttpRequest) -> dict[str, Any]:
    """Return what the form to try a route asks for."""
    inputs = [
        {
            "name": TRIED + field.name,
            "label": field.label,
            "options": _options(field),
            "is_number": field.type in (Type.NUMBER, Type.MONEY),
            "is_date": field.type in (Type.DATE, Type.DATETIME),
        }
        for field in _facts_to_try(kind)
    ]
    people = list(active_members())
    usual = next((one for one in people if one.level == Level.STAFF), member_of(request))
    return {"tried": kind, "inputs": inputs, "requesters": people, "me": usual}


def _facts_to_try(kind: ApprovalKind) -> list[Field]:
    own = {field.name for field in REQUESTER_FACTS}
    return [field for field in kind.record_type.fields if field.name not in own and field.filterable]


def _options(field: Field) -> tuple[tuple[str, Any], ...]:
    if field.type is Type.BOOLEAN:
        return (("true", _("はい")), ("false", _("いいえ")))
    return field.options()


def _read(text: str, field: Field) -> Any:
    """Return a typed fact as its value, None where it is none."""
    about = RecordType(name="tried", label="", plural="", table="", fields=(replace(field, filterable=True),))
    try:
        node = parse({"field": field.name, "op": "is", "value": text}, about)
    except ConditionInvalid:
        return None
    return getattr(node, "value", None)


def _line(route: Route, names: Names) -> dict[str, Any]:
    """Return a route with its condition and steps in words."""
    about = kind_of(route.kind).record_type
    today = clock.today(company().time_zone)
    try:
        scheme = scheme_of(route)
        said = "" if scheme.condition == EVERYTHING else _said(scheme.condition, about)
        problem, is_current = "", is_in_force(scheme, on=today)
    except ConditionInvalid as error:
        said, problem, is_current = "", str(error), False
    told = {"sentence": said, "problem": problem, "is_in_force": is_current}
    return told | {"route": route, "steps": [said_of(stage, names) for stage in stages_of(route)]}


def _switch(found: Route, *, by: Member, is_active: bool) -> None:
    change_route(
        found,
        by=by,
        version=None,
        name=found.name,
        stages=stages_of(found),
        condition=found.condition,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        is_active=is_active,
    )


def _drawn(condition: object, about: RecordType) -> Builder:
    try:
        return from_node(parse(condition, about), about)
    except ConditionInvalid as error:
        return Builder(about, text=json.dumps(condition, ensure_ascii=False, indent=1), problem=str(error))


def _reader(condition: object, *, about: RecordType) -> Node:
    return parse(condition, about)


def _said(node: Node, about: RecordType) -> str:
    return sentence(node, about, currency=company().currency)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RouteInvalid(_("「%(text)s」は日付として読めません。") % {"text": text[:20]}) from None
