"""What members who may receive leads hold already, and how many hours a week they have."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from ryorin.alignment.handoffs.models import Capacity, Handoff, LoadWeights
from ryorin.alignment.handoffs.queries.answers import receivers
from ryorin.alignment.handoffs.rules import Load, Presence, to_be_asked
from ryorin.lib import clock
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True)
class Desktop:
    """A member with what they hold and whether they are away."""

    member: Member
    load: Load
    is_away: bool


def weights() -> LoadWeights:
    """Return how many hours each thing somebody holds counts; the usual ones where nobody set them."""
    return LoadWeights.objects.order_by("pk").first() or LoadWeights()


def loads_of(members: Collection[int]) -> dict[int, Load]:
    """Return the load of each of these members: waiting hand-offs and open deals that nothing moves."""
    weigh = weights()
    limits = dict(Capacity.objects.filter(member__in=members).values_list("member_id", "hours"))
    waiting = _counted(Handoff.objects.waiting().filter(owner__in=members))
    quiet = _counted(quiet_deals(weigh.quiet_days, now=clock.now()).filter(owner__in=members))
    return {
        member: Load(
            waiting=waiting.get(member, 0),
            quiet_deals=quiet.get(member, 0),
            waiting_hours=float(weigh.waiting_hours),
            deal_hours=float(weigh.deal_hours),
            limit=float(limits[member]) if member in limits else None,
        )
        for member in members
    }


def quiet_deals(days: int, *, now: datetime) -> QuerySet[Deal]:
    """Return the open deals with no activity and no new stage for so many days."""
    since = now - timedelta(days=days)
    moved = Activity.objects.filter(deal=OuterRef("pk"), at__gte=since)
    quiet: QuerySet[Deal] = Deal.objects.open().filter(~Exists(moved), stage_since__lt=since)
    return quiet


def desktops() -> list[Desktop]:
    """Return everybody who may answer hand-offs with their load, team by team."""
    members, today = list(receivers()), clock.today(current().time_zone)
    loads = loads_of([member.pk for member in members])
    return [
        Desktop(member, loads[member.pk], member.away_until is not None and member.away_until >= today)
        for member in members
    ]


def may_be_asked() -> list[Desktop]:
    """Return who could be asked when everybody of a team is full: those here today with the most time left."""
    here = {one.member.pk: one for one in desktops() if not one.is_away}
    presence = Presence(teams={0: tuple(here)}, loads={pk: one.load for pk, one in here.items()})
    return [here[pk] for pk in to_be_asked(presence)]


def _counted(rows: QuerySet[Handoff] | QuerySet[Deal]) -> dict[int, int]:
    return dict(rows.order_by().values_list("owner").annotate(times=Count("pk")))
