"""Finding documents again, and proving that they are what was issued."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet

from ryorin.customers.companies.models import Company
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.actions import particulars
from ryorin.sales.documents.models import DocumentContent, IssuedDocument
from ryorin.sales.documents.rules import Search, key_of
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member

AT_ONCE = 200


@dataclass
class Verification:
    """What checking the whole archive came to; a fault names the document and what is wrong with it."""

    documents: int = 0
    faults: list[dict[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults


def found(search: Search, member: Member) -> QuerySet[IssuedDocument]:
    """Return the documents that the member sees and that fit everything asked for, newest first."""
    rows: QuerySet[IssuedDocument] = IssuedDocument.objects.visible_to(member).newest()
    asked = {
        "issued_on__gte": search.since,
        "issued_on__lte": search.until,
        "amount__gte": search.least,
        "amount__lte": search.most,
        "counterparty_key__contains": key_of(search.counterparty) if search.counterparty else None,
        "kind": search.kind or None,
        "number__istartswith": search.number or None,
    }
    return rows.filter(**{name: value for name, value in asked.items() if value is not None})


def content(document: IssuedDocument) -> bytes:
    """Return the document as it was issued."""
    return bytes(DocumentContent.objects.get(pk=document.pk).pdf)


def of_deal(deal: Deal, *, limit: int = 20) -> list[IssuedDocument]:
    """Return what was issued for a deal, newest first."""
    return list(IssuedDocument.objects.filter(deal=deal).newest()[:limit])


def of_company(company: Company, member: Member, *, limit: int = 20) -> list[IssuedDocument]:
    """Return what was issued to a company and the member sees, newest first."""
    return list(IssuedDocument.objects.visible_to(member).filter(company=company).newest()[:limit])


def by_hash(sha256: str) -> IssuedDocument | None:
    """Return the document with exactly these bytes, if we issued one."""
    return IssuedDocument.objects.filter(sha256=sha256).newest().first()


def verify() -> Verification:
    """Return what is wrong in the archive: bytes, rows and the sealed trail must say the same of every document."""
    result = Verification()
    trail = dict(_told_at_issue())
    for document in IssuedDocument.objects.select_related("content").order_by("pk").iterator(chunk_size=AT_ONCE):
        result.documents += 1
        told = trail.pop(document.pk, None)
        if fault := _fault_of(document, told):
            result.faults.append({"document": f"{document.number}/{document.revision}", "fault": fault})
    for told in trail.values():
        result.faults.append({"document": f"{told['number']}/{told['revision']}", "fault": "missing"})
    return result


def _fault_of(document: IssuedDocument, told: dict[str, object] | None) -> str:
    try:
        pdf = bytes(document.content.pdf)
    except DocumentContent.DoesNotExist:
        return "content_missing"
    if hashlib.sha256(pdf).hexdigest() != document.sha256 or len(pdf) != document.size:
        return "content_changed"
    if told is None:
        return "not_in_trail"
    now = particulars(document)
    return "row_changed" if any(now[name] != told.get(name) for name in now if name != "name") else ""


def _told_at_issue() -> Iterator[tuple[int, dict[str, object]]]:
    """Return what the trail said of each document when it was issued."""
    entries = AuditEntry.objects.filter(action="document_issued", record_type="document").order_by("pk")
    for pk, changes in entries.values_list("record_id", "changes").iterator():
        if pk is not None:
            yield pk, json.loads(changes)
