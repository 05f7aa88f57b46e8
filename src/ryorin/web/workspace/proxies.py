"""Who decides for the member while they are absent, on the profile page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ryorin.lib.dates import parse_date
from ryorin.web.answers import member_of, picked
from ryorin.workspace.approvals.actions import add_proxy, end_proxy
from ryorin.workspace.approvals.errors import ProxyInvalid
from ryorin.workspace.approvals.models import Proxy
from ryorin.workspace.approvals.queries import kinds
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.queries import active_members


def proxies_of(member: Member) -> dict[str, Any]:
    """Return what the profile page shows of the member's stand-ins."""
    labels = {name: kind.label for name, kind in kinds().items()}
    rows = list(Proxy.objects.filter(member=member).select_related("stand_in"))
    in_force = set(Proxy.objects.in_force().filter(member=member).values_list("pk", flat=True))
    return {
        "proxies": [
            {"proxy": row, "is_in_force": row.pk in in_force, "kinds": [labels.get(kind, kind) for kind in row.kinds]}
            for row in rows
        ],
        "colleagues": active_members().exclude(pk=member.pk),
        "approval_kinds": kinds().values(),
    }


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Name who decides for the member."""
    member = member_of(request)
    try:
        days = [
            parse_date(text) if (text := request.POST.get(name, "").strip()) else None for name in ("from", "until")
        ]
    except ValueError as problem:
        raise ProxyInvalid(str(problem)) from None
    stand_in = picked(active_members(), request.POST.get("stand_in"))
    chosen = [each[:40] for each in request.POST.getlist("kinds")[:100]]
    proxy = add_proxy(member, by=member, stand_in=stand_in, starts_on=days[0], ends_on=days[1], kinds=chosen)
    messages.success(request, _("%(name)sさんに代理を頼みました。") % {"name": proxy.stand_in.name})
    return redirect("profile")


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the member's stand-ins."""
    found = get_object_or_404(Proxy.objects.filter(member=member_of(request)).select_related("stand_in"), pk=pk)
    end_proxy(found, by=member_of(request))
    messages.success(request, _("%(name)sさんの代理を終えました。") % {"name": found.stand_in.name})
    return redirect("profile")
