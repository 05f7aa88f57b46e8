"""Searching everything from anywhere: two letters are enough."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.marketing.campaigns.models import Campaign
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Deal
from ryorin.sales.proposals.models import Proposal
from ryorin.web.answers import member_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.search.queries import find_each

AT_ONCE, ON_PAGE = 6, 30
LONGEST = 100
LOOKED_AT = 200
KINDS: tuple[tuple[str, Any, str, Any], ...] = (
    ("person", _("顧客"), "users", lambda: Person.objects.select_related("company")),
    ("company", _("会社"), "building", lambda: Company.objects.all()),
    ("deal", _("商談"), "briefcase", lambda: Deal.objects.select_related("company", "stage")),
    ("proposal", _("提案書"), "presentation", lambda: Proposal.objects.select_related("company")),
    ("campaign", _("施策"), "speakerphone", lambda: Campaign.objects.all()),
    ("product", _("商品"), "package", lambda: Product.objects.all()),
)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    is_part = bool(request.headers.get("HX-Request"))
    groups = found_groups(text, member=member_of(request), limit=AT_ONCE if is_part else ON_PAGE)
    context = {"text": text, "groups": groups}
    return render(request, "customers/search.html#results" if is_part else "customers/search.html", context)


def found_groups(text: str, *, member: Member, limit: int) -> list[dict[str, Any]]:
    """Return what is found of each kind among what the member may see, newest first."""
    groups = []
    ids_by_type = find_each(text, limit=LOOKED_AT)
    for record_type, label, icon, rows in KINDS:
        ids = ids_by_type[record_type]
        found = list(rows().visible_to(member).filter(pk__in=ids).order_by("-pk")[:limit]) if ids else []
        if found:
            lines = [{"row": row, "url": reverse(record_type, args=[row.pk]), **_said(row)} for row in found]
            groups.append({"type": record_type, "label": label, "icon": icon, "lines": lines})
    return groups


def _said(row: Any) -> dict[str, str]:
    """Return the name of a record and what tells it from others of that name."""
    match row:
        case Person():
            about = [row.kana, row.company.name if row.company else "", row.job_title]
        case Company():
            about = [row.name_kana, row.get_prefecture_display() if hasattr(row, "get_prefecture_display") else ""]
        case Deal():
            about = [row.company.name if row.company else "", str(row.stage)]
        case Proposal():
            about = [row.company.name if row.company else "", str(row.get_state_display())]
        case Campaign():
            about = [str(row.get_channel_display())]
        case _:
            about = [row.code]
    return {"name": str(row), "about": "　".join(filter(None, about))}
