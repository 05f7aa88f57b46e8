"""Where a version stands with its approval, and how much may be given without one."""

from decimal import Decimal
from typing import Any

from ryorin.lib import clock
from ryorin.products.catalogue.models import Product
from ryorin.sales.quotations.models import Quotation, QuotationVersion
from ryorin.sales.quotations.queries.reading import offer_of
from ryorin.sales.quotations.rules import Offer, Totals, digest_of, largest, with_discount
from ryorin.workspace.approvals.queries import kind_of, schemes, standing
from ryorin.workspace.approvals.queries.routes import about_requester
from ryorin.workspace.approvals.rules import Standing, route_for
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current


def standing_of(draft: QuotationVersion, *, by: Member | None) -> Standing:
    """Return where the draft stands; an approval holds only for the very content that was approved."""
    quotation = draft.quotation
    return standing("quotation", quotation.pk, facts=approval_facts(draft), digest=digest_of(offer_of(draft)), by=by)


def approval_facts(draft: QuotationVersion) -> dict[str, Any]:
    """Return what routes ask about a version."""
    return approval_facts_of(draft.quotation, offer_of(draft))


def approval_facts_of(quotation: Quotation, offer: Offer, totals: Totals | None = None) -> dict[str, Any]:
    """Return what routes ask about an offer."""
    totals = totals or offer.totals
    products = {line.product_id for line in offer.lines if line.product_id}
    categories = Product.objects.filter(pk__in=products).exclude(category="").values_list("category", flat=True)
    return {
        "amount": totals.net,
        "discount_rate": _number(totals.discount_rate),
        "discount": totals.discount,
        "margin_rate": _number(totals.margin_rate),
        "product_category": sorted(set(categories)),
        "company": quotation.company.name if quotation.company else offer.to_company,
    }


def route_asked(quotation: Quotation, offer: Offer, totals: Totals, *, by: Member | None) -> str:
    """Return the name of the route that asks for approval of the offer; "" where none does."""
    facts = approval_facts_of(quotation, offer, totals) | about_requester(by)
    today = clock.today(current().time_zone)
    found = route_for(schemes("quotation"), facts, kind_of("quotation"), on=today, now=clock.now())
    return found.name if found else ""


def free_discount(quotation: Quotation, offer: Offer, *, by: Member | None) -> int:
    """Return how much more could be taken off in all before a route asks for approval; 0 where one asks already."""
    kind, day, now = kind_of("quotation"), clock.today(current().time_zone), clock.now()
    facts, routes = approval_facts_of(quotation, offer) | about_requester(by), schemes("quotation")

    def is_free(off: int) -> bool:
        totals = with_discount(offer, off).totals
        changed = facts | {
            "amount": totals.net,
            "discount_rate": _number(totals.discount_rate),
            "discount": totals.discount,
            "margin_rate": _number(totals.margin_rate),
        }
        return route_for(routes, changed, kind, on=day, now=now) is None

    return largest(is_free, most=offer.totals.payable)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
