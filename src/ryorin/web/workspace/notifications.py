from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.web.answers import member_of, moved_on
from ryorin.workspace.notifications.actions import mark_read
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.notifications.queries import inbox, unread_count

ON_A_PAGE = 50
IN_THE_MENU = 8


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """What the member was told, newest first."""
    member = member_of(request)
    before = request.GET.get("before", "")
    only_unread = request.GET.get("show") == "unread"
    rows = inbox(
        member,
        only_unread=only_unread,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
        limit=ON_A_PAGE + 1,
    )
    unread = unread_count(member)
    shown = rows[:ON_A_PAGE]
    context = {
        "rows": shown,
        "unread": unread,
        "next_before": shown[-1].pk if len(rows) > ON_A_PAGE else None,
        "only_unread": only_unread,
        "tabs": [
            {"label": _("すべて"), "url": reverse("notifications"), "is_current": not only_unread},
            {"label": _("未読"), "url": "?show=unread", "is_current": only_unread, "count": unread},
        ],
    }
    return render(request, "workspace/notifications.html", context)


@require_GET
def latest(request: HttpRequest) -> HttpResponse:
    """The newest few, for the menu under the bell."""
    member = member_of(request)
    context = {"rows": inbox(member, limit=IN_THE_MENU), "unread": unread_count(member)}
    return render(request, "workspace/notifications.html#latest", context)


@require_GET
def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what the notification is about; it counts as read from now on."""
    member = member_of(request)
    found = get_object_or_404(Notification, pk=pk, member=member)
    mark_read(member, ids=[pk])
    is_ours = found.url.startswith("/") and url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if is_ours else "notifications")


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    mark_read(member_of(request))
    return moved_on(request, _("すべて既読にしました。"), to=reverse("notifications"))
