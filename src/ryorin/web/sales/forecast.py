"""The forecast: months against targets, parts of a period, the deals behind each number, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.alignment.goals.queries import targets_between
from ryorin.lib import clock
from ryorin.lib.fiscal import Grain, Period, months_of
from ryorin.lib.money import to_decimal
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Pipeline, Yomi
from ryorin.sales.forecast.queries import (
    Change,
    Line,
    board,
    changes_since,
    meanings,
    parts,
    quotas_by_month,
    without_amount,
    without_day,
)
from ryorin.sales.forecast.queries.listing import WHAT, deals_behind
from ryorin.sales.forecast.queries.sums import Key, deals_of
from ryorin.web.answers import MOST_DIGITS, member_of
from ryorin.web.context import address_of, company
from ryorin.web.insight.asking import day_in, fiscal_period, name_of, today, walk
from ryorin.web.sales.figures import UNITS, figure, unit_in
from ryorin.workspace.members.models import Member, Scope, Team
from ryorin.workspace.members.rules import may

GRAINS: tuple[Grain, ...] = ("month", "quarter", "half", "year")
BY: dict[str, str | Promise] = {
    "owner": gettext_lazy("担当"),
    "team": gettext_lazy("チーム"),
    "product": gettext_lazy("商品"),
    "pipeline": gettext_lazy("パイプライン"),
}
SPANS = {"7": gettext_lazy("1週間"), "14": gettext_lazy("2週間"), "30": gettext_lazy("1か月")}
CHANGES: dict[str, str | Promise] = {
    "opened": gettext_lazy("新しく始まった"),
    "won": gettext_lazy("受注した"),
    "lost": gettext_lazy("失注した"),
    "reopened": gettext_lazy("再開した"),
    "later": gettext_lazy("受注予定日が延びた"),
    "sooner": gettext_lazy("受注予定日が早まった"),
    "more": gettext_lazy("金額が増えた"),
    "less": gettext_lazy("金額が減った"),
    "better": gettext_lazy("ヨミが上がった"),
    "worse": gettext_lazy("ヨミが下がった"),
}
SHOWN_OF_A_KIND = 30


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the period, the parts and the unit of figures."""

    period: Period
    by: str
    unit: str

    def behind(self, what: str, start: date, end: date, *, key: Key | str = "") -> str:
        """Return the page with the deals behind a number; days from `start` up to, not including, `end`."""
        query = {"what": what, "from": start.isoformat(), "to": (end - timedelta(days=1)).isoformat()}
        if key != "":
            query |= {"by": self.by, "key": "" if key is None else str(key)}
        return f"{reverse('forecast_deals')}?{urlencode(query)}"


@require_GET
def forecast(request: HttpRequest) -> HttpResponse:
    """Show the period month by month, and by its parts."""
    member, asked = member_of(request), asked_in(request)
    months = months_of(asked.period)
    found = board(member, asked.period, today=today(), targets=targets_of(member, months))
    rows = [row_of(asked, name_of(month), line, month.start, month.end) for month, line in found.months]
    seen = deals_of(member)
    context = {
        "asked": asked,
        "walk": walk_of(asked.period),
        "rows": rows,
        "total": row_of(asked, name_of(asked.period), found.total, asked.period.start, asked.period.end),
        "line": found.total,
        "is_over": asked.period.end <= today(),
        "chart": chart(found.months, asked),
        "parts": part_rows(member, asked),
        "bys": BY.items(),
        "by_label": BY[asked.by],
        "units": UNITS,
        "meanings": meanings(),
        "undated": without_day(seen),
        "unpriced": without_amount(seen),
        "seasons": found.learned.seasons,
        "rests_on": sum(opening.seen for opening in found.learned.openings.values()),
        "sees_all": member.scope == Scope.ALL,
        "may_manage": may(member, "forecast.manage"),
        "may_commit": may(member, "forecast.commit"),
        "tabs": tabs("forecast"),
    }
    return render(request, "sales/forecast.html", context)


@require_GET
def forecast_deals(request: HttpRequest) -> HttpResponse:
    """Show the deals behind a number, the largest first, each with its chance within the days."""
    member = member_of(request)
    what, start, last = (request.GET.get(name, "") for name in ("what", "from", "to"))
    first, end = day_in(start), day_in(last)
    if what not in WHAT or first is None or end is None or first > end:
        raise Http404
    by, key = part_in(request)
    rows, total, amount = deals_behind(
        member, what, first, end + timedelta(days=1), by=by, key=key, today=today(), page=page_in(request)
    )
    context = {
        "deals": rows,
        "count": total,
        "amount": amount,
        "what": WHAT[what],
        "is_open": what != "won",
        "part": name_of_part(member, by, key) if by else "",
        "first": first,
        "last": end,
        "page": page_in(request),
        "is_more": total > (page_in(request) + 1) * len(rows) and bool(rows),
    }
    return render(request, "sales/forecast_deals.html", context)


@require_GET
def forecast_changes(request: HttpRequest) -> HttpResponse:
    """Show what changed in the deals of the last days."""
    days = request.GET.get("days", "7")
    days = days if days in SPANS else "7"
    found, is_more = changes_since(member_of(request), clock.now() - timedelta(days=int(days)))
    context = {
        "groups": [group for kind in CHANGES if (group := group_of(kind, found))],
        "is_more": is_more,
        "days": days,
        "spans": SPANS.items(),
        "tabs": tabs("forecast_changes"),
    }
    return render(request, "sales/forecast_changes.html", context)


def asked_in(request: HttpRequest) -> Asked:
    grain = request.GET.get("grain", "")
    period = fiscal_period(day_in(request.GET.get("at", "")) or today(), grain if grain in GRAINS else "quarter")
    by = request.GET.get("by", "")
    return Asked(period, by if by in BY else "owner", unit_in(request))


def part_in(request: HttpRequest) -> tuple[str, Key]:
    """Return which part of which breakdown the address asks for; 404 for what is none."""
    by, key = request.GET.get("by", ""), request.GET.get("key", "")
    if by and (by not in BY or (key and not (key.isdecimal() and len(key) < MOST_DIGITS))):
        raise Http404
    return by, int(key) if key else None


def page_in(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


def walk_of(period: Period) -> dict[str, Any]:
    """Return what the choice of a period shows; a forecast may walk into the future."""
    return walk(period) | {"after": period.end}


def targets_of(member: Member, months: Sequence[Period]) -> dict[date, int]:
    """Return the revenue both wheels steer to, for who sees all deals; else what those one sees are to win."""
    if member.scope == Scope.ALL:
        shared = targets_between(months[0].start, months[-1].end)
        found = {month: round(value) for (metric, month), value in shared.items() if metric == "revenue"}
        if found:
            return found
    return quotas_by_month(member, months)


def row_of(asked: Asked, name: str, line: Line, start: date, end: date, *, key: Key | str = "") -> dict[str, Any]:
    """Return a line as its row shows it: figures in the unit, each with the deals behind it."""

    def shown(amount: int | None) -> str:
        return figure(amount, asked.unit)

    return {
        "name": name,
        "is_over": end <= today(),
        "target": shown(line.target),
        "won": shown(line.won),
        "won_url": asked.behind("won", start, end, key=key),
        "share": line.share,
        "percent": 100 * line.share if line.share is not None else None,
        "yomi": [
            {
                "label": yomi.label,
                "amount": shown(line.by_yomi.get(yomi, 0)),
                "url": asked.behind(yomi.value, start, end, key=key) if line.by_yomi.get(yomi) else "",
            }
            for yomi in (Yomi.A, Yomi.B, Yomi.C)
        ],
        "expected": shown(line.expected),
        "expected_url": asked.behind("open", start, end, key=key),
        "low": shown(line.low),
        "high": shown(line.high),
        "gap": shown(line.gap),
        "is_short": line.gap is not None and line.gap < 0,
        "rep": shown(line.rep),
        "manager": shown(line.manager),
        "naive": shown(line.naive),
        "naive_url": asked.behind("dated", start, end, key=key),
        "weighted": shown(line.weighted),
        "year_before": shown(line.year_before),
    }


def part_rows(member: Member, asked: Asked) -> list[dict[str, Any]]:
    """Return the parts of the period, those with the largest forecast first."""
    lines = parts(member, asked.period, by=asked.by, today=today())
    names = part_names(asked.by, [key for key in lines if key is not None])
    order = sorted(lines, key=lambda key: (-lines[key].expected, -(lines[key].target or 0), str(key)))
    people = set(Member.objects.filter(pk__in=[key for key in lines if key]).values_list("pk", flat=True))
    return [
        row_of(asked, names.get(key, _("未設定")), lines[key], asked.period.start, asked.period.end, key=key)
        | {"key": key, "commit_url": commit_address(key, asked) if asked.by == "owner" and key in people else ""}
        for key in order
    ]


def commit_address(key: Key, asked: Asked) -> str:
    """Return where a member's commits of the period's month are; of this month, where it has several."""
    month = today() if today() in asked.period else asked.period.start
    return f"{reverse('forecast_commit', args=[key])}?month={month:%Y-%m-01}"


def part_names(by: str, keys: Sequence[int]) -> dict[Key, str]:
    """Return what each part is called."""
    rows: QuerySet[Any] = {
        "owner": Member.objects.all(),
        "team": Team.objects.all(),
        "product": Product.objects.all(),
        "pipeline": Pipeline.objects.all(),
    }[by]
    return {row.pk: str(row) for row in rows.filter(pk__in=keys)}


def name_of_part(member: Member, by: str, key: Key) -> str:
    """Return what a part is called; 404 for one that is none."""
    if key is None:
        return _("未設定")
    names = part_names(by, [key])
    if key not in names:
        raise Http404
    return names[key]


def chart(months: Sequence[tuple[Period, Line]], asked: Asked) -> dict[str, Any]:
    """Return won and expected by month, stacked, and the target as a line; in whole units of the currency."""
    whole = list(months)
    yen = company().currency == "JPY"

    def values(amounts: Sequence[int | None]) -> list[float | None]:
        return [None if amount is None else float(to_decimal(amount, company().currency)) for amount in amounts]

    return {
        "title": _("受注と予測"),
        "kind": "stack",
        "axis": _("月"),
        "labels": [f"{month.start.year}/{month.start.month}" for month, _line in whole],
        "series": [
            {
                "name": _("受注済み"),
                "values": values([line.won for _month, line in whole]),
                "wheel": "harvest",
                "links": [asked.behind("won", month.start, month.end) for month, _line in whole],
            },
            {
                "name": _("進行中の商談から"),
                "values": values([line.from_open for _month, line in whole]),
                "wheel": "axle",
                "links": [asked.behind("open", month.start, month.end) for month, _line in whole],
            },
            {
                "name": _("これからの商談から"),
                "values": values([line.from_new for _month, line in whole]),
                "wheel": "line-2",
            },
            {
                "name": _("目標"),
                "kind": "line",
                "dashed": True,
                "values": values([line.target for _month, line in whole]),
                "wheel": "sow",
            },
        ],
        "prefix": "¥" if yen else "",
        "decimals": 0,
    }


def group_of(kind: str, found: Sequence[Change]) -> dict[str, Any] | None:
    """Return the changes of one kind: how many, what they sum to, the largest."""
    mine = [one for one in found if one.kind == kind]
    if not mine:
        return None
    return {
        "kind": kind,
        "title": CHANGES[kind],
        "count": len(mine),
        "size": sum(one.size for one in mine),
        "changes": mine[:SHOWN_OF_A_KIND],
        "rest": max(len(mine) - SHOWN_OF_A_KIND, 0),
        "is_bad": kind in ("lost", "later", "less", "worse"),
        "yomi": dict(Yomi.choices),
    }


def tabs(here: str) -> list[dict[str, Any]]:
    """Return the tabs above the pages of the forecast."""
    pages: tuple[tuple[str, str], ...] = (
        ("forecast", _("見込み")),
        ("forecast_changes", _("最近の変化")),
        ("forecast_quotas", _("個人・商品の目標")),
        ("forecast_meanings", _("ヨミの意味")),
    )
    return [{"label": label, "url": address_of(name), "is_current": name == here} for name, label in pages]
