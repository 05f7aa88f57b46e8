"""What waits for the member, what they asked for, what they decided; approving several at once; how long it takes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.web.answers import is_fragment, member_of
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import named_by
from ryorin.workspace.approvals.actions import approve
from ryorin.workspace.approvals.fields import APPROVAL
from ryorin.workspace.approvals.models import Approval, Seat
from ryorin.workspace.approvals.queries import (
    Item,
    decided_by,
    early_for,
    inbox,
    is_any_overdue,
    kinds,
    requested_by,
    step_times,
    to_review,
    waiting_count,
)
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

ALL = Listing(
    title=lazy("すべての申請"),
    url="approval_list",
    record_url="approval",
    lead=named_by("title", lazy("件名")),
    sort="-id",
    empty_title=lazy("申請はまだありません"),
    empty_text=lazy(
        "あなたが申請したもの、判断する番になったものが並びます。管理者とマネージャーには、見える範囲の申請が並びます。"
    ),
    icon="clipboard-check",
)
TABS = ("waiting", "requests", "done")
SHOWN = 50
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Line:
    """One request as a line of the page."""

    approval: Approval
    kind: Any
    amount: int | None
    seat: Seat | None = None
    in_place_of: Member | None = None
    at: datetime | None = None
    comment: str = ""
    verb: str = ""

    @property
    def value(self) -> str:
        return f"{self.approval.pk}:{self.seat.pk}" if self.seat else ""


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """Show one of three lists: what waits for the member, their own requests, what they decided."""
    member = member_of(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else "waiting"
    before = request.GET.get("before", "")
    below = int(before) if before.isdecimal() and len(before) < 19 else None
    lines, last = _lines(tab, member, below)
    is_first = tab == "waiting" and below is None
    context = {
        "tab": tab,
        "tabs": _tabs(tab, member),
        "lines": lines[:SHOWN],
        "next": f"?tab={tab}&before={last}" if len(lines) > SHOWN else "",
        "early": [_of_item(item) for item in early_for(member)] if is_first else [],
        "reviews": [_of_item(item) for item in to_review(member)] if is_first else [],
        "overdue": is_any_overdue(member),
        "may_ask": may(member, "approvals.request"),
    }
    return render(request, "workspace/approvals/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def approval_list(request: HttpRequest) -> HttpResponse:
    """Show every request the member may see, to be narrowed and sorted."""
    rows = Approval.objects.visible_to(member_of(request))
    return record_list(request, record_type=APPROVAL, rows=rows, member=member_of(request), listing=ALL)


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve the ticked requests one by one; those that cannot be are named with the reason."""
    done, problems = 0, []
    rows = Approval.objects.visible_to(member_of(request))
    for value in list(dict.fromkeys(request.POST.getlist("ids")))[:MOST_AT_ONCE]:
        pk, _colon, seat = value.partition(":")
        if not (pk.isdecimal() and seat.isdecimal() and len(value) < 40 and len(pk) < 19 and len(seat) < 19):
            continue
        found = rows.filter(pk=int(pk)).first()
        if found is None:
            continue
        try:
            approve(found, by=member_of(request), seat_id=int(seat))
            done += 1
        except Refusal as refusal:
            problems.append(_("「%(title)s」：%(why)s") % {"title": found.title, "why": refusal})
    if done:
        text = ngettext("%(count)s件を承認しました。", "%(count)s件を承認しました。", done) % {"count": done}
        messages.success(request, text)
    for problem in problems[:5]:
        messages.error(request, problem)
    if not done and not problems:
        messages.error(request, _("承認する申請を選んでください。"))
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("approvals")})
    return redirect("approvals")


@require_GET
def times(request: HttpRequest) -> HttpResponse:
    """Show how long each step of each route takes."""
    labels = {name: kind.label for name, kind in kinds().items()}
    rows = [(labels.get(row.kind, row.kind), row) for row in step_times()]
    slowest = max((row.median_hours or 0 for _label, row in rows), default=0)
    return render(request, "workspace/approvals/times.html", {"rows": rows, "slowest": slowest or 1})


def _lines(tab: str, member: Member, below: int | None) -> tuple[list[Line], int]:
    """Return a page of lines and one more where there is one, and what stands last on the page."""
    if tab == "requests":
        rows = requested_by(member, before=below, limit=SHOWN + 1)
        return [_of_approval(row) for row in rows], rows[:SHOWN][-1].pk if rows else 0
    if tab == "done":
        decisions = decided_by(member, before=below, limit=SHOWN + 1)
        lines = [
            _of_approval(
                one.approval, at=one.at, comment=one.comment, verb=one.get_verb_display(), for_=one.in_place_of
            )
            for one in decisions
        ]
        return lines, decisions[:SHOWN][-1].pk if decisions else 0
    items = inbox(member, before=below, limit=SHOWN + 1)
    return [_of_item(item) for item in items], items[:SHOWN][-1].approval.pk if items else 0


def _of_item(item: Item) -> Line:
    line = _of_approval(item.approval)
    return Line(line.approval, line.kind, line.amount, seat=item.seat, in_place_of=item.in_place_of)


def _of_approval(
    approval: Approval,
    *,
    at: datetime | None = None,
    comment: str = "",
    verb: str = "",
    for_: Member | None = None,
) -> Line:
    amount = next((approval.facts[name] for name in ("amount", "total", "budget") if approval.facts.get(name)), None)
    kind = kinds().get(approval.kind)
    return Line(
        approval, kind, amount if isinstance(amount, int) else None, in_place_of=for_, at=at, comment=comment, verb=verb
    )


def _tabs(tab: str, member: Member) -> list[dict[str, Any]]:
    labels = {"waiting": _("承認待ち"), "requests": _("自分の申請"), "done": _("判断した申請")}
    here = reverse("approvals")
    return [
        {
            "label": labels[each],
            "url": here if each == "waiting" else f"{here}?tab={each}",
            "is_current": each == tab,
            "count": waiting_count(member) if each == "waiting" else None,
        }
        for each in TABS
    ]
