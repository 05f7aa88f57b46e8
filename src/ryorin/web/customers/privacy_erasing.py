"""What is kept about a person, taken out or erased; how long things are kept; leaks and their reports."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.people.models import Person
from ryorin.customers.privacy import actions
from ryorin.customers.privacy.actions.retention import rules
from ryorin.customers.privacy.models import (
    Erasure,
    Leak,
    LeakCause,
    PersonalExport,
    PrivacyRequest,
    RequestState,
    RetentionRun,
)
from ryorin.customers.privacy.queries import plan_erasure
from ryorin.customers.privacy.queries.paper import leak_pdf
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.web.answers import MOST_DIGITS, member_of, version_in
from ryorin.web.customers.people import visible
from ryorin.web.customers.privacy_tabs import tabs
from ryorin.web.inputs import DayField
from ryorin.workspace.members.rules import may, require

SHOWN = 100
TEXTS = ("outline", "items", "reason", "harm", "told_people", "made_public", "prevention")


class LeakForm(forms.Form):
    title = forms.CharField(label=lazy("件名"), max_length=120)
    cause = forms.ChoiceField(label=lazy("報告の理由"), choices=LeakCause.choices)
    known_on = DayField(label=lazy("知った日"))
    occurred_on = DayField(label=lazy("発生した日"), required=False)
    people = forms.IntegerField(label=lazy("対象の人数"), min_value=0, max_value=2_000_000_000, required=False)
    outline = forms.CharField(label=lazy("概要"), max_length=4_000)
    items = forms.CharField(label=lazy("漏えいした項目"), max_length=4_000, required=False)
    reason = forms.CharField(label=lazy("原因"), max_length=4_000, required=False)
    harm = forms.CharField(label=lazy("二次被害またはそのおそれ"), max_length=4_000, required=False)
    told_people = forms.CharField(label=lazy("本人への対応"), max_length=4_000, required=False)
    made_public = forms.CharField(label=lazy("公表の実施状況"), max_length=4_000, required=False)
    prevention = forms.CharField(label=lazy("再発防止の措置"), max_length=4_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TEXTS:
            self.fields[name].widget = forms.Textarea(attrs={"rows": 3})

    def values(self) -> dict[str, Any]:
        """Return what was filled in."""
        return self.cleaned_data | {"people": self.cleaned_data.get("people") or 0}


@require_GET
def person_privacy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is kept about a person, and offer to take it out or to erase it."""
    require(member_of(request), "privacy.handle")
    found = get_object_or_404(visible(request), pk=pk)
    return plan(request, found)


@require_POST
def person_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Have everything kept about the person put into one archive."""
    require(member_of(request), "privacy.handle")
    found = get_object_or_404(visible(request), pk=pk)
    actions.ask_for_export(found, by=member_of(request))
    messages.success(request, _("出力の作成を始めました。できたらお知らせします。"))
    return redirect("person_privacy", pk)


@require_POST
def person_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase the person for good, when their name was typed."""
    require(member_of(request), "privacy.erase")
    found = get_object_or_404(visible(request), pk=pk)
    asked = _request_named(request)
    try:
        erasure = actions.erase_person(found, typed=request.POST.get("typed", ""), by=member_of(request), request=asked)
    except Refusal as refusal:
        return plan(request, found, problem=str(refusal), status=refusal.status)
    messages.success(request, _("消去しました。分析データからの消去が続きます。"))
    return redirect("erasure", erasure.pk)


@require_GET
def erasures(request: HttpRequest) -> HttpResponse:
    """Show who was erased when, without saying who it was."""
    require(member_of(request), "privacy.handle")
    rows = Erasure.objects.select_related("by", "request")[:SHOWN]
    return render(request, "customers/privacy/erasures.html", {"rows": rows, "tabs": tabs(request)})


@require_GET
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one erasure removed, what stayed and why, and what was found afterwards."""
    require(member_of(request), "privacy.handle")
    found = get_object_or_404(Erasure.objects.select_related("by", "request"), pk=pk)
    return render(request, "customers/privacy/erasure.html", {"erasure": found, "tabs": tabs(request)})


@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """Show how long each kind of data is kept, what went lately, and take other times."""
    member = member_of(request)
    require(member, "privacy.handle")
    problem = ""
    if request.method == "POST":
        require(member, "privacy.erase")
        text = request.POST.get("months", "")
        try:
            actions.change_rule(
                request.POST.get("key", ""),
                months=int(text) if text.isdecimal() and len(text) < 5 else 0,
                is_active=request.POST.get("is_active") == "on",
                by=member,
                version=version_in(request),
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("保存しました。"))
            return redirect("retention")
    runs = RetentionRun.objects.filter(removed__gt=0)[:30]
    labels = {kind.key: kind.label for kind, _rule in rules()}
    context = {
        "rules": rules(),
        "runs": [(labels.get(run.key, run.key), run) for run in runs],
        "problem": problem,
        "may_change": may(member, "privacy.erase"),
        "tabs": tabs(request),
    }
    return render(request, "customers/privacy/retention.html", context, status=422 if problem else 200)


@require_GET
def leaks(request: HttpRequest) -> HttpResponse:
    """Show the leaks and the deadlines of their reports."""
    require(member_of(request), "privacy.handle")
    context = {"rows": Leak.objects.all()[:SHOWN], "today": clock.today(), "tabs": tabs(request)}
    return render(request, "customers/privacy/leaks.html", context)


@require_http_methods(["GET", "POST"])
def leak_new(request: HttpRequest) -> HttpResponse:
    """Take down a leak."""
    require(member_of(request), "privacy.handle")
    form = LeakForm(request.POST or None, initial={"known_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report_leak(by=member_of(request), **form.values())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("leak", made.pk)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "customers/privacy/leak.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def leak(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a leak with its deadlines, and take what is learnt about it."""
    member = member_of(request)
    require(member, "privacy.handle")
    found = get_object_or_404(Leak, pk=pk)
    initial = {name: getattr(found, name) for name in LeakForm.base_fields}
    form = LeakForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_leak(found, by=member, version=version_in(request), **form.values())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("leak", pk)
    context = {"form": form, "leak": found, "today": clock.today(), "tabs": tabs(request)}
    return render(request, "customers/privacy/leak.html", context, status=422 if form.errors else 200)


@require_POST
def leak_given(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a report was given to the commission today."""
    found = get_object_or_404(Leak, pk=pk)
    which = "final" if request.POST.get("which") == "final" else "prompt"
    actions.state_report(found, which=which, on=clock.today(), by=member_of(request), version=version_in(request))
    messages.success(request, _("報告を記録しました。"))
    return redirect("leak", pk)


@require_GET
def leak_report(request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """Give the report as PDF."""
    require(member_of(request), "privacy.handle")
    found = get_object_or_404(Leak, pk=pk)
    if which not in ("prompt", "final"):
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="leak-{found.pk}-{which}.pdf"'}
    return HttpResponse(leak_pdf(found, final=which == "final"), content_type="application/pdf", headers=headers)


def plan(request: HttpRequest, found: Person, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Return the page of what is kept about a person."""
    context = {
        "person": found,
        "lines": plan_erasure(found),
        "exports": PersonalExport.objects.filter(person=found)[:10],
        "asked": _request_named(request) or found.privacy_requests.open().first(),
        "may_erase": may(member_of(request), "privacy.erase"),
        "problem": problem,
        "tabs": tabs(request),
    }
    return render(request, "customers/privacy/person.html", context, status=status)


def _request_named(request: HttpRequest) -> PrivacyRequest | None:
    text = request.POST.get("request", "") or request.GET.get("request", "")
    if not text.isdecimal() or len(text) > MOST_DIGITS - 1:
        return None
    rows = PrivacyRequest.objects.visible_to(member_of(request)).filter(state=RequestState.VERIFIED)
    return rows.filter(pk=int(text)).first()
