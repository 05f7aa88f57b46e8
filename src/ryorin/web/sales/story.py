"""What happened with a deal, told newest first: activities and stages, and what was changed by whom."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Type
from ryorin.sales.activities.models import Activity
from ryorin.sales.activities.queries import newest_of_deal
from ryorin.sales.deals.fields import DEAL
from ryorin.sales.deals.models import Deal, StageMove
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.audit.queries import history
from ryorin.workspace.members.models import Member

ACTIONS: dict[str, str | Promise] = {
    "deal_opened": _("商談をつくりました"),
    "deal_changed": _("変更しました"),
    "deal_moved": _("ステージを進めました"),
    "deal_won": _("受注にしました"),
    "deal_lost": _("失注にしました"),
    "deal_reopened": _("再開しました"),
    "deal_restored": _("元に戻しました"),
    "deal_person_added": _("関係者を加えました"),
    "deal_person_removed": _("関係者を外しました"),
    "deal_products_set": _("商品を変更しました"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story: an activity, or a stage entered."""

    at: datetime
    activity: Activity | None = None
    move: StageMove | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    what: str | Promise
    values: list[tuple[str, Any, Any, bool]]  # label, before, after, is money


def story_of(deal: Deal, member: Member) -> list[Event]:
    """Return activities and stages of a deal, newest first."""
    moves = list(deal.moves.select_related("stage", "by").order_by("at", "pk"))
    events = [Event(at=move.at, move=move, is_first=index == 0) for index, move in enumerate(moves)]
    events += [Event(at=activity.at, activity=activity) for activity in newest_of_deal(deal.pk, member)]
    return sorted(events, key=lambda event: event.at, reverse=True)


def changes_of(deal: Deal) -> list[Change]:
    """Return what was changed on the deal and by whom, newest first."""
    return [_change(entry) for entry in history("deal", deal.pk, limit=50)]


def _change(entry: AuditEntry) -> Change:
    values = []
    for name, value in json.loads(entry.changes).items():
        if isinstance(value, list) and len(value) == 2 and name in DEAL:
            field = DEAL.field(name)
            values.append((str(field.label), value[0], value[1], field.type is Type.MONEY))
    return Change(at=entry.at, who=entry.actor_name, what=ACTIONS.get(entry.action, entry.action), values=values)
