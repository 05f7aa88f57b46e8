"""Who has time for new leads: hours a week by member, what they hold already, and the rows behind it."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.handoffs.actions import change_weights, set_capacity
from ryorin.alignment.handoffs.errors import CapacityInvalid
from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.handoffs.queries import desktops, loads_of, quiet_deals, weights
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.web.alignment.cards import cards_of
from ryorin.web.answers import member_of, version_in
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require

SHOWN = 100


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show everybody who may receive leads with their week, team by team."""
    context = {
        "lines": desktops(),
        "weights": weights(),
        "may_change": may(member_of(request), "routing.change"),
    }
    return render(request, "alignment/capacity.html", context)


@require_GET
def held(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a member holds: waiting hand-offs and deals nothing moves, as far as the viewer may see them."""
    viewer, member = member_of(request), get_object_or_404(Member, pk=pk)
    handoffs = Handoff.objects.visible_to(viewer).waiting().filter(owner=member).select_related("person__company")
    quiet = quiet_deals(weights().quiet_days, now=clock.now()).filter(owner=member)
    deals = Deal.objects.visible_to(viewer).filter(pk__in=quiet.values("pk")).select_related("company", "stage")
    context = {
        "member": member,
        "load": loads_of([member.pk])[member.pk],
        "weights": weights(),
        "cards": cards_of(handoffs[:SHOWN], viewer),
        "deals": deals.order_by("stage_since", "pk")[:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "alignment/capacity_held.html", context)


@require_POST
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a member's hours a week; an empty field takes the limit away."""
    require(member_of(request), "routing.change")
    typed = request.POST.get("hours", "").strip()
    set_capacity(get_object_or_404(Member, pk=pk), _number(typed) if typed else None, by=member_of(request))
    messages.success(request, _("保存しました。"))
    return redirect("capacity")


@require_POST
def weigh(request: HttpRequest) -> HttpResponse:
    """Set what a waiting hand-off and a deal nothing moves count."""
    require(member_of(request), "routing.change")
    days = request.POST.get("quiet_days", "")
    change_weights(
        by=member_of(request),
        waiting_hours=_number(request.POST.get("waiting_hours", "")),
        deal_hours=_number(request.POST.get("deal_hours", "")),
        quiet_days=int(days) if days.isdecimal() and len(days) < 5 else 0,
        version=version_in(request),
    )
    messages.success(request, _("保存しました。"))
    return redirect("capacity")


def _number(typed: str) -> Decimal:
    try:
        return Decimal(typed.strip()[:12])
    except InvalidOperation:
        raise CapacityInvalid(what=_("時間を数で入力してください。")) from None
