"""The rows behind costs, observations and satisfaction: what was entered by hand, as far as the member may read it."""

from collections.abc import Callable, Sequence
from typing import Any

from ryorin.alignment.observations.models import Observation
from ryorin.alignment.spending.models import Spending
from ryorin.conditions.to_orm import among
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.sales.aftercare.models import Satisfaction
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

SHOWN = 500


def expenses(uids: Sequence[str], member: Member) -> dict[str, Any]:
    """Return campaigns' costs and the months' costs, each told by its kind."""
    ids: dict[str, list[int]] = {"cost": [], "spending": []}
    for uid in uids:
        kind, _colon, pk = uid.partition(":")
        ids[kind].append(int(pk))
    rows = CampaignCost.objects.filter(among("pk", ids["cost"])).select_related("campaign").order_by("-day", "-pk")
    found = spending(ids["spending"], member)
    return found | {"costs": list(rows[:SHOWN]), "shown_rows": len(ids["cost"]) + found["shown_rows"]}


def spending(ids: Sequence[int], member: Member) -> dict[str, Any]:
    """Return the months' costs; to who may not read them, only how many there are."""
    if not may(member, "spending.read"):
        return {"months": [], "shown_rows": 0, "hidden": len(ids)}
    rows = Spending.objects.filter(among("pk", ids)).select_related("team")
    return {"months": list(rows[:SHOWN]), "shown_rows": len(ids)}


def observations(ids: Sequence[int], member: Member) -> dict[str, Any]:
    rows = Observation.objects.filter(among("pk", ids)).select_related("by")
    return {"observations": list(rows[:SHOWN]), "shown_rows": len(ids)}


def satisfactions(ids: Sequence[int], member: Member) -> dict[str, Any]:
    """Return what customers answered, as far as the member sees it."""
    rows = Satisfaction.objects.visible_to(member).filter(among("pk", ids)).select_related("person", "company")
    count = rows.count()
    return {"answers": list(rows[:SHOWN]), "shown_rows": count, "hidden": max(0, len(ids) - count)}


OF_GOALS: dict[str, Callable[[Sequence[Any], Member], dict[str, Any]]] = {
    "expense": expenses,
    "spending": spending,
    "observation": observations,
    "satisfaction": satisfactions,
}
