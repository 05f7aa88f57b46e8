"""Quotations shaped for the pages and for what comes after them."""

from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.models import QuotationState, QuotationVersion


def accepted_version(deal: Deal) -> QuotationVersion | None:
    """Return the version that the customer of the deal accepted, the last one where there are several."""
    accepted = QuotationVersion.objects.filter(quotation__deal=deal, outcome=QuotationState.ACCEPTED)
    return accepted.select_related("quotation").order_by("-answered_at", "-pk").first()
