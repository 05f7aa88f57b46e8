"""Deals and activities as lists: views, conditions, sorting, editing in place, export."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ryorin.sales.activities.fields import ACTIVITY
from ryorin.sales.activities.models import Activity, ActivityKind
from ryorin.sales.deals.actions import change_deal, delete_deal
from ryorin.sales.deals.fields import DEAL
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead, named_by


def activity_lead(row: Mapping[str, Any]) -> str:
    """Return what an activity is called in its list: when and what."""
    kind = ActivityKind(row["kind"]).label if row["kind"] in ActivityKind.values else row["kind"]
    return f"{timezone.localtime(row['at']):%Y/%m/%d %H:%M} {kind}"


DEALS = Listing(
    title=_("商談の一覧"),
    url="deal_list",
    record_url="deal",
    lead=named_by("name", _("商談名"), sort="name"),
    new_url="deal_new",
    new_label=_("商談"),
    search="deal",
    change=change_deal,
    change_verb="deals.change",
    delete=delete_deal,
    delete_verb="deals.delete",
    restores=True,
    empty_title=_("まだ商談がありません"),
    empty_text=_("引き継ぎを受け取ると、経緯の付いた商談がここに並びます。自分で始めることもできます。"),
    empty_url="deal_new",
    empty_label=_("商談をつくる"),
    icon="layout-kanban",
)
ACTIVITIES = Listing(
    title=_("活動の一覧"),
    url="activity_list",
    record_url="activity",
    lead=Lead(label=_("日時"), paths=("at", "kind"), show=activity_lead, sort="at"),
    new_url="activity_new",
    new_label=_("活動を記録"),
    change_verb="activities.change",
    sort="-at",
    empty_title=_("まだ活動がありません"),
    empty_text=_("電話や訪問のあと、その場で記録しておくと、次に会う人が困りません。"),
    empty_url="activity_new",
    empty_label=_("活動を記録"),
    icon="phone-call",
)


def deal_list(request: HttpRequest) -> HttpResponse:
    """Show the deals as a list."""
    member = member_of(request)
    rows = Deal.objects.visible_to(member)
    return record_list(request, record_type=DEAL, rows=rows, member=member, listing=DEALS)


def activity_list(request: HttpRequest) -> HttpResponse:
    """Show the activities as a list."""
    member = member_of(request)
    rows = Activity.objects.visible_to(member)
    return record_list(request, record_type=ACTIVITY, rows=rows, member=member, listing=ACTIVITIES)
