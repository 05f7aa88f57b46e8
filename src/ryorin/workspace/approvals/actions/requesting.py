"""Asking for approval, and taking the request back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.workspace.approvals.actions.turns import begin_next, checked, close, deciders, keep, locked, tell
from ryorin.workspace.approvals.errors import AlreadyDecided, NobodyToApprove, NotYourRequest, RouteWithoutSteps
from ryorin.workspace.approvals.models import Approval, ApprovalState, Seat, Turn, TurnState, Verb
from ryorin.workspace.approvals.queries import Preview, kind_of, preview
from ryorin.workspace.approvals.queries.routes import about_requester
from ryorin.workspace.approvals.rules import Planned, plain
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

TRIES = 3


def request(
    kind: str,
    subject_id: int,
    *,
    title: str,
    url: str,
    facts: Mapping[str, Any],
    digest: str,
    by: Member,
    note: str = "",
) -> Approval | None:
    """This function will ask those whom the routes say to approve the content with this digest; None: nobody has to.

    Asking twice gives the same request. A waiting request about an older content is taken back.
    """
    require(by, "approvals.request")
    values = plain({**about_requester(by), **facts}, kind_of(kind))
    given = {"title": _title(title), "url": url[:300], "facts": values, "digest": digest, "note": checked(note)}
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _request(kind, subject_id, by=by, **given)
        except IntegrityError:  # somebody asked at the same moment: theirs is there now
            if not left:
                raise
    return None


@transaction.atomic
def withdraw(approval: Approval, *, by: Member, comment: str = "", version: int | None = None) -> Approval:
    """This function will take the request back; only who asked may."""
    require(by, "approvals.request")
    comment = checked(comment)
    approval = locked(approval, version=version)
    if approval.requester_id != by.pk:
        raise NotYourRequest()
    _withdraw(approval, by=by, comment=comment, at=clock.now())
    return approval


@transaction.atomic
def withdraw_of(kind: str, subject_id: int, *, by: Member | None, why: str) -> Approval | None:
    """This function will take back the waiting request about a document that has changed or gone, if there is one."""
    approval = _lock_waiting(kind, subject_id)
    if approval is not None:
        _withdraw(approval, by=by, comment=checked(why), at=clock.now())
    return approval


def _request(kind: str, subject_id: int, *, by: Member, **given: Any) -> Approval | None:
    waiting = _lock_waiting(kind, subject_id)
    same = Approval.objects.of(kind, subject_id).filter(digest=given["digest"]).order_by("-pk").first()
    if same is not None and same.state in (ApprovalState.WAITING, ApprovalState.APPROVED):
        return same
    if same is not None and same.state == ApprovalState.DENIED:
        raise AlreadyDecided(state=same.get_state_display())
    found = preview(kind, given["facts"], requester=by)
    if waiting is not None:
        _withdraw(waiting, by=by, comment=_("内容が変わったため"), at=clock.now())
    if found.scheme is None:
        return None
    _refuse_without_deciders(found)
    return _ask(kind, subject_id, found, by=by, at=clock.now(), **given)


def _refuse_without_deciders(found: Preview) -> None:
    route = found.scheme.name if found.scheme else ""
    if not found.steps:
        raise RouteWithoutSteps(route=route)
    if found.problems:
        raise NobodyToApprove(route=route, what=" ".join(found.problems))


def _ask(kind: str, subject_id: int, found: Preview, *, by: Member, at: datetime, **given: Any) -> Approval:
    """This function will write the request with its own copy of the route, and open the first turn."""
    before = Approval.objects.of(kind, subject_id).order_by("-pk").first()
    scheme = found.scheme
    approval = Approval.objects.create(
        kind=kind,
        subject_id=subject_id,
        requester=by,
        requested_at=at,
        route_id=scheme.id if scheme else None,
        route_name=scheme.name if scheme else "",
        replaces=before,
        updated_at=at,
        **given,
    )
    for position, step in enumerate(found.steps, start=1):
        _seat(approval, step, position)
    keep(approval, Verb.REQUESTED, by=by, at=at, comment=approval.note)
    begin_next(approval, at=at)
    facts = {"title": approval.title, "route": approval.route_name, "digest": approval.digest, "kind": kind}
    audit.record(
        "approval_requested",
        "approval",
        approval.pk,
        by=by,
        subject=subject_id,
        facts=given["facts"],
        **facts,
    )
    return approval


def _seat(approval: Approval, step: Planned, position: int) -> None:
    """This function will copy one step of the route into a turn with a seat for each who decides."""
    stage = step.stage
    turn = Turn.objects.create(
        approval=approval,
        position=position,
        name=step.name[:40],
        quorum=stage.quorum,
        needed=step.needed,
        hours=stage.hours,
        escalate_to_id=stage.escalate_to_id,
        state=TurnState.SKIPPED if step.skipped else TurnState.UPCOMING,
        why=step.skipped[:120],
    )
    if not step.skipped:
        Seat.objects.bulk_create([Seat(turn=turn, member_id=member) for member in step.member_ids])


def _withdraw(approval: Approval, *, by: Member | None, comment: str, at: datetime) -> None:
    turn = approval.turns.filter(state=TurnState.WAITING).first()
    waited_for = deciders(approval, turn) if turn else []
    close(approval, ApprovalState.WITHDRAWN, at=at)
    keep(approval, Verb.WITHDRAWN, by=by, at=at, comment=comment)
    audit.record("approval_withdrawn", "approval", approval.pk, by=by, title=approval.title, comment=comment)
    tell(approval, waited_for, _("「%(title)s」の申請は引き戻されました") % {"title": approval.title}, besides=by)


def _lock_waiting(kind: str, subject_id: int) -> Approval | None:
    rows = Approval.objects.waiting().of(kind, subject_id).select_for_update(of=("self",))
    return rows.select_related("requester").first()


def _title(title: str) -> str:
    return " ".join(title.replace("\0", "").split())[:200]
