"""One card of a draft, opened to be changed: its content, its arms with their conditions, its place."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ryorin.conditions.tree import EVERYTHING
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.models import Journey, NodeKind
from ryorin.marketing.journeys.queries import pages
from ryorin.marketing.journeys.queries.known import all_findings, known
from ryorin.marketing.journeys.rules.checking import Known
from ryorin.marketing.journeys.rules.describing import ICONS, arm_said
from ryorin.marketing.journeys.rules.drawing import MOST_ARMS, START, Arm, Card, Drawing, place_of, read
from ryorin.marketing.segments.rules import read as read_condition
from ryorin.web.alignment.builder import Builder, checked, from_post
from ryorin.web.alignment.conditions import ABOUT, drawn
from ryorin.web.answers import done, is_fragment, member_of, version_in
from ryorin.web.marketing.journeys.drawing import places_of
from ryorin.web.marketing.journeys.forms import FORMS, CardForm
from ryorin.web.marketing.journeys.listing import seen
from ryorin.workspace.members.rules import require

ABOUT_SEGMENT = "segment"
DIVIDED = (NodeKind.BRANCH, NodeKind.SPLIT)


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show a card to be changed, or change it."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.change")
    if request.method != "POST" or request.POST.get("press") == "refresh":
        return card_page(request, found, key)
    drawing = read(found.draft)
    if key == START:
        return _start(request, found)
    held = drawing.card(key)
    if held.kind in DIVIDED:
        return _arms(request, found, held)
    form, builder = _form(request.POST, drawing, held.kind, held.config), _builder(request)
    if not form.is_valid():
        return card_page(request, found, key, form=form, builder=builder, status=422)
    config = form.config()
    if config.get("what") == "condition":
        if builder is None or checked(builder, read_condition) in (None, EVERYTHING):
            return card_page(request, found, key, form=form, builder=builder, status=422, needs_condition=True)
        config["condition"] = builder.to_json()
    changed = replace(held, config=config)
    try:
        actions.change_card(found, changed, by=member, version=version_in(request))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return card_page(request, found, key, form=form, builder=builder, status=422)
    return _saved(request, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def arm(request: HttpRequest, pk: int, key: str, arm: int) -> HttpResponse:
    """Show the name and the condition of one arm of a branch, or change them."""
    member, found = member_of(request), seen(request, pk)
    require(member, "journeys.change")
    held = read(found.draft).card(key)
    if held.kind != NodeKind.BRANCH or arm >= len(held.arms) - 1:
        raise Http404
    ours = held.arms[arm]
    if request.method == "POST":
        builder = from_post(request.POST, ABOUT[ABOUT_SEGMENT])
        name = request.POST.get("name", "").replace("\0", "").strip()[:40] or ours.name
        node = checked(builder, read_condition)
        if node is not None and node != EVERYTHING:
            config = {"name": name, "condition": builder.to_json()}
            arms = [*held.arms]
            arms[arm] = replace(ours, config=config)
            actions.change_card(found, replace(held, arms=tuple(arms)), by=member, version=version_in(request))
            return _saved(request, pk)
        if node == EVERYTHING:
            builder.problem = _("条件を1つ以上加えてください。")
    else:
        name, builder = ours.name, drawn(ours.config.get("condition") or {}, ABOUT_SEGMENT)
    context = {
        "journey": found,
        "card": held,
        "arm": arm,
        "name": name,
        "builder": builder,
        "about": ABOUT_SEGMENT,
        "to": reverse("journey_arm", args=[pk, key, arm]),
    }
    part = "#drawer" if is_fragment(request) else ""
    return render(request, f"marketing/journeys/arm.html{part}", context)


def card_page(
    request: HttpRequest,
    journey: Journey,
    key: str,
    *,
    form: CardForm | None = None,
    builder: Builder | None = None,
    status: int = 200,
    needs_condition: bool = False,
) -> HttpResponse:
    """Return the page (or the drawer) on which a card is changed."""
    drawing, names = read(journey.draft), known()
    held = Card(START, NodeKind.START, drawing.start) if key == START else drawing.card(key)
    labels = pages.card_labels(drawing, names)
    typed = request.POST if request.POST.get("press") == "refresh" else None
    if form is None and held.kind in FORMS:
        form = _form(typed, drawing, held.kind, held.config)
    if builder is None and held.kind in (NodeKind.START, NodeKind.WAIT_FOR):
        is_typed = typed is not None
        builder = _builder(request) if is_typed else drawn(held.config.get("condition") or {}, ABOUT_SEGMENT)
    place = place_of(drawing, key) if key != START else None
    context = {
        "journey": journey,
        "card": held,
        "key": key,
        "label": NodeKind(held.kind).label,
        "icon": ICONS[held.kind],
        "form": form,
        "builder": builder,
        "about": ABOUT_SEGMENT,
        "needs_condition": needs_condition,
        "findings": [one for one in all_findings(drawing, names) if one.key == key],
        "arms": _arm_rows(held, names),
        "most_arms": MOST_ARMS,
        "places": places_of(drawing, labels, key) if place else [],
        "place": f"{place.within}:{place.index}" if place else "",
        "is_start": key == START,
        "is_branch": held.kind == NodeKind.BRANCH,
        "is_split": held.kind == NodeKind.SPLIT,
    }
    fragment = is_fragment(request)
    part = "#drawer" if fragment else ""
    return render(request, f"marketing/journeys/card.html{part}", context, status=200 if fragment else status)


def _start(request: HttpRequest, journey: Journey) -> HttpResponse:
    drawing, member = read(journey.draft), member_of(request)
    form, builder = _form(request.POST, drawing, NodeKind.START, drawing.start), _builder(request)
    if not form.is_valid():
        return card_page(request, journey, START, form=form, builder=builder, status=422)
    config = form.config()
    if config["kind"] == "condition":
        if builder is None or checked(builder, read_condition) in (None, EVERYTHING):
            return card_page(request, journey, START, form=form, builder=builder, status=422, needs_condition=True)
        config["condition"] = builder.to_json()
    actions.change_start(journey, config, by=member, version=version_in(request))
    return _saved(request, journey.pk)


def _arms(request: HttpRequest, journey: Journey, held: Card) -> HttpResponse:
    """Change names and shares of the arms, add one, take one out."""
    press, arms = request.POST.get("press", ""), list(held.arms)
    for number, one in enumerate(arms):
        name = request.POST.get(f"name-{number}", one.name).replace("\0", "").strip()[:40]
        config = {**one.config, "name": name or one.name}
        if held.kind == NodeKind.SPLIT:
            share = request.POST.get(f"share-{number}", "")
            config["share"] = int(share) if share.isdecimal() and len(share) < 4 else 0
        arms[number] = replace(one, config=config)
    if press == "add" and len(arms) < MOST_ARMS:
        is_split = held.kind == NodeKind.SPLIT
        new: dict[str, Any] = {"name": chr(ord("A") + len(arms)), "share": 0}
        more = Arm(new if is_split else {"name": _("条件%(number)s") % {"number": len(arms)}, "condition": None})
        arms.insert(len(arms) if is_split else len(arms) - 1, more)
    elif press.startswith("out-") and press[4:].isdecimal() and len(arms) > 2:
        number = int(press[4:])
        if number < len(arms) - (held.kind == NodeKind.BRANCH):
            del arms[number]
    changed = replace(held, arms=tuple(arms))
    row = actions.change_card(journey, changed, by=member_of(request), version=version_in(request))
    if press and is_fragment(request):
        answer = card_page(request, row, held.key)
        answer["HX-Trigger"] = json.dumps({"journey-drawn": {}})
        return answer
    return _saved(request, journey.pk)


def _saved(request: HttpRequest, pk: int) -> HttpResponse:
    return done(request, _("カードを保存しました。"), to=reverse("journey_draw", args=[pk]), events=["journey-drawn"])


def _form(data: QueryDict | None, drawing: Drawing, kind: str, config: Mapping[str, Any]) -> CardForm:
    names = known()
    return FORMS[kind](data, config=config, known=names, labels=pages.card_labels(drawing, names))


def _builder(request: HttpRequest) -> Builder | None:
    return from_post(request.POST, ABOUT[ABOUT_SEGMENT]) if "about" in request.POST else None


def _arm_rows(held: Card, names: Known) -> list[dict[str, Any]]:
    last = len(held.arms) - 1
    return [
        {
            "index": number,
            "name": one.name,
            "share": one.config.get("share", 0),
            "said": arm_said(held.kind, one.config, is_last=number == last),
            "has_condition": held.kind == NodeKind.BRANCH and number < last,
            "cards": len(one.cards),
        }
        for number, one in enumerate(held.arms)
    ]
