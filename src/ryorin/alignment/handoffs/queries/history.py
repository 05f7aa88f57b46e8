"""The history of a lead between the wheels: each hand-off, each time in a journey, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ryorin.alignment.handoffs.models import Handoff, Nurture
from ryorin.alignment.handoffs.queries.answers import with_people
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member

MOST_EPISODES = 50
SHOWN = 100


@dataclass(frozen=True)
class Episode:
    """One hand-off, or one time in a journey; `deal` is what came of it, where the member may see it."""

    at: datetime
    handoff: Handoff | None = None
    nurture: Nurture | None = None
    deal: Deal | None = None


def history_of(person_id: int, *, member: Member) -> list[Episode]:
    """Return a lead's latest episodes, newest first."""
    rows = Handoff.objects.visible_to(member).filter(person_id=person_id)
    handoffs = list(with_people(rows).order_by("-offered_at", "-pk")[:MOST_EPISODES])
    asked = [row.deal_id for row in handoffs if row.deal_id]
    deals = {deal.pk: deal for deal in Deal.objects.visible_to(member).select_related("stage").filter(pk__in=asked)}
    nurtures = with_journeys(Nurture.objects.filter(person_id=person_id))[:MOST_EPISODES]
    found = [Episode(row.offered_at, handoff=row, deal=deals.get(row.deal_id or 0)) for row in handoffs]
    found += [Episode(row.began_at, nurture=row) for row in nurtures]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_EPISODES]


def with_journeys(rows: QuerySet[Nurture]) -> QuerySet[Nurture]:
    """Return leads that journeys look after with what a list shows of them."""
    shown = ("person__company", "journey", "rule", "handoff__send_back_reason", "passage__node", "next_handoff")
    return rows.select_related(*shown)


def nurtured(member: Member, *, kind: str, is_open: bool) -> tuple[Sequence[Nurture], int]:
    """Return the first leads of that kind that journeys look after (or looked after), and how many there are."""
    rows = Nurture.objects.visible_to(member).filter(kind=kind, ended_at__isnull=is_open)
    return list(with_journeys(rows).order_by("-began_at", "-pk")[:SHOWN]), rows.count()
