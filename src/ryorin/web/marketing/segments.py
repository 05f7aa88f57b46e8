"""Segments: the list of them, and one with its condition, its people, who came and left, and what uses it."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, Segment, SegmentKind, SegmentState
from ryorin.customers.segments.rules import declared_uses
from ryorin.lib import clock
from ryorin.marketing.segments import queries
from ryorin.web.answers import member_of
from ryorin.web.lists.state import whole
from ryorin.workspace.members.models import Member, Scope
from ryorin.workspace.members.rules import may

SHOWN = 50
DAYS = 90
LATELY = 7
ORDERS = {"name": "name", "size": "-size", "new": "-pk"}


@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    """Show the segments in use, or those in archive, with their size and how it moved."""
    member = member_of(request)
    archived, text = request.GET.get("archived") == "1", request.GET.get("q", "").replace("\0", "").strip()[:80]
    order = request.GET.get("order", "name")
    order = order if order in ORDERS else "name"
    rows = Segment.objects.visible_to(member).filter(archived_at__isnull=not archived).select_related("owner")
    rows = (rows.filter(name__contains=text) if text else rows).order_by(ORDERS[order], "pk")
    page = min(max(whole(request.GET.get("page")) or 1, 1), 10_000)
    found = list(rows[(page - 1) * SHOWN : page * SHOWN + 1])
    context = {
        "lines": queries.lines_of(found[:SHOWN], today=clock.today()),
        "previous": page - 1 if page > 1 else None,
        "next": page + 1 if len(found) > SHOWN else None,
        "archived": archived,
        "text": text,
        "order": order,
        "orders": [("name", _("名前順")), ("size", _("人数の多い順")), ("new", _("新しい順"))],
        "may_change": may(member, "segments.change"),
        "has_any": bool(found) or Segment.objects.exists(),
    }
    return render(request, "marketing/segments/list.html", context)


@require_GET
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one segment with a page of its people."""
    member, found = member_of(request), seen(request, pk)
    today = clock.today()
    condition = queries.condition_of(found)
    sentence, problem = queries.sentence_of(condition)
    moves = queries.moves_by_day(found, since=today - timedelta(days=LATELY - 1))
    page = members_page(found, member, after=whole(request.GET.get("after")))
    context = {
        "segment": found,
        "sentence": sentence,
        "problem": problem,
        "is_building": found.state == SegmentState.BUILDING and not found.is_archived,
        "came": sum(came for came, _left in moves.values()),
        "left": sum(left for _came, left in moves.values()),
        "days": LATELY,
        "uses": [(declared.label, list(declared.find(found.pk))) for declared in declared_uses()],
        "chart": chart_of(found),
        "members": page[:SHOWN],
        "next_after": page[SHOWN - 1].person_id if len(page) > SHOWN else None,
        "is_partial": member.scope != Scope.ALL,
        "people_query": people_query(found),
        "copy_query": urlencode({"f": json.dumps(condition, ensure_ascii=False)}),
        "freeze_query": urlencode({"f": json.dumps({"segment": found.pk}), "kind": SegmentKind.SNAPSHOT}),
        "may_change": may(member, "segments.change"),
        "tabs": tabs_of(found, "segment"),
    }
    return render(request, "marketing/segments/segment.html", context)


@require_GET
def segment_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who came into the segment and who left, when and why."""
    member, found = member_of(request), seen(request, pk)
    lines = queries.change_lines(found, member, before=whole(request.GET.get("before")), limit=SHOWN + 1)
    context = {
        "segment": found,
        "lines": lines[:SHOWN],
        "next_before": lines[SHOWN - 1].change.pk if len(lines) > SHOWN else None,
        "tabs": tabs_of(found, "segment_changes"),
    }
    return render(request, "marketing/segments/changes.html", context)


def seen(request: HttpRequest, pk: int) -> Segment:
    """Return the segment if the member may see it; 404 otherwise."""
    rows: QuerySet[Segment] = Segment.objects.visible_to(member_of(request)).select_related("owner")
    return get_object_or_404(rows, pk=pk)


def members_page(segment: Segment, member: Member, *, after: int | None) -> list[Membership]:
    """Return a page of the segment's people the member may see, the newest person first, and one row more."""
    rows = Membership.objects.filter(segment=segment)
    if member.scope != Scope.ALL:
        rows = rows.filter(person__in=Person.objects.visible_to(member))
    rows = rows.filter(person_id__lt=after) if after else rows
    return list(rows.select_related("person__company").order_by("-person_id")[: SHOWN + 1])


def people_query(segment: Segment) -> str:
    """Return the query string under which the list of people shows the segment's."""
    return urlencode({"f": json.dumps({"segment": segment.pk}, separators=(",", ":"))})


def tabs_of(segment: Segment, current: str) -> list[dict[str, Any]]:
    labels = (("segment", _("概要とメンバー")), ("segment_changes", _("出入り")))
    return [
        {"label": label, "url": reverse(name, args=[segment.pk]), "is_current": name == current}
        for name, label in labels
    ]


def chart_of(segment: Segment) -> dict[str, Any] | None:
    """Return the size over the last days; None while there is but one day of it."""
    today = clock.today()
    since = today - timedelta(days=DAYS)
    known = dict(queries.sizes(segment, since=since, until=today)) | {today: segment.size}
    points = queries.filled_up(known)
    first = min(known)
    days = [(first + timedelta(days=place), size) for place, size in enumerate(points)]
    shown = [(day, size) for day, size in days if day >= since]
    if len(shown) < 2:
        return None
    return {
        "title": _("人数の推移"),
        "kind": "area",
        "axis": _("日付"),
        "unit": _("人"),
        "labels": [date_format(day, "n/j") for day, _size in shown],
        "series": [{"name": _("人数"), "values": [size for _day, size in shown], "wheel": "sow"}],
    }
