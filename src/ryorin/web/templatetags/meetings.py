"""Filters for what an agenda says: where a number leads, and a chart as the chart component takes it."""

from typing import Any

from django import template

from ryorin.alignment.meetings.rules.views import Chart, Ref
from ryorin.web.alignment.meetings.links import address_of
from ryorin.web.alignment.meetings.links import chart_data as data_of

register = template.Library()


@register.filter
def leads_to(ref: Ref | None) -> str:
    """Return the page with the rows behind something, "" for none."""
    return address_of(ref)


@register.filter
def chart_data(chart: Chart) -> dict[str, Any]:
    """Return a chart as components/chart.html takes it."""
    return data_of(chart)


@register.filter
def chart_id(key: str, drawn: str) -> str:
    """Return the id of a chart, another each time the page is made: a chart is drawn anew, never carried over."""
    return f"chart-{key.replace(':', '-')}-{drawn}"


@register.filter
def slide_id(number: int) -> str:
    """Return the id of the chart on a slide."""
    return f"slide-chart-{number}"


@register.filter
def act_id(pk: int, deed: str) -> str:
    """Return the id of a button on an item, by which the focus finds it again after the agenda was redrawn."""
    return f"item-{deed}-{pk}"
