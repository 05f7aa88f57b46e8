"""Reads about proposals: their templates, what is known to put into them, the paper."""

from ryorin.sales.proposals.queries.filling import Filled, fill, prices_of
from ryorin.sales.proposals.queries.paper import pdf_of
from ryorin.sales.proposals.queries.reading import newest_version, of_deal, templates

__all__ = ["Filled", "fill", "newest_version", "of_deal", "pdf_of", "prices_of", "templates"]
