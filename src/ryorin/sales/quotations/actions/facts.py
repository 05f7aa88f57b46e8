"""What every verb of a quotation needs: its rows to itself, its content, its facts told."""

from datetime import datetime
from typing import Any

from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.sales.quotations.errors import QuotationGone
from ryorin.sales.quotations.models import Quotation, QuotationVersion
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search import actions as search


def locked(quotation: Quotation, version: int | None) -> Quotation:
    """Return the quotation's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    row = Quotation.objects.select_for_update().filter(pk=quotation.pk).first()
    if row is None:
        raise QuotationGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def locked_with_deal(quotation: Quotation, version: int | None) -> Quotation:
    """Return the quotation's row like `locked`, after its deal's: whoever changes both takes them in this order."""
    if not Deal.objects.select_for_update().filter(pk=quotation.deal_id).exists():
        raise QuotationGone()
    return locked(quotation, version)


def save(quotation: Quotation, *columns: str) -> None:
    """This function will write the columns and raise the version."""
    quotation.version += 1
    quotation.updated_at = clock.now()
    quotation.save(update_fields=[*columns, "version", "updated_at"])


def tell(kind: str, version: QuotationVersion, *, by: Member | None, at: datetime | None = None, **more: Any) -> None:
    """This function will write the touchpoint where a customer is known; money only in the company's own currency."""
    quotation = version.quotation
    if not (quotation.person_id or quotation.company_id):
        return
    timeline.record(
        kind,
        source="quotations",
        by=by,
        at=at,
        person_id=quotation.person_id,
        company_id=quotation.company_id,
        channel="rep",
        value=version.net if quotation.currency == current().currency else None,
        properties={
            "quotation_id": quotation.pk,
            "quotation": quotation.number,
            "revision": version.revision,
            "deal_id": quotation.deal_id,
            "deal": quotation.deal.name,
            **more,
        },
    )


def index(quotation: Quotation, *, fresh: bool = False) -> None:
    """This function will make the quotation findable by number, subject, company and person."""
    company = f"{quotation.company.name} {quotation.company.name_kana}" if quotation.company else ""
    person = f"{quotation.person.name} {quotation.person.kana}" if quotation.person else ""
    text = " ".join(filter(None, (quotation.number, quotation.title, company, person)))
    search.index("quotation", [(quotation.pk, text)], fresh=fresh)
