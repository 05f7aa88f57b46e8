"""The pages behind what an agenda says: every number leads to its rows."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from ryorin.alignment.meetings.rules.views import Chart, Ref
from ryorin.conditions.parser import parse, to_query
from ryorin.sales.deals.fields import DEAL
from ryorin.web.insight.showing import rows_address, span_query

RECORDS = ("deal", "campaign", "handoff", "meeting", "metric", "suggestion")


def address_of(ref: Ref | None) -> str:
    """Return the page a reference leads to, "" for none."""
    if ref is None:
        return ""
    if ref.to in RECORDS:
        return reverse(ref.to, args=[ref.id])
    made = PAGES.get(ref.to)
    return made(ref) if made else ""


def chart_data(chart: Chart) -> dict[str, Any]:
    """Return a chart as the pages' chart component takes it."""
    return {
        "title": chart.title,
        "kind": chart.kind,
        "axis": chart.axis,
        "labels": chart.labels,
        "prefix": chart.prefix,
        "unit": chart.unit,
        "decimals": chart.decimals,
        "series": [
            {
                "name": line.name,
                "values": line.values,
                "wheel": line.wheel,
                "links": [address_of(ref) for ref in line.refs],
            }
            for line in chart.lines
        ],
    }


def _metric_rows(ref: Ref) -> str:
    asked = ref.asked
    start, end = date.fromisoformat(asked["start"]), date.fromisoformat(asked["end"])
    return rows_address(str(ref.id), start, end, by=asked.get("by", ""), key=asked.get("key") or None)


def _answered(ref: Ref) -> str:
    asked = dict(ref.asked)
    days = span_query(date.fromisoformat(asked.pop("start")), date.fromisoformat(asked.pop("end")))
    return f"{reverse('handoffs_answered')}?{days}&{urlencode(asked)}"


def _closed_deals(ref: Ref) -> str:
    """Return the list of deals closed so within the days."""
    days = [ref.asked["start"], ref.asked["end"]]
    tests = [
        {"field": "state", "op": "is", "value": ref.id},
        {"field": "closed_at", "op": "between", "value": days},
    ]
    return f"{reverse('deal_list')}?{to_query(parse({'all': tests}, DEAL))}"


PAGES: dict[str, Callable[[Ref], str]] = {
    "metric_rows": _metric_rows,
    "handoffs": lambda ref: f"{reverse('handoffs')}?of=all",
    "handoffs_answered": _answered,
    "closed_deals": _closed_deals,
    "agreement": lambda ref: reverse("agreement"),
    "promise": lambda ref: f"{reverse('promise', args=[ref.id])}?{urlencode(ref.asked)}",
    "kpi_tree": lambda ref: f"{reverse('kpi_tree')}?{urlencode({**ref.asked, 'against': 'goal'})}",
}
