"""What sales learned: panels on marketing's pages, suggestions and what became of them, the way back to who said it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.alignment.feedback.actions import accept_suggestion, decline_suggestion
from ryorin.alignment.feedback.errors import DueDatePassed
from ryorin.alignment.feedback.models import Said, Saying, Suggestion, SuggestionState
from ryorin.alignment.feedback.queries import (
    Effect,
    became_of,
    effect_of,
    open_suggestions,
    panel_of,
    rows_behind,
    sayings_by,
    sayings_of,
    sayings_of_record,
)
from ryorin.alignment.feedback.queries.panels import shown
from ryorin.alignment.feedback.queries.subjects import MODELS
from ryorin.alignment.feedback.rules import evidence_said, headline, strength_said
from ryorin.alignment.handoffs.models import Handoff
from ryorin.marketing.personas.models import Persona
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of, moved_on, picked
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may

PER_PAGE = 20
NAMED = 3
BEHIND = 200
PAGES = {"campaign": "campaign", "segment": "segment", "page": "page", "form": "form_edit", "mail": "mail_message"}
RECORDS: dict[str, Any] = {"handoff": Handoff, "deal": Deal}


@dataclass(frozen=True)
class Line:
    """One suggestion as a page shows it: in words, with some of the people behind it and its effect."""

    suggestion: Suggestion
    headline: str
    evidence: str
    people: list[Saying]
    effect: Effect | None
    subject_url: str


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show the suggestions: those to decide on, and what became of the others."""
    member = member_of(request)
    state = request.GET.get("state", "")
    state = state if state in SuggestionState.values else SuggestionState.OPEN.value
    if state == SuggestionState.OPEN:
        rows: Any = open_suggestions()
    else:
        rows = Suggestion.objects.visible_to(member).filter(state=state).order_by("-decided_at", "-pk")
        rows = rows.select_related("owner", "task", "decided_by")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [_tab(each, member, is_current=each == state) for each in SuggestionState],
        "state": state,
        "page": page,
        "lines": [_line(one, member) for one in page],
        "may_decide": may(member, "feedback.decide"),
    }
    return render(request, "alignment/feedback.html", context)


@require_GET
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one suggestion with its evidence, and ask for a decision or show what became of it."""
    member = member_of(request)
    found = _found(request, pk)
    rows = sayings_of(found)
    behind = list(shown(rows.visible_to(member)).order_by("-at", "-pk")[:BEHIND])
    context = {
        "line": _line(found, member),
        "found": found,
        "strength": strength_said(found),
        "behind": behind,
        "unseen": rows.count() - len(behind),
        "may_decide": may(member, "feedback.decide"),
        "members": Member.objects.filter(is_active=True).order_by("family_name", "given_name"),
    }
    return render(request, "alignment/suggestion.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the suggestion: somebody gets a task."""
    owner = picked(Member.objects.filter(is_active=True), request.POST.get("owner"))
    note, due_on = request.POST.get("note", ""), _day_in(request)
    found = accept_suggestion(_found(request, pk), by=member_of(request), owner=owner, due_on=due_on, note=note)
    return moved_on(request, _("提案を採用し、タスクを作成しました。"), to=reverse("suggestion", args=[found.pk]))


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the suggestion aside with a reason."""
    decline_suggestion(_found(request, pk), by=member_of(request), reason=request.POST.get("reason", ""))
    return moved_on(request, _("提案を見送りにしました。"), to=reverse("feedback"))


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show a member what became of what they said."""
    page = Paginator(sayings_by(member_of(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": _told(list(page)), "count": page.paginator.count}
    return render(request, "alignment/feedback_mine.html", context)


@require_GET
def voice(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Show what became of what was said at a hand-off or about a deal, as a card."""
    if what not in RECORDS:
        raise Http404
    member = member_of(request)
    get_object_or_404(RECORDS[what].objects.visible_to(member), pk=pk)
    rows = sayings_of_record(member, **{f"{what}_id": pk})[:PER_PAGE]
    return render(request, "alignment/feedback_mine.html#card", {"lines": _told(list(rows))})


@require_GET
def panel(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """Show what sales learned about a campaign, segment, page, form, mail or persona, as a card."""
    member = member_of(request)
    subject = _subject(member, sort, pk)
    tied, number = ("segment", subject.segment_id) if sort == "persona" else (sort, pk)
    found = panel_of(tied, number, member=member)
    context = {
        "panel": found,
        "sort": sort,
        "pk": pk,
        "suggestions": [(one, headline(one)) for one in found.suggestions],
        "change": found.change,
    }
    return render(request, "alignment/feedback_panel.html", context)


@require_GET
def words(request: HttpRequest, sort: str, pk: int) -> HttpResponse:
    """Show the words behind a number of a panel."""
    member = member_of(request)
    subject = _subject(member, sort, pk)
    tied, number = ("segment", subject.segment_id) if sort == "persona" else (sort, pk)
    kind, key = request.GET.get("kind", ""), request.GET.get("key")
    kind = kind if kind in Said.values else ""
    is_before = request.GET.get("before") == "1"
    rows = rows_behind(tied, number, member=member, kind=kind, key=key, before=is_before)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "subject": subject,
        "subject_url": reverse("persona" if sort == "persona" else PAGES[sort], args=[pk]),
        "kind_label": Said(kind).label if kind else "",
        "is_before": is_before,
    }
    return render(request, "alignment/feedback_words.html", context)


def _found(request: HttpRequest, pk: int) -> Suggestion:
    rows = Suggestion.objects.visible_to(member_of(request)).select_related("owner", "task", "decided_by")
    found: Suggestion = get_object_or_404(rows, pk=pk)
    return found


def _subject(member: Member, sort: str, pk: int) -> Any:
    """Return the work of marketing a panel stands on; 404 where there is none that the member may see."""
    model: Any = Persona if sort == "persona" else MODELS.get(sort)
    if model is None:
        raise Http404
    return get_object_or_404(model.objects.visible_to(member), pk=pk)


def _line(found: Suggestion, member: Member) -> Line:
    behind = sayings_of(found).visible_to(member).filter(person__isnull=False).select_related("person")
    people: dict[int | None, Saying] = {}
    for one in behind.order_by("-at", "-pk")[: NAMED * 4]:
        people.setdefault(one.person_id, one)
    return Line(
        found,
        headline(found),
        evidence_said(found),
        list(people.values())[:NAMED],
        effect_of(found),
        reverse(PAGES[found.sort], args=[found.subject_id]) if found.sort else _place_of(found),
    )


def _place_of(found: Suggestion) -> str:
    """Return the page where something is changed that is about no single work of marketing."""
    return reverse("definition") if found.advice == "definition" else reverse("articles")


def _told(sayings: list[Saying]) -> list[tuple[Any, list[Line]]]:
    """Return each saying with what became of it, and the words for its suggestions."""
    return [
        (one, [Line(each, headline(each), "", [], effect_of(each), "") for each in one.suggestions])
        for one in became_of(sayings)
    ]


def _tab(state: SuggestionState, member: Member, *, is_current: bool) -> dict[str, Any]:
    count = Suggestion.objects.visible_to(member).filter(state=state).count()
    return {"label": state.label, "url": f"?state={state}", "is_current": is_current, "count": count}


def _day_in(request: HttpRequest) -> date | None:
    """Return the day of the form, None for none; refuses what is no day."""
    text = request.POST.get("due_on", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DueDatePassed() from None
