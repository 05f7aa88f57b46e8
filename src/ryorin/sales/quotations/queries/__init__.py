"""Reads about quotations: rows for pages, the price of a line, where its approval stands, the paper."""

from ryorin.sales.quotations.queries.approval import (
    approval_facts,
    approval_facts_of,
    free_discount,
    route_asked,
    standing_of,
)
from ryorin.sales.quotations.queries.comparing import Difference, Side, differences
from ryorin.sales.quotations.queries.paper import paper_of, pdf_of
from ryorin.sales.quotations.queries.pricing import PricedProduct, line_of, rounding_for
from ryorin.sales.quotations.queries.reading import (
    accepted_version,
    expiring,
    last_sent_revision,
    line_in,
    negotiations_of,
    newest_version,
    of_deal,
    offer_of,
    opened,
    sent_version,
    totals_in,
)

__all__ = [
    "Difference",
    "PricedProduct",
    "Side",
    "accepted_version",
    "approval_facts",
    "approval_facts_of",
    "differences",
    "expiring",
    "free_discount",
    "last_sent_revision",
    "line_in",
    "line_of",
    "negotiations_of",
    "newest_version",
    "of_deal",
    "offer_of",
    "opened",
    "paper_of",
    "pdf_of",
    "rounding_for",
    "route_asked",
    "sent_version",
    "standing_of",
    "totals_in",
]
