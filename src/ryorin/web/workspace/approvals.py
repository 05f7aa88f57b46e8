"""One request: its page, the panel other pages show, and the verbs of those who decide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.conditions.fields import Field, Type
from ryorin.lib.money import format_money
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.context import company
from ryorin.web.workspace.approvals_stamps import Column, columns_of, planned_columns
from ryorin.workspace.approvals import actions
from ryorin.workspace.approvals.models import Approval, Seat, SeatState
from ryorin.workspace.approvals.queries import kinds, preview, seats_to_fill, standing
from ryorin.workspace.approvals.queries.standing import with_turns
from ryorin.workspace.approvals.rules import REQUESTER_FACTS, ApprovalKind, Standing, typed
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.queries import active_members
from ryorin.workspace.members.rules import may, require

DIGITS = 19
COLOURS = {
    Standing.APPROVED: "sow",
    Standing.WAITING: "axle",
    Standing.NEEDED: "harvest",
    Standing.SENT_BACK: "bad",
    Standing.DENIED: "bad",
}


@dataclass(frozen=True)
class Panel:
    """What a document's page shows of its approval; `back` is where the verbs lead to."""

    standing: Standing
    back: str
    approval: Approval | None = None
    columns: list[Column] = field(default_factory=list)
    seat: Seat | None = None
    stands_in_for: Member | None = None
    is_early: bool = False
    may_withdraw: bool = False
    may_review: bool = False
    may_reroute: bool = False
    may_ask: bool = False
    request_url: str = ""
    route_name: str = ""
    problems: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    earlier: list[Approval] = field(default_factory=list)

    @property
    def colour(self) -> str:
        return COLOURS.get(self.standing, "")

    @property
    def is_asked_again(self) -> bool:
        return self.standing in (Standing.SENT_BACK, Standing.WITHDRAWN) or bool(self.earlier)


@require_GET
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with what was asked, who decided, and the buttons of whose turn it is."""
    found = _found(request, pk)
    kind = kinds().get(found.kind)
    context = {
        "approval": found,
        "kind": kind,
        "facts": shown_facts(found, kind, member=member_of(request)) if kind else [],
        "panel": panel_of(found, member=member_of(request), back=request.path),
    }
    return render(request, "workspace/approvals/approval.html", context)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve on the seat the page showed."""
    return _decided(request, pk, actions.approve, _("承認しました。"))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the request back with what to change."""
    return _decided(request, pk, actions.send_back, _("差し戻しました。"))


@require_POST
def deny(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no for good."""
    return _decided(request, pk, actions.deny, _("否認しました。"))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the own request back."""
    actions.withdraw(_found(request, pk), by=member_of(request), comment=request.POST.get("comment", ""))
    return moved_on(request, _("申請を引き戻しました。"), to=_back(request, pk))


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that what was decided during the member's absence has been read."""
    actions.review(_found(request, pk), by=member_of(request), comment=request.POST.get("comment", ""))
    return moved_on(request, _("後閲しました。"), to=_back(request, pk))


@require_http_methods(["GET", "POST"])
def reroute(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who shall decide instead and why, then put them in the place of those the request waits for."""
    require(member_of(request), "approvals.reroute")
    found = _found(request, pk)
    candidates = active_members().exclude(pk=found.requester_id)
    if request.method == "GET":
        context = {"approval": found, "candidates": candidates, "back": request.GET.get("next", "")}
        return render(request, "workspace/approvals/reroute.html", context)
    chosen = [int(pk) for pk in request.POST.getlist("members")[:100] if pk.isdecimal() and len(pk) <= DIGITS]
    members = list(candidates.filter(pk__in=chosen))
    reason, version = request.POST.get("reason", ""), version_in(request)
    actions.reroute(found, by=member_of(request), members=members, reason=reason, version=version)
    return moved_on(request, _("承認者を変更しました。"), to=_back(request, pk))


def readable(rows: Any, pk: int, *, kind: str, member: Member) -> tuple[Any, bool]:
    """Return the document and whether the member sees its page; who just has to do with a request reads the paper."""
    found = rows.visible_to(member).filter(pk=pk).first()
    if found is not None:
        return found, True
    if not Approval.objects.visible_to(member).of(kind, pk).exists():
        raise Http404
    return get_object_or_404(rows, pk=pk), False


def panel(
    kind: str,
    subject_id: int,
    *,
    member: Member,
    facts: Mapping[str, Any],
    digest: str,
    back: str,
    request_url: str = "",
    owner: Member | None = None,
) -> Panel:
    """Return what a document's page shows of its approval: `{% include "workspace/approvals/panel.html" %}`.

    `back` is the page's own address; `request_url` takes the POST (with `note`) that asks for approval, and is given
    only where this member may ask. Ten queries, however long the history.
    """
    rows = list(with_turns(Approval.objects.of(kind, subject_id)).order_by("-pk")[:10])
    asker = owner or member
    now = standing(kind, subject_id, facts=facts, digest=digest, by=asker)
    current = next((row for row in rows if row.digest == digest), None)
    if current is not None and now not in (Standing.NEEDED, Standing.NOT_NEEDED):
        earlier = [row for row in rows if row.pk != current.pk]
        is_open = now in (Standing.SENT_BACK, Standing.WITHDRAWN)
        return _panel(current, now, member, back, earlier, request_url=request_url if is_open else "")
    if now is Standing.NOT_NEEDED:
        return Panel(now, back, earlier=rows)
    plan = preview(kind, facts, requester=asker)
    return Panel(
        now,
        back,
        columns=planned_columns(plan, asker),
        may_ask=bool(request_url) and may(member, "approvals.request"),
        request_url=request_url,
        route_name=plan.scheme.name if plan.scheme else "",
        problems=plan.problems,
        earlier=rows,
    )


def panel_of(approval: Approval, *, member: Member, back: str) -> Panel:
    """Return the panel of one request on its own page."""
    earlier = list(
        with_turns(Approval.objects.of(approval.kind, approval.subject_id))
        .filter(pk__lt=approval.pk)
        .order_by("-pk")[:10]
    )
    return _panel(approval, Standing(approval.state), member, back, earlier)


def shown_facts(approval: Approval, kind: ApprovalKind, *, member: Member) -> list[tuple[Any, str, str]]:
    """Return what was asked for as (label, value, how it looks), in the kind's order, without who asked.

    What a role may not see, such as margins, is shown to those who decide on the request.
    """
    values = typed(approval.facts, kind)
    own = {each.name for each in REQUESTER_FACTS}
    decides = any(seat.member_id == member.pk for turn in approval.turns.all() for seat in turn.seats.all())
    shown = []
    for each in kind.record_type.fields:
        value = values.get(each.name)
        if each.name in own or value in (None, "", []) or not (decides or each.is_seen_by(member.role)):
            continue
        text = "、".join(_said(one, each) for one in (value if isinstance(value, list) else [value]))
        look = "amount num" if each.type is Type.MONEY else "long" if "\n" in text or len(text) > 60 else ""
        shown.append((each.label, text, look))
    return shown


def _panel(
    approval: Approval, now: Standing, member: Member, back: str, earlier: list[Approval], *, request_url: str = ""
) -> Panel:
    seats = seats_to_fill(approval, member)
    seat = seats[0] if seats else None
    every = [one for turn in approval.turns.all() for one in turn.seats.all()]
    is_own = approval.requester_id == member.pk
    return Panel(
        now,
        back,
        approval=approval,
        columns=columns_of(approval),
        seat=seat,
        stands_in_for=seat.member if seat is not None and seat.member_id != member.pk else None,
        is_early=seat is not None and seat.state == SeatState.UPCOMING,
        may_withdraw=approval.is_waiting and is_own and may(member, "approvals.request"),
        may_review=any(one.member_id == member.pk and one.state == SeatState.TO_REVIEW for one in every),
        may_reroute=approval.is_waiting and may(member, "approvals.reroute"),
        may_ask=bool(request_url) and may(member, "approvals.request"),
        request_url=request_url,
        route_name=approval.route_name,
        gone=[one.member.name for one in every if one.state == SeatState.OPEN and not one.member.is_active],
        earlier=earlier,
    )


def _decided(request: HttpRequest, pk: int, verb: Callable[..., Approval], text: str) -> HttpResponse:
    seat, comment = request.POST.get("seat", ""), request.POST.get("comment", "")
    seat_id = int(seat) if seat.isdecimal() and len(seat) < DIGITS else None
    found = verb(_found(request, pk), by=member_of(request), seat_id=seat_id, comment=comment)
    if found.is_waiting:
        text = _("承認しました。残りの承認者の判断を待ちます。")
    return moved_on(request, text, to=_back(request, pk))


def _found(request: HttpRequest, pk: int) -> Approval:
    rows = with_turns(Approval.objects.visible_to(member_of(request)))
    found: Approval = get_object_or_404(rows, pk=pk)
    return found


def _back(request: HttpRequest, pk: int) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("approval", args=[pk])


def _said(value: Any, about: Field) -> str:
    """Return one value as people read it."""
    if about.type is Type.MONEY and isinstance(value, int):
        return format_money(value, company().currency, language=get_language() or "ja")
    if about.type is Type.BOOLEAN:
        return _("はい") if value else _("いいえ")
    labels = {str(key): str(label) for key, label in about.options()}
    if str(value) in labels:
        return labels[str(value)]
    return f"{value:,}" if isinstance(value, int | float) else str(value)
