"""The stamps of a request (印影): who asked, who decided, who is still to decide."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from ryorin.workspace.approvals.models import Approval, Quorum, Seat, SeatState, Turn, TurnState
from ryorin.workspace.approvals.queries import Preview
from ryorin.workspace.members.models import Member

LOOKS = {
    SeatState.APPROVED: "done",
    SeatState.SENT_BACK: "no",
    SeatState.DENIED: "no",
    SeatState.OPEN: "now",
    SeatState.UPCOMING: "later",
    SeatState.TO_REVIEW: "review",
    SeatState.REVIEWED: "reviewed",
    SeatState.CLOSED: "off",
}
MOST_SHOWN = 6


@dataclass(frozen=True)
class Stamp:
    """One seal: `look` is done, no, now, later, review, reviewed or off."""

    name: str
    full_name: str
    look: str
    word: str
    at: datetime | None = None
    instead: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Column:
    """One step: its name, its stamps, and what else is to be said of it."""

    step: str
    stamps: list[Stamp] = field(default_factory=list)
    more: int = 0
    note: str = ""
    deadline: datetime | None = None
    is_overdue: bool = False
    is_now: bool = False


def columns_of(approval: Approval) -> list[Column]:
    """Return the request's own stamp and those of each turn."""
    asked = Stamp(
        name=approval.requester.family_name,
        full_name=approval.requester.name,
        look="done",
        word=_("申請"),
        at=approval.requested_at,
    )
    return [Column(_("申請"), [asked]), *(_column(turn) for turn in approval.turns.all())]


def planned_columns(plan: Preview, asker: Member) -> list[Column]:
    """Return the steps a request would go through."""
    names = {pk for step in plan.steps for pk in step.member_ids}
    members = Member.objects.in_bulk(names)
    columns = [Column(_("申請"), [Stamp(asker.family_name, asker.name, "later", _("申請"))])]
    for step in plan.steps:
        found = [members[pk] for pk in step.member_ids if pk in members]
        stamps = [Stamp(one.family_name, one.name, "later", step.name) for one in found]
        needed = _needed(step.stage.quorum, step.needed, len(found))
        note = _("決まりません") if step.problem else step.skipped or needed
        shown = [] if step.skipped else stamps[:MOST_SHOWN]
        columns.append(Column(step.name, shown, more=0 if step.skipped else len(stamps) - len(shown), note=note))
    return columns


def _column(turn: Turn) -> Column:
    seats = list(turn.seats.all())
    if turn.state == TurnState.SKIPPED:
        return Column(turn.name, note=turn.why)
    acted = [seat for seat in seats if seat.state != SeatState.CLOSED]
    stamps = [_stamp(seat, turn) for seat in acted or seats]
    waits = turn.state == TurnState.WAITING
    return Column(
        turn.name,
        stamps[:MOST_SHOWN],
        more=max(len(stamps) - MOST_SHOWN, 0),
        note=_needed(turn.quorum, turn.needed, len(stamps)) if waits or turn.state == TurnState.UPCOMING else "",
        deadline=turn.deadline if waits else None,
        is_overdue=turn.is_overdue,
        is_now=waits,
    )


def _stamp(seat: Seat, turn: Turn) -> Stamp:
    who = seat.decided_by or seat.member
    instead = seat.member.name if seat.was_by_stand_in else ""
    state = SeatState(seat.state)
    word = turn.name if state == SeatState.APPROVED else str(state.label)
    return Stamp(who.family_name, who.name, LOOKS[state], word, seat.decided_at, instead, seat.comment)


def _needed(quorum: str, needed: int, there: int) -> str:
    if there < 2:
        return ""
    if quorum == Quorum.ANY:
        return _("%(there)s人のうち誰か1人") % {"there": there}
    return _("全員の承認が必要") if needed >= there else _("%(needed)s人の承認が必要") % {"needed": needed}
