"""After-follow: what is due, done, left out, put off; one running plan; the panel on a customer's page."""

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.sales.aftercare import actions
from ryorin.sales.aftercare.models import FollowUp, FollowUpPlan, FollowUpStep
from ryorin.sales.aftercare.queries import figures, runs_about, satisfaction_of, steps_due
from ryorin.web.answers import done, member_of, moved_on, picked, version_in
from ryorin.web.context import address_of
from ryorin.web.inputs import DayField
from ryorin.web.insight.asking import day_in, today
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import LEADERS, require

WHEN: dict[str, str | Promise] = {
    "all": gettext_lazy("すべて"),
    "overdue": gettext_lazy("期限超過"),
    "soon": gettext_lazy("7日以内"),
    "later": gettext_lazy("それ以降"),
}
SCORES = (
    (5, gettext_lazy("とても満足")),
    (4, gettext_lazy("満足")),
    (3, gettext_lazy("ふつう")),
    (2, gettext_lazy("不満")),
    (1, gettext_lazy("とても不満")),
)
ABOUT: dict[str, Any] = {"person": Person, "company": Company}


class StepForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("結果・メモ"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    score = forms.TypedChoiceField(
        label=gettext_lazy("満足度"),
        choices=[(str(value), f"{value}") for value, _label in SCORES],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=gettext_lazy("お客さまの声"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class MoveForm(forms.Form):
    due_on = DayField(label=gettext_lazy("予定日"))


@require_GET
def aftercare(request: HttpRequest) -> HttpResponse:
    """Show the steps that are due, the member's own or everybody's; leaders begin with everybody's."""
    member = member_of(request)
    mine = request.GET.get("whose", "all" if member.role in LEADERS else "me") != "all"
    when = request.GET.get("when", "all")
    when = when if when in WHEN else "all"
    steps, after = steps_due(member, when=when, mine=mine, after=_place(request.GET.get("after", "")))
    context = {
        "steps": steps,
        "after": after,
        "mine": mine,
        "when": when,
        "whens": WHEN.items(),
        "figures": figures(member, mine=mine),
        "today": today(),
        "has_plans": FollowUpPlan.objects.filter(is_active=True).exists(),
        "tabs": tabs("aftercare"),
    }
    return render(request, "sales/aftercare.html", context)


@require_http_methods(["GET", "POST"])
def aftercare_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one step with how to do it, and note it as done."""
    member, step = member_of(request), _step(request, pk)
    form = StepForm(request.POST or None, initial={"note": step.note})
    if request.method == "POST":
        require(member, "aftercare.change")
        if form.is_valid():
            try:
                actions.finish_step(step, by=member, version=version_in(request), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                events = ["aftercare-changed", "task-changed", "activity-logged"]
                return done(request, _("実施を記録しました。"), to=reverse("aftercare"), events=events)
    context = {"step": step, "form": form, "scores": SCORES, "customer": _customer(step.follow_up)}
    return render(request, "sales/aftercare_step.html", context, status=422 if form.errors else 200)


@require_POST
def aftercare_step_skip(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    actions.skip_step(step, by=member_of(request), version=version_in(request))
    return done(request, _("このステップを飛ばしました。"), to=reverse("aftercare"), events=["aftercare-changed"])


@require_POST
def aftercare_step_move(request: HttpRequest, pk: int) -> HttpResponse:
    step, form = _step(request, pk), MoveForm(request.POST)
    require(member_of(request), "aftercare.change")
    if not form.is_valid():
        raise Refusal(_("日付を確かめてください。"))
    actions.postpone_step(step, form.cleaned_data["due_on"], by=member_of(request), version=version_in(request))
    return done(request, _("予定日を変更しました。"), to=reverse("aftercare"), events=["aftercare-changed"])


@require_GET
def aftercare_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one running plan with all its steps."""
    run = _run(request, pk)
    context = {
        "run": run,
        "steps": run.steps.select_related("owner", "done_by"),
        "customer": _customer(run),
        "today": today(),
    }
    return render(request, "sales/aftercare_run.html", context)


@require_POST
def aftercare_stop(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    why = request.POST.get("why", "")
    actions.stop_follow_up(run, by=member_of(request), why=why, version=version_in(request))
    return moved_on(request, _("アフターフォローを中止しました。"), to=reverse("aftercare_run", args=[run.pk]))


@require_GET
def aftercare_panel(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Return what a customer's page shows of after-follow: what runs, how content they are, a plan to start."""
    return render(request, "sales/aftercare_panel.html", _panel(member_of(request), kind, _about(request, kind, pk)))


@require_POST
def aftercare_start(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Start a plan for a customer by hand."""
    member, record = member_of(request), _about(request, kind, pk)
    require(member, "aftercare.change")
    plan = picked(FollowUpPlan.objects.all(), request.POST.get("plan") or "x")
    run = actions.start_by_hand(plan, by=member, **{kind: record})
    text = _("アフターフォローを始めました。") if run else _("このプランはすでに実行中です。")
    return done(request, text, to=reverse(kind, args=[record.pk]), events=["aftercare-changed"])


@require_http_methods(["GET", "POST"])
def satisfaction_new(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take down how content a customer says to be."""
    member, record = member_of(request), _about(request, kind, pk)
    require(member, "aftercare.change")
    form = StepForm(request.POST or None)
    form.fields["score"].required = True
    if request.method == "POST" and form.is_valid():
        score, comment = form.cleaned_data["score"], form.cleaned_data["comment"]
        try:
            actions.state_satisfaction(score, by=member, comment=comment, **{kind: record})
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            events = ["aftercare-changed"]
            return done(request, _("満足度を記録しました。"), to=reverse(kind, args=[record.pk]), events=events)
    context = {"form": form, "record": record, "kind": kind, "scores": SCORES}
    return render(request, "sales/satisfaction_new.html", context, status=422 if form.errors else 200)


def tabs(here: str) -> list[dict[str, Any]]:
    """Return the tabs above the pages of after-follow."""
    pages: tuple[tuple[str, str], ...] = (
        ("aftercare", _("フォロー予定")),
        ("aftercare_quiet", _("ご無沙汰のお客さま")),
        ("aftercare_renewals", _("更新の近い契約")),
        ("aftercare_voices", _("満足度")),
        ("aftercare_plans", _("プラン")),
    )
    return [{"label": label, "url": address_of(name), "is_current": name == here} for name, label in pages]


def _panel(member: Member, kind: str, record: Any) -> dict[str, Any]:
    query = {f"{kind}_id": record.pk}
    return {
        "record": record,
        "kind": kind,
        "runs": runs_about(member, **query),
        "answers": satisfaction_of(member, **query),
        "plans": FollowUpPlan.objects.filter(is_active=True),
        "today": today(),
    }


def _step(request: HttpRequest, pk: int) -> FollowUpStep:
    rows = FollowUpStep.objects.visible_to(member_of(request))
    related = ("follow_up__person", "follow_up__company", "owner", "done_by")
    found: FollowUpStep = get_object_or_404(rows.select_related(*related), pk=pk)
    return found


def _run(request: HttpRequest, pk: int) -> FollowUp:
    rows = FollowUp.objects.visible_to(member_of(request)).select_related("person", "company", "owner", "plan")
    found: FollowUp = get_object_or_404(rows, pk=pk)
    return found


def _about(request: HttpRequest, kind: str, pk: int) -> Any:
    if kind not in ABOUT:
        raise Http404
    return get_object_or_404(ABOUT[kind].objects.visible_to(member_of(request)), pk=pk)


def _customer(run: FollowUp) -> list[tuple[str, str]]:
    """Return name and address of whom the plan runs for: the company, the person, the deal, the order."""
    found = []
    if run.company:
        found.append((run.company.name, reverse("company", args=[run.company_id])))
    if run.person:
        found.append((run.person.addressed, reverse("person", args=[run.person_id])))
    if run.deal_id:
        found.append((_("商談"), reverse("deal", args=[run.deal_id])))
    if run.order_id:
        found.append((_("注文"), reverse("order", args=[run.order_id])))
    return found


def _place(text: str) -> tuple[date, int] | None:
    """Return the day and id a page key stands for; None for no key and for one nobody gave out."""
    day, _mark, pk = text.partition("_")
    found = day_in(day)
    return (found, int(pk)) if found and pk.isdecimal() and len(pk) < 19 else None
