"""Editing the agenda: items of one's own, order, what is hidden, comments."""

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.alignment.meetings import actions
from ryorin.alignment.meetings.models import AgendaItem, Meeting
from ryorin.web.alignment.meetings.seen import seen
from ryorin.web.answers import done, is_fragment, member_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGED = "agenda-changed"
Deed = Callable[[Any, Member, HttpRequest], object]
ITEM_DEEDS: dict[str, Deed] = {
    "up": lambda row, by, request: actions.move_item(row, up=True, by=by),
    "down": lambda row, by, request: actions.move_item(row, up=False, by=by),
    "hide": lambda row, by, request: actions.show_item(row, shown=False, by=by),
    "show": lambda row, by, request: actions.show_item(row, shown=True, by=by),
    "remove": lambda row, by, request: actions.remove_item(row, by=by),
    "say": lambda row, by, request: actions.say(row, request.POST.get("text", ""), by=by),
}
SECTION_DEEDS: dict[str, Deed] = {
    "up": lambda row, by, request: actions.move_section(row, up=True, by=by),
    "down": lambda row, by, request: actions.move_section(row, up=False, by=by),
    "hide": lambda row, by, request: actions.show_section(row, shown=False, by=by),
    "show": lambda row, by, request: actions.show_section(row, shown=True, by=by),
}


@require_http_methods(["GET", "POST"])
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what to talk about, then put it on the agenda."""
    found, member = seen(request, pk), member_of(request)
    require(member, "meetings.change")
    if request.method == "GET":
        return render(request, "alignment/meetings/item_form.html", {"meeting": found, "url": request.path})
    actions.add_item(found, title=request.POST.get("title", ""), text=request.POST.get("text", ""), by=member)
    return done(request, _("議題を追加しました。"), to=reverse("meeting", args=[pk]), events=(CHANGED,))


@require_http_methods(["GET", "POST"])
def item_edit(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Show an item somebody added to be reworded, then reword it."""
    found, member = seen(request, pk), member_of(request)
    require(member, "meetings.change")
    row = item_of(found, item)
    if request.method == "GET":
        return render(
            request, "alignment/meetings/item_form.html", {"meeting": found, "item": row, "url": request.path}
        )
    actions.change_item(row, title=request.POST.get("title", ""), text=request.POST.get("text", ""), by=member)
    return done(request, _("議題を変更しました。"), to=reverse("meeting", args=[pk]), events=(CHANGED,))


@require_POST
def item_deed(request: HttpRequest, pk: int, item: int, deed: str) -> HttpResponse:
    """Move an item, hide or show it, take it off, or comment on it."""
    found = seen(request, pk)
    if deed not in ITEM_DEEDS:
        raise Http404
    ITEM_DEEDS[deed](item_of(found, item), member_of(request), request)
    return changed(request, found)


@require_POST
def section_deed(request: HttpRequest, pk: int, section: int, deed: str) -> HttpResponse:
    """Move a section, hide it or show it."""
    found = seen(request, pk)
    if deed not in SECTION_DEEDS:
        raise Http404
    row = get_object_or_404(found.sections.select_related("meeting"), pk=section)
    SECTION_DEEDS[deed](row, member_of(request), request)
    return changed(request, found)


def item_of(found: Meeting, pk: int) -> AgendaItem:
    rows = AgendaItem.objects.filter(section__meeting=found).select_related("section__meeting", "by")
    return get_object_or_404(rows, pk=pk)


def changed(request: HttpRequest, found: Meeting) -> HttpResponse:
    """Return word that the agenda is another now; to a plain form, the way back to it."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({CHANGED: {}})})
    return HttpResponseRedirect(reverse("meeting", args=[found.pk]))
