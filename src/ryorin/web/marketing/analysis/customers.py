"""The customers behind a number of the analysis, with their values, and the way to a list or a segment of them."""

from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.parser import to_query
from ryorin.conditions.tree import EVERYTHING
from ryorin.lib.errors import Refusal
from ryorin.web.lists import cells
from ryorin.web.lists.page import filtered
from ryorin.web.lists.rows import Order, counted, page_of
from ryorin.web.lists.state import State, read, say, whole
from ryorin.web.lists.table import rows_html
from ryorin.web.marketing.analysis.shared import Asked, asked_in, segment_address
from ryorin.web.templatetags.ryorin import query_string_with
from ryorin.workspace.organisation.queries import current

SHOWN = ("value_purchases", "value_revenue", "value_last_on", "value_next_on", "value_churn_level", "value_lifetime")
ALSO = {"person": ("company_name",), "company": ("industry",)}
BY_VALUE = Order("value__revenue", down=True)


@require_GET
def analysis_customers(request: HttpRequest) -> HttpResponse:
    """Show the customers under a condition, those who bought most first."""
    asked = asked_in(request)
    record_type = asked.record_type.seen_by(asked.member.role)
    try:
        node = read(request.GET.get("f") or "{}", record_type, asks_touchpoints=asked.is_person)
        rows = filtered(asked.records(), state_of(asked, node), listing=asked.listing)
    except (ConditionInvalid, Refusal) as refusal:
        context = {"asked": asked, "problem": str(refusal), "title": _("顧客"), "listing": asked.listing}
        return render(request, "marketing/analysis/customers.html", context, status=400)
    title = request.GET.get("title", "").replace("\0", "")[:80] or _("顧客")
    context = {
        "asked": asked,
        "title": title,
        "sentence": "" if node == EVERYTHING else say(node, record_type),
        "list_url": f"{asked.listing.address()}?{to_query(node)}",
        "segment_url": segment_address(asked, node, title),
        "listing": asked.listing,
        **table_of(request, asked, rows),
    }
    return render(request, "marketing/analysis/customers.html", context)


def state_of(asked: Asked, node: Any) -> State:
    """Return the wish for the rows under the condition and nothing else."""
    return State(
        record_type=asked.record_type.seen_by(asked.member.role),
        node=node,
        text="",
        sort="",
        columns=(),
        view=None,
        views=(),
        after=None,
        before=None,
    )


def table_of(request: HttpRequest, asked: Asked, rows: Any) -> dict[str, Any]:
    """Return one page of the customers and what they come to together."""
    record_type = asked.record_type.seen_by(asked.member.role)
    count, rows = counted(rows, is_filtered=True)
    sums = {} if count.is_more else rows.aggregate(revenue=Sum("value__revenue"), lifetime=Sum("value__lifetime"))
    names = (*ALSO[asked.subject], *SHOWN)
    columns = [record_type.field(name) for name in names if name in record_type]
    paths = list(dict.fromkeys([*asked.listing.lead.paths, *(one.path for one in columns)]))
    order = Order("id", down=True) if count.is_more else BY_VALUE
    found = page_of(
        rows, paths, order=order, after=whole(request.GET.get("after")), before=whole(request.GET.get("before"))
    )
    words = cells.Words(currency=current().currency)
    words.learn(columns, found.rows)
    html = rows_html(found.rows, columns, listing=asked.listing, words=words, member=asked.member, with_ticks=False)

    def leaf(**changes: Any) -> str:
        return query_string_with({"request": request}, **changes)  # type: ignore[arg-type]

    return {
        "rows": html,
        "count": count,
        "sums": sums,
        "columns": [{"label": one.label, "css": cells.css_of(one)} for one in columns],
        "lead": asked.listing.lead,
        "previous_url": leaf(before=found.before, after=None) if found.before else "",
        "next_url": leaf(after=found.after, before=None) if found.after else "",
    }
