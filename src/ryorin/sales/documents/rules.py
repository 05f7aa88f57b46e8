"""How documents are numbered and found."""

from dataclasses import dataclass
from datetime import date

from ryorin.lib.fiscal import fiscal_year_of
from ryorin.lib.japanese import company_key
from ryorin.sales.documents.models import DocumentKind

PREFIXES: dict[str, str] = {
    DocumentKind.PROPOSAL: "P",
    DocumentKind.QUOTATION: "Q",
    DocumentKind.CONTRACT: "C",
    DocumentKind.DELIVERY_NOTE: "D",
    DocumentKind.INVOICE: "I",
    DocumentKind.CREDIT_NOTE: "R",
}
LARGEST_AMOUNT = 10**15
LARGEST_PDF = 20 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for in the archive; what is None or empty does not narrow."""

    since: date | None = None
    until: date | None = None
    least: int | None = None
    most: int | None = None
    counterparty: str = ""
    kind: str = ""
    number: str = ""


def year_of(day: date, *, start_month: int) -> int:
    """Return the fiscal year whose numbers a document of this day carries."""
    return fiscal_year_of(day, start_month=start_month)


def number_of(kind: str, *, year: int, place: int) -> str:
    """Return the number of the document at this place in the year: "Q-2026-0001"."""
    return f"{PREFIXES[kind]}-{year}-{place:04}"


def key_of(counterparty: str) -> str:
    """Return what a counterparty is found by, however its name is spelled."""
    return company_key(counterparty)[:200]
