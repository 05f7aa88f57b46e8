"""Deciding: approve, send back, deny, review afterwards; and putting others in the place of those who cannot."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.workspace.approvals.actions.turns import (
    begin_next,
    checked,
    close,
    end,
    fill,
    keep,
    locked,
    tell,
    tell_deciders,
    touch,
)
from ryorin.workspace.approvals.errors import ApproversMissing, CannotApprove, NothingToReview, NotYourTurn
from ryorin.workspace.approvals.models import (
    Approval,
    ApprovalState,
    Quorum,
    Seat,
    SeatState,
    Turn,
    TurnState,
    Verb,
)
from ryorin.workspace.approvals.queries import business_hours_after, chosen_seat
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def approve(approval: Approval, *, by: Member, seat_id: int | None = None, comment: str = "") -> Approval:
    """This function will approve on the seat the page showed (else the member's own); the last turn decides.

    Before their turn an upper step may approve when those before it are absent: they read it afterwards.
    """
    require(by, "approvals.decide")
    comment, at = checked(comment), clock.now()
    approval = locked(approval)
    seat = chosen_seat(approval, by, seat_id)
    turn = _reached(approval, seat, at=at)
    fill(seat, SeatState.APPROVED, by=by, comment=comment, at=at)
    keep(approval, Verb.APPROVED, by=by, at=at, turn=turn, seat=seat, comment=comment)
    facts = {"title": approval.title, "step": turn.name, "digest": approval.digest, "in_place_of": _principal(seat, by)}
    audit.record("approval_approved", "approval", approval.pk, by=by, comment=comment, **facts)
    if seat.is_escalated or turn.seats.filter(state=SeatState.APPROVED).count() >= turn.needed:
        end(turn, TurnState.APPROVED, at=at)
        if begin_next(approval, at=at) is None:
            _approve_finally(approval, by=by, at=at)
            return approval
    touch(approval, at=at)
    return approval


def send_back(approval: Approval, *, by: Member, comment: str, seat_id: int | None = None) -> Approval:
    """This function will give the request back to who asked, saying what to change; it may be asked again then."""
    return _refuse(approval, ApprovalState.SENT_BACK, by=by, comment=comment, seat_id=seat_id)


def deny(approval: Approval, *, by: Member, comment: str, seat_id: int | None = None) -> Approval:
    """This function will say no for good: the same content cannot be asked for again."""
    return _refuse(approval, ApprovalState.DENIED, by=by, comment=comment, seat_id=seat_id)


@transaction.atomic
def review(approval: Approval, *, by: Member, comment: str = "") -> Approval:
    """This function will note that the member has read what was decided over their head; it changes no decision."""
    require(by, "approvals.decide")
    comment, at = checked(comment), clock.now()
    approval = Approval.objects.select_for_update(of=("self",)).select_related("requester").get(pk=approval.pk)
    seats = Seat.objects.filter(turn__approval=approval, member=by, state=SeatState.TO_REVIEW).select_related("turn")
    if not seats:
        raise NothingToReview()
    for seat in seats:
        fill(seat, SeatState.REVIEWED, by=by, comment=comment, at=at)
        keep(approval, Verb.REVIEWED, by=by, at=at, turn=seat.turn, seat=seat, comment=comment)
    touch(approval, at=at)
    audit.record("approval_reviewed", "approval", approval.pk, by=by, title=approval.title, comment=comment)
    return approval


@transaction.atomic
def reroute(
    approval: Approval, *, by: Member, members: Iterable[Member], reason: str, version: int | None = None
) -> Approval:
    """This function will put others in the place of those the request waits for; the time to answer starts anew."""
    require(by, "approvals.reroute")
    reason, at = checked(reason, is_needed=True), clock.now()
    approval = locked(approval, version=version)
    turn = approval.turns.filter(state=TurnState.WAITING).first()
    if turn is None:
        raise NotYourTurn(who="")
    before, after = _reseat(approval, turn, list(members))
    turn.deadline = business_hours_after(at, turn.hours) if turn.hours else None
    turn.escalated_at = None
    turn.save(update_fields=["needed", "deadline", "escalated_at"])
    approval.stuck_told_at = None
    touch(approval, "stuck_told_at", at=at)
    told = _("%(before)s → %(after)s：%(reason)s")
    comment = told % {"before": "、".join(before), "after": "、".join(after), "reason": reason}
    keep(approval, Verb.REROUTED, by=by, at=at, turn=turn, comment=comment)
    audit.record("approval_rerouted", "approval", approval.pk, by=by, before=before, after=after, reason=reason)
    tell_deciders(approval, turn)
    return approval


def _reached(approval: Approval, seat: Seat, *, at: datetime) -> Turn:
    """Return the seat's turn; when it had not come yet, those before it are passed over."""
    turn = seat.turn
    if turn.state == TurnState.WAITING:
        return turn
    undecided = (TurnState.WAITING, TurnState.UPCOMING)
    for earlier in approval.turns.filter(position__lt=turn.position, state__in=undecided):
        _pass_over(approval, earlier, at=at)
    turn.state, turn.begun_at = TurnState.WAITING, at
    turn.save(update_fields=["state", "begun_at"])
    turn.seats.filter(state=SeatState.UPCOMING).update(state=SeatState.OPEN)
    return turn


def _pass_over(approval: Approval, turn: Turn, *, at: datetime) -> None:
    skipped = turn.seats.filter(state__in=(SeatState.OPEN, SeatState.UPCOMING))
    members = [seat.member for seat in skipped.select_related("member")]
    skipped.update(state=SeatState.TO_REVIEW)
    end(turn, TurnState.PASSED_OVER, at=at)
    text = _("不在のあいだに「%(title)s」が上位者に回りました。後閲してください") % {"title": approval.title}
    tell(approval, members, text)


def _approve_finally(approval: Approval, *, by: Member, at: datetime) -> None:
    close(approval, ApprovalState.APPROVED, at=at)
    audit.record("approval_granted", "approval", approval.pk, by=by, title=approval.title, digest=approval.digest)
    text = _("「%(title)s」が承認されました") % {"title": approval.title}
    tell(approval, [approval.requester], text, besides=by)


@transaction.atomic
def _refuse(approval: Approval, state: ApprovalState, *, by: Member, comment: str, seat_id: int | None) -> Approval:
    require(by, "approvals.decide")
    comment, at = checked(comment, is_needed=True), clock.now()
    approval = locked(approval)
    seat = chosen_seat(approval, by, seat_id)
    fill(seat, SeatState(state.value), by=by, comment=comment, at=at)
    keep(approval, Verb(state.value), by=by, at=at, turn=seat.turn, seat=seat, comment=comment)
    close(approval, state, at=at)
    facts = {"title": approval.title, "comment": comment, "digest": approval.digest}
    audit.record(f"approval_{state.value}", "approval", approval.pk, by=by, in_place_of=_principal(seat, by), **facts)
    texts = {
        ApprovalState.SENT_BACK: _("「%(title)s」が差し戻されました：%(comment)s"),
        ApprovalState.DENIED: _("「%(title)s」は否認されました：%(comment)s"),
    }
    text = texts[state] % {"title": approval.title, "comment": comment[:120]}
    tell(approval, [approval.requester], text, besides=by)
    return approval


def _reseat(approval: Approval, turn: Turn, members: list[Member]) -> tuple[list[str], list[str]]:
    """This function will close the undecided seats, open new ones, and return the names before and after."""
    for member in members:
        if not member.is_active or member.pk == approval.requester_id:
            raise CannotApprove(name=member.name)
    open_seats = turn.seats.filter(state=SeatState.OPEN)
    before = [seat.member.name for seat in open_seats.select_related("member")]
    open_seats.update(state=SeatState.CLOSED)
    approved = set(turn.seats.filter(state=SeatState.APPROVED).values_list("member_id", flat=True))
    chosen = [member for member in dict.fromkeys(members) if member.pk not in approved]
    if not chosen:
        raise ApproversMissing()
    for member in chosen:
        Seat.objects.update_or_create(
            turn=turn, member=member, defaults={"state": SeatState.OPEN, "is_escalated": False}
        )
    there = len(approved) + len(chosen)
    turn.needed = there if turn.quorum == Quorum.ALL else min(turn.needed, there)
    return before, [member.name for member in chosen]


def _principal(seat: Seat, by: Member) -> str:
    return "" if seat.member_id == by.pk else seat.member.name
