"""How long each step takes."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, Q

from ryorin.lib import clock
from ryorin.workspace.approvals.models import Turn, TurnState

LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True)
class StepTime:
    """One step of one route: how often it was decided, how long that took, how many wait there now."""

    kind: str
    route: str
    position: int
    step: str
    decided: int
    median_hours: float | None
    longest_hours: float | None
    waiting: int
    overdue: int


def step_times() -> list[StepTime]:
    """Return the business hours each step took in the last 90 days, in the order of kinds, routes and steps."""
    now = clock.now()
    place = ("approval__kind", "approval__route_name", "position", "name")
    decided = Turn.objects.filter(ended_at__gte=now - LOOKED_BACK, took_hours__isnull=False, state=TurnState.APPROVED)
    hours: dict[tuple[str, str, int, str], list[float]] = {}
    for kind, route, position, name, took in decided.order_by().values_list(*place, "took_hours").iterator():
        hours.setdefault((kind, route, position, name), []).append(took)
    waiting = (
        Turn.objects.filter(state=TurnState.WAITING)
        .order_by()
        .values_list(*place)
        .annotate(all=Count("pk"), late=Count("pk", filter=Q(deadline__lt=now)))
    )
    standing = {(kind, route, position, name): (all_, late) for kind, route, position, name, all_, late in waiting}
    return [
        StepTime(
            kind=key[0],
            route=key[1],
            position=key[2],
            step=key[3],
            decided=len(hours.get(key, ())),
            median_hours=median(hours[key]) if key in hours else None,
            longest_hours=max(hours[key]) if key in hours else None,
            waiting=standing.get(key, (0, 0))[0],
            overdue=standing.get(key, (0, 0))[1],
        )
        for key in sorted(hours.keys() | standing.keys())
    ]
