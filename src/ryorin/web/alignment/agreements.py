"""What the two sides promise each other: the agreement that counts, how it is kept, a proposal, the versions before."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.agreements.actions import (
    propose_agreement,
    sign_agreement,
    signs_for,
    withdraw_agreement,
)
from ryorin.alignment.agreements.errors import AgreementInvalid
from ryorin.alignment.agreements.models import Agreement, Promise, PromiseKind, Rhythm
from ryorin.alignment.agreements.queries import (
    active,
    cases,
    period_at,
    proposal,
    recent_periods,
    standing_of,
    today_here,
    watched,
    with_signers,
)
from ryorin.alignment.agreements.rules import SIDE_OF, WITH_HOURS, Vow
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.handoffs.queries import with_people
from ryorin.lib import fiscal
from ryorin.lib.fiscal import Period
from ryorin.web.alignment.cards import cards_of
from ryorin.web.answers import member_of
from ryorin.web.context import company
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import may, require

SHOWN = 100
LINES = 12
VERSIONS = 20
WHEELS = {Side.MARKETING: "sow", Side.SALES: "harvest"}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show how the promises stand now and stood before, the proposal, and the versions."""
    now, waiting, today = active(), proposal(), today_here()
    periods = recent_periods(now, today=today) if now else []
    context = {
        "active": now,
        "period": named(periods[0]) if periods else "",
        "days_left": fiscal.days_left(periods[0], today) if periods else 0,
        "sides": sides_of_agreement(now, periods) if now else [],
        "proposal": waiting,
        "proposed": [(side, [one for one in waiting.promises.all() if _side(one) == side]) for side in Side]
        if waiting
        else [],
        "signatures": signatures(waiting, member_of(request)) if waiting else [],
        "versions": with_signers(Agreement.objects.all())[:VERSIONS],
        "may_change": may(member_of(request), "agreements.change"),
    }
    return render(request, "alignment/agreements.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Ask what each side promises, then write it as a proposal."""
    require(member_of(request), "agreements.change")
    now = active()
    if request.method == "GET":
        lines = [line_of(one) for one in now.promises.all()] if now else first_lines()
        return _form(request, lines, {"rhythm": now.rhythm if now else Rhythm.MONTH.value})
    lines = [
        {name: request.POST.get(f"{name}-{place}", "") for name in ("kind", "team", "value", "hours")}
        for place in range(LINES)
    ]
    rhythm, note = request.POST.get("rhythm", ""), request.POST.get("note", "")
    vows = [_vow(line) for line in lines if line["kind"]]
    try:
        propose_agreement(vows, rhythm=rhythm, note=note, by=member_of(request))
    except AgreementInvalid as error:
        written = [line for line in lines if line["kind"]]
        return _form(request, written, {"rhythm": rhythm, "note": note, "problem": str(error)}, status=422)
    messages.success(request, _("合意案を出しました。双方の署名を待ちます。"))
    return redirect("agreement")


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for one side."""
    agreement = get_object_or_404(Agreement, pk=pk)
    signed = sign_agreement(agreement, by=member_of(request), side=request.POST.get("side", ""))
    text = _("署名しました。") if signed.is_proposed else _("双方が署名しました。新しい合意が有効です。")
    messages.success(request, text)
    return redirect("agreement")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a proposal."""
    withdraw_agreement(get_object_or_404(Agreement, pk=pk), by=member_of(request))
    messages.success(request, _("合意案を取り下げました。"))
    return redirect("agreement")


@require_GET
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the hand-offs behind a promise's number in one period: those that keep it, or those that break it."""
    rows = Promise.objects.select_related("agreement", "team")
    found = get_object_or_404(rows, pk=pk)
    today = today_here()
    period = period_at(found.agreement, _day(request.GET.get("day", "")) or today)
    met, missed = cases(found, period)
    is_missed = request.GET.get("which") == "missed"
    chosen = missed if is_missed else met
    visible = Handoff.objects.visible_to(member_of(request)).filter(pk__in=chosen.values("pk"))
    context = {
        "promise": found,
        "period": named(period),
        "progress": standing_of(found, period, today=today),
        "cards": cards_of(with_people(visible).order_by("-offered_at", "-pk")[:SHOWN], member_of(request)),
        "count": visible.count(),
        "hidden": chosen.count() - visible.count(),
        "shown": SHOWN,
        "tabs": _tabs(found, period, met.count(), missed.count(), is_missed=is_missed),
    }
    return render(request, "alignment/promise.html", context)


def sides_of_agreement(agreement: Agreement, periods: list[Period]) -> list[dict[str, Any]]:
    """Return each side with its promises, now and in the periods before."""
    today = today_here()
    columns = [watched(agreement, period, today=today) for period in periods]
    rows = [{"now": each[0], "before": each[1:]} for each in zip(*columns, strict=True)]
    return [
        {"side": side, "wheel": WHEELS[side], "rows": [row for row in rows if row["now"].side == side]} for side in Side
    ]


def signatures(waiting: Agreement, member: Member) -> list[dict[str, Any]]:
    """Return for each side who signed, and whether this member may."""
    return [
        {
            "side": side,
            "wheel": WHEELS[side],
            "by": waiting.signed_by(side),
            "is_asked": waiting.signed_by(side) is None and signs_for(waiting, side, member),
        }
        for side in Side
    ]


def named(period: Period) -> str:
    """Return a period's name in the reader's language."""
    return fiscal.label(period, start_month=company().fiscal_start_month, language=get_language() or "ja")


def line_of(one: Promise) -> dict[str, str]:
    """Return a promise as the form shows it."""
    return {
        "kind": one.kind,
        "team": str(one.team_id or ""),
        "value": str(one.value),
        "hours": str(one.hours or ""),
    }


def first_lines() -> list[dict[str, str]]:
    """Return the four kinds of promise, without numbers: what is promised is for the teams to say."""
    return [{"kind": kind.value, "team": "", "value": "", "hours": ""} for kind in PromiseKind]


def _form(
    request: HttpRequest, lines: list[dict[str, str]], values: dict[str, str], *, status: int = 200
) -> HttpResponse:
    empty = [{"kind": "", "team": "", "value": "", "hours": ""}] * max(0, min(2, LINES - len(lines)))
    context = {
        "lines": [*lines, *empty][:LINES],
        "values": values,
        "kinds": [(kind.value, kind.label, SIDE_OF[kind].label) for kind in PromiseKind],
        "with_hours": [kind.value for kind in WITH_HOURS],
        "rhythms": Rhythm.choices,
        "teams": Team.objects.all(),
    }
    return render(request, "alignment/agreement_form.html", context, status=status)


def _vow(line: dict[str, str]) -> Vow:
    team = Team.objects.filter(pk=_whole(line["team"])).first() if line["team"] else None
    return Vow(line["kind"], _whole(line["value"]), _whole(line["hours"]) or None, team.pk if team else None)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _whole(typed: str) -> int:
    typed = typed.strip().replace(",", "")
    return int(typed) if typed.isdecimal() and len(typed) < 8 else 0


def _side(one: Promise) -> Side:
    return SIDE_OF[PromiseKind(one.kind)]


def _tabs(one: Promise, period: Period, met: int, missed: int, *, is_missed: bool) -> list[dict[str, Any]]:
    day = period.start.isoformat()
    kept = {"label": _("守れたもの"), "url": f"?day={day}", "is_current": not is_missed, "count": met}
    if one.kind == PromiseKind.VOLUME:
        return [{**kept, "label": _("引き継いだリード")}]
    broken = {
        "label": _("守れなかったもの"),
        "url": f"?day={day}&which=missed",
        "is_current": is_missed,
        "count": missed,
    }
    return [kept, broken]
