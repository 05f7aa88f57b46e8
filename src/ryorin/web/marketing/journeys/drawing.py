"""Drawing a journey: the cards one below the other, put in, moved, taken out, taken back."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Journey, NodeKind
from ryorin.marketing.journeys.queries import pages
from ryorin.marketing.journeys.queries.known import all_findings, known
from ryorin.marketing.journeys.rules.describing import ICONS
from ryorin.marketing.journeys.rules.drawing import ROOT, Drawing, Place, new_card, read
from ryorin.web.answers import done, is_fragment, member_of, moved_on, version_in
from ryorin.web.marketing.journeys.listing import seen
from ryorin.workspace.members.rules import require

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("wait", (NodeKind.WAIT, NodeKind.WAIT_FOR)),
    ("divide", (NodeKind.BRANCH, NodeKind.SPLIT)),
    ("customer", (NodeKind.MAIL, NodeKind.SCORE, NodeKind.SET_FIELD, NodeKind.SEGMENT)),
    ("team", (NodeKind.TASK, NodeKind.NOTIFY, NodeKind.WEBHOOK)),
    ("end", (NodeKind.GOAL, NodeKind.GOTO, NodeKind.EXIT)),
)


@require_GET
def journey_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the draft to be drawn, with what is to be mended."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.change")
    return render(request, "marketing/journeys/draw.html", draw_context(found))


def draw_context(journey: Journey) -> dict[str, Any]:
    """Return what the page of a draft shows."""
    drawing, names = read(journey.draft), known()
    found = all_findings(drawing, names)
    start, cards = pages.shown(drawing, names, findings=found)
    labels = {"start": _("開始"), **pages.card_labels(drawing, names)}
    return {
        "journey": journey,
        "start": start,
        "cards": cards,
        "root": ROOT,
        "findings": [{"finding": one, "label": labels.get(one.key, "")} for one in found],
        "blocking": sum(one.blocks for one in found),
        "advice": sum(not one.blocks for one in found),
        "has_changes": journey.live is None or journey.live.drawing != journey.draft,
        "is_drawing": True,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def card_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which kind of card comes here, or put one in and ask for its content."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.change")
    place = place_in(request)
    if request.method == "POST":
        card = new_card(request.POST.get("kind", ""))
        changed = actions.add_card(found, card, place, by=member, version=version_in(request))
        if is_fragment(request):
            from ryorin.web.marketing.journeys.cards import card_page

            answer = card_page(request, changed, card.key)
            answer["HX-Trigger"] = json.dumps({"journey-drawn": {}})
            return answer
        return moved_on(request, _("カードを加えました。"), to=reverse("journey_card", args=[pk, card.key]))
    groups = [[(kind, NodeKind(kind).label, ICONS[kind]) for kind in kinds] for _name, kinds in GROUPS]
    context = {"journey": found, "place": place, "groups": groups}
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"marketing/journeys/add.html{part}", context)


@require_POST
def card_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a card elsewhere."""
    member, found = member_of(request), seen(request, pk)
    key = request.POST.get("key", "")[:12]
    actions.move_card(found, key, place_in(request), by=member, version=version_in(request))
    return drawn(request, pk, _("カードを移しました。"))


@require_POST
def card_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a card out."""
    member, found = member_of(request), seen(request, pk)
    actions.remove_card(found, request.POST.get("key", "")[:12], by=member, version=version_in(request))
    return drawn(request, pk, _("カードを外しました。"))


@require_POST
def journey_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last change back."""
    actions.undo(seen(request, pk), by=member_of(request), version=version_in(request))
    return drawn(request, pk, _("元に戻しました。"))


def drawn(request: HttpRequest, pk: int, text: str) -> HttpResponse:
    """Return the answer to a change of the draft."""
    return done(request, text, to=reverse("journey_draw", args=[pk]), events=["journey-drawn"])


def place_in(request: HttpRequest) -> Place:
    """Return the place a request names: the list of cards, and before which of them."""
    query = request.POST if request.method == "POST" else request.GET
    place = query.get("place", "")
    within, _colon, index = place.rpartition(":") if place else ("", "", "")
    within = within or query.get("within", ROOT)
    index = index or query.get("index", "0")
    return Place(within[:20], int(index) if index.isdecimal() and len(index) < 4 else 0)


def places_of(drawing: Drawing, labels: dict[str, str], key: str) -> list[tuple[str, str]]:
    """Return every place a card can be moved to, as ("within:index", words)."""
    places: list[tuple[str, str]] = [(f"{ROOT}:0", _("いちばん上（開始の次）"))]

    def add(cards: tuple[Any, ...], within: str) -> None:
        for index, card in enumerate(cards):
            if card.key == key:
                continue
            text = _("「%(card)s」の次") % {"card": labels.get(card.key, "")}
            places.append((f"{within}:{index + 1}", text))
            for number, arm in enumerate(card.arms):
                text = _("「%(card)s」の道「%(arm)s」の先頭") % {"card": labels.get(card.key, ""), "arm": arm.name}
                places.append((f"{card.key}.{number}:0", text))
                add(arm.cards, f"{card.key}.{number}")

    add(drawing.cards, ROOT)
    return places
