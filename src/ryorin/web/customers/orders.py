"""Pages of orders."""

from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.customers.purchases.fields import ORDER
from ryorin.customers.purchases.models import Order, OrderLine
from ryorin.lib.money import Tax, tax_of
from ryorin.marketing.campaigns.models import Campaign
from ryorin.sales.deals.models import Deal
from ryorin.web.answers import member_of
from ryorin.web.customers.listings import ORDERS
from ryorin.web.lists import record_list
from ryorin.workspace.organisation.queries import current


@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: HttpRequest) -> HttpResponse:
    rows = Order.objects.visible_to(member_of(request))
    return record_list(request, record_type=ORDER, rows=rows, member=member_of(request), listing=ORDERS)


@require_GET
def order(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Order.objects.visible_to(member_of(request)).select_related("person", "company", "returns")
    found = get_object_or_404(rows, pk=pk)
    lines = list(found.lines.select_related("product"))
    context = {
        "order": found,
        "lines": lines,
        "taxes": taxes_of(lines),
        "deal": Deal.objects.visible_to(member_of(request)).filter(pk=found.deal_id or 0).first(),
        "campaign": Campaign.objects.filter(pk=found.campaign_id or 0).first(),
        "returned_by": rows.filter(returns=found),
    }
    return render(request, "customers/order.html", context)


def taxes_of(lines: Iterable[OrderLine]) -> dict[Decimal, Tax]:
    """Return net and tax per rate, rounded as the company rounds."""
    by_rate: dict[Decimal, int] = {}
    for line in lines:
        by_rate[line.tax_rate] = by_rate.get(line.tax_rate, 0) + line.amount
    return tax_of(dict(sorted(by_rate.items(), reverse=True)), rounding=current().tax_rounding)  # type: ignore[arg-type]
