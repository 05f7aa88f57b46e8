"""What approaches came to; every number opens the people behind it."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET

from ryorin.lib import clock
from ryorin.lib.dates import parse_date
from ryorin.sales.approach.models import ApproachList, Method
from ryorin.sales.approach.queries import results as queries
from ryorin.sales.approach.queries.results import BY, FORM, ONLY, Key, Result, Wanted
from ryorin.web.answers import is_fragment, member_of
from ryorin.web.context import company
from ryorin.web.lists.state import whole
from ryorin.workspace.members.models import Member

BREAKDOWNS = {
    "list": lazy("リスト"),
    "caller": lazy("担当"),
    "hour": lazy("時間帯"),
    "weekday": lazy("曜日"),
    "outcome": lazy("結果"),
    "method": lazy("方法"),
}
ONLY_SAID = {
    "": lazy("すべての連絡"),
    "connected": lazy("相手と話せた連絡"),
    "appointment": lazy("アポイントになった連絡"),
    "deal": lazy("商談につながった連絡"),
    "won": lazy("受注につながった連絡"),
}
DAYS = 90
IN_CHART = 24
MOST_LISTS = 200


@require_GET
def approach_results(request: HttpRequest) -> HttpResponse:
    """Show calls, appointments, deals and what was won, by one breakdown."""
    member = member_of(request)
    wanted, by = wanted_by(request), _by(request)
    lines = queries.results(wanted, member, by=by)
    names = queries.names_of(by, [line.key for line in lines])
    lists = ApproachList.objects.visible_to(member).order_by("-pk")[:MOST_LISTS]
    context = {
        "wanted": wanted,
        "by": by,
        "breakdowns": BREAKDOWNS.items(),
        "lines": [_line(request, line, names[line.key], by) for line in lines],
        "total": _line(request, queries.total(line for line in lines if line.key != FORM), "", ""),
        "chart": _chart(request, lines, names, by) if lines else None,
        "lists": lists,
        "callers": Member.objects.filter(is_active=True),
        "methods": Method.choices,
    }
    return render(request, "sales/approach/results.html", context)


@require_GET
def approach_attempts(request: HttpRequest) -> HttpResponse:
    """Show the people behind one number of the results."""
    member, wanted, by = member_of(request), wanted_by(request), _by(request)
    only = request.GET.get("only", "")
    only = only if only in ONLY else ""
    key = _key(by, request.GET.get("key", ""))
    rows = queries.attempts_of(wanted, member)
    rows = queries.timed(rows, by)
    if "key" in request.GET:
        rows = queries.narrowed(rows, by=by, key=key, only=only)
        part = queries.names_of(by, [key])[key]
    else:
        rows, part = queries.narrowed(rows, by="", key=None, only=only), ""
    context = {
        "wanted": wanted,
        "only": ONLY_SAID[only],
        "part": part,
        "page": queries.page_of(rows, before=request.GET.get("before", "")),
        "back": f"{reverse('approach_results')}?{_query(request)}",
    }
    fragment = "#rows" if is_fragment(request) and "before" in request.GET else ""
    return render(request, f"sales/approach/attempts.html{fragment}", context)


def wanted_by(request: HttpRequest) -> Wanted:
    """Return which attempts an address asks for: the last 90 days where it names no others."""
    today = clock.today(company().time_zone)
    last = _day(request.GET.get("to", "")) or today
    first = _day(request.GET.get("from", "")) or last - timedelta(days=DAYS)
    method = request.GET.get("method", "")
    return Wanted(
        first=min(first, last),
        last=last,
        list_id=whole(request.GET.get("list")),
        caller_id=whole(request.GET.get("caller")),
        method=method if method in Method.values else "",
    )


def _day(text: str) -> date | None:
    try:
        found = parse_date(text[:40]) if text else None
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 2199 else None


def _by(request: HttpRequest) -> str:
    by = request.GET.get("by", "list")
    return by if by in BY else "list"


def _key(by: str, text: str) -> Key:
    """Return the key of a breakdown as an address gives it; None for those without."""
    if by == "method":
        return text if text in Method.values else None
    number = whole(text)
    return min(number, 23) if number is not None and by == "hour" else number


def _query(request: HttpRequest, **more: Any) -> str:
    """Return the query string that asks for the same attempts, with more."""
    names = ("from", "to", "list", "caller", "method", "by")
    kept = {name: request.GET[name] for name in names if request.GET.get(name)}
    return urlencode(kept | {name: "" if value is None else value for name, value in more.items()})


def _line(request: HttpRequest, line: Result, name: str, by: str) -> dict[str, Any]:
    """Return one line with the addresses behind its numbers; those of forms open no attempts."""
    links = {}
    if line.key != FORM:
        key = {"key": line.key} if by else {}
        address = reverse("approach_attempts")
        links = {only or "all": f"{address}?{_query(request, **key, only=only)}" for only in ONLY}
    return {"line": line, "name": name, "links": links}


def _chart(request: HttpRequest, lines: list[Result], names: dict[Key, str], by: str) -> dict[str, Any]:
    shown = lines[:IN_CHART]
    series = (
        (_("連絡"), "attempts", "ink-4", ""),
        (_("話せた"), "connected", "axle", "connected"),
        (_("アポイント"), "appointments", "harvest", "appointment"),
    )
    return {
        "title": _("%(by)sごとの結果") % {"by": BREAKDOWNS[by]},
        "kind": "bar",
        "axis": str(BREAKDOWNS[by]),
        "labels": [names[line.key] for line in shown],
        "series": [
            {
                "name": name,
                "values": [getattr(line, value) for line in shown],
                "wheel": wheel,
                "links": [_line(request, line, "", by)["links"].get(only or "all", "") for line in shown],
            }
            for name, value, wheel, only in series
        ],
    }
