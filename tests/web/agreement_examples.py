"""Examples of the addresses of agreements and of the capacity of reps: a proposal of Mei's waits for signatures."""

from collections.abc import Callable
from typing import Any

from tests.world import World

from ryorin.alignment.agreements.actions import propose_agreement
from ryorin.alignment.agreements.models import Agreement
from ryorin.alignment.agreements.rules import Vow


def agreement_of(world: World) -> Agreement:
    """Return the agreement Mei proposed."""
    found = Agreement.objects.first()
    if found is None:
        found = propose_agreement([Vow("volume", 30), Vow("answer", 90, 3)], rhythm="month", by=world.mei)
    return found


AGREEMENT_POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "agreement_propose": lambda world: {"rhythm": "month", "kind-0": "volume", "value-0": "30"},
    "capacity_hours": lambda world: {"hours": "8"},
    "capacity_weights": lambda world: {"waiting_hours": "1", "deal_hours": "0.5", "quiet_days": "14", "version": "1"},
}
