"""Settings of the deals: pipelines, their stages, reasons to lose a deal."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.deals import actions
from ryorin.sales.deals.models import LostReason, Pipeline, Stage
from ryorin.sales.deals.queries import default_pipeline, lost_reasons, usage_of_reasons, usage_of_stages
from ryorin.web.answers import is_fragment, member_of
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import require


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名前"), max_length=80)


class StageForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("ステージ名"), max_length=60)
    probability = forms.IntegerField(label=gettext_lazy("受注確度（％）"), min_value=0, max_value=100)
    stale_days = forms.IntegerField(label=gettext_lazy("停滞とみなす日数"), min_value=0, max_value=3650)


@require_GET
def pipelines(request: HttpRequest) -> HttpResponse:
    """Show every pipeline in use with its stages, and the reasons to lose a deal."""
    require(member_of(request), "pipelines.change")
    default_pipeline()
    context = {
        "pipelines": Pipeline.objects.filter(is_active=True).prefetch_related("stages__rules"),
        "retired": Pipeline.objects.filter(is_active=False),
        "usage": usage_of_stages(),
        "reasons": [(reason, usage_of_reasons().get(reason.pk, 0)) for reason in lost_reasons()],
        "tabs": tabs(request),
    }
    return render(request, "sales/pipelines.html", context)


@require_POST
def pipeline_new(request: HttpRequest) -> HttpResponse:
    return _after(
        request, NameForm(request.POST), lambda values: actions.create_pipeline(by=member_of(request), **values)
    )


@require_POST
def pipeline_change(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Pipeline, pk=pk)
    return _after(
        request, NameForm(request.POST), lambda values: actions.change_pipeline(found, by=member_of(request), **values)
    )


@require_POST
def pipeline_retire(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Pipeline, pk=pk)
    return _after(request, None, lambda _values: actions.retire_pipeline(found, by=member_of(request)))


@require_POST
def pipeline_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the stages into the order they were dragged to."""
    found = get_object_or_404(Pipeline, pk=pk)
    ids = [int(text) for text in request.POST.get("ids", "").split(",") if text.isdecimal() and len(text) < 19]
    return _after(request, None, lambda _values: actions.order_stages(found, ids, by=member_of(request)))


@require_POST
def stage_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Pipeline, pk=pk)
    return _after(
        request, StageForm(request.POST), lambda values: actions.add_stage(found, by=member_of(request), **values)
    )


@require_POST
def stage_change(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Stage, pk=pk)
    return _after(
        request, StageForm(request.POST), lambda values: actions.change_stage(found, by=member_of(request), **values)
    )


@require_POST
def stage_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a stage one place forward or back, for those who do not drag."""
    found = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    ids = list(found.pipeline.stages.values_list("pk", flat=True))
    place = ids.index(found.pk)
    other = place + (-1 if request.POST.get("to") == "up" else 1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
    return _after(request, None, lambda _values: actions.order_stages(found.pipeline, ids, by=member_of(request)))


@require_POST
def stage_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    return _after(request, None, lambda _values: actions.delete_stage(found, by=member_of(request)))


@require_POST
def reason_new(request: HttpRequest) -> HttpResponse:
    return _after(
        request, NameForm(request.POST), lambda values: actions.add_lost_reason(by=member_of(request), **values)
    )


@require_POST
def reason_change(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LostReason, pk=pk)
    return _after(
        request,
        NameForm(request.POST),
        lambda values: actions.change_lost_reason(found, by=member_of(request), **values),
    )


@require_POST
def reason_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(LostReason, pk=pk)
    return _after(request, None, lambda _values: actions.delete_lost_reason(found, by=member_of(request)))


def _after(request: HttpRequest, form: forms.Form | None, verb: Any) -> HttpResponse:
    """Return to the page after the verb, with what it refused or what was typed wrong said there."""
    require(member_of(request), "pipelines.change")
    if form is not None and not form.is_valid():
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            messages.error(request, f"{label}：{errors[0]}")
        return redirect("pipelines")
    try:
        verb(form.cleaned_data if form is not None else {})
    except Refusal as refusal:
        if is_fragment(request):
            raise
        messages.error(request, str(refusal))
        return redirect("pipelines")
    if is_fragment(request):
        return HttpResponse(status=204)
    messages.success(request, _("保存しました。"))
    return redirect("pipelines")
