"""What is bought together, and what to offer whom next."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from ryorin.conditions.to_orm import among
from ryorin.conditions.tree import Op
from ryorin.marketing.value.queries import picture
from ryorin.web.answers import MOST_DIGITS
from ryorin.web.marketing.analysis.cohorts import choice
from ryorin.web.marketing.analysis.customers import table_of
from ryorin.web.marketing.analysis.shared import Asked, asked_in, frame, products_named, segment_address, test

WAYS: dict[str, str | Promise] = {
    "of_customer": gettext_lazy("同じ顧客の購入"),
    "in_order": gettext_lazy("同じ注文"),
}
SHOWN = 50


@require_GET
def analysis_baskets(request: HttpRequest) -> HttpResponse:
    """Show the pairs of the highest lift, and the products to offer next."""
    asked, way = asked_in(request), choice(request, "way", WAYS)
    content = picture(asked.subject, "baskets")
    found, offers = content.get(way, []), content.get("offers", [])
    names = products_named(
        [one for pair in found for one in (pair["first"], pair["then"])] + [offer["product"] for offer in offers]
    )
    rows = [row_of(asked, pair, names, way) for pair in found if pair["first"] in names and pair["then"] in names]
    context = {
        **frame(asked, "analysis_baskets"),
        "way": way,
        "ways": WAYS.items(),
        "pairs": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "has_products": bool(content.get("orders")),
        "baskets": content.get("orders" if way == "in_order" else "customers", 0),
        "offers": [offer_of(asked, offer, names) for offer in offers if offer["product"] in names][:SHOWN],
        "table": table(rows),
    }
    return render(request, "marketing/analysis/baskets.html", context)


@require_GET
def analysis_pair(request: HttpRequest) -> HttpResponse:
    """Show the customers who bought both products of a pair."""
    from ryorin.marketing.value.queries.behind import buyers_of_both

    asked, way = asked_in(request), choice(request, "way", WAYS)
    first, then = (number_in(request.GET.get(name, "")) for name in ("first", "then"))
    names = products_named([first, then])
    if first not in names or then not in names:
        raise Http404
    ids = buyers_of_both(asked.subject, first, then, in_one_order=way == "in_order")
    context = {
        "asked": asked,
        "title": _("%(first)sと%(then)sを購入") % {"first": names[first], "then": names[then]},
        "listing": asked.listing,
        "crumb_url": f"{reverse('analysis_baskets')}?{urlencode({'of': asked.subject, 'way': way})}",
        **table_of(request, asked, asked.records().filter(among("pk", ids))),
    }
    return render(request, "marketing/analysis/customers.html", context)


def number_in(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else 0


def row_of(asked: Asked, pair: dict[str, Any], names: dict[int, str], way: str) -> dict[str, Any]:
    """Return one pair as the table shows it."""
    query = {"of": asked.subject, "way": way, "first": pair["first"], "then": pair["then"]}
    return {
        "first": names[pair["first"]],
        "then": names[pair["then"]],
        "together": pair["together"],
        "support": pair["together"] / pair["baskets"],
        "confidence": pair["confidence"],
        "lift": pair["lift"],
        "url": f"{reverse('analysis_pair')}?{urlencode(query)}",
    }


def offer_of(asked: Asked, offer: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    """Return a product that is to be offered, and to whom."""
    node, name = test("next_product", Op.IS, offer["product"]), names[offer["product"]]
    title = _("次に「%(product)s」を薦める顧客") % {"product": name}
    return {
        "name": name,
        "customers": offer["customers"],
        "url": asked.behind(node, title=title),
        "segment_url": segment_address(asked, node, title),
    }


def table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the pairs as the data of files."""
    columns = (
        ("then", _("一緒に買う商品")),
        ("together", _("両方購入")),
        ("support", _("支持度")),
        ("confidence", _("確信度")),
        ("lift", _("リフト値")),
    )
    return {
        "axis": _("商品"),
        "labels": [row["first"] for row in rows],
        "series": [{"name": label, "values": [row[name] for row in rows]} for name, label in columns],
    }
