"""Sequences: the list with what they brought, one with its steps and people, written without code."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.sequences import actions, queries
from ryorin.sales.sequences.actions.editing import drafts_of
from ryorin.sales.sequences.models import Run, RunState, Sequence, StepKind
from ryorin.sales.sequences.rules import ANSWERS, MOST_STEPS, PLACEHOLDERS, STOP_REASONS, Draft
from ryorin.web.answers import is_fragment, member_of, moved_on, version_in
from ryorin.web.once import new_token, once
from ryorin.workspace.members.rules import require

COLUMNS = ("kind", "wait_days", "step_title", "subject", "body")
STATES = (
    ("", gettext_lazy("すべて")),
    ("alive", gettext_lazy("進行中")),
    ("answered", gettext_lazy("反応あり")),
    ("finished", gettext_lazy("完了")),
    ("stopped", gettext_lazy("停止")),
)


class SequenceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("シーケンス名"), max_length=80)
    goal = forms.CharField(label=gettext_lazy("ねらい"), max_length=200, required=False)


@dataclass(frozen=True)
class Typed:
    """One step as it stands in the form; `wait_days` as text, so that what cannot be read stays visible."""

    kind: str = "call"
    wait_days: str = "0"
    title: str = ""
    subject: str = ""
    body: str = ""

    def draft(self) -> Draft:
        text = self.wait_days.strip()
        wait = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1
        return Draft(kind=self.kind, title=self.title, wait_days=wait, subject=self.subject, body=self.body)


@require_GET
def sequences(request: HttpRequest) -> HttpResponse:
    """Show every sequence with what it brought."""
    member = member_of(request)
    return render(request, "sales/sequences.html", {"lines": queries.lines(member)})


@require_POST
def sequence_samples(request: HttpRequest) -> HttpResponse:
    """Write the sample sequences."""
    made = actions.make_samples(by=member_of(request))
    text = _("見本を%(count)s件作成しました。") % {"count": len(made)}
    return moved_on(request, text, to=reverse("sequences"))


@require_GET
def sequence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sequence: its steps with how far people came, and the people."""
    member, found = member_of(request), get_object_or_404(Sequence, pk=pk)
    editions = list(found.editions.order_by("-number").prefetch_related("steps"))
    wanted = request.GET.get("edition", "")
    edition = next((one for one in editions if str(one.number) == wanted), editions[0])
    state = request.GET.get("state", "")
    rows = _in_state(Run.objects.visible_to(member).filter(sequence=found), state)
    runs, after = queries.runs_page(rows, after=request.GET.get("after", ""))
    context = {
        "sequence": found,
        "editions": editions,
        "edition": edition,
        "steps": queries.steps_of(member, edition),
        "results": queries.results_of(member, [found.pk]).get(found.pk, queries.Results()),
        "runs": runs,
        "after": after,
        "states": STATES,
        "state": state,
        "reasons": STOP_REASONS,
        "deals": queries.deals_of(member, found).select_related("company", "stage")[:20],
    }
    part = "#people" if is_fragment(request) and "after" in request.GET else ""
    return render(request, f"sales/sequence.html{part}", context)


@require_http_methods(["GET", "POST"])
def sequence_new(request: HttpRequest) -> HttpResponse:
    """Show an empty sequence to be written, or keep it."""
    member = member_of(request)
    require(member, "sequences.change")
    form = SequenceForm(request.POST or None)
    steps = _steps_in(request) if request.method == "POST" else [Typed(kind="mail"), Typed(kind="call", wait_days="2")]
    if request.method == "POST" and form.is_valid():
        try:
            drafts = [one.draft() for one in steps]
            pk = once(request, lambda: actions.create_sequence(steps=drafts, by=member, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("シーケンスを作成しました。"), to=reverse("sequence", args=[pk]))
    return _form_page(request, form, steps, {})


@require_http_methods(["GET", "POST"])
def sequence_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a sequence to be changed, or change it."""
    member, found = member_of(request), get_object_or_404(Sequence, pk=pk)
    require(member, "sequences.change")
    last = found.editions.order_by("-number").prefetch_related("steps")[0]
    form = SequenceForm(request.POST or None, initial={"name": found.name, "goal": found.goal})
    kept = [Typed(one.kind, str(one.wait_days), one.title, one.subject, one.body) for one in drafts_of(last)]
    steps = _steps_in(request) if request.method == "POST" else kept
    if request.method == "POST" and form.is_valid():
        try:
            drafts = [one.draft() for one in steps]
            actions.change_sequence(found, steps=drafts, by=member, version=version_in(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("シーケンスを変更しました。"), to=reverse("sequence", args=[pk]))
    inside = Run.objects.alive().filter(sequence=found).count()
    return _form_page(request, form, steps, {"sequence": found, "inside": inside})


@require_GET
def sequence_step_row(request: HttpRequest) -> HttpResponse:
    """Return one more empty step for the form."""
    require(member_of(request), "sequences.change")
    return render(request, "sales/sequence_form.html#row", {"step": Typed(wait_days="2"), "kinds": StepKind.choices})


@require_POST
def sequence_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sequence out of use, or back into use."""
    found = get_object_or_404(Sequence, pk=pk)
    is_active = request.POST.get("is_active") == "1"
    actions.switch_sequence(found, is_active=is_active, by=member_of(request))
    text = _("使用を再開しました。") if is_active else _("使用を止めました。進行中の人は最後まで進みます。")
    return moved_on(request, text, to=reverse("sequence", args=[pk]))


def _in_state(rows: Any, state: str) -> Any:
    if state == "alive":
        return rows.alive()
    if state == "answered":
        return rows.filter(stop_reason__in=list(ANSWERS))
    if state == "finished":
        return rows.filter(state=RunState.FINISHED)
    if state == "stopped":
        return rows.filter(state=RunState.STOPPED).exclude(stop_reason__in=list(ANSWERS))
    return rows


def _steps_in(request: HttpRequest) -> list[Typed]:
    """Return the steps as they were typed; columns of unequal length are cut to the shortest."""
    columns = [request.POST.getlist(name)[: MOST_STEPS + 1] for name in COLUMNS]
    return [Typed(*values) for values in zip(*columns, strict=False)]


def _form_page(request: HttpRequest, form: SequenceForm, steps: list[Typed], extra: dict[str, Any]) -> HttpResponse:
    context = {
        "form": form,
        "steps": steps,
        "kinds": StepKind.choices,
        "placeholders": [f"{{{name}}}" for name in PLACEHOLDERS],
        "once": request.POST.get("once") or new_token(),
        **extra,
    }
    return render(request, "sales/sequence_form.html", context, status=422 if form.errors else 200)
