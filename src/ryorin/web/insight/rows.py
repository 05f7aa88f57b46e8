"""The rows behind a number: what was counted, how, and each record with its page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from ryorin.alignment.funnel.queries import limit_of, people_of
from ryorin.alignment.funnel.rules import QUANTILES
from ryorin.alignment.handoffs.fields import HANDOFF
from ryorin.alignment.handoffs.models import Handoff
from ryorin.conditions.fields import RecordType
from ryorin.conditions.parser import to_query
from ryorin.conditions.to_orm import among
from ryorin.conditions.tree import Op, Test
from ryorin.customers.people.fields import PERSON
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.fields import ORDER
from ryorin.customers.purchases.models import Order as Purchase
from ryorin.insight.metrics.errors import BreakdownUnknown
from ryorin.insight.metrics.queries import by_part, metric_named, rows_behind, total
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.marketing.media.models import Figure
from ryorin.sales.activities.fields import ACTIVITY
from ryorin.sales.activities.models import Activity
from ryorin.sales.contracts.fields import CONTRACT
from ryorin.sales.contracts.models import Contract
from ryorin.sales.deals.fields import DEAL
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.customers.listings import ORDERS, PEOPLE
from ryorin.web.insight.asking import Days, breakdowns_for, days_in, fiscal_period, part_in, today
from ryorin.web.insight.costs_behind import OF_GOALS
from ryorin.web.insight.funnel import PARTS, READINGS
from ryorin.web.insight.hits import hits
from ryorin.web.insight.showing import BREAKDOWNS, part_names, shown, span_query
from ryorin.web.lists import Listing, cells
from ryorin.web.lists.listing import Lead
from ryorin.web.lists.rows import Order, page_of
from ryorin.web.lists.state import whole
from ryorin.web.lists.table import rows_html
from ryorin.web.sales.contracts import CONTRACTS
from ryorin.web.sales.listings import ACTIVITIES, DEALS
from ryorin.web.templatetags.ryorin import query_string_with, stage_label
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

IN_AN_ADDRESS = 400  # so many ids still fit into the address of a list


def person_of_handoff(row: Mapping[str, Any]) -> str:
    names = (row["person__company__name"], row["person__family_name"], row["person__given_name"])
    return " ".join(filter(None, names))


HANDOFFS = Listing(
    title=_("引き継ぎ"),
    url="handoffs",
    record_url="handoff",
    lead=Lead(
        label=_("顧客"),
        paths=("person__company__name", "person__family_name", "person__given_name"),
        show=person_of_handoff,
    ),
)


@dataclass(frozen=True)
class Records:
    """Where the rows of one kind of record are listed."""

    record_type: RecordType
    model: Any
    listing: Listing
    has_list: bool = True


RECORDS = {
    "person": Records(PERSON, Person, PEOPLE),
    "deal": Records(DEAL, Deal, DEALS),
    "order": Records(ORDER, Purchase, ORDERS),
    "handoff": Records(HANDOFF, Handoff, HANDOFFS, has_list=False),
    "activity": Records(ACTIVITY, Activity, ACTIVITIES, has_list=False),
    "contract": Records(CONTRACT, Contract, CONTRACTS, has_list=False),
}


@require_GET
def metric_rows(request: HttpRequest, name: str) -> HttpResponse:
    """Show the records that make up a metric in some days, of one part of a breakdown where one is named."""
    metric = metric_named(name)
    days = days_in(request, fiscal_period(today(), "quarter"))
    by, key = part_in(request)
    if by and by not in breakdowns_for(metric, member_of(request)):
        raise BreakdownUnknown(name=by)
    behind = rows_behind(metric, days.start, days.end, breakdown=by or None, key=key)
    value = total(metric, days.start, days.end)
    if by:
        part = by_part(metric, days.start, days.end, breakdown=by).get(key)
        value = part.value if part else None
    context = {
        "title": metric.label,
        "metric": metric,
        "value": shown(metric, value, in_full=True),
        "chart_url": f"{reverse('metric', args=[name])}?{span_query(days.start, days.end)}",
        **shown_days(days, by, key),
        **table_of(request, behind.record_type, behind.ids, total=behind.total),
    }
    return render(request, "insight/rows.html", context)


@require_GET
def funnel_people(request: HttpRequest) -> HttpResponse:
    """Show the people behind a number of the funnel."""
    days = days_in(request, fiscal_period(today(), "quarter"))
    by, key = part_in(request)
    stage, waiting = request.GET.get("stage", "lead"), request.GET.get("waiting") == "1"
    reading = request.GET.get("reading", "")
    reading = reading if reading in READINGS else "cohort"
    if by and by not in PARTS:
        raise BreakdownUnknown(name=by)
    longer = request.GET.get("longer", "") if waiting else ""
    longer = longer if longer in QUANTILES else ""
    before = None
    if longer:
        before = limit_of(stage, longer, start=days.start, end=days.end, reading=reading)  # type: ignore[arg-type]
    ids, count = people_of(
        stage,
        start=days.start,
        end=days.end,
        by=by or None,  # type: ignore[arg-type]
        key=key,
        waiting=waiting,
        reading=reading,  # type: ignore[arg-type]
        before=before,
    )
    context = {
        "title": stage_label(stage),
        "waiting": waiting,
        "stuck_since": before,
        "share": {"p75": 75, "p90": 90}.get(longer),
        "reading": reading,
        "value": f"{count:,}",
        **shown_days(days, by, key),
        **table_of(request, "person", ids, total=count),
    }
    return render(request, "insight/rows.html", context)


def shown_days(days: Days, by: str, key: Any) -> dict[str, Any]:
    """Return the days and the part in words."""
    part = f"{BREAKDOWNS[by]()}：{part_names(by, [key])[key]}" if by in BREAKDOWNS else ""
    return {"days": days, "part": part}


def table_of(request: HttpRequest, record_type: str, ids: Sequence[Any], *, total: int) -> dict[str, Any]:
    """Return one page of the rows as far as the member sees them."""
    member = member_of(request)
    if record_type == "touchpoint":
        return {"hits": hits(ids, member), "total": total, "shown_rows": min(total, len(ids))}
    if record_type == "cost":
        rows = CampaignCost.objects.filter(among("pk", ids)).select_related("campaign").order_by("-day", "-pk")
        return {"costs": rows[:500], "total": total, "shown_rows": min(total, len(ids))}
    if record_type in OF_GOALS:
        return OF_GOALS[record_type](ids, member) | {"total": total}
    if record_type == "figure":
        found = Figure.objects.filter(among("pk", ids)).select_related("campaign", "flight").order_by("-day", "-pk")
        return {"figures": found[:500], "total": total, "shown_rows": min(total, len(ids))}
    records = RECORDS[record_type]
    visible = records.model.objects.visible_to(member).filter(among("pk", ids))
    count = visible.count()
    return {
        **page(request, records, visible, member),
        "total": total,
        "shown_rows": count,
        "hidden": max(0, len(ids) - count),
        "list_url": list_address(records, ids),
    }


def page(request: HttpRequest, records: Records, rows: QuerySet[Any], member: Member) -> dict[str, Any]:
    """Return a page of the records, newest first, with the columns their list usually has."""
    columns = [one for one in records.record_type.seen_by(member.role).fields if one.listed]
    paths = list(dict.fromkeys([*records.listing.lead.paths, *(one.path for one in columns)]))
    after, before = whole(request.GET.get("after")), whole(request.GET.get("before"))
    found = page_of(rows, paths, order=Order("id", down=True), after=after, before=before)
    words = cells.Words(currency=current().currency)
    words.learn(columns, found.rows)
    listing = replace(records.listing, change=None)
    html = rows_html(found.rows, columns, listing=listing, words=words, member=member, with_ticks=False)
    return {
        "rows": html,
        "lead": records.listing.lead,
        "columns": [{"label": one.label, "css": cells.css_of(one)} for one in columns],
        "previous_url": leaf(request, before=found.before, after=None) if found.before else "",
        "next_url": leaf(request, after=found.after, before=None) if found.after else "",
    }


def leaf(request: HttpRequest, **changes: Any) -> str:
    """Return the address of the page before or after this one."""
    return query_string_with({"request": request}, **changes)  # type: ignore[arg-type]


def list_address(records: Records, ids: Iterable[int]) -> str:
    """Return the list of just these records, where their ids fit into an address."""
    known = tuple(ids)
    if not records.has_list or not 0 < len(known) <= IN_AN_ADDRESS:
        return ""
    return f"{records.listing.address()}?{to_query(Test('id', Op.IN, known))}"
