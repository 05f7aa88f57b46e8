"""The meeting an address is about, when the member may see it, and what every page of it shows."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.models import Meeting, Series
from ryorin.alignment.meetings.queries.agenda import day_said, period_said, time_said
from ryorin.lib import clock
from ryorin.web.answers import member_of
from ryorin.workspace.members.rules import may


def seen(request: HttpRequest, pk: int) -> Meeting:
    """Return the meeting when the member takes part in it or leads; 404 otherwise."""
    rows = Meeting.objects.visible_to(member_of(request)).select_related("series", "organiser", "closed_by")
    found: Meeting = get_object_or_404(rows, pk=pk)
    return found


def seen_series(request: HttpRequest, pk: int) -> Series:
    rows = Series.objects.visible_to(member_of(request)).select_related("organiser")
    found: Series = get_object_or_404(rows, pk=pk)
    return found


def frame(request: HttpRequest, found: Meeting, *, here: str) -> dict[str, Any]:
    """Return what stands around both pages of a meeting."""
    pages = (("meeting", _("議題")), ("meeting_minutes", _("議事録と決定事項")))
    return {
        "meeting": found,
        "day": day_said(found),
        "time": time_said(found),
        "period": period_said(found),
        "has_begun": found.starts_at <= clock.now(),
        "may_change": may(member_of(request), "meetings.change") and found.is_open,
        "may_mail": may(member_of(request), "meetings.change"),
        "tabs": [
            {"label": label, "url": reverse(name, args=[found.pk]), "is_current": name == here} for name, label in pages
        ],
    }
