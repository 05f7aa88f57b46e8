"""The plan of a quarter: what goes in, what is expected month by month, both signatures, plan against actual."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.alignment.definitions.models import Side
from ryorin.alignment.plans.actions import change_plan, draft_plan, may_sign, sign_plan
from ryorin.alignment.plans.errors import PlanFrozen, PlanInvalid, ReasonMissing
from ryorin.alignment.plans.models import Plan
from ryorin.alignment.plans.queries import (
    METRIC_OF,
    MonthBeside,
    beside_actual,
    history_before,
    newest_of,
    plans,
    quarter_of,
)
from ryorin.alignment.plans.rules import FACTORS, Basis, Bottleneck, Cause, Outlook
from ryorin.insight.metrics.queries import metric_named
from ryorin.web.alignment.plan_form import PlanForm, first_values, from_basis
from ryorin.web.answers import member_of
from ryorin.web.insight.asking import day_in, name_of, today
from ryorin.web.insight.metrics import in_unit
from ryorin.web.insight.showing import NOTHING, part_names, rows_address
from ryorin.web.templatetags.ryorin import money, number, percent, short_money
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the plans of this quarter and the next, and all versions there are."""
    now = quarter_of(today())
    ahead = quarter_of(now.end)
    quarters = [
        {"name": name_of(one), "start": one.start, "plan": newest_of(one), "is_next": one == ahead}
        for one in (ahead, now)
    ]
    rows = [
        {"plan": one, "name": name_of(quarter_of(one.start)), "revenue": money(round(revenue_of(one)))}
        for one in plans()[:50]
    ]
    context = {"quarters": quarters, "rows": rows, "may_change": may(member_of(request), "plans.change")}
    return render(request, "alignment/plans.html", context)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one plan: what is expected, who signed, and what happened."""
    plan = get_object_or_404(plans(), pk=pk)
    member = member_of(request)
    quarter, basis, found = quarter_of(plan.start), Basis.from_json(plan.basis), Outlook.from_json(plan.outlook)
    beside = beside_actual(plan, today=today())
    newest = newest_of(quarter)
    context = {
        "plan": plan,
        "name": name_of(quarter),
        "basis": basis,
        "tiles": tiles(basis, found),
        "bottleneck": bottleneck(found),
        "is_sales": found.bottleneck is Bottleneck.SALES,
        "months": [month_row(one, planned) for one, planned in zip(beside, found.months, strict=True)],
        "said": [sentence(one.period.start, one.cause) for one in beside if one.cause],
        "chart": chart(beside),
        "sources": source_rows(basis),
        "assumptions": assumptions(basis),
        "sides": sides(plan, member),
        "newest": newest if newest and newest.pk != plan.pk else None,
        "may_change": may(member, "plans.change"),
    }
    return render(request, "alignment/plan.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a plan for a quarter, starting from what the year before says."""
    require(member_of(request), "plans.change")
    ahead = quarter_of(quarter_of(today()).end).start
    day = day_in(request.POST.get("at", "") or request.GET.get("at", "")) or ahead
    quarter = quarter_of(day)
    before = newest_of(quarter)
    if before is not None and not before.is_frozen:
        return redirect("plan_edit", before.pk)
    history = history_before(quarter, today=today())
    first = from_basis(Basis.from_json(before.basis)) if before else first_values(history)
    form = PlanForm(request.POST or None, initial=first, history=history, asks_reason=before is not None)
    if request.method == "POST" and form.is_valid():
        earlier = (history.earlier_leads, history.earlier_accepted)
        reason = form.cleaned_data.get("reason", "")
        plan = _kept(form, lambda basis: draft_plan(day, basis, by=member_of(request), reason=reason), earlier)
        if plan is not None:
            messages.success(request, _("計画を保存しました。双方の署名を待ちます。"))
            return redirect("plan", plan.pk)
    return _form_page(request, form, quarter=name_of(quarter), at=quarter.start, before=before)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a plan that not both sides have signed."""
    require(member_of(request), "plans.change")
    plan = get_object_or_404(plans(), pk=pk)
    if plan.is_frozen:
        raise PlanFrozen()
    quarter, basis = quarter_of(plan.start), Basis.from_json(plan.basis)
    history = history_before(quarter, today=today())
    form = PlanForm(request.POST or None, initial=from_basis(basis), history=history)
    if request.method == "POST" and form.is_valid():
        earlier = (basis.earlier_leads, basis.earlier_accepted)
        changed = _kept(form, lambda basis: change_plan(plan, basis, by=member_of(request)), earlier)
        if changed is not None:
            messages.success(request, _("計画を変更しました。"))
            return redirect("plan", plan.pk)
    return _form_page(request, form, quarter=name_of(quarter), at=quarter.start, plan=plan)


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for one side."""
    plan = sign_plan(get_object_or_404(Plan, pk=pk), by=member_of(request), side=request.POST.get("side", ""))
    waiting = _("署名しました。もう一方の署名を待ちます。")
    text = _("双方が署名しました。計画が確定しました。") if plan.is_frozen else waiting
    messages.success(request, text)
    return redirect("plan", plan.pk)


def _kept(form: PlanForm, keep: Any, earlier: tuple[tuple[float, ...], tuple[float, ...]]) -> Plan | None:
    """Return the plan kept from the form, None where a rule refused it; the form then says why."""
    try:
        plan: Plan = keep(form.basis(*earlier))
    except (PlanInvalid, ReasonMissing) as refusal:
        form.add_error(None, str(refusal))
        return None
    return plan


def _form_page(request: HttpRequest, form: PlanForm, **more: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "alignment/plan_form.html", {"form": form, "history": form.history, **more}, status=status)


def revenue_of(plan: Plan) -> float:
    return Outlook.from_json(plan.outlook).total("revenue")


def tiles(basis: Basis, found: Outlook) -> list[tuple[str, str, str]]:
    """Return the quarter in five figures."""
    return [
        (_("マーケティングの予算"), money(round(basis.budget)), "sow"),
        (_("獲得するリード"), number(found.total("leads")), "sow"),
        (_("営業の稼働率"), percent(found.load, 0) if found.load is not None else NOTHING, "harvest"),
        (_("受注件数"), number(found.total("won"), 1), "harvest"),
        (_("受注額"), short_money(round(found.total("revenue"))), "harvest"),
    ]


def bottleneck(found: Outlook) -> str:
    """Return in words which wheel limits the plan."""
    if found.bottleneck is Bottleneck.SALES:
        text = _("営業の時間が足りません。四半期の終わりに%(count)s件の見込みリードが手つかずで残ります。")
        return text % {"count": number(found.months[-1].waiting)}
    return _("営業の時間には余裕があります。受注を増やすには、リードを増やす必要があります。")


def month_row(beside: MonthBeside, planned: Any) -> dict[str, Any]:
    """Return one month: each figure planned and what happened, with the rows behind it, and the hours."""
    month = beside.period
    cells = []
    for name in FACTORS:
        one, metric = beside.figures[name], METRIC_OF[name]
        is_money = name == "revenue"
        cells.append(
            {
                "label": names_of_figures()[name],
                "planned": short_money(round(one.planned)) if is_money else number(one.planned, 1),
                "actual": NOTHING
                if one.actual is None
                else short_money(round(one.actual))
                if is_money
                else number(one.actual),
                "url": rows_address(metric, month.start, month.end) if one.actual is not None else "",
                "is_behind": beside.is_over and one.actual is not None and one.actual < one.planned,
            }
        )
    return {
        "name": name_of(month),
        "cells": cells,
        "hours": f"{number(planned.hours_needed)}／{number(planned.hours)}",
        "is_over": planned.hours_needed > planned.hours,
    }


def names_of_figures() -> dict[str, str]:
    return {
        "leads": _("リード"),
        "qualified": _("見込み確度到達"),
        "accepted": _("営業の受け入れ"),
        "won": _("受注件数"),
        "revenue": _("受注額"),
    }


def names_of_factors() -> dict[str, str]:
    return {
        "leads": _("リードの数"),
        "qualified": _("見込み確度に達した割合"),
        "accepted": _("営業が受け入れた割合"),
        "won": _("受注に至った割合"),
        "revenue": _("受注1件の金額"),
    }


def sentence(month: date, cause: Cause) -> str:
    """Return in one sentence how the month went against the plan, and why."""
    told = {
        "month": month.month,
        "figure": names_of_figures()[cause.of],
        "whole": percent(cause.whole, 0),
        "factor": names_of_factors()[cause.factor],
        "ratio": percent(cause.ratio, 0),
    }
    if abs(cause.whole - 1) < 0.005:
        return _("%(month)s月の%(figure)sは計画どおりでした。") % told
    text = _(
        "%(month)s月の%(figure)sは計画の%(whole)sでした。もっとも影響したのは%(factor)sで、計画の%(ratio)sでした。"
    )
    return text % told


def chart(beside: list[MonthBeside]) -> dict[str, Any]:
    """Return revenue planned and won by month."""
    worth = metric_named("won_value")

    def values(which: str) -> list[float | None]:
        return [in_unit(worth, getattr(month.figures["revenue"], which)) for month in beside]

    links = [rows_address("won_value", month.period.start, month.period.end) for month in beside]
    return {
        "title": _("受注額の計画と実績"),
        "kind": "bar",
        "axis": _("月"),
        "labels": [f"{month.period.start.year}/{month.period.start.month}" for month in beside],
        "series": [
            {"name": _("計画"), "values": values("planned"), "wheel": "axle"},
            {"name": _("実績"), "values": values("actual"), "wheel": "harvest", "links": links},
        ],
        "decimals": 0,
    }


def source_rows(basis: Basis) -> list[dict[str, str]]:
    names = part_names("channel", [source.channel for source in basis.sources])
    return [
        {
            "name": names[source.channel],
            "budget": money(round(source.budget)),
            "cost": money(round(source.cost_per_lead)),
            "leads": number(source.leads, 1),
        }
        for source in basis.sources
        if source.budget
    ]


def assumptions(basis: Basis) -> list[tuple[str, str]]:
    """Return what the plan rests on, in words."""
    lag = _("%(rate)s、%(days)s日後")
    return [
        (_("費用のかからないリード（月）"), number(basis.free_leads, 1)),
        (_("見込み確度到達"), lag % {"rate": percent(basis.qualified_rate), "days": number(basis.qualified_lag)}),
        (_("営業の受け入れ"), lag % {"rate": percent(basis.accepted_rate), "days": number(basis.accepted_lag)}),
        (_("受注"), lag % {"rate": percent(basis.won_rate), "days": number(basis.won_lag)}),
        (_("受注1件の金額"), money(round(basis.order_value))),
        (_("営業の人数"), number(basis.members, 1)),
        (_("1人の1週間の時間"), _("%(hours)s時間") % {"hours": number(basis.hours_per_week, 1)}),
        (_("リード1件にかける時間"), _("%(hours)s時間") % {"hours": number(basis.hours_per_lead, 1)}),
        (_("商談1件にかける時間"), _("%(hours)s時間") % {"hours": number(basis.hours_per_deal, 1)}),
    ]


def sides(plan: Plan, member: Member) -> list[dict[str, Any]]:
    """Return for each side who signed and when, and whether this member may."""
    can = may(member, "plans.change") and not plan.is_frozen
    return [
        {
            "side": side,
            "wheel": "sow" if side == Side.MARKETING else "harvest",
            "by": plan.signed_by(side),
            "at": plan.signed_at(side),
            "is_asked": can and plan.signed_at(side) is None and may_sign(plan, side, member=member),
        }
        for side in Side
    ]
