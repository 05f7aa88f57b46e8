"""Personas: the portraits, one of them, the people behind each of its sentences, its paper and its picture."""

import json
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ryorin.customers.people.models import Person
from ryorin.customers.voice.models import Need
from ryorin.marketing.personas import queries
from ryorin.marketing.personas.models import Persona
from ryorin.marketing.personas.queries.portrait import names_of
from ryorin.marketing.personas.rules import condition_of, fact_said
from ryorin.web.answers import member_of
from ryorin.web.lists.state import whole
from ryorin.workspace.files.queries import content
from ryorin.workspace.members.rules import may

SHOWN = 50


@require_GET
def personas(request: HttpRequest) -> HttpResponse:
    """Show the portraits, each with what is most true of it."""
    member = member_of(request)
    context = {"found": queries.personas_of(member), "may_change": may(member, "personas.change")}
    return render(request, "marketing/personas/list.html", context)


@require_GET
def persona(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one portrait: computed sentences with their numbers, people's own words, a customer's voice."""
    member, found = member_of(request), seen(request, pk)
    parts = queries.portrait(found)
    context = {
        "persona": found,
        "parts": parts,
        "quote": readable_quote(request, found),
        "moved": [line for part in parts for line in part.lines if line.fact.is_moved],
        "hidden": found.hidden.count(),
        "segment_query": urlencode({"f": json.dumps({"segment": found.segment_id}, separators=(",", ":"))}),
        "may_change": may(member, "personas.change"),
    }
    return render(request, "marketing/personas/persona.html", context)


@require_GET
def persona_people(request: HttpRequest, pk: int, fact: int) -> HttpResponse:
    """Show the people for whom one sentence holds, as far as the member may see them."""
    found = seen(request, pk)
    sentence = get_object_or_404(found.facts, pk=fact)
    rows: QuerySet[Person] = queries.people_behind(found, sentence.key).filter(
        pk__in=Person.objects.visible_to(member_of(request))
    )
    after = whole(request.GET.get("after"))
    rows = (rows.filter(pk__lt=after) if after else rows).select_related("company").order_by("-pk")
    page = list(rows[: SHOWN + 1])
    condition = condition_of(sentence.key, found.segment_id)
    context = {
        "persona": found,
        "sentence": fact_said(sentence.key, names_of([sentence.key])),
        "fact": sentence,
        "people": page[:SHOWN],
        "next_after": page[SHOWN - 1].pk if len(page) > SHOWN else None,
        "people_query": urlencode({"f": json.dumps(condition, ensure_ascii=False)}) if condition else "",
    }
    return render(request, "marketing/personas/people.html", context)


@require_GET
def persona_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the portrait as a PDF."""
    found = seen(request, pk)
    need = readable_quote(request, found)
    pdf = queries.pdf_of(found, quote=need.words if need else "")
    header = content_disposition_header(as_attachment=False, filename=f"{found.name}.pdf") or "inline"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": header})


@require_GET
def persona_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the picture."""
    picture = seen(request, pk).picture
    if picture is None or not picture.is_image:
        raise Http404
    headers = {"Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content(picture), content_type=f"image/{picture.kind}", headers=headers)


def seen(request: HttpRequest, pk: int) -> Persona:
    """Return the persona if the member may see it; 404 otherwise."""
    rows: QuerySet[Persona] = Persona.objects.visible_to(member_of(request))
    return get_object_or_404(rows.select_related("segment", "owner", "picture", "agreed_by"), pk=pk)


def readable_quote(request: HttpRequest, found: Persona) -> Need | None:
    """Return the voice chosen for the portrait, where the member may read it."""
    rows = Need.objects.visible_to(member_of(request)).filter(pk=found.quote_id).select_related("person__company")
    need: Need | None = rows.first() if found.quote_id else None
    return need
