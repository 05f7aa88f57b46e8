"""People in a sequence: let in, shown with why they are here, their steps carried out, paused, stopped, handed over."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.sales.activities.models import ActivityKind
from ryorin.sales.activities.rules import OUTCOMES
from ryorin.sales.calendar.models import Appointment, Guest
from ryorin.sales.deals.models import Deal
from ryorin.sales.sequences import actions, queries
from ryorin.sales.sequences.actions.starting import Started
from ryorin.sales.sequences.models import Run, RunStep, Sequence, StepKind, StepState
from ryorin.sales.sequences.rules import MOST_PEOPLE, OBSTACLES, STOP_REASONS
from ryorin.web.answers import done, is_fragment, member_of, picked, version_in, way_back
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGED = ["sequence-changed", "task-changed", "planned", "activity-logged"]
KINDS = {StepKind.MAIL: ActivityKind.MAIL, StepKind.CALL: ActivityKind.CALL}


class StartForm(forms.Form):
    sequence = forms.ModelChoiceField(
        Sequence.objects.filter(is_active=True),
        label=gettext_lazy("シーケンス"),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    owner = forms.ModelChoiceField(
        Member.objects.filter(is_active=True),
        label=gettext_lazy("担当"),
        required=False,
        empty_label=gettext_lazy("それぞれの担当"),
    )


class StepForm(forms.Form):
    outcome = forms.CharField(max_length=40, required=False)
    subject = forms.CharField(label=gettext_lazy("件名"), max_length=160, required=False)
    body = forms.CharField(
        label=gettext_lazy("内容"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )


@require_http_methods(["GET", "POST"])
def sequence_start(request: HttpRequest) -> HttpResponse:
    """Ask which sequence people should go through, or let them in: one person, a deal's, or those of a list."""
    member = member_of(request)
    require(member, "sequences.run")
    people, deal = _people_in(request, member)
    form = StartForm(request.POST if "sequence" in request.POST else None, initial={"owner": None})
    if form.is_bound and form.is_valid():
        try:
            found = form.cleaned_data
            origin = request.POST.get("origin", "")[:160]
            started = actions.start_sequence(
                found["sequence"], people, by=member, owner=found["owner"], deal=deal, origin=origin
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            to = way_back(request, "sequence", pk=found["sequence"].pk)
            return done(request, _told(started), to=to, events=CHANGED)
    context = {
        "form": form,
        "people": people,
        "ids": [person.pk for person in people],
        "deal": deal,
        "origin": request.POST.get("origin") or request.GET.get("origin", ""),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "lines": [line for line in queries.lines(member) if line.sequence.is_active],
        "chosen": str(form["sequence"].value() or ""),
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"sales/sequence_start.html{part}", context)


@require_GET
def sequence_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person's way through a sequence: why they are here, what was done, what comes next."""
    found = seen(request, pk)
    rows = {row.step_id: row for row in found.steps.select_related("step", "task", "ended_by")}
    steps = [{"step": step, "row": rows.get(step.pk)} for step in found.edition.steps.all()]
    context = {
        "run": found,
        "steps": steps,
        "open": next((row for row in rows.values() if row.state == StepState.OPEN), None),
        "reason": STOP_REASONS.get(found.stop_reason, ""),
        "is_alive": found.state in ("running", "paused"),
        "members": Member.objects.filter(is_active=True),
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"sales/sequence_run.html{part}", context)


@require_POST
def sequence_run_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, resume or stop a run, or hand it to somebody else."""
    member, found = member_of(request), seen(request, pk)
    version, what = version_in(request), request.POST.get("what", "")
    if what == "pause":
        actions.pause_run(found, by=member, version=version)
        text = _("一時停止しました。")
    elif what == "resume":
        actions.resume_run(found, by=member, version=version)
        text = _("再開しました。")
    elif what == "stop":
        actions.stop_run(found, by=member, version=version, note=request.POST.get("note", ""))
        text = _("シーケンスを止めました。")
    elif what == "owner":
        owner = picked(Member.objects.filter(is_active=True), request.POST.get("owner") or "none")
        actions.change_run_owner(found, owner, by=member, version=version)
        text = _("担当を%(name)sさんに変えました。") % {"name": owner.name}
    else:
        raise Http404
    return done(request, text, to=reverse("sequence_run", args=[pk]), events=CHANGED)


@require_http_methods(["GET", "POST"])
def sequence_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an open step says to its person, or keep that it was carried out."""
    member, found = member_of(request), _step_seen(request, pk)
    require(member, "sequences.run")
    prepared = queries.text_of(found.step, found.run)
    is_mail, is_call = found.step.kind == StepKind.MAIL, found.step.kind == StepKind.CALL
    is_letter = found.step.kind == StepKind.LETTER
    initial = {"subject": prepared.subject, "body": prepared.body if is_mail or is_letter else ""}
    form = StepForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.finish_step(
                found,
                by=member,
                outcome=values["outcome"],
                subject=values["subject"] if is_mail else None,
                body=values["body"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("記録しました。"), to=way_back(request, "tasks"), events=CHANGED)
    kind = KINDS.get(StepKind(found.step.kind))
    person = found.run.person
    subject, body = str(form["subject"].value() or ""), str(form["body"].value() or "")
    context = {
        "row": found,
        "run": found.run,
        "form": form,
        "prepared": prepared,
        "is_mail": is_mail,
        "is_call": is_call,
        "is_letter": is_letter,
        "outcomes": [str(one) for one in OUTCOMES[kind]] if kind else [],
        "outcome": str(form["outcome"].value() or ("" if not is_mail else OUTCOMES[ActivityKind.MAIL][0])),
        "mailto": mailto(person.email, subject, body) if is_mail and person.email else "",
        "phone": person.mobile or person.phone or (person.company.phone if person.company else ""),
        "is_over": found.state != StepState.OPEN,
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"sales/sequence_step.html{part}", context)


@require_POST
def sequence_step_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave an open step out."""
    actions.skip_step(_step_seen(request, pk), by=member_of(request))
    return done(request, _("ステップをスキップしました。"), to=way_back(request, "tasks"), events=CHANGED)


@require_GET
def person_sequences(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what is planned with a person, for their page: appointments to come and sequences."""
    member = member_of(request)
    person = get_object_or_404(Person.objects.visible_to(member), pk=pk)
    rows = Appointment.objects.visible_to(member).planned()
    theirs = rows.filter(Q(person=person) | Q(pk__in=Guest.objects.filter(person=person).values("appointment")))
    context = {
        "person": person,
        "appointments": theirs.select_related("owner").order_by("starts_at", "pk")[:10],
        "runs": queries.runs_of_person(person.pk, member, limit=5),
    }
    return render(request, "sales/person_sequences.html", context)


def seen(request: HttpRequest, pk: int) -> Run:
    """Return the run when the member may see it; 404 otherwise."""
    rows = Run.objects.visible_to(member_of(request))
    related = ("sequence", "edition", "person__company", "owner", "deal", "started_by")
    found: Run = get_object_or_404(rows.select_related(*related), pk=pk)
    return found


def mailto(email: str, subject: str, body: str) -> str:
    """Return the address that opens the member's own mail program with the text filled in."""
    query = urlencode({"subject": subject, "body": body.replace("\n", "\r\n")}).replace("+", "%20")
    return f"mailto:{email}?{query}"[:8000]


def _step_seen(request: HttpRequest, pk: int) -> RunStep:
    runs = Run.objects.visible_to(member_of(request))
    related = ("step", "task", "run__sequence", "run__edition", "run__person__company", "run__owner", "run__deal")
    found: RunStep = get_object_or_404(RunStep.objects.filter(run__in=runs).select_related(*related), pk=pk)
    return found


def _people_in(request: HttpRequest, member: Member) -> tuple[list[Person], Deal | None]:
    """Return the people the request names, as far as the member sees them, and the deal it came from."""
    deal = picked(Deal.objects.visible_to(member).open(), request.POST.get("deal") or request.GET.get("deal"))
    asked = [*request.GET.getlist("person"), *request.POST.getlist("person"), *request.POST.getlist("ids")]
    texts = [text for one in asked for text in one.split(",")]
    ids = {int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19}
    if deal is not None and deal.person_id and not ids:
        ids = {deal.person_id}
    if not ids:
        return [], deal
    rows = Person.objects.visible_to(member).filter(pk__in=list(ids)[: MOST_PEOPLE + 1])
    return list(rows.select_related("company", "owner").order_by("family_kana", "pk")), deal


def _told(started: Started) -> str:
    """Return what became of the people in one sentence."""
    count = len(started.runs)
    text = ngettext("%(count)s人のシーケンスを始めました。", "%(count)s人のシーケンスを始めました。", count) % {
        "count": count
    }
    names: dict[str, Any] = {"inside": _("すでに進行中"), **{key: str(label) for key, label in OBSTACLES.items()}}
    left = "、".join(
        _("%(reason)s %(count)s人") % {"reason": names[key], "count": number}
        for key, number in started.left_out.items()
    )
    return _("%(text)s対象外：%(left)s") % {"text": text, "left": left} if left else text
