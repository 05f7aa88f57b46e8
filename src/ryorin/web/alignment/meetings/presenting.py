"""Showing the meeting: full screen in the browser, as PDF, as PowerPoint."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ryorin.alignment.meetings.models import Meeting
from ryorin.alignment.meetings.queries.deck import deck_of
from ryorin.alignment.meetings.queries.paper import pdf_of
from ryorin.web.alignment.meetings.seen import seen

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@require_GET
def present(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the slides, one at a time."""
    found = seen(request, pk)
    return render(request, "alignment/meetings/present.html", {"meeting": found, "slides": deck_of(found)})


@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the meeting on paper: the agenda; once closed, minutes and decisions before it."""
    return file_of(seen(request, pk), pdf_of, "pdf", "application/pdf")


@require_GET
def pptx(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the slides as a PowerPoint file with charts that can be edited."""
    from ryorin.alignment.meetings.queries.powerpoint import powerpoint_of  # python-pptx is loaded when asked for

    return file_of(seen(request, pk), powerpoint_of, "pptx", PPTX)


def file_of(found: Meeting, make: Callable[[Meeting], bytes], kind: str, content_type: str) -> HttpResponse:
    name = f"{found.name}_{timezone.localtime(found.starts_at):%Y%m%d}.{kind}"
    disposition = content_disposition_header(kind != "pdf", name) or "inline"
    return HttpResponse(make(found), content_type=content_type, headers={"Content-Disposition": disposition})
