"""Appointments in other calendar programs: the secret address of a feed, and invitations as files."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.sales.calendar import queries
from ryorin.sales.calendar.actions import make_feed, note_reading, stop_feed
from ryorin.sales.calendar.models import Feed
from ryorin.sales.calendar.rules import digest_of
from ryorin.web.answers import member_of, moved_on
from ryorin.web.context import company
from ryorin.web.sales.calendar_appointments import seen

KIND = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Show how to see one's appointments elsewhere; a POST makes a new address, which is shown this once."""
    member = member_of(request)
    address = ""
    if request.method == "POST":
        secret = make_feed(member, by=member)
        address = request.build_absolute_uri(reverse("calendar_feed_file", args=[secret]))
    context = {"feed": Feed.objects.filter(member=member).first(), "address": address}
    return render(request, "sales/calendar_feed.html", context)


@require_POST
def calendar_feed_stop(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    stop_feed(member, by=member)
    return moved_on(request, _("カレンダーの配信を止めました。"), to=reverse("calendar_feed"))


@require_GET
def calendar_feed_file(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the appointments of the member whose feed has this secret; it needs no signing in."""
    from ryorin.connectors.calendars import rules as texts  # the calendar library is slow to load

    found = Feed.objects.select_related("member").filter(digest=digest_of(secret), member__is_active=True).first()
    if found is None:
        raise Http404
    note_reading(found)
    name = _("Ryorin %(name)s") % {"name": found.member.name}
    text = texts.feed(queries.of_feed(found.member), name=name, tz=company().time_zone)
    mark = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    headers = {"ETag": mark, "Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
    return HttpResponse(text, content_type=KIND, headers=headers)


@require_GET
def appointment_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Return one appointment as a file for a mail to the guests."""
    from ryorin.connectors.calendars import rules as texts  # the calendar library is slow to load

    found = seen(request, pk)
    kind = f"{KIND}; method={'CANCEL' if found.state == 'cancelled' else 'REQUEST'}"
    name = f'attachment; filename="invitation-{found.pk}.ics"'
    return HttpResponse(
        texts.invitation(found, tz=company().time_zone),
        content_type=kind,
        headers={"Content-Disposition": name},
    )
