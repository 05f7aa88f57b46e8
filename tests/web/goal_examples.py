"""Goals, months' costs and observations that addresses are about."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.world import World

from ryorin.alignment.goals.actions import set_goal
from ryorin.alignment.goals.models import Goal
from ryorin.alignment.observations.actions import note_observation
from ryorin.alignment.observations.models import Observation
from ryorin.lib.fiscal import period_of

Examples = dict[str, Callable[[World], dict[str, Any]]]


def goal_of(world: World) -> Goal:
    """Return the company's goal for leads in November."""
    found = Goal.objects.first() or set_goal("leads", period_of(date(2026, 11, 1)), Decimal(40), by=world.tamura)
    assert found is not None
    return found


def observation_of(world: World) -> Observation:
    return Observation.objects.first() or note_observation(
        "market_share", date(2026, 11, 2), Decimal("0.07"), source="業界統計", by=world.mei
    )


GOAL_EXAMPLES: Examples = {
    "goal": lambda world: {"pk": goal_of(world).pk},
    "goal_target": lambda world: {"name": "leads"},
    "observation_remove": lambda world: {"pk": observation_of(world).pk},
}
GOAL_POSTED: Examples = {
    "goal_target": lambda world: {"month": "2026-11-01", "value": "30"},
    "goal_new": lambda world: {"metric": "leads", "grain": "quarter", "at": "2026-11-01", "value": "30"},
    "goal_review": lambda world: {"reason": "このまま進めます", "version": goal_of(world).version},
    "goal_rhythm": lambda world: {"rhythm": "monthly"},
    "goal_share": lambda world: {"level": "team"},
    "spending_cell": lambda world: {"month": "2026-11-01", "team": "0", "kind": "systems", "amount": "50000"},
    "observations": lambda world: {
        "metric": "market_share", "day": "2026-11-02", "value": "7.5", "source": "業界統計",
    },
}  # fmt: skip
