"""What waits for one member, what they asked for, what they decided."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from ryorin.lib import clock
from ryorin.workspace.approvals.models import (
    Approval,
    ApprovalState,
    Decision,
    Seat,
    SeatQuerySet,
    SeatState,
    TurnState,
    Verb,
)
from ryorin.workspace.approvals.queries.standing import may_decide_early
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

SHOWN = 50


@dataclass(frozen=True)
class Item:
    """One line of the inbox: the seat to decide on, and for whom the member stands in there."""

    seat: Seat
    in_place_of: Member | None = None

    @property
    def approval(self) -> Approval:
        return self.seat.turn.approval


def inbox(member: Member, *, before: int | None = None, limit: int = SHOWN) -> list[Item]:
    """Return the requests whose turn is the member's, newest first, one line each, below request `before`."""
    seats = _open_for(member)
    if before is not None:
        seats = seats.filter(turn__approval__lt=before)
    return _items(_shown(seats).order_by("-turn__approval_id", "pk")[: limit * 3], member)[:limit]


def waiting_count(member: Member) -> int:
    """Return how many requests wait for the member."""
    return _open_for(member).values("turn__approval_id").distinct().count()


def is_any_overdue(member: Member) -> bool:
    """Return whether a request waits for the member beyond its deadline."""
    return _open_for(member).filter(turn__deadline__lt=clock.now()).exists()


def early_for(member: Member) -> list[Item]:
    """Return the requests the member may decide before their turn, because those before them are absent."""
    today = clock.today(current().time_zone)
    absent = Q(member__away_until__gte=today) | Q(member__is_active=False)
    held_up = Seat.objects.open().filter(absent, turn__approval=OuterRef("turn__approval"))
    seats = Seat.objects.for_member(member).filter(
        Exists(held_up),
        state=SeatState.UPCOMING,
        turn__state=TurnState.UPCOMING,
        turn__approval__state=ApprovalState.WAITING,
    )
    seats = _shown(seats.exclude(turn__approval__requester=member)).order_by("-turn__approval_id", "pk")[:SHOWN]
    return [item for item in _items(seats, member) if may_decide_early(item.approval, item.seat)]


def to_review(member: Member) -> list[Item]:
    """Return what was decided over the member's head while they were absent, to be read afterwards (後閲)."""
    seats = Seat.objects.filter(member=member, state=SeatState.TO_REVIEW)
    return _items(_shown(seats).order_by("-turn__approval_id", "pk")[:SHOWN], member)


def requested_by(member: Member, *, before: int | None = None, limit: int = SHOWN) -> list[Approval]:
    """Return what the member asked for, newest first, below request `before`."""
    rows = Approval.objects.filter(requester=member)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("requester").order_by("-pk")[:limit])


def decided_by(member: Member, *, before: int | None = None, limit: int = SHOWN) -> list[Decision]:
    """Return what the member decided, newest first, below decision `before`."""
    verbs = (Verb.APPROVED, Verb.SENT_BACK, Verb.DENIED, Verb.REVIEWED)
    rows = Decision.objects.filter(by=member, verb__in=verbs)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("approval__requester", "in_place_of", "turn").order_by("-pk")[:limit])


def _open_for(member: Member) -> SeatQuerySet:
    seats: SeatQuerySet = Seat.objects.for_member(member).open().exclude(turn__approval__requester=member)
    return seats


def _shown(seats: SeatQuerySet) -> SeatQuerySet:
    return seats.select_related("turn__approval__requester", "member")


def _items(seats: Iterable[Seat], member: Member) -> list[Item]:
    """Return one line a request, the member's own seat before those where they stand in."""
    found: dict[int, Item] = {}
    for seat in seats:
        is_own = seat.member_id == member.pk
        if is_own or seat.turn.approval_id not in found:
            found[seat.turn.approval_id] = Item(seat, None if is_own else seat.member)
    return list(found.values())
