"""Groups of customers who buy alike: what sets each apart, what it buys, who is in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.conditions.tree import Op
from ryorin.customers.value.models import CustomerGroup
from ryorin.customers.value.rules import name_of_group, sentence_of_group
from ryorin.marketing.value.queries import picture
from ryorin.web.marketing.analysis.shared import (
    Asked,
    asked_in,
    frame,
    products_named,
    segment_address,
    test,
    why_not,
)

FEATURES: dict[str, str | Promise] = {
    "recency": gettext_lazy("最終購入からの日数"),
    "frequency": gettext_lazy("購入回数"),
    "average": gettext_lazy("平均購入単価"),
    "tenure": gettext_lazy("初回購入からの日数"),
    "kinds": gettext_lazy("商品の種類"),
    "returns": gettext_lazy("返品の割合"),
}


@require_GET
def analysis_groups(request: HttpRequest) -> HttpResponse:
    """Show a card for each group."""
    asked = asked_in(request)
    content = picture(asked.subject, "groups")
    groups = [group for group in CustomerGroup.objects.filter(subject=asked.subject) if group.size]
    names = products_named([one["id"] for group in groups for one in group.content.get("products", [])])
    whole = sum(group.size for group in groups) or 1
    context = {
        **frame(asked, "analysis_groups"),
        "why_not": why_not(content),
        "cards": [card(asked, group, names, whole) for group in groups],
        "found_on": parse_datetime(content.get("found_on") or "") if content.get("found_on") else None,
        "features": _("、").join(str(FEATURES[name]) for name in content.get("features", [])),
        "dropped": _("、").join(str(FEATURES[name]) for name in content.get("dropped", [])),
        "silhouette": content.get("silhouettes", {}).get(str(len(groups))),
        "chart": chart(asked, groups),
    }
    return render(request, "marketing/analysis/groups.html", context)


def card(asked: Asked, group: CustomerGroup, names: dict[int, str], whole: int) -> dict[str, Any]:
    """Return one group as its card shows it."""
    node = test("group", Op.IS, group.number)
    name = name_of_group(group.number, group.traits)
    return {
        "number": group.number,
        "name": name,
        "sentence": sentence_of_group(group.traits, group.size, are_people=asked.is_person),
        "size": group.size,
        "percent": 100 * group.size / whole,
        "content": group.content,
        "products": [
            {"name": names[one["id"]], "share": one["share"], "lift": one["lift"]}
            for one in group.content.get("products", [])
            if one["id"] in names
        ],
        "url": asked.behind(node, title=name),
        "segment_url": segment_address(asked, node, name),
    }


def chart(asked: Asked, groups: list[CustomerGroup]) -> dict[str, Any]:
    """Return which part of the customers, and of what they bought, each group is, in percent."""
    links = [asked.behind(test("group", Op.IS, group.number)) for group in groups]
    sizes = [group.size for group in groups]
    sums = [int(group.content.get("revenue", 0)) for group in groups]
    return {
        "title": _("購買グループの人数と累計購入額の割合"),
        "kind": "across",
        "axis": _("グループ"),
        "labels": [name_of_group(group.number, group.traits[:1]) for group in groups],
        "series": [
            {"name": _("人数"), "values": shares(sizes), "wheel": "sow", "links": links},
            {"name": _("累計購入額"), "values": shares(sums), "wheel": "harvest", "links": links},
        ],
        "unit": "%",
        "decimals": 1,
    }


def shares(values: list[int]) -> list[float]:
    """Return each value as percent of their sum."""
    whole = sum(values) or 1
    return [round(100 * value / whole, 1) for value in values]
