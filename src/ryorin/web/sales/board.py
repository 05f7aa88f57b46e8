"""The deal board: open deals by stage, dragged from one to the next."""

import json
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.conditions import parser
from ryorin.conditions.sentence import sentence
from ryorin.conditions.to_orm import among, to_q
from ryorin.conditions.tree import EVERYTHING, Node
from ryorin.lib import clock, fiscal
from ryorin.sales.deals.actions import move_deal
from ryorin.sales.deals.errors import StageNotReady
from ryorin.sales.deals.fields import DEAL
from ryorin.sales.deals.models import Deal, Pipeline, Stage
from ryorin.sales.deals.queries import board, cards_of, open_deals, pipelines, standing_since
from ryorin.web.answers import done, is_fragment, member_of, picked, version_in
from ryorin.web.context import company
from ryorin.workspace.members.models import Member
from ryorin.workspace.search.queries import find_ids

PERIODS: dict[str, str | Promise] = {
    "late": _("予定日を過ぎている"),
    "month": _("今月"),
    "next_month": _("来月"),
    "quarter": _("今四半期"),
    "none": _("受注予定日なし"),
}
FOUND_AT_MOST = 5000


@dataclass(frozen=True)
class Choice:
    """What the board is narrowed to, read from the address."""

    pipeline: Pipeline
    owner: str
    period: str
    text: str
    stale: bool
    node: Node

    @property
    def query(self) -> str:
        """The address's part that asks for the same again."""
        parts = {
            "pipeline": self.pipeline.pk,
            "owner": self.owner,
            "period": self.period,
            "q": self.text,
            "stale": "1" if self.stale else "",
        }
        plain = urlencode({name: value for name, value in parts.items() if value})
        return "&".join(part for part in (plain, parser.to_query(self.node)) if part)

    @property
    def condition(self) -> str:
        """The condition as the address carries it; empty for everything."""
        return "" if self.node == EVERYTHING else json.dumps(parser.to_json(self.node), ensure_ascii=False)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.owner or self.period or self.text or self.stale or self.node != EVERYTHING)


@require_GET
def deals(request: HttpRequest) -> HttpResponse:
    """Show the board of one pipeline."""
    member = member_of(request)
    choice = chosen(request)
    context = {
        "choice": choice,
        "board": board(choice.pipeline, member, where(choice, member)),
        "pipelines": pipelines(),
        "owners": Member.objects.filter(is_active=True),
        "periods": PERIODS,
        "sentence": sentence(choice.node, DEAL) if choice.node != EVERYTHING else "",
        "today": clock.today(company().time_zone),
    }
    part = "#columns" if request.headers.get("HX-Target") == "board" else ""
    return render(request, f"sales/board.html{part}", context)


@require_GET
def deal_cards(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the next cards of one column."""
    member = member_of(request)
    stage = get_object_or_404(Stage, pk=pk)
    choice = chosen(request)
    rows = open_deals(stage.pipeline, member, where(choice, member))
    cards, after = cards_of(stage, rows, after=request.GET.get("after", ""))
    column = {"stage": stage, "cards": cards, "next_after": after, "stale_before": standing_since(stage)}
    context = {"column": column, "choice": choice, "today": clock.today(company().time_zone)}
    return render(request, "sales/board.html#cards", context)


@require_POST
def deal_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a deal into the stage it was dropped on; X-Version tells the board the deal's new version."""
    member = member_of(request)
    deal = get_object_or_404(Deal.objects.visible_to(member), pk=pk)
    stage = picked(Stage.objects.all(), request.POST.get("stage") or "x")
    try:
        moved = move_deal(deal, stage, by=member, version=version_in(request), despite=request.POST.get("despite"))
    except StageNotReady as refusal:
        if not is_fragment(request):
            raise
        told = {"stage-refused": {"url": f"{reverse('deal_missing', args=[deal.pk])}?stage={stage.pk}"}}
        headers = {"HX-Trigger": json.dumps(told), "HX-Reswap": "none"}
        return HttpResponse(status=refusal.status, headers=headers, content_type="text/plain")
    if "despite" in request.POST:
        return done(request, str(_("例外として進めました。理由は監査ログに残ります。")), to="", events=["deal-changed"])
    return HttpResponse(status=204, headers={"X-Version": str(moved.version), "HX-Trigger": "deal-changed"})


def chosen(request: HttpRequest) -> Choice:
    """Return what the address asks for; refuses a condition that cannot be read."""
    active = pipelines()
    wanted = request.GET.get("pipeline", "")
    owner, period = request.GET.get("owner", ""), request.GET.get("period", "")
    return Choice(
        pipeline=next((one for one in active if str(one.pk) == wanted), active[0]),
        owner=owner if owner in ("me", "nobody") or (owner.isdecimal() and len(owner) < 19) else "",
        period=period if period in PERIODS else "",
        text=request.GET.get("q", "").strip()[:100],
        stale=request.GET.get("stale") == "1",
        node=parser.from_query(request.GET, DEAL.seen_by(member_of(request).role)),
    )


def where(choice: Choice, member: Member) -> Q | None:
    """Return the filter behind a choice, None for everything."""
    found = Q()
    if choice.owner:
        owner = {"me": member.pk, "nobody": None}.get(choice.owner, choice.owner)
        found &= Q(owner_id=owner) if owner is not None else Q(owner__isnull=True)
    if choice.period:
        found &= closing_in(choice.period)
    if choice.text:
        found &= among("pk", find_ids(choice.text, "deal", limit=FOUND_AT_MOST))
    if choice.stale:
        found &= standing(choice.pipeline)
    if choice.node != EVERYTHING:
        found &= to_q(choice.node, DEAL, now=clock.now())
    return found if choice.is_narrowed else None


def closing_in(period: str) -> Q:
    """Return the filter for deals expected to close in the period."""
    today = clock.today(company().time_zone)
    month = fiscal.period_of(today)
    if period == "none":
        return Q(expected_close_on__isnull=True)
    if period == "late":
        return Q(expected_close_on__lt=today)
    if period == "quarter":
        quarter = fiscal.period_of(today, grain="quarter", start_month=company().fiscal_start_month)
        return between(quarter.start, quarter.end)
    if period == "next_month":
        month = fiscal.period_of(month.end)
    return between(month.start, month.end)


def between(start: date, end: date) -> Q:
    return Q(expected_close_on__gte=start, expected_close_on__lt=end)


def standing(pipeline: Pipeline) -> Q:
    """Return the filter for deals that stand in their stage for too long."""
    found = Q(pk__in=())
    for stage in pipeline.stages.all():
        if since := standing_since(stage):
            found |= Q(stage=stage, stage_since__lt=since)
    return found
