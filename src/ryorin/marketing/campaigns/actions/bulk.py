from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from ryorin.lib import clock
from ryorin.lib.rows import insert_rows, rows_with
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.workspace.audit.actions import record_alike
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

COLUMNS = ("campaign_id", "day", "kind", "amount", "note", "updated_at")
Cost = tuple[int, date, str, int, str]


@transaction.atomic
def record_costs(costs: Sequence[Cost], *, by: Member | None) -> list[str]:
    """This function will set what campaigns cost: (campaign id, day, kind, minor units, note), the first three a key.

    It returns for each whether it was "created", "updated" or "unchanged".
    """
    require(by, "campaigns.change")
    now = clock.now()
    ids = {(cost[0],) for cost in costs}
    days = {cost[1] for cost in costs}
    rows = rows_with(CampaignCost, ("campaign_id",), ("campaign_id", "day", "kind", "amount", "note"), ids)
    held = {(row[0], as_day(row[1]), row[2]): (row[3], row[4]) for row in rows if as_day(row[1]) in days}
    new: dict[tuple[int, date, str], tuple[int, str]] = {}
    told, facts = [], []
    for campaign, day, kind, amount, note in costs:
        key, value = (campaign, day, kind), (amount, note)
        before = new.get(key, held.get(key))
        told.append("created" if before is None else "unchanged" if before == value else "updated")
        if before != value:
            change = [before[0] if before else None, amount]
            facts.append((campaign, {"day": day.isoformat(), "kind": kind, "amount": change}))
            new[key] = value
    insert_rows(CampaignCost, COLUMNS, [(*key, *value, now) for key, value in new.items() if key not in held])
    for (campaign, day, kind), (amount, note) in new.items():
        if (campaign, day, kind) in held:
            same = CampaignCost.objects.filter(campaign_id=campaign, day=day, kind=kind)
            same.update(amount=amount, note=note, updated_at=now)
    record_alike("cost_recorded", "campaign", facts, by=by)
    return told


def as_day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
