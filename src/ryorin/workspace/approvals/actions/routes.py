"""The routes of the kinds: made, changed, put in order, removed. Running requests keep the route they began with."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from ryorin.conditions.parser import parse, to_json
from ryorin.lib import clock
from ryorin.workspace.approvals.errors import RouteInvalid
from ryorin.workspace.approvals.models import Route, Step
from ryorin.workspace.approvals.queries import kind_of
from ryorin.workspace.approvals.rules import Stage, problem_with_route
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LONGEST_NAME = 80


@transaction.atomic
def create_route(
    kind: str,
    *,
    by: Member | None,
    name: str,
    stages: Sequence[Stage],
    condition: Any = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Route:
    """This function will add a route after the others of its kind."""
    require(by, "approvals.routes")
    values = _checked(kind, name=name, condition=condition or {}, starts_on=starts_on, ends_on=ends_on, stages=stages)
    last = Route.objects.filter(kind=kind).order_by("-position").values_list("position", flat=True).first()
    route = Route.objects.create(kind=kind, position=0 if last is None else last + 1, updated_at=clock.now(), **values)
    _write_steps(route, stages)
    audit.record("approval_route_created", "approval_route", route.pk, by=by, **_said(route, stages))
    return route


@transaction.atomic
def change_route(
    route: Route,
    *,
    by: Member | None,
    version: int | None,
    name: str,
    stages: Sequence[Stage],
    condition: Any = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    is_active: bool = True,
) -> Route:
    """This function will change a route for requests to come."""
    require(by, "approvals.routes")
    route = _locked(route, version=version)
    values = _checked(
        route.kind, name=name, condition=condition or {}, starts_on=starts_on, ends_on=ends_on, stages=stages
    )
    for field, value in (values | {"is_active": is_active}).items():
        setattr(route, field, value)
    route.version += 1
    route.updated_at = clock.now()
    route.save()
    route.steps.all().delete()
    _write_steps(route, stages)
    audit.record("approval_route_changed", "approval_route", route.pk, by=by, **_said(route, stages))
    return route


@transaction.atomic
def move_route(route: Route, *, by: Member | None, up: bool) -> None:
    """This function will exchange a route with its neighbour of the same kind."""
    require(by, "approvals.routes")
    routes = list(Route.objects.select_for_update(of=("self",)).filter(kind=route.kind).order_by("position", "pk"))
    here = next((place for place, one in enumerate(routes) if one.pk == route.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(routes):
        return
    routes[here], routes[there] = routes[there], routes[here]
    for position, one in enumerate(routes):
        one.position = position
    Route.objects.bulk_update(routes, ["position"])
    audit.record("approval_route_moved", "approval_route", route.pk, by=by, name=route.name, up=up)


@transaction.atomic
def delete_route(route: Route, *, by: Member | None) -> None:
    """This function will remove a route; requests that went its way keep their turns."""
    require(by, "approvals.routes")
    route = _locked(route, version=None)
    pk, name = route.pk, route.name
    route.delete()
    audit.record("approval_route_deleted", "approval_route", pk, by=by, name=name)


def _checked(kind: str, *, name: str, condition: Any, stages: Sequence[Stage], **dates: date | None) -> dict[str, Any]:
    """Return the values of a route's row; refuses what cannot be a route."""
    name = " ".join(name.replace("\0", "").split())[:LONGEST_NAME]
    problem = problem_with_route(name=name, starts_on=dates["starts_on"], ends_on=dates["ends_on"], stages=stages)
    if problem:
        raise RouteInvalid(problem)
    node = parse(condition, kind_of(kind).record_type)
    return {"name": name, "condition": to_json(node), **dates}


def _write_steps(route: Route, stages: Sequence[Stage]) -> None:
    for position, stage in enumerate(stages, start=1):
        step = Step.objects.create(
            route=route,
            position=position,
            name=stage.name.replace("\0", "").strip()[:40],
            who=stage.who,
            level=stage.level,
            team_id=stage.team_id,
            role=stage.role,
            quorum=stage.quorum,
            number=stage.number,
            hours=stage.hours,
            escalate_to_id=stage.escalate_to_id,
        )
        step.members.set(stage.member_ids)


def _locked(route: Route, *, version: int | None) -> Route:
    found: Route = Route.objects.select_for_update(of=("self",)).get(pk=route.pk)
    if version is not None and found.version != version:
        raise StaleRecord()
    return found


def _said(route: Route, stages: Sequence[Stage]) -> dict[str, Any]:
    steps = [{"who": stage.who, "level": stage.level, "quorum": stage.quorum, "hours": stage.hours} for stage in stages]
    return {"name": route.name, "kind": route.kind, "condition": route.condition, "steps": steps}
