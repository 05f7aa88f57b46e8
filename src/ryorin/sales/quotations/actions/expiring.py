"""What time does to quotations: their validity ends, their approval was decided meanwhile."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.quotations.actions.facts import locked, save
from ryorin.sales.quotations.actions.sending import settle_waiting
from ryorin.sales.quotations.models import Quotation, QuotationState
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.organisation.queries import closed_days, current
from ryorin.workspace.tasks.actions import add_task

AT_ONCE = 500
SOON_DAYS = 3
END_OF_WORK = time(18)


def settle_quotations() -> int:
    """This function will remind of what ends soon, expire what is over, and let nothing wait that was decided.

    Returns how many have expired.
    """
    today = clock.today(current().time_zone)
    soon = add_business_days(today, SOON_DAYS, closed=closed_days())
    sent = Quotation.objects.filter(state=QuotationState.SENT).order_by("valid_until", "pk")
    ending = sent.filter(valid_until__gte=today, valid_until__lte=soon, owner__isnull=False)
    for quotation in ending.exclude(reminded_for__isnull=False, reminded_for=F("valid_until"))[:AT_ONCE]:
        _remind(quotation)
    count = sum(_expire(quotation, today=today) for quotation in sent.filter(valid_until__lt=today)[:AT_ONCE])
    for quotation in Quotation.objects.filter(state=QuotationState.WAITING).order_by("updated_at", "pk")[:AT_ONCE]:
        settle_waiting(quotation)
    return count


@transaction.atomic
def _remind(quotation: Quotation) -> None:
    """This function will put the end of a validity on the owner's list, once for each."""
    quotation = locked(quotation, None)
    day = quotation.valid_until
    if quotation.state != QuotationState.SENT or day is None or quotation.reminded_for == day:
        return
    Quotation.objects.filter(pk=quotation.pk).update(reminded_for=day)
    add_task(
        title=_("有効期限が近い見積を確認する：%(name)s") % {"name": quotation.title[:160]},
        owner=quotation.owner,
        by=None,
        due_at=datetime.combine(day, END_OF_WORK, ZoneInfo(current().time_zone)),
        about=("deal", quotation.deal_id, quotation.deal.name),
        why=str(quotation),
    )


@transaction.atomic
def _expire(quotation: Quotation, *, today: date) -> bool:
    quotation = locked(quotation, None)
    if quotation.state != QuotationState.SENT or quotation.valid_until is None or quotation.valid_until >= today:
        return False
    quotation.state = QuotationState.EXPIRED
    save(quotation, "state")
    audit.record("quotation_expired", "quotation", quotation.pk, by=None, valid_until=quotation.valid_until)
    return True
