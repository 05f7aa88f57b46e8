"""The queue of leads between the wheels, one hand-off, and the cards on a person's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, reassign_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import (
    Handoff,
    HandoffQuerySet,
    HandoffState,
    Nurture,
    NurtureKind,
    SendBackReason,
)
from ryorin.alignment.handoffs.queries import (
    answers,
    history_of,
    last_of,
    may_be_asked,
    nurtured,
    reasons,
    receivers,
    recently_answered,
    route_of,
    unheld,
    with_people,
)
from ryorin.alignment.handoffs.rules import Unheld
from ryorin.alignment.learning.queries.pages import outlook_of
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.insight.lake.queries import history_of_person
from ryorin.insight.metrics.queries import beginning
from ryorin.marketing.campaigns.queries import names as campaign_names
from ryorin.web.alignment.cards import card_of, cards_of
from ryorin.web.answers import done, member_of, moved_on, picked, version_in
from ryorin.web.insight.asking import Days, days_in, fiscal_period, today
from ryorin.workspace.audit.queries import history as audit_history
from ryorin.workspace.members.models import Member, Role, Team
from ryorin.workspace.members.rules import may, require

SHOWN = 100
SCOPES = ("mine", "team", "all")


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits, what nobody holds, what was sent back, and how sales answers."""
    member = member_of(request)
    rows = Handoff.objects.visible_to(member)
    scope = request.GET.get("of", "")
    scope = scope if scope in SCOPES else _usual_scope(member)
    waiting = _of(rows, scope, member).waiting()
    shown = list(with_people(waiting)[: SHOWN + 1])
    sent_back = with_people(rows.sent_back()).order_by("-answered_at", "-pk")[:20]
    left = unheld(member) if may(member, "handoffs.offer") else []
    looked_after = Nurture.objects.visible_to(member).open()
    context = {
        "digital": looked_after.filter(kind=NurtureKind.DIGITAL).count(),
        "returned": looked_after.filter(kind=NurtureKind.RETURNED).count(),
        "asked": may_be_asked() if any(lead.is_for_want_of_time for lead in left) else [],
        "tabs": [_tab(each, rows, member, is_current=each == scope) for each in SCOPES],
        "cards": cards_of(shown[:SHOWN], member),
        "has_more": len(shown) > SHOWN,
        "waiting": rows.waiting().count(),
        "overdue": rows.overdue().count(),
        "unheld": left,
        "sent_back": cards_of(sent_back, member),
        "answers": answers(rows),
        "may_route": may(member, "routing.change"),
    }
    return render(request, "alignment/handoffs.html", context)


@require_GET
def answered(request: HttpRequest) -> HttpResponse:
    """Show the answers behind a number: of the last 90 days, or between the days named; all, accepted, or sent back."""
    member = member_of(request)
    rows, days = _answered_in(request, Handoff.objects.visible_to(member))
    state, reason = request.GET.get("state", ""), request.GET.get("reason", "")
    if state in HandoffState.values:
        rows = rows.filter(state=state)
    found = picked(SendBackReason.objects.all(), reason)
    if found:
        rows = rows.filter(send_back_reason=found)
    context = {
        "cards": cards_of(with_people(rows).order_by("-answered_at", "-pk")[:SHOWN], member),
        "count": rows.count(),
        "shown": SHOWN,
        "reason": found,
        "state": state,
        "days": days,
    }
    return render(request, "alignment/answered.html", context)


def _answered_in(request: HttpRequest, rows: HandoffQuerySet) -> tuple[HandoffQuerySet, Days | None]:
    """Return the hand-offs answered in the days the address names (None: in the last 90), of its team and campaign."""
    asked = request.GET
    days = days_in(request, fiscal_period(today(), "month")) if asked.get("from") else None
    if days is None:
        found = recently_answered(rows)
    else:
        span = {"answered_at__gte": beginning(days.start), "answered_at__lt": beginning(days.end)}
        found = rows.answered().filter(**span)
    team, campaign = asked.get("team", ""), asked.get("campaign", "")
    if team == "none":
        found = found.filter(owner__team__isnull=True)
    elif team:
        found = found.filter(owner__team=picked(Team.objects.all(), team))
    if campaign.isdecimal() and len(campaign) < 19:
        found = found.filter(campaign_id=int(campaign))
    return found, days


@require_GET
def looked_after(request: HttpRequest) -> HttpResponse:
    """Show the leads that journeys look after: sent there by a rule or after sales sent them back, running or over."""
    member = member_of(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in NurtureKind.values else NurtureKind.DIGITAL.value
    is_open = "over" not in request.GET
    rows, count = nurtured(member, kind=kind, is_open=is_open)
    visible = Nurture.objects.visible_to(member)
    tabs = [
        {
            "label": each.label if running else _("%(kind)s（終了）") % {"kind": each.label},
            "url": f"?kind={each.value}" + ("" if running else "&over=1"),
            "is_current": each.value == kind and running == is_open,
            "count": visible.filter(kind=each, ended_at__isnull=running).count(),
        }
        for each in NurtureKind
        for running in (True, False)
    ]
    context = {"rows": rows, "count": count, "tabs": tabs, "is_open": is_open, "shown": len(rows)}
    return render(request, "alignment/nurtured.html", context)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one hand-off with the history of its person."""
    handoff = _found(request, pk)
    campaign = handoff.campaign_id
    context = {
        "card": card_of(handoff, member_of(request)),
        "person": handoff.person,
        "outlook": outlook_of(handoff.person_id),
        "campaign": campaign_names([campaign]).get(campaign, "") if campaign else "",
        "entries": history_of_person(handoff.person_id, limit=20),
        "history": history_of(handoff.person_id, member=member_of(request)),
        "log": audit_history("handoff", handoff.pk, limit=20),
    }
    return render(request, "alignment/handoff.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the lead and go to its deal."""
    deal = accept_handoff(_found(request, pk), by=member_of(request))
    return moved_on(request, _("受け取りました。商談を作成しました。"), to=reverse("deal", args=[deal.pk]))


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then give the lead back to marketing."""
    handoff = _found(request, pk)
    if request.method == "GET":
        context = {"card": card_of(handoff, member_of(request)), "reasons": reasons()}
        return render(request, "alignment/send_back.html", context)
    reason = picked(SendBackReason.objects.filter(is_active=True), request.POST.get("reason"))
    send_back_handoff(handoff, by=member_of(request), reason=reason, note=request.POST.get("note", ""))
    return moved_on(request, _("マーケティングへ差し戻しました。"), to=reverse("handoffs"))


@require_http_methods(["GET", "POST"])
def reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to whom, then pass the hand-off on."""
    handoff = _found(request, pk)
    if request.method == "GET":
        context = {"card": card_of(handoff, member_of(request)), "receivers": receivers(), "teams": Team.objects.all()}
        return render(request, "alignment/reassign.html", context)
    owner, team = _receiver(request)
    passed = reassign_handoff(handoff, by=member_of(request), owner=owner, team=team, version=version_in(request))
    text = _("%(name)sさんへ渡しました。") % {"name": passed.owner} if passed.owner else _("チームへ渡しました。")
    return moved_on(request, text, to=reverse("handoffs"))


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show to whom the rules would give the person, then hand the person over."""
    require(member_of(request), "handoffs.offer")
    person = get_object_or_404(Person.objects.visible_to(member_of(request)).select_related("company"), pk=pk)
    if request.method == "GET":
        answer = route_of(person)
        context = {
            "person": person,
            "routed": None
            if isinstance(answer, Unheld)
            else Member.objects.select_related("team").get(pk=answer.owner_id or 0),
            "why_not": answer.label if isinstance(answer, Unheld) else "",
            "route": answer,
            "receivers": receivers(),
            "teams": Team.objects.all(),
        }
        return render(request, "alignment/offer.html", context)
    owner, team = _receiver(request)
    handoff = offer_handoff(person, by=member_of(request), note=request.POST.get("note", ""), owner=owner, team=team)
    text = _("%(to)sへ引き継ぎました。") % {"to": handoff.owner or handoff.team}
    return done(request, text, to=reverse("handoff", args=[handoff.pk]), events=("axle-changed",))


@require_GET
def person_axle(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person's hand-off and score as two cards."""
    person = get_object_or_404(Person.objects.visible_to(member_of(request)), pk=pk)
    last = last_of(person.pk)
    early = LifecycleStage(person.stage).rank < LifecycleStage.OPPORTUNITY.rank
    context = {
        "person": person,
        "card": card_of(last, member_of(request)) if last else None,
        "may_offer": may(member_of(request), "handoffs.offer") and not (last and last.is_waiting),
        "is_early": early,
        "outlook": outlook_of(person.pk),
        "history": history_of(person.pk, member=member_of(request)),
    }
    return render(request, "alignment/person_axle.html", context)


def _found(request: HttpRequest, pk: int) -> Handoff:
    handoff: Handoff = get_object_or_404(with_people(Handoff.objects.visible_to(member_of(request))), pk=pk)
    return handoff


def _of(rows: HandoffQuerySet, scope: str, member: Member) -> HandoffQuerySet:
    if scope == "mine":
        return rows.for_member(member)
    return rows.for_team(member) if scope == "team" else rows


def _usual_scope(member: Member) -> str:
    """Return whose hand-offs a member wants to see first."""
    return {Role.SALES.value: "mine", Role.MANAGER.value: "team"}.get(member.role, "all")


def _tab(scope: str, rows: HandoffQuerySet, member: Member, *, is_current: bool) -> dict[str, Any]:
    labels = {"mine": _("自分"), "team": _("チーム"), "all": _("すべて")}
    count = _of(rows, scope, member).waiting().count()
    return {"label": labels[scope], "url": f"?of={scope}", "is_current": is_current, "count": count}


def _receiver(request: HttpRequest) -> tuple[Member | None, Team | None]:
    """Return whom the form names: m<member> or t<team>; nobody: the rules decide."""
    to = request.POST.get("to", "")
    if to.startswith("m"):
        return picked(Member.objects.filter(is_active=True), to[1:]), None
    return None, picked(Team.objects.all(), to[1:]) if to.startswith("t") else None
