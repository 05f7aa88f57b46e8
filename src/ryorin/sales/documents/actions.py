"""Numbering and keeping documents. Called inside the transaction that sends one."""

import hashlib
from datetime import date

from django.db import IntegrityError, transaction

from ryorin.customers.companies.models import Company
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.errors import (
    AmountOutOfRange,
    CounterpartyMissing,
    DocumentIssued,
    DocumentTooLarge,
    NotAPdf,
)
from ryorin.sales.documents.models import Counter, DocumentContent, IssuedDocument
from ryorin.sales.documents.rules import LARGEST_AMOUNT, LARGEST_PDF, key_of, number_of, year_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def next_number(kind: str, *, on: date) -> str:
    """This function will give out the next number of the kind in the fiscal year of the day, without gaps.

    The number belongs to the transaction around it: rolled back, it is given out again.
    """
    year = year_of(on, start_month=current().fiscal_start_month)
    Counter.objects.get_or_create(kind=kind, fiscal_year=year)
    counter = Counter.objects.select_for_update().get(kind=kind, fiscal_year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return number_of(kind, year=year, place=counter.last)


@transaction.atomic
def issue(
    kind: str,
    *,
    number: str,
    revision: int = 1,
    issued_on: date,
    company: Company | None,
    counterparty: str,
    amount: int,
    currency: str,
    deal: Deal | None,
    pdf: bytes,
    by: Member | None,
    owner: Member | None = None,
) -> IssuedDocument:
    """This function will put the document into the archive as it is; nothing changes or deletes it from then on.

    `amount` with tax in minor units; `owner` is the deal's or the company's owner unless given.
    """
    require(by, "documents.issue")
    counterparty = " ".join(counterparty.replace("\0", "").split())[:200]
    _refuse_unless_fit(counterparty, amount, pdf)
    row = IssuedDocument(
        kind=kind,
        number=number,
        revision=revision,
        issued_on=issued_on,
        company=company,
        counterparty=counterparty,
        counterparty_key=key_of(counterparty),
        amount=amount,
        currency=currency,
        deal=deal,
        owner=owner or (deal.owner if deal else None) or (company.owner if company else None) or by,
        size=len(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_by=by,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise DocumentIssued(number=number, revision=revision) from None
    DocumentContent(document=row, pdf=pdf).save(force_insert=True)
    audit.record("document_issued", "document", row.pk, by=by, **particulars(row))
    return row


def particulars(row: IssuedDocument) -> dict[str, object]:
    """Return what the trail keeps of a document, by which its row is checked later."""
    return {
        "name": str(row),
        "kind": row.kind,
        "number": row.number,
        "revision": row.revision,
        "issued_on": row.issued_on.isoformat(),
        "counterparty": row.counterparty,
        "amount": row.amount,
        "currency": row.currency,
        "sha256": row.sha256,
    }


def _refuse_unless_fit(counterparty: str, amount: int, pdf: bytes) -> None:
    if not counterparty:
        raise CounterpartyMissing()
    if not pdf.startswith(b"%PDF-"):
        raise NotAPdf()
    if len(pdf) > LARGEST_PDF:
        raise DocumentTooLarge(limit=LARGEST_PDF // 1024 // 1024)
    if abs(amount) > LARGEST_AMOUNT:
        raise AmountOutOfRange()
