"""Watching what waits: deadlines that passed, and requests that nobody can decide any more."""

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.workspace.approvals.actions.turns import deciders, keep, tell, touch
from ryorin.workspace.approvals.models import Approval, Seat, SeatState, Turn, TurnState, Verb
from ryorin.workspace.approvals.queries import chart
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Role


def watch_waiting() -> int:
    """This function will escalate what is overdue and tell of what is stuck, each once, and return how many."""
    return escalate_overdue() + tell_stuck()


def escalate_overdue() -> int:
    """This function will let the next higher decide in each turn past its deadline, once, and return how many."""
    due = Turn.objects.filter(state=TurnState.WAITING, escalated_at__isnull=True, deadline__lt=clock.now())
    return sum(_escalate(turn, approval) for turn, approval in list(due.values_list("pk", "approval_id")))


def tell_stuck() -> int:
    """This function will tell the administrators of requests whose deciders have left, once each, and count them."""
    left = Seat.objects.open().filter(member__is_active=False, turn__approval__stuck_told_at__isnull=True)
    return sum(_tell_stuck(pk) for pk in set(left.values_list("turn__approval_id", flat=True)))


@transaction.atomic
def _escalate(turn_id: int, approval_id: int) -> bool:
    now = clock.now()
    approval = _held(approval_id)
    rows = Turn.objects.filter(pk=turn_id, state=TurnState.WAITING, escalated_at__isnull=True, deadline__lt=now)
    turn = rows.select_related("escalate_to").first()
    if approval is None or turn is None:
        return False
    late = deciders(approval, turn)
    higher = _higher(approval, turn)
    turn.escalated_at = now
    turn.save(update_fields=["escalated_at"])
    told = {"title": approval.title, "step": turn.name, "who": "、".join(member.name for member in late[:5])}
    if higher is None:
        text = _("「%(title)s」（%(step)s）の承認が期限を過ぎています。代わる人がいないため、承認者を変更してください")
        comment = _("代わる人が決まっていないため、管理者に知らせました")
        tell(approval, _administrators(), text % told)
    else:
        Seat.objects.update_or_create(
            turn=turn, member=higher, defaults={"state": SeatState.OPEN, "is_escalated": True}
        )
        comment = _("%(name)sさんも承認できるようにしました") % {"name": higher.name}
        text = _("「%(title)s」（%(step)s）の承認が期限を過ぎました。代わりに判断してください")
        tell(approval, [higher], text % told)
    text = _("「%(title)s」（%(step)s）の承認が期限を過ぎています（%(who)s）")
    tell(approval, [*late, approval.requester], text % told)
    keep(approval, Verb.ESCALATED, by=None, at=now, turn=turn, comment=comment)
    touch(approval, at=now)
    to = higher.name if higher else ""
    audit.record("approval_escalated", "approval", approval.pk, by=None, title=approval.title, step=turn.name, to=to)
    return True


@transaction.atomic
def _tell_stuck(approval_id: int) -> bool:
    approval = _held(approval_id)
    if approval is None or approval.stuck_told_at is not None:
        return False
    approval.stuck_told_at = clock.now()
    touch(approval, "stuck_told_at", at=approval.stuck_told_at)
    gone = Seat.objects.open().filter(turn__approval=approval, member__is_active=False).select_related("member")
    names = "、".join(seat.member.name for seat in gone)
    text = _("「%(title)s」の承認者が利用を停止されています（%(names)s）。管理者が承認者を変更してください")
    tell(approval, [*_administrators(), approval.requester], text % {"title": approval.title, "names": names})
    audit.record("approval_stuck", "approval", approval.pk, by=None, title=approval.title, names=names)
    return True


def _held(approval_id: int) -> Approval | None:
    rows = Approval.objects.waiting().select_for_update(of=("self",)).select_related("requester")
    return rows.filter(pk=approval_id).first()


def _higher(approval: Approval, turn: Turn) -> Member | None:
    """Return who decides instead: whom the route names, else the nearest superior of those who are late."""
    seats = list(turn.seats.values_list("member_id", "state"))
    taken = {member for member, state in seats if state in (SeatState.OPEN, SeatState.APPROVED)}
    barred = taken | {approval.requester_id}
    named = turn.escalate_to
    if named is not None and named.is_active and named.pk not in barred:
        return named
    everybody = chart()
    for member, state in seats:
        if state != SeatState.OPEN:
            continue
        above = (one.id for one in everybody.line_of(member) if one.is_active and one.id not in barred)
        if (found := next(above, None)) is not None:
            return Member.objects.get(pk=found)
    return None


def _administrators() -> list[Member]:
    return list(Member.objects.filter(is_active=True, role=Role.ADMINISTRATOR))
