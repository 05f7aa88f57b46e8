"""The parts of pages in which a condition is built: the rows, and what they mean in words and numbers."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from ryorin.alignment.definitions import queries as definitions
from ryorin.alignment.definitions.rules import FOR_DEFINITION, FOR_SCORE, read, said
from ryorin.alignment.scoring.queries import people_count
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import RecordType
from ryorin.conditions.tree import EVERYTHING
from ryorin.customers.companies.fields import COMPANY
from ryorin.customers.people.fields import PERSON
from ryorin.web.alignment.builder import Builder, checked, from_node, from_post
from ryorin.workspace.approvals.queries import kinds as approval_kinds

ABOUT: dict[str, RecordType] = {
    "definition": FOR_DEFINITION,
    "score": FOR_SCORE,
    "routing": PERSON,
    "segment": PERSON,
    "approach_company": COMPANY,
}
APPROVAL = "approval-"  # and the kind: a condition about the facts of what is asked approval for


@require_POST
def builder(request: HttpRequest) -> HttpResponse:
    """Show the rows after one was chosen, added or removed."""
    about, made = sent(request)
    answer = render(request, "alignment/_builder.html", {"builder": made, "about": about})
    answer["HX-Trigger-After-Settle"] = "condition-changed"
    return answer


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Say what the rows mean and how many people that is; for the definition, how that differs from now."""
    about, made = sent(request)
    node = checked(made, read)
    context: dict[str, Any] = {"problem": made.problem}
    if node is not None:
        context["sentence"] = said(node)
        context |= (
            {"preview": definitions.preview(node)}
            if about == "definition"
            else {"people": people_count(node), "is_everybody": node == EVERYTHING}
        )
    return render(request, "alignment/_preview.html", context)


def sent(request: HttpRequest) -> tuple[str, Builder]:
    """Return what a form sent about a condition: what it is about, and its rows."""
    about = request.POST.get("about", "")
    kind = approval_kinds().get(about.removeprefix(APPROVAL)) if about.startswith(APPROVAL) else None
    if kind is not None:
        return about, from_post(request.POST, kind.record_type)
    about = about if about in ABOUT else "routing"
    return about, from_post(request.POST, ABOUT[about])


def drawn(condition: object, about: str) -> Builder:
    """Return the rows that draw a stored condition; an unreadable one is shown as it is."""
    made = Builder(ABOUT[about])
    try:
        return from_node(read(condition, about=ABOUT[about]), ABOUT[about])
    except ConditionInvalid as error:
        made.text, made.problem = json.dumps(condition, ensure_ascii=False, indent=1), str(error)
        return made
