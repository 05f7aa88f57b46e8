"""Answers that several pages give: toasts, fragments that open in the drawer, the way back."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from ryorin.workspace.members.models import Member

LARGEST_ID = 2**63 - 1
MOST_DIGITS = 19


def member_of(request: HttpRequest) -> Member:
    """Return who is signed in; every page here is for members only."""
    member: Member = request.user  # type: ignore[assignment]
    return member


def version_in(request: HttpRequest) -> int:
    """Return the version the page was made from; none at all counts as an old one."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def done(request: HttpRequest, text: str, *, to: str, undo: str = "", events: Sequence[str] = ()) -> HttpResponse:
    """Return a toast to an htmx request, with more events for the page; to a plain form, the way to the next page."""
    if is_fragment(request):
        toast = {"text": text, **({"undo": undo} if undo else {})}
        told = {"toast": toast, "close-drawer": {}} | {event: {} for event in events}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})
    messages.success(request, text)
    return HttpResponseRedirect(to)


def moved_on(request: HttpRequest, text: str, *, to: str) -> HttpResponse:
    """Return the way to the next page, where the text is shown; the whole page is loaded also for htmx requests."""
    messages.success(request, text)
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)


def is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def way_back(request: HttpRequest, default: str, **parts: Any) -> str:
    """Return the page named by `next` when it is one of ours, else the default page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse(default, kwargs=parts)


def picked(rows: QuerySet[Any], value: str | None) -> Any:
    """Return the row with this id, None for no id; 404 for an id that is none or not among the rows."""
    if not value:
        return None
    found = rows.filter(pk=int(value)).first() if value.isdecimal() and len(value) <= MOST_DIGITS else None
    if found is None:
        raise Http404
    return found
