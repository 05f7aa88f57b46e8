"""The kinds that may be asked for, their routes, and who would decide about given facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.parser import parse
from ryorin.lib import clock
from ryorin.workspace.approvals.errors import KindUnknown
from ryorin.workspace.approvals.models import Route, Step
from ryorin.workspace.approvals.queries.organisation import chart
from ryorin.workspace.approvals.rules import ApprovalKind, Planned, Scheme, Stage, plan, route_for, typed
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True)
class Preview:
    """Who would decide: the route that holds, None where nobody has to, and its steps."""

    scheme: Scheme | None
    steps: tuple[Planned, ...] = ()

    @property
    def problems(self) -> list[str]:
        return [f"{one.name}：{one.problem}" for one in self.steps if one.problem]


@cache
def kinds() -> dict[str, ApprovalKind]:
    """Return every kind the leaves declare in `APPROVALS` of their fields.py, by name."""
    found: dict[str, ApprovalKind] = {}
    for app in apps.get_app_configs():
        module = f"{app.name}.fields"
        if not app.name.startswith("ryorin.") or find_spec(module) is None:
            continue
        for kind in getattr(import_module(module), "APPROVALS", ()):
            if kind.name in found:
                raise ValueError(f"two kinds of approval are called {kind.name}")
            found[kind.name] = kind
    return found


def kind_of(name: str) -> ApprovalKind:
    """Return the kind of that name; raise KindUnknown."""
    try:
        return kinds()[name]
    except KeyError:
        raise KindUnknown(kind=name) from None


def schemes(kind: str) -> list[Scheme]:
    """Return the routes of a kind that are in use, in order; one whose condition cannot be read is left out."""
    found = []
    routes = Route.objects.filter(kind=kind, is_active=True).prefetch_related("steps__members")
    for route in routes:
        try:
            found.append(scheme_of(route))
        except ConditionInvalid:
            continue
    return found


def scheme_of(route: Route) -> Scheme:
    """Return a route as decisions see it; raise ConditionInvalid."""
    condition = parse(route.condition, kind_of(route.kind).record_type)
    return Scheme(route.pk, route.name, condition, stages_of(route), route.starts_on, route.ends_on)


def stages_of(route: Route) -> tuple[Stage, ...]:
    """Return the steps of a route as decisions see them."""
    return tuple(_stage_of(step) for step in route.steps.all())


def preview(kind: str, facts: Mapping[str, Any], *, requester: Member | None, on: date | None = None) -> Preview:
    """Return who would decide about these facts, were they asked for by this member."""
    approval_kind = kind_of(kind)
    day = on or clock.today(current().time_zone)
    values = typed({**about_requester(requester), **facts}, approval_kind)
    scheme = route_for(schemes(kind), values, approval_kind, on=day, now=clock.now())
    if scheme is None:
        return Preview(None)
    return Preview(scheme, plan(scheme.stages, requester.pk if requester else 0, chart()))


def about_requester(requester: Member | None) -> dict[str, Any]:
    """Return the facts about who asks, which every kind has."""
    if requester is None:
        return {}
    team = requester.team.name if requester.team else ""
    return {"requester_level": requester.level, "requester_role": requester.role, "requester_team": team}


def _stage_of(step: Step) -> Stage:
    return Stage(
        name=step.name,
        who=step.who,
        level=step.level,
        member_ids=tuple(member.pk for member in step.members.all()),
        team_id=step.team_id,
        role=step.role,
        quorum=step.quorum,
        number=step.number,
        hours=step.hours,
        escalate_to_id=step.escalate_to_id,
    )
