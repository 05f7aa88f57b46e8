"""What templates say about numbers, days, people and addresses of pages, in the reader's convention."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ryorin.customers.people.models import LifecycleStage
from ryorin.customers.timeline.rules import KINDS
from ryorin.lib import clock
from ryorin.lib.money import format_money, to_decimal
from ryorin.lib.postal import PREFECTURES
from ryorin.web.context import company
from ryorin.workspace.members import rules as members
from ryorin.workspace.members.models import Member

register = template.Library()

# The first sign that a browser's description of itself contains says what it is.
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


# Numbers --------------------------------------------------------------------------------------------------------------
@register.filter
def money(amount: int | None, currency: str = "") -> str:
    """Return minor units as "¥1,234"; without a currency, in the company's own."""
    if amount is None or amount == "":
        return "–"
    return format_money(int(amount), currency or company().currency, language=get_language() or "ja")


@register.filter
def short_money(amount: int | None, currency: str = "") -> str:
    """Return minor units in millions, "¥38.2百万", where they reach a million, else in full."""
    if amount is None or amount == "":
        return "–"
    currency, language = currency or company().currency, get_language() or "ja"
    unit = "million" if abs(to_decimal(int(amount), currency)) >= 1_000_000 else None
    return format_money(int(amount), currency, unit=unit, language=language)  # type: ignore[arg-type]


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """Return a number with thousands separators and so many decimals."""
    return "–" if value is None or value == "" else f"{float(value):,.{decimals}f}"


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """Return a share (0.318) as "31.8%"."""
    return "–" if value is None or value == "" else f"{float(value) * 100:.{decimals}f}%".replace("-", "−")


@register.filter
def signed(value: float | None, decimals: int = 0) -> str:
    """Return a number with its sign, "+21" or "−6"."""
    if value is None or value == "":
        return "–"
    return f"{float(value):+,.{decimals}f}".replace("-", "−")


@register.filter
def within_100(value: float | None) -> int:
    """Return a percentage as a whole number between 0 and 100."""
    return max(0, min(100, round(float(value or 0))))


# Days -----------------------------------------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None) -> str:
    """Return "11/19", in another year "2025/11/19"; in English "Nov 19" and "Nov 19, 2025"."""
    if not value:
        return ""
    found = _local_day(value)
    this_year = found.year == _today().year
    if _is_english():
        return f"{found:%b} {found.day}" if this_year else f"{found:%b} {found.day}, {found.year}"
    return f"{found.month}/{found.day}" if this_year else f"{found.year}/{found.month}/{found.day}"


@register.filter
def moment(value: datetime | None) -> str:
    """Return "今日 9:12", "昨日 21:40", "明日 9:30", else the day."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return day(value)
    local = timezone.localtime(value)
    names = {0: _("今日"), -1: _("昨日"), 1: _("明日")}
    name = names.get((local.date() - _today()).days)
    return f"{name} {local.hour}:{local.minute:02}" if name else day(value)


@register.filter
def day_and_time(value: datetime | None) -> str:
    """Return "11/19 9:12"."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{day(value)} {local.hour}:{local.minute:02}"


@register.filter
def ago(value: datetime | None) -> str:
    """Return how long ago it was: "3分前", "2時間前", "5日前"."""
    if not value:
        return ""
    passed = clock.now() - value
    if passed < timedelta(minutes=1):
        return _("たった今")
    if passed < timedelta(hours=1):
        count = int(passed / timedelta(minutes=1))
        return ngettext("%(count)s分前", "%(count)s分前", count) % {"count": count}
    if passed < timedelta(days=1):
        count = int(passed / timedelta(hours=1))
        return ngettext("%(count)s時間前", "%(count)s時間前", count) % {"count": count}
    count = passed.days
    return ngettext("%(count)s日前", "%(count)s日前", count) % {"count": count}


@register.filter
def days_left(value: date | datetime | None) -> str:
    """Return how far a due day lies ahead: "今日", "明日", "あと3日", "2日超過"."""
    if not value:
        return ""
    count = (_local_day(value) - _today()).days
    if count == 0:
        return _("今日")
    if count == 1:
        return _("明日")
    if count < 0:
        return ngettext("%(count)s日超過", "%(count)s日超過", -count) % {"count": -count}
    return ngettext("あと%(count)s日", "あと%(count)s日", count) % {"count": count}


def _local_day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _is_english() -> bool:
    return (get_language() or "ja").startswith("en")


# Names of things ------------------------------------------------------------------------------------------------------
@register.filter
def prefecture(code: str | None) -> str:
    """Return the name of the prefecture with this code."""
    return PREFECTURES.get(code or "", "")


@register.filter
def kind_label(kind: str) -> str:
    """Return what a kind of touchpoint is called."""
    return str(KINDS[kind].label) if kind in KINDS else kind


@register.filter
def wheel_of_kind(kind: str) -> str:
    """Return the colour of a kind of touchpoint: sow, axle or harvest."""
    return KINDS[kind].wheel.value if kind in KINDS else ""


@register.filter
def stage_label(stage: str) -> str:
    """Return what a lifecycle stage is called."""
    return str(LifecycleStage(stage).label) if stage in LifecycleStage.values else stage


@register.filter
def device(user_agent: str) -> str:
    """Return a browser's description of itself in two words: "Chrome ・ Windows"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return " ・ ".join(part for part in (browser, system) if part) or user_agent[:40] or "–"


@register.filter
def may(member: Member | None, verb: str) -> bool:
    """Return whether the member's role allows the verb: {% if member|may:"deals.change" %}; strangers may nothing."""
    return isinstance(member, Member) and members.may(member, verb)


# Addresses of pages ---------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def query_string_with(context: template.Context, **changes: Any) -> str:
    """Return this page's query string with some values changed; None or "" takes one away."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None and value != "":
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


@register.simple_tag
def maybe_url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page, "" where there is no such page."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


# Drawings -------------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Return one of the icons of icons.txt; decoration only, so it is hidden from screen readers."""
    css = f"icon {size}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, _icons(), name)


@lru_cache(maxsize=1)
def _icons() -> str:
    return static("vendor/icons.svg")


@register.filter
def ring_arcs(percents: Iterable[float | None]) -> list[dict[str, Any]]:
    """Return radius, drawn and undrawn length of up to three rings, the outermost first."""
    arcs = []
    for value, radius, rank in zip(percents, (88, 70, 52), ("first", "second", "third"), strict=False):
        around = 6.2832 * radius
        length = around * within_100(value) / 100
        arcs.append(
            {"radius": radius, "rank": rank, "length": f"{length:.1f}" if length else "", "rest": f"{around:.1f}"}
        )
    return arcs


@register.simple_tag
def spark_line(points: Sequence[float]) -> str:
    """Return the points of a small line in a box of 100 by 36; "" for fewer than two values."""
    values = [float(point) for point in points or []]
    if len(values) < 2:
        return ""
    low, high = min(0.0, *values), max(values)
    height = (high - low) or 1
    step = 100 / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{34 - 32 * (value - low) / height:.1f}" for i, value in enumerate(values))


@register.filter
def as_json(data: Mapping[str, Any]) -> str:
    """Return a chart's data as the text that is sent back for a file of it."""
    return json.dumps(data, ensure_ascii=False, default=str)


@register.filter
def chart_rows(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a chart's data as the rows of a table, each number with the address of what lies behind it."""
    return [
        {"label": label, "cells": [_cell(line, row, data) for line in data.get("series", [])]}
        for row, label in enumerate(data.get("labels", []))
    ]


def _cell(line: Mapping[str, Any], row: int, data: Mapping[str, Any]) -> dict[str, str]:
    value, links = line["values"][row], line.get("links") or []
    shown = number(value, data.get("decimals", 0))
    text = shown if value is None else f"{data.get('prefix', '')}{shown}{data.get('unit', '')}"
    return {"text": text, "link": links[row] if row < len(links) else ""}


# Forms and messages ---------------------------------------------------------------------------------------------------
@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Return whether the field is a single box to tick."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def has_many_controls(field: BoundField) -> bool:
    """Return whether the field is a group of boxes or buttons that needs a legend."""
    return isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)


@register.filter
def described(field: BoundField) -> SafeString:
    """Return the control, tied to its help and its errors for screen readers."""
    said = [f"{field.auto_id}-help"] if field.help_text else []
    return _control(field, said)


@register.filter
def undescribed(field: BoundField) -> SafeString:
    """Return the control without help and placeholder, tied to its errors."""
    return _control(field, [], placeholder="")


def _control(field: BoundField, said: list[str], **attributes: str | bool) -> SafeString:
    if field.errors:
        said = [*said, f"{field.auto_id}-error"]
        attributes["aria-invalid"] = "true"
    if said:
        attributes["aria-describedby"] = " ".join(said)
    return field.as_widget(attrs=attributes)


@register.simple_tag
def messages_for_toasts(messages: Iterable[Any]) -> list[dict[str, str]]:
    """Return Django's waiting messages as toasts, and take them away; an extra tag undo:/path offers a way back."""
    return [
        {"text": str(line), "level": "bad" if "error" in line.tags else "ok", "undo": _undo(line.tags)}
        for line in messages
    ]


def _undo(tags: str) -> str:
    return next((tag.removeprefix("undo:") for tag in tags.split() if tag.startswith("undo:")), "")
