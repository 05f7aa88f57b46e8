"""What a campaign cost, typed in day by day: one month and one kind of cost is one sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import delete_cost, record_costs
from ryorin.marketing.campaigns.errors import CostInvalid
from ryorin.marketing.campaigns.models import Campaign, CampaignCost
from ryorin.marketing.media.models import Source
from ryorin.marketing.media.rules import KIND_PREFIX
from ryorin.web.answers import done, member_of
from ryorin.web.context import company
from ryorin.web.inputs import MoneyField
from ryorin.web.marketing.campaigns import visible
from ryorin.web.marketing.inputs import COST_KINDS
from ryorin.workspace.members.rules import may, require

LONGEST_NOTE = 120
SOURCES = {f"{KIND_PREFIX}{value}": label for value, label in Source.choices}
YEARS = range(2000, 2101)


@dataclass
class Line:
    """One day of the sheet as it is shown."""

    day: date
    amount: str = ""
    note: str = ""
    problem: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_costs(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a month's sheet of costs in the drawer; take it when it is sent back."""
    found = get_object_or_404(visible(request), pk=pk)
    asked = request.GET if request.method != "POST" else request.POST
    month = month_in(asked.get("month", "")) or first_of_month(found)
    kind = asked.get("kind", "media")[:40].replace("\x00", "") or "media"
    held = {cost.day: cost for cost in found.costs.filter(day__in=list(days_of(month)), kind=kind)}
    if request.method != "POST":
        field = MoneyField(required=False)
        lines = [
            Line(day, field.prepare_value(held[day].amount), held[day].note) if day in held else Line(day)
            for day in days_of(month)
        ]
        return sheet(request, found, month, kind, lines)
    require(member_of(request), "campaigns.change")
    if kind.startswith(KIND_PREFIX):
        raise CostInvalid(what=_("広告の実績から計算した費用です。出稿の実績か広告レポートで直してください。"))
    lines, costs = read_lines(request, found, month, kind)
    if any(line.problem for line in lines):
        return sheet(request, found, month, kind, lines, status=422)
    keep(request, costs, held)
    return done(request, _("費用を保存しました。"), to=f"/campaigns/{pk}", events=["costs-changed"])


def read_lines(request: HttpRequest, found: Campaign, month: date, kind: str) -> tuple[list[Line], list[Any]]:
    """Return the days as typed, with what cannot be read, and the costs they tell."""
    field, lines, costs = MoneyField(required=False), [], []
    for day in days_of(month):
        amount = request.POST.get(f"amount-{day.day}", "")[:40]
        note = request.POST.get(f"note-{day.day}", "").strip().replace("\x00", "")[:LONGEST_NOTE]
        line = Line(day, amount, note)
        lines.append(line)
        try:
            minor = field.clean(amount)
        except ValidationError as error:
            line.problem = error.messages[0]
            continue
        if not 0 <= minor < 10**15:
            line.problem = _("金額は0以上にしてください。")
        elif amount.strip():
            costs.append((found.pk, day, kind, minor, note))
    return lines, costs


@transaction.atomic
def keep(request: HttpRequest, costs: list[Any], held: dict[date, CampaignCost]) -> None:
    """Record the days that have a cost; those that had one and were emptied lose it."""
    record_costs(costs, by=member_of(request))
    typed = {cost[1] for cost in costs}
    for day, cost in held.items():
        if day not in typed:
            delete_cost(cost, by=member_of(request))


def sheet(
    request: HttpRequest, found: Campaign, month: date, kind: str, lines: list[Line], *, status: int = 200
) -> HttpResponse:
    kinds: dict[str, Any] = dict(COST_KINDS)
    for known in found.costs.order_by().values_list("kind", flat=True).distinct():
        kinds.setdefault(known, SOURCES.get(known, known))
    context = {
        "campaign": found,
        "lines": lines,
        "month": month,
        "previous": month - timedelta(days=1),
        "next": month + timedelta(days=31),
        "kind": kind,
        "kinds": kinds.items(),
        "may_change": may(member_of(request), "campaigns.change") and not kind.startswith(KIND_PREFIX),
    }
    return render(request, "marketing/costs.html", context, status=status)


def days_of(month: date) -> Iterator[date]:
    """Yield the days of the month that begins on `month`."""
    day = month
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def month_in(text: str) -> date | None:
    """Return the first day of a month written as 2026-11; None where there is none."""
    try:
        month = date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        return None
    return month if month.year in YEARS else None


def first_of_month(found: Campaign) -> date:
    """Return the month that is shown first: now, or the campaign's last one when it is over."""
    today = clock.today(company().time_zone)
    day = min(today, found.ends_on) if found.ends_on else today
    return day.replace(day=1)
