"""The page in which leaders enter what a month cost, by team and kind."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.spending.actions import Spent, record_spending
from ryorin.alignment.spending.errors import SpendingInvalid
from ryorin.alignment.spending.models import SpendingKind
from ryorin.alignment.spending.queries import Cells, spending_of, totals_between
from ryorin.insight.metrics.queries import metric_named
from ryorin.lib.fiscal import period_of, previous
from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.web.answers import MOST_DIGITS, done, member_of
from ryorin.web.context import company
from ryorin.web.insight.asking import day_in, fiscal_period, name_of, today
from ryorin.web.insight.goal_words import tabs
from ryorin.web.insight.showing import rows_address
from ryorin.workspace.members.models import Team
from ryorin.workspace.members.rules import require

WHOLE = "0"  # how the company as a whole is written where a team is named


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of a month, the last full one unless another is asked for; each is saved as it is typed."""
    require(member_of(request), "spending.read")
    month = period_of(day_in(request.GET.get("month", "")) or previous(period_of(today())).start)
    cells, year = spending_of(month.start), fiscal_period(month.start, "year")
    totals = totals_between(year.start, year.end)
    context = {
        "tabs": tabs("spending"),
        "month": month.start,
        "name": name_of(month),
        "before": previous(month).start,
        "after": month.end,
        "kinds": SpendingKind.choices,
        "rows": rows_of(cells),
        "total": sum(one.amount for one in cells.values()),
        "year_name": name_of(year),
        "year_total": sum(totals.values()),
        "missing": [one for one in months_missing(year.start, totals)],
        "currency": company().currency,
        "cac": metric_named("cac"),
        "cac_url": rows_address("cac", month.start, month.end),
    }
    return render(request, "insight/spending.html", context)


def rows_of(cells: Cells) -> list[dict[str, Any]]:
    """Return a line for each team and one for the company as a whole."""
    teams: list[tuple[int | None, str]] = [(team.pk, team.name) for team in Team.objects.all()]
    return [
        {
            "team": WHOLE if pk is None else pk,
            "name": name,
            "total": sum(one.amount for (team, _kind), one in cells.items() if team == pk),
            "cells": [
                {"kind": kind, "label": label, "typed": written(cells[pk, kind].amount) if (pk, kind) in cells else "",
                 "acquires": cells[pk, kind].acquires if (pk, kind) in cells else True}
                for kind, label in SpendingKind.choices
            ],
        }
        for pk, name in [*teams, (None, _("全社（チームに分けない）"))]
    ]  # fmt: skip


def months_missing(start: date, totals: dict[date, int]) -> list[date]:
    """Return the months of the year up to the last full one for which nothing was entered."""
    found, month = [], period_of(start)
    while month.end <= today():
        if month.start not in totals:
            found.append(month.start)
        month = period_of(month.end)
    return found


@require_POST
def spending_cell(request: HttpRequest) -> HttpResponse:
    """Set what a team spent in a month on one kind."""
    by = member_of(request)
    require(by, "spending.change")
    month, team = day_in(request.POST.get("month", "")), request.POST.get("team", "")
    if month is None or not team.isdecimal() or len(team) >= MOST_DIGITS:
        raise SpendingInvalid(what=_("月とチームが読み取れません。"))
    text = request.POST.get("amount", "").strip()[:40]
    try:
        amount = to_minor(text, company().currency) if text else None
    except ValueError:
        raise SpendingInvalid(what=_("金額を数字で入力してください。")) from None
    acquires = request.POST.get("acquires", "1") == "1"
    team_id = None if team == WHOLE else int(team)
    record_spending([Spent(month, team_id, request.POST.get("kind", ""), amount, acquires)], by=by)
    back = f"{reverse('spending')}?month={month.isoformat()}"
    return done(request, _("費用を保存しました。"), to=back, events=["spending-changed"])


def written(amount: int) -> str:
    """Return minor units the way they are typed in."""
    currency = company().currency
    return f"{to_decimal(amount, currency):,.{decimals_of(currency)}f}"
