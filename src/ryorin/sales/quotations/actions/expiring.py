"""What time does to quotations: their validity ends, their approval was decided meanwhile."""

from datetime import date

from django.db import transaction

from ryorin.lib import clock
from ryorin.sales.quotations.actions.facts import locked, save
from ryorin.sales.quotations.actions.sending import settle_waiting
from ryorin.sales.quotations.models import Quotation, QuotationState
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.organisation.queries import current

AT_ONCE = 500


def settle_quotations() -> int:
    """This function will mark what is no longer valid as expired, and end the waiting of what was decided."""
    today = clock.today(current().time_zone)
    over = Quotation.objects.filter(state=QuotationState.SENT, valid_until__lt=today).order_by("valid_until", "pk")
    count = sum(_expire(quotation, today=today) for quotation in over[:AT_ONCE])
    for quotation in Quotation.objects.filter(state=QuotationState.WAITING).order_by("updated_at", "pk")[:AT_ONCE]:
        settle_waiting(quotation)
    return count


@transaction.atomic
def _expire(quotation: Quotation, *, today: date) -> bool:
    quotation = locked(quotation, None)
    if quotation.state != QuotationState.SENT or quotation.valid_until is None or quotation.valid_until >= today:
        return False
    quotation.state = QuotationState.EXPIRED
    save(quotation, "state")
    audit.record("quotation_expired", "quotation", quotation.pk, by=None, valid_until=quotation.valid_until)
    return True
