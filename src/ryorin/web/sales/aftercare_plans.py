"""The plans of after-follow: made, changed and put into use by people, without code."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.models import Product
from ryorin.sales.aftercare import actions
from ryorin.sales.aftercare.models import (
    FollowUpPlan,
    FollowUpState,
    OwnerRule,
    PlanStep,
    StepKind,
    Trigger,
    Unit,
)
from ryorin.sales.aftercare.rules import LONGEST_WAIT
from ryorin.web.answers import done, is_fragment, member_of
from ryorin.web.sales.aftercare import tabs
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import may, require


class PlanForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("プラン名"), max_length=80)
    trigger = forms.ChoiceField(label=gettext_lazy("始めるとき"), choices=Trigger.choices)
    product = forms.ModelChoiceField(
        Product.objects.all(), label=gettext_lazy("商品"), required=False, empty_label=gettext_lazy("すべて")
    )
    category = forms.CharField(
        label=gettext_lazy("商品分類"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("商品を選ばないときに使います。どちらも空なら、すべての受注が対象です。"),
    )
    owner_rule = forms.ChoiceField(label=gettext_lazy("担当の決め方"), choices=OwnerRule.choices)
    team = forms.ModelChoiceField(Team.objects.all(), label=gettext_lazy("チーム"), required=False, empty_label="–")
    member = forms.ModelChoiceField(
        Member.objects.filter(is_active=True), label=gettext_lazy("担当者"), required=False, empty_label="–"
    )
    is_single = forms.BooleanField(label=gettext_lazy("実行中のお客さまには重ねて始めない"), required=False)


class StepForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("すること"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("種類"), choices=StepKind.choices)
    wait = forms.IntegerField(label=gettext_lazy("間隔"), min_value=0, max_value=LONGEST_WAIT)
    unit = forms.ChoiceField(label=gettext_lazy("数え方"), choices=Unit.choices)
    text = forms.CharField(
        label=gettext_lazy("手順・話すこと"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    asks_satisfaction = forms.BooleanField(label=gettext_lazy("満足度を聞く"), required=False)


@require_http_methods(["GET", "POST"])
def aftercare_plans(request: HttpRequest) -> HttpResponse:
    """Show every plan, and make a new one."""
    member = member_of(request)
    if request.method == "POST":
        require(member, "aftercare.plan")
        name = request.POST.get("name", "")
        try:
            plan = actions.create_plan(name=name, by=member)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("aftercare_plans")
        return redirect("aftercare_plan", plan.pk)
    running = Count("runs", filter=Q(runs__state=FollowUpState.RUNNING), distinct=True)
    rows = FollowUpPlan.objects.annotate(running=running, size=Count("steps", distinct=True))
    context = {
        "plans": rows.select_related("product").order_by("-is_active", "name"),
        "may_change": may(member, "aftercare.plan"),
        "tabs": tabs("aftercare_plans"),
    }
    return render(request, "sales/aftercare_plans.html", context)


@require_http_methods(["GET", "POST"])
def aftercare_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one plan with its steps, or change what it is for."""
    member = member_of(request)
    plan = get_object_or_404(FollowUpPlan.objects.select_related("product", "team", "member"), pk=pk)
    names = ("name", "trigger", "product", "category", "owner_rule", "team", "member", "is_single")
    form = PlanForm(request.POST or None, initial={name: getattr(plan, name) for name in names})
    if request.method == "POST":
        require(member, "aftercare.plan")
        if form.is_valid():
            text = request.POST.get("version", "")
            version = int(text) if text.isdecimal() and len(text) < 10 else 0
            try:
                actions.change_plan(plan, by=member, version=version, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("保存しました。"))
                return redirect("aftercare_plan", plan.pk)
    context = {
        "plan": plan,
        "form": form,
        "steps": [(step, StepForm(initial=step.__dict__, auto_id=f"step-{step.pk}-%s")) for step in plan.steps.all()],
        "new_step": StepForm(initial={"kind": "called", "wait": 30, "unit": "days"}, auto_id="step-new-%s"),
        "may_change": may(member, "aftercare.plan"),
        "kinds": StepKind.choices,
        "units": Unit.choices,
    }
    return render(request, "sales/aftercare_plan.html", context, status=422 if form.errors else 200)


@require_POST
def aftercare_plan_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a plan into use, or out of it."""
    plan = get_object_or_404(FollowUpPlan, pk=pk)
    verb = actions.stop_using if request.POST.get("use") == "no" else actions.start_using
    return _after(request, plan, lambda by: verb(plan, by=by))


@require_POST
def aftercare_plan_delete(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(FollowUpPlan, pk=pk)
    actions.delete_plan(plan, by=member_of(request))
    messages.success(request, _("プラン「%(name)s」を削除しました。") % {"name": plan.name})
    return redirect("aftercare_plans")


@require_POST
def aftercare_plan_step_new(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(FollowUpPlan, pk=pk)
    return _with_step(request, plan, lambda by, values: actions.add_step(plan, by=by, **values))


@require_POST
def aftercare_plan_step(request: HttpRequest, pk: int) -> HttpResponse:
    step = get_object_or_404(PlanStep.objects.select_related("plan"), pk=pk)
    return _with_step(request, step.plan, lambda by, values: actions.change_step(step, by=by, **values))


@require_POST
def aftercare_plan_step_delete(request: HttpRequest, pk: int) -> HttpResponse:
    step = get_object_or_404(PlanStep.objects.select_related("plan"), pk=pk)
    return _after(request, step.plan, lambda by: actions.delete_step(step, by=by))


@require_POST
def aftercare_plan_step_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a step one place forward or back."""
    step = get_object_or_404(PlanStep.objects.select_related("plan"), pk=pk)
    ids = list(step.plan.steps.values_list("pk", flat=True))
    place = ids.index(step.pk)
    other = place + (-1 if request.POST.get("to") == "up" else 1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return _after(request, step.plan, lambda by: actions.order_steps(step.plan, ids, by=by))


@require_POST
def aftercare_plan_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the steps into the order they were dragged to."""
    plan = get_object_or_404(FollowUpPlan, pk=pk)
    ids = [int(text) for text in request.POST.get("ids", "").split(",") if text.isdecimal() and len(text) < 19]
    return _after(request, plan, lambda by: actions.order_steps(plan, ids, by=by))


def _with_step(
    request: HttpRequest, plan: FollowUpPlan, verb: Callable[[Member, dict[str, Any]], object]
) -> HttpResponse:
    require(member_of(request), "aftercare.plan")
    form = StepForm(request.POST)
    if not form.is_valid():
        problem = next(iter(form.errors.items()))
        messages.error(request, f"{form.fields[problem[0]].label}: {problem[1][0]}")
        return redirect("aftercare_plan", plan.pk)
    return _after(request, plan, lambda by: verb(by, form.cleaned_data))


def _after(request: HttpRequest, plan: FollowUpPlan, verb: Callable[[Member], object]) -> HttpResponse:
    """Call the verb and go back to the plan; what it refuses is told there."""
    require(member_of(request), "aftercare.plan")
    try:
        verb(member_of(request))
    except Refusal as refusal:
        if is_fragment(request):
            raise
        messages.error(request, str(refusal))
        return redirect("aftercare_plan", plan.pk)
    return done(request, _("保存しました。"), to=reverse("aftercare_plan", args=[plan.pk]))
