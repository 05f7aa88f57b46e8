"""RFM: the grid of recency by frequency, each cell with its customers."""

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.conditions.tree import All, Op
from ryorin.customers.value.models import Subject
from ryorin.marketing.value.queries import picture
from ryorin.web.marketing.analysis.shared import Asked, asked_in, frame, heat, major, prefix, segment_address, test
from ryorin.web.templatetags.ryorin import money, number, percent
from ryorin.workspace.members.models import Scope

SCORES = (1, 2, 3, 4, 5)
SHOWN: dict[str, str | Promise] = {"customers": gettext_lazy("人数"), "revenue": gettext_lazy("累計購入額")}
REGIONS: tuple[tuple[str | Promise, str | Promise, tuple[int, int], tuple[int, int]], ...] = (
    (gettext_lazy("優良顧客"), gettext_lazy("最近も、よく買っている"), (4, 5), (4, 5)),
    (gettext_lazy("伸びる顧客"), gettext_lazy("最近買った。回数はこれから"), (4, 5), (1, 3)),
    (gettext_lazy("離れそうな優良顧客"), gettext_lazy("よく買っていたが、しばらく来ない"), (1, 3), (4, 5)),
    (gettext_lazy("離れた顧客"), gettext_lazy("回数が少なく、しばらく来ない"), (1, 2), (1, 3)),
)
Cells = dict[tuple[int, int], tuple[int, float]]


@require_GET
def analysis(request: HttpRequest) -> HttpResponse:
    """Show the grid; each cell opens its customers."""
    asked = asked_in(request)
    shown = request.GET.get("show", "")
    shown = shown if shown in SHOWN else "customers"
    content = picture(asked.subject, "rfm")
    cells = cells_of(asked, content)
    customers = sum(count for count, _sum in cells.values())
    context = {
        **frame(asked, "analysis"),
        "shown": shown,
        "choices": SHOWN.items(),
        "rows": grid_rows(asked, cells, shown),
        "scores": SCORES,
        "customers": customers,
        "revenue": round(sum(amount for _count, amount in cells.values())),
        "regions": regions(asked, cells, customers),
        "borders": borders_of(content),
        "window": content.get("window", 0),
        "chart": chart(asked, cells),
    }
    return render(request, "marketing/analysis/rfm.html", context)


def cells_of(asked: Asked, content: dict[str, Any]) -> Cells:
    """Return customers and revenue by (R, F): as computed for who sees all, else of those the member may see."""
    if asked.member.scope == Scope.ALL:
        counts, sums = content.get("customers", []), content.get("revenue", [])
        return {(r + 1, f + 1): (count, sums[r][f]) for r, row in enumerate(counts) for f, count in enumerate(row)}
    rows = asked.values().values_list("recency_score", "frequency_score")
    return {(r, f): (count, amount) for r, f, count, amount in rows.annotate(n=Count("pk"), s=Sum("revenue"))}


def grid_rows(asked: Asked, cells: Cells, shown: str) -> list[dict[str, Any]]:
    """Return the rows of the grid, the most recent first, each cell with its warmth and its customers."""
    place = 0 if shown == "customers" else 1
    most = max((cell[place] for cell in cells.values()), default=0)
    rows = []
    for r in reversed(SCORES):
        line = []
        for f in SCORES:
            count, amount = cells.get((r, f), (0, 0.0))
            value = count if shown == "customers" else amount
            line.append(
                {
                    "f": f,
                    "count": count,
                    "text": number(count) if shown == "customers" else money(round(amount)),
                    "heat": heat(value, most),
                    "url": behind_cell(asked, r, f) if count else "",
                }
            )
        rows.append({"r": r, "cells": line})
    return rows


def behind_cell(asked: Asked, r: int, f: int) -> str:
    return asked.behind(test("recency_score", Op.IS, r), test("frequency_score", Op.IS, f), title=f"R{r} F{f}")


def regions(asked: Asked, cells: Cells, customers: int) -> list[dict[str, Any]]:
    """Return the parts of the grid that have a name, with their customers and revenue."""
    found = []
    for name, meaning, recency, frequency in REGIONS:
        inside = [
            cell
            for (r, f), cell in cells.items()
            if recency[0] <= r <= recency[1] and frequency[0] <= f <= frequency[1]
        ]
        count = sum(cell[0] for cell in inside)
        tests = (test("recency_score", Op.BETWEEN, recency), test("frequency_score", Op.BETWEEN, frequency))
        found.append(
            {
                "name": name,
                "meaning": meaning,
                "scores": f"R{recency[0]}–{recency[1]} F{frequency[0]}–{frequency[1]}",
                "count": count,
                "share": percent(count / customers, 0) if customers else "–",
                "revenue": round(sum(cell[1] for cell in inside)),
                "url": asked.behind(*tests, title=str(name)) if count else "",
                "segment_url": segment_address(asked, All(tests), str(name)) if count else "",
            }
        )
    return found


def borders_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return from which figure on each score is given."""
    borders = content.get("borders", {})
    labels = {
        "recency": (_("R（最近さ）"), lambda value: _("%(count)s日以内") % {"count": number(value)}),
        "frequency": (_("F（頻度）"), lambda value: _("%(count)s回以上") % {"count": number(value)}),
        "monetary": (_("M（金額）"), lambda value: _("%(amount)s以上") % {"amount": money(round(value))}),
    }
    return [
        {"label": label, "ends": [said(value) if value is not None else "–" for value in borders.get(name, [])]}
        for name, (label, said) in labels.items()
        if borders.get(name)
    ]


def chart(asked: Asked, cells: Cells) -> dict[str, Any]:
    """Return customers and revenue of all cells as the data of a table and of files."""
    keys = [(r, f) for r in reversed(SCORES) for f in SCORES]
    known = [cells.get(key, (0, 0.0)) for key in keys]
    return {
        "title": _("RFMの内訳"),
        "kind": "bar",
        "axis": _("セル"),
        "labels": [f"R{r} F{f}" for r, f in keys],
        "series": [
            {
                "name": _("人数") if asked.subject == Subject.PERSON else _("社数"),
                "values": [count for count, _amount in known],
                "wheel": "sow",
                "links": [behind_cell(asked, *key) for key in keys],
            },
            {
                "name": _("累計購入額"),
                "values": [major(amount) for _count, amount in known],
                "wheel": "harvest",
                "links": [behind_cell(asked, *key) for key in keys],
            },
        ],
        "sign": prefix(),
    }
