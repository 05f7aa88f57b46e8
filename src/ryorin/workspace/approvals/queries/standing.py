"""Where a document stands with its approval, its history, and whose turn it is."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from ryorin.workspace.approvals.errors import AlreadyActed, NotYourTurn, OwnRequest
from ryorin.workspace.approvals.models import Approval, ApprovalState, Decision, Seat, SeatState, Turn, TurnState
from ryorin.workspace.approvals.queries.organisation import presence
from ryorin.workspace.approvals.queries.routes import preview
from ryorin.workspace.approvals.rules import Standing, is_blocked
from ryorin.workspace.members.models import Member

KEPT_UNTIL_ASKED_AGAIN = (ApprovalState.WAITING, ApprovalState.APPROVED, ApprovalState.DENIED)


def standing(
    kind: str, subject_id: int, *, facts: Mapping[str, Any], digest: str, by: Member | None = None
) -> Standing:
    """Return where the document with this digest stands; `by` is who would ask, or has made it.

    Only a request about the same digest counts: what was approved before a change says nothing about it now.
    """
    last = latest(kind, subject_id, digest=digest)
    if last is not None and last.state in KEPT_UNTIL_ASKED_AGAIN:
        return Standing(last.state)
    if preview(kind, facts, requester=by).scheme is None:
        return Standing.NOT_NEEDED
    return Standing(last.state) if last is not None else Standing.NEEDED


def latest(kind: str, subject_id: int, *, digest: str | None = None) -> Approval | None:
    """Return the newest request about a document, or about the very content with this digest."""
    rows = Approval.objects.of(kind, subject_id)
    if digest is not None:
        rows = rows.filter(digest=digest)
    return rows.select_related("requester").order_by("-pk").first()


def history(kind: str, subject_id: int, *, limit: int = 20) -> list[Approval]:
    """Return the requests about a document, newest first, with turns, seats and decisions for the page."""
    return list(with_turns(Approval.objects.of(kind, subject_id)).order_by("-pk")[:limit])


def with_turns(rows: QuerySet[Approval]) -> QuerySet[Approval]:
    """Return requests with all that their panel shows, in a fixed number of queries."""
    seats = Seat.objects.select_related("member", "decided_by")
    turns = Turn.objects.select_related("escalate_to").prefetch_related(Prefetch("seats", queryset=seats))
    decisions = Decision.objects.select_related("by", "in_place_of", "turn")
    return rows.select_related("requester__team").prefetch_related(
        Prefetch("turns", queryset=turns), Prefetch("decisions", queryset=decisions)
    )


def seats_to_fill(approval: Approval, member: Member) -> list[Seat]:
    """Return the seats this member may decide on now: their own first, then as a stand-in, then before their turn."""
    if not approval.is_waiting or approval.requester_id == member.pk or not member.is_active:
        return []
    undecided = (SeatState.OPEN, SeatState.UPCOMING)
    seats = Seat.objects.for_member(member).filter(turn__approval=approval, state__in=undecided)
    found = list(seats.select_related("turn", "member").order_by("turn__position", "pk"))
    open_seats = [seat for seat in found if seat.state == SeatState.OPEN]
    upcoming = [seat for seat in found if seat.state == SeatState.UPCOMING and seat.turn.state == TurnState.UPCOMING]
    early = [seat for seat in upcoming if not open_seats and may_decide_early(approval, seat)] if upcoming else []
    return sorted(open_seats, key=lambda seat: seat.member_id != member.pk) + early[:1]


def chosen_seat(approval: Approval, member: Member, seat_id: int | None) -> Seat:
    """Return the seat on which the member decides; refuses in words when it is not their turn."""
    if approval.requester_id == member.pk:
        raise OwnRequest()
    seats = seats_to_fill(approval, member)
    chosen = next((seat for seat in seats if seat_id in (None, seat.pk)), None)
    if chosen is not None:
        return chosen
    if seat_id is not None and Seat.objects.for_member(member).filter(pk=seat_id, turn__approval=approval).exists():
        raise AlreadyActed()
    raise NotYourTurn(who=waited_for(approval))


def may_decide_early(approval: Approval, seat: Seat) -> bool:
    """Return whether every turn before the seat's is held up because those who should decide are absent."""
    here = presence()
    before = [
        turn
        for turn in approval.turns.prefetch_related("seats")
        if turn.position < seat.turn.position and turn.state in (TurnState.WAITING, TurnState.UPCOMING)
    ]
    return bool(before) and all(_is_held_up(turn, approval, here) for turn in before)


def waited_for(approval: Approval) -> str:
    """Return the names of those whose turn it is."""
    seats = Seat.objects.open().filter(turn__approval=approval).select_related("member").order_by("pk")
    return "、".join(seat.member.name for seat in seats[:5])


def _is_held_up(turn: Turn, approval: Approval, here: Any) -> bool:
    seats = list(turn.seats.all())
    undecided = [seat for seat in seats if seat.state in (SeatState.OPEN, SeatState.UPCOMING)]
    there = [
        seat
        for seat in undecided
        if here.can_act(seat.member_id, kind=approval.kind, requester_id=approval.requester_id)
    ]
    if any(seat.is_escalated for seat in there):
        return False
    approved = sum(seat.state == SeatState.APPROVED for seat in seats)
    return is_blocked(needed=turn.needed, approved=approved, here=len(there))
