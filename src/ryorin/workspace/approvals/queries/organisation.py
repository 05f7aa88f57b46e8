"""Who works here and who is there today, as approvals ask it; and business time."""

from dataclasses import dataclass
from datetime import datetime

from ryorin.lib import clock, fiscal
from ryorin.workspace.approvals.models import Proxy
from ryorin.workspace.approvals.rules import Chart, Colleague
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.organisation.queries import closed_days, current


@dataclass(frozen=True)
class Presence:
    """Who is absent today (away, or no longer working here), and who stands in for whom."""

    absent: frozenset[int]
    stand_ins: dict[int, list[tuple[int, frozenset[str]]]]

    def can_act(self, member_id: int, *, kind: str, requester_id: int) -> bool:
        """Return whether a member, or a stand-in other than the requester, can decide today."""
        return member_id not in self.absent or bool(self.stand_ins_of(member_id, kind=kind, requester_id=requester_id))

    def stand_ins_of(self, member_id: int, *, kind: str, requester_id: int) -> list[int]:
        """Return who decides for a member today."""
        named = [pk for pk, kinds in self.stand_ins.get(member_id, ()) if not kinds or kind in kinds]
        return [pk for pk in named if pk != requester_id and pk not in self.absent]


def chart() -> Chart:
    """Return everybody with their superior, level and team."""
    columns = ("pk", "family_name", "given_name", "email", "level", "role", "team_id", "superior_id", "is_active")
    colleagues = {
        member.pk: Colleague(
            id=member.pk,
            name=member.name,
            level=member.level,
            role=member.role,
            team_id=member.team_id,
            superior_id=member.superior_id,
            is_active=member.is_active,
        )
        for member in Member.objects.only(*columns).order_by("-level", "pk")
    }
    heads = Team.objects.filter(head__isnull=False).values_list("pk", "head_id")
    return Chart(colleagues, {team: head for team, head in heads if head is not None})


def presence() -> Presence:
    """Return who is absent today and who stands in for whom."""
    today = clock.today(current().time_zone)
    away = Member.objects.filter(away_until__gte=today).values_list("pk", flat=True)
    gone = Member.objects.filter(is_active=False).values_list("pk", flat=True)
    stand_ins: dict[int, list[tuple[int, frozenset[str]]]] = {}
    for member, stand_in, kinds in Proxy.objects.in_force().values_list("member_id", "stand_in_id", "kinds"):
        stand_ins.setdefault(member, []).append((stand_in, frozenset(kinds)))
    return Presence(frozenset(away) | frozenset(gone), stand_ins)


def business_hours_after(at: datetime, hours: float) -> datetime:
    """Return the moment when so many business hours have passed."""
    company = current()
    return fiscal.add_business_hours(
        at, hours, opens=company.opens_hour, closes=company.closes_hour, tz=company.time_zone, closed=closed_days()
    )


def business_hours_since(start: datetime, end: datetime) -> float:
    """Return the business hours between two moments, rounded to hundredths."""
    company = current()
    hours = fiscal.business_hours_between(
        start, end, opens=company.opens_hour, closes=company.closes_hour, tz=company.time_zone, closed=closed_days()
    )
    return round(hours, 2)
