"""Money coming in, bit by bit; a bill that was wrong is voided, and stays in the archive."""

from datetime import date

from django.db import transaction

from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.lib.money import format_money
from ryorin.sales.billing.errors import (
    BillGone,
    BillHasPayments,
    BillVoid,
    NotAnInvoice,
    PaymentDayWrong,
    PaymentWrong,
)
from ryorin.sales.billing.models import Bill, BillKind, BillState, Payment
from ryorin.sales.billing.rules import state_of
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def record_payment(
    bill: Bill, *, on: date, amount: int, by: Member | None, version: int | None, note: str = ""
) -> Payment:
    """This function will note that money came in for an invoice: all of it or a part, never more."""
    require(by, "bills.change")
    bill = _invoice(locked(bill, version))
    if not 0 < amount <= bill.remaining:
        raise PaymentWrong(remaining=format_money(bill.remaining, bill.currency))
    if on > clock.today(current().time_zone) or on.year < 1970:
        raise PaymentDayWrong()
    note = note.replace("\0", "").strip()[:200]
    payment = Payment.objects.create(bill=bill, on=on, amount=amount, note=note, by=by, created_at=clock.now())
    bill.paid += amount
    settle(bill)
    audit.record("bill_paid", "bill", bill.pk, by=by, name=str(bill), amount=amount, on=on.isoformat())
    if bill.company_id or bill.person_id:
        timeline.record(
            "paid",
            source="billing",
            by=by,
            person_id=bill.person_id,
            company_id=bill.company_id,
            value=amount if bill.currency == current().currency else None,
            properties={"bill_id": bill.pk, "number": bill.number, "on": on.isoformat()},
        )
    return payment


@transaction.atomic
def remove_payment(payment: Payment, *, by: Member | None) -> Bill:
    """This function will take back a payment that was noted by mistake."""
    require(by, "bills.change")
    bill = _invoice(locked(payment.bill, None))
    row = Payment.objects.filter(pk=payment.pk).first()
    if row is None:
        return bill
    bill.paid -= row.amount
    facts = {"amount": row.amount, "on": row.on.isoformat()}
    row.delete()
    settle(bill)
    audit.record("bill_payment_removed", "bill", bill.pk, by=by, name=str(bill), **facts)
    return bill


@transaction.atomic
def void_bill(bill: Bill, *, by: Member | None, version: int | None) -> Bill:
    """This function will void a bill, so that its orders can be billed anew; the document stays in the archive."""
    require(by, "bills.change")
    bill = locked(bill, version)
    if bill.state == BillState.VOID:
        raise BillVoid()
    if bill.paid or bill.credited or bill.kind == BillKind.CREDIT_NOTE:
        raise BillHasPayments()
    bill.orders.all().delete()
    bill.state = BillState.VOID
    _save(bill, "state")
    audit.record("bill_voided", "bill", bill.pk, by=by, name=str(bill), amount=bill.gross)
    return bill


def locked(bill: Bill, version: int | None) -> Bill:
    """Return the bill's row, held until the transaction ends; refuses when somebody changed it since `version`."""
    rows = Bill.objects.select_for_update(of=("self",)).select_related("company", "person", "deal", "owner", "contract")
    row = rows.filter(pk=bill.pk).first()
    if row is None:
        raise BillGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def settle(bill: Bill) -> None:
    """This function will write how far the invoice is paid."""
    bill.state = BillState(state_of(bill.gross, paid=bill.paid, credited=bill.credited))
    _save(bill, "paid", "credited", "state")


def _invoice(bill: Bill) -> Bill:
    if bill.kind != BillKind.INVOICE:
        raise NotAnInvoice()
    if bill.state == BillState.VOID:
        raise BillVoid()
    return bill


def _save(bill: Bill, *columns: str) -> None:
    bill.version += 1
    bill.updated_at = clock.now()
    bill.save(update_fields=[*columns, "version", "updated_at"])
