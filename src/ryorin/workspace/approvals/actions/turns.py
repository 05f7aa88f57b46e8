"""How a request goes from turn to turn; called by the verbs, inside their transactions, on a locked request."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from ryorin.workspace.approvals.errors import AlreadyDecided, CommentMissing, TextTooLong
from ryorin.workspace.approvals.models import (
    Approval,
    ApprovalState,
    Decision,
    Seat,
    SeatState,
    Turn,
    TurnState,
    Verb,
)
from ryorin.workspace.approvals.queries import business_hours_after, business_hours_since, presence
from ryorin.workspace.approvals.rules import LONGEST_COMMENT
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.actions import notify


def locked(approval: Approval, *, version: int | None = None) -> Approval:
    """Return the request's row, held until the transaction ends; refuses when it has been decided."""
    rows = Approval.objects.select_for_update(of=("self",)).select_related("requester")
    found: Approval = rows.get(pk=approval.pk)
    if not found.is_waiting:
        raise AlreadyDecided(state=found.get_state_display())
    if version is not None and found.version != version:
        raise StaleRecord()
    return found


def begin_next(approval: Approval, *, at: datetime) -> Turn | None:
    """This function will open the next turn and tell those who decide in it; None when there is none left."""
    turn = _next_turn(approval)
    if turn is None:
        return None
    turn.state, turn.begun_at = TurnState.WAITING, at
    turn.deadline = business_hours_after(at, turn.hours) if turn.hours else None
    turn.save(update_fields=["state", "begun_at", "deadline"])
    turn.seats.filter(state=SeatState.UPCOMING).update(state=SeatState.OPEN)
    tell_deciders(approval, turn)
    return turn


def _next_turn(approval: Approval) -> Turn | None:
    """Return the next turn; one whose only decider has approved the request already is skipped."""
    approved = set(
        Seat.objects.filter(turn__approval=approval, state=SeatState.APPROVED).values_list("member_id", flat=True)
    )
    for turn in approval.turns.filter(state=TurnState.UPCOMING).order_by("position"):
        members = set(turn.seats.values_list("member_id", flat=True))
        if len(members) > 1 or not members <= approved:
            return turn
        turn.state, turn.why = TurnState.SKIPPED, _("前の段で承認したため")
        turn.save(update_fields=["state", "why"])
        turn.seats.update(state=SeatState.CLOSED)
    return None


def end(turn: Turn, state: TurnState, *, at: datetime) -> None:
    """This function will end a turn and close the seats nobody needs any more."""
    turn.state, turn.ended_at = state, at
    turn.took_hours = business_hours_since(turn.begun_at, at) if turn.begun_at else None
    turn.save(update_fields=["state", "ended_at", "took_hours"])
    turn.seats.filter(state__in=(SeatState.OPEN, SeatState.UPCOMING)).update(state=SeatState.CLOSED)


def close(approval: Approval, state: ApprovalState, *, at: datetime) -> None:
    """This function will end the request and whatever of it was still open."""
    for turn in approval.turns.filter(state__in=(TurnState.WAITING, TurnState.UPCOMING)):
        end(turn, TurnState.CLOSED, at=at)
    approval.state, approval.closed_at = state, at
    touch(approval, "state", "closed_at", at=at)


def touch(approval: Approval, *columns: str, at: datetime) -> None:
    """This function will save the request as a new version."""
    approval.version += 1
    approval.updated_at = at
    approval.save(update_fields=[*columns, "version", "updated_at"])


def fill(seat: Seat, state: SeatState, *, by: Member, comment: str, at: datetime) -> None:
    """This function will write into a seat how it was decided, and by whom."""
    seat.state, seat.decided_by, seat.decided_at, seat.comment = state, by, at, comment
    seat.save(update_fields=["state", "decided_by", "decided_at", "comment"])


def keep(
    approval: Approval,
    verb: Verb,
    *,
    by: Member | None,
    at: datetime,
    turn: Turn | None = None,
    seat: Seat | None = None,
    comment: str = "",
) -> Decision:
    """This function will add an act to the history of the request."""
    in_place_of = seat.member if seat is not None and by is not None and seat.member_id != by.pk else None
    return Decision.objects.create(
        approval=approval,
        turn=turn,
        verb=verb,
        by=by,
        in_place_of=in_place_of,
        at=at,
        comment=comment,
        digest=approval.digest,
    )


def tell_deciders(approval: Approval, turn: Turn) -> None:
    """This function will tell those whose turn it is, and who stands in for them today."""
    text = _("「%(title)s」の承認をお願いします（申請：%(who)s）")
    tell(approval, deciders(approval, turn), text % {"title": approval.title, "who": approval.requester.name})


def deciders(approval: Approval, turn: Turn) -> list[Member]:
    """Return those with an open seat in the turn, and their stand-ins of today."""
    seats = list(turn.seats.filter(state=SeatState.OPEN).select_related("member"))
    here, found = presence(), {seat.member_id: seat.member for seat in seats}
    stand_ins = {
        pk
        for seat in seats
        for pk in here.stand_ins_of(seat.member_id, kind=approval.kind, requester_id=approval.requester_id)
    }
    return [*found.values(), *Member.objects.filter(pk__in=stand_ins - found.keys())]


def tell(approval: Approval, members: Iterable[Member], text: str, *, besides: Member | None = None) -> None:
    """This function will notify each of the members once, with the way to the request."""
    told = {member.pk: member for member in members if member.is_active and member != besides}
    notify(told.values(), kind="approval", text=text, url=f"/approvals/{approval.pk}/")


def checked(comment: str, *, is_needed: bool = False) -> str:
    """Return a comment as it is kept; refuses one that is too long, or missing where one is needed."""
    text = comment.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_COMMENT:
        raise TextTooLong(field=_("コメント"), limit=LONGEST_COMMENT)
    if is_needed and not text:
        raise CommentMissing()
    return text
