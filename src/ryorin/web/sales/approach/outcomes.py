"""The outcomes that people choose from, in a company's own words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.sales.approach import actions
from ryorin.sales.approach.models import Method, Outcome, Then
from ryorin.web.answers import member_of
from ryorin.web.sales.approach.forms import OutcomeForm
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import require


@require_GET
def approach_outcomes(request: HttpRequest) -> HttpResponse:
    """Show the outcomes of calls and of visits, to be changed where they stand."""
    require(member_of(request), "approach.settings")
    actions.prepare_outcomes()
    rows = list(Outcome.objects.all())
    context = {
        "groups": [
            (value, label, [one for one in rows if one.method == value])
            for value, label in Method.choices
            if value != Method.LETTER
        ],
        "thens": Then.choices,
        "tabs": tabs(request),
    }
    return render(request, "sales/approach/outcomes.html", context)


@require_POST
def approach_outcome_new(request: HttpRequest) -> HttpResponse:
    form, method = OutcomeForm(request.POST), request.POST.get("method", "")
    require(member_of(request), "approach.settings")
    if form.is_valid() and method in (Method.CALL, Method.VISIT):
        actions.add_outcome(by=member_of(request), method=method, **form.cleaned_data)
        messages.success(request, _("結果を追加しました。"))
    return redirect("approach_outcomes")


@require_POST
def approach_outcome_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename an outcome or change what follows; with `active`, stop or start offering it; with `to`, move it."""
    member = member_of(request)
    require(member, "approach.settings")
    found = get_object_or_404(Outcome, pk=pk)
    if "to" in request.POST:
        actions.shift_outcome(found, up=request.POST["to"] == "up", by=member)
    elif "active" in request.POST:
        actions.change_outcome(found, by=member, is_active=request.POST["active"] == "1")
    elif (form := OutcomeForm(request.POST)).is_valid():
        actions.change_outcome(found, by=member, **form.cleaned_data)
        messages.success(request, _("保存しました。"))
    return redirect("approach_outcomes")
