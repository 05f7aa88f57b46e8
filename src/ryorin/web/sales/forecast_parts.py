"""What people put into the forecast: commits, quotas, what each ヨミ means."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.goals.actions import QUOTA, set_goal, spread_goal
from ryorin.alignment.goals.models import Level
from ryorin.alignment.goals.rules import Subject
from ryorin.lib.errors import Refusal
from ryorin.lib.fiscal import Period, months_of, period_of, previous
from ryorin.lib.money import decimals_of, to_decimal, to_minor
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Yomi
from ryorin.sales.forecast import actions
from ryorin.sales.forecast.errors import FigureInvalid, MonthInvalid
from ryorin.sales.forecast.models import Commit, CommitSide
from ryorin.sales.forecast.queries import commits_of, meanings, members_seen, parts, quota_grid
from ryorin.web.answers import done, is_fragment, member_of
from ryorin.web.context import company
from ryorin.web.inputs import MoneyField
from ryorin.web.insight.asking import day_in, fiscal_period, name_of, today
from ryorin.web.sales.forecast import tabs
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.members.rules import may, require

SELLERS = (Role.SALES, Role.MANAGER, Role.ADMINISTRATOR)
MONTHS_TO_CHOOSE = 4


class CommitForm(forms.Form):
    amount = MoneyField(label=gettext_lazy("コミット額"))
    comment = forms.CharField(
        label=gettext_lazy("コメント"),
        max_length=actions.LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("根拠、条件、心配なこと。"),
    )


class MeaningForm(forms.Form):
    meaning = forms.CharField(label=gettext_lazy("意味"), max_length=120, required=False)
    probability = forms.IntegerField(label=gettext_lazy("受注確度（％）"), min_value=0, max_value=100)


@require_http_methods(["GET", "POST"])
def forecast_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was committed to for a member in a month, and take a new commit."""
    by = member_of(request)
    if request.method == "POST":
        require(by, "forecast.commit")
    found: Member = get_object_or_404(Member.objects.filter(pk__in=members_seen(by)), pk=pk)
    month = period_of(day_in(request.GET.get("month", "") or request.POST.get("month", "")) or today())
    side = CommitSide.REP if by.pk == found.pk else CommitSide.MANAGER
    history = commits_of(found, month.start)
    last = next((one for one in history if one.side == side), None)
    form = CommitForm(request.POST or None, initial={"amount": last.amount if last else None})
    if request.method == "POST" and form.is_valid():
        text = request.POST.get("after", "")
        after = int(text) if text.isdecimal() and len(text) < 19 else -1
        try:
            actions.commit(found, month.start, by=by, after=after, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return shown_anew(request, _("コミットを保存しました。"))
    context = _commit_page(by, found, month, history, last) | {"form": form}
    return render(request, "sales/forecast_commit.html", context, status=422 if form.errors else 200)


@require_GET
def forecast_quotas(request: HttpRequest) -> HttpResponse:
    """Show what each member, or each product, is to bring in a fiscal year; leaders change it in place."""
    year = fiscal_period(day_in(request.GET.get("at", "")) or today(), "year")
    of = "product" if request.GET.get("of") == "product" else "member"
    by = member_of(request)
    context = {
        "year": name_of(year),
        "at": year.start,
        "before": fiscal_period(previous(year).start, "year").start,
        "after": year.end,
        "of": of,
        "months": [month.start for month in months_of(year)],
        "this_month": today().replace(day=1),
        "rows": quota_rows(by, year, of=of),
        "may_change": may(by, "forecast.manage"),
        "tabs": tabs("forecast_quotas"),
    }
    return render(request, "sales/forecast_quotas.html", context)


@require_POST
def forecast_quota(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Set what a member or product is to bring in a month; in a whole fiscal year with `whole`, spread over it."""
    by = member_of(request)
    require(by, "forecast.manage")
    subject: dict[str, Any] = (
        {"product": get_object_or_404(Product, pk=pk)}
        if kind == "product"
        else {"member": get_object_or_404(Member.objects.filter(pk__in=members_seen(by)), pk=pk)}
    )
    month = day_in(request.POST.get("month", ""))
    if month is None:
        raise MonthInvalid()
    amount = typed(request.POST.get("value", ""))
    year = fiscal_period(month, "year") if request.POST.get("whole") else None
    if kind != "product":
        set_goal_of(pk, year or period_of(month), amount, by=by)
    elif year is not None:
        actions.spread_quota(year, amount, by=by, **subject)
    else:
        actions.set_quota(month, amount, by=by, **subject)
    back = f"{reverse('forecast_quotas')}?at={fiscal_period(month, 'year').start.isoformat()}&of={kind}"
    return done(request, _("目標を保存しました。"), to=back, events=["targets-changed"])


def set_goal_of(pk: int, period: Period, amount: int | None, *, by: Member) -> None:
    """This function will set what a member is to win: one goal of theirs, which is also their quota in the forecast."""
    subject, value = Subject(Level.PERSON, pk), None if amount is None else Decimal(amount)
    if period.grain == "month":
        set_goal(QUOTA, period, value, by=by, subject=subject)
    else:
        spread_goal(QUOTA, period, value, by=by, subject=subject)


@require_GET
def forecast_meanings(request: HttpRequest) -> HttpResponse:
    """Show what each ヨミ means; leaders change it."""
    context = {
        "meanings": meanings(),
        "may_change": may(member_of(request), "forecast.manage"),
        "tabs": tabs("forecast_meanings"),
    }
    return render(request, "sales/forecast_meanings.html", context)


@require_POST
def forecast_meaning(request: HttpRequest, yomi: str) -> HttpResponse:
    by = member_of(request)
    require(by, "forecast.manage")
    if yomi not in Yomi.values:
        raise FigureInvalid(field=_("ヨミ"), low="A", high="C")
    form = MeaningForm(request.POST)
    if not form.is_valid():
        raise FigureInvalid(field=_("受注確度（％）"), low=0, high=100)
    version = request.POST.get("version", "")
    actions.change_meaning(yomi, by=by, version=int(version) if version.isdecimal() else -1, **form.cleaned_data)
    return done(request, _("ヨミの意味を保存しました。"), to=reverse("forecast_meanings"))


def shown_anew(request: HttpRequest, text: str) -> HttpResponse:
    """Return the order to load the page anew: every figure of it may be another now."""
    if not is_fragment(request):
        return done(request, text, to=reverse("forecast"))
    messages.success(request, text)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _commit_page(
    by: Member, found: Member, month: Period, history: list[Commit], last: Commit | None
) -> dict[str, Any]:
    """Return what the drawer shows beside the form: the month, what is expected, what was said before."""
    first, months = period_of(today()), []
    for _each in range(MONTHS_TO_CHOOSE):
        months.append((first.start, name_of(first)))
        first = period_of(first.end)
    return {
        "subject": found,
        "is_own": by.pk == found.pk,
        "month": month.start,
        "month_name": name_of(month),
        "months": months,
        "history": history,
        "last": last,
        "after": last.pk if last else 0,
        "may_change": may(by, "forecast.commit") and (by.pk == found.pk or may(by, "forecast.manage")),
        "line": own_line(by, found, month),
    }


def own_line(by: Member, found: Member, month: Period) -> Any:
    """Return the forecast of the member's deals in the month, of those that the reader sees."""
    return parts(by, month, by="owner", today=today()).get(found.pk)


def quota_rows(by: Member, year: Period, *, of: str) -> list[dict[str, Any]]:
    """Return a line for each member who sells, or each product on sale: the year, and each month as it is typed."""
    grid = quota_grid(year, of=of)
    if of == "product":
        subjects: list[Any] = list(Product.objects.on_sale()[:200])
    else:
        members = Member.objects.filter(pk__in=members_seen(by), role__in=SELLERS)
        subjects = list(members.order_by("team__name", "family_name", "pk"))
    rows = []
    for subject in subjects:
        amounts = grid.get(subject.pk, {})
        cells = [{"month": month.start, "typed": written(amounts.get(month.start))} for month in months_of(year)]
        rows.append({"subject": subject, "cells": cells, "whole": written(sum(amounts.values()) if amounts else None)})
    return rows


def typed(text: str) -> int | None:
    """Return an amount as it was typed in minor units; None for nothing."""
    text = text.replace("\0", "").strip()[:40]
    if not text:
        return None
    try:
        return to_minor(text, company().currency)
    except ValueError:
        raise FigureInvalid(field=_("目標額"), low=0, high="1,000,000,000,000,000") from None


def written(amount: int | None) -> str:
    """Return minor units the way they are typed in."""
    if amount is None:
        return ""
    currency = company().currency
    return f"{to_decimal(amount, currency):,.{decimals_of(currency)}f}"
