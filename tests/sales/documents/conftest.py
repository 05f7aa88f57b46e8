"""Documents that Sato issues to Acme."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ryorin.customers.companies.models import Company
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.actions import issue
from ryorin.sales.documents.models import IssuedDocument
from ryorin.workspace.members.models import Member

Issue = Callable[..., IssuedDocument]


def pdf_of(text: str) -> bytes:
    """Return bytes that begin as a PDF does."""
    return b"%PDF-1.7\n" + text.encode()


@pytest.fixture
def issued(acme: Company, deal: Deal, sato: Member) -> Issue:
    """Call with a number and whatever else differs."""

    def issue_(*, number: str, kind: str = "quotation", **change: Any) -> IssuedDocument:
        values: dict[str, Any] = {
            "issued_on": date(2026, 11, 22),
            "company": acme,
            "counterparty": acme.name,
            "amount": 110_000,
            "currency": "JPY",
            "deal": deal,
            "pdf": pdf_of(number),
            "by": sato,
        }
        return issue(kind, number=number, **(values | change))

    return issue_
