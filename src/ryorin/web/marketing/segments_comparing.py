"""Two to five segments held against each other: who is in which, and from there a segment of exactly those."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.customers.segments.models import Segment
from ryorin.marketing.segments.queries import MOST_COMPARED, Overlap, Shared, overlap
from ryorin.web.answers import member_of
from ryorin.web.lists.state import whole
from ryorin.workspace.members.rules import may


@require_GET
def segments_compare(request: HttpRequest) -> HttpResponse:
    """Show how the chosen segments overlap; without enough of them, ask for them."""
    member = member_of(request)
    ids = {pk for pk in map(whole, request.GET.getlist("ids")[:100]) if pk}
    rows = Segment.objects.visible_to(member)
    chosen = list(rows.filter(pk__in=ids).order_by("name"))
    context: dict[str, Any] = {
        "chosen": ids,
        "choices": rows.in_use().order_by("name")[:500],
        "most": MOST_COMPARED,
        "may_change": may(member, "segments.change"),
    }
    if 2 <= len(chosen) <= MOST_COMPARED:
        found = overlap(chosen)
        context |= {
            "overlap": found,
            "parts": [_part(one, found) for one in found.combinations],
            "pairs": _pairs(found),
        }
    elif ids:
        context["problem"] = _("比べるセグメントを2つから5つ選んでください。")
    return render(request, "marketing/segments/compare.html", context)


def _part(one: Shared, found: Overlap) -> dict[str, Any]:
    """Return one combination with the addresses of its people, and of a new segment of them."""
    condition = json.dumps(
        {"all": [{"segment": each.pk, "in": each in one.segments} for each in found.segments]}, separators=(",", ":")
    )
    name = "＆".join(each.name for each in one.segments) + (
        _("（%(names)sを除く）") % {"names": "・".join(each.name for each in one.others)} if one.others else ""
    )
    return {
        "shared": one,
        "marks": [each in one.segments for each in found.segments],
        "percent": round(one.share * 100),
        "people": urlencode({"f": condition}),
        "new": urlencode({"f": condition, "name": name[:80]}),
    }


def _pairs(found: Overlap) -> list[dict[str, Any]]:
    """Return for each segment what share of it is in each of the others."""
    return [
        {
            "segment": one,
            "cells": [None if other == one else _cell(found, one, other) for other in found.segments],
            "size": found.both(one, one),
        }
        for one in found.segments
    ]


def _cell(found: Overlap, one: Segment, other: Segment) -> dict[str, int]:
    both, size = found.both(one, other), found.both(one, one)
    return {"people": both, "percent": round(100 * both / size) if size else 0}
