"""Goods come back: a credit note (適格返還請求書) against the invoice, and an order that takes the revenue back."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Sum

from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.models import Order, OrderChannel
from ryorin.customers.purchases.rules import Sums
from ryorin.lib import clock
from ryorin.sales.billing.actions.issuing import Row, write
from ryorin.sales.billing.actions.paying import locked, settle
from ryorin.sales.billing.errors import BillVoid, NotAnInvoice, ReturnWrong
from ryorin.sales.billing.models import Bill, BillKind, BillLine, BillState
from ryorin.sales.contracts.rules.money import Line, totals_in, totals_of
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def issue_credit_note(
    invoice: Bill, amounts: Mapping[int, int], *, by: Member | None, version: int | None, remarks: str = ""
) -> Bill:
    """This function will give back amounts (line id of the invoice: minor units without tax) and say so in writing."""
    require(by, "bills.change")
    invoice = locked(invoice, version)
    if invoice.kind != BillKind.INVOICE:
        raise NotAnInvoice()
    if invoice.state == BillState.VOID:
        raise BillVoid()
    lines = _returned(invoice, amounts)
    today = clock.today(current().time_zone)
    totals = totals_of([line for _row, line in lines], rounding=invoice.rounding, is_inclusive=False)
    if _is_whole(invoice, lines):
        totals = totals_in(invoice.totals)
    if totals.gross > invoice.gross - invoice.credited:
        raise ReturnWrong()
    note = Bill(
        kind=BillKind.CREDIT_NOTE,
        state=BillState.ISSUED,
        title=invoice.title,
        language=invoice.language,
        issued_on=today,
        company=invoice.company,
        person=invoice.person,
        to=invoice.to,
        contract=invoice.contract,
        deal=invoice.deal,
        corrects=invoice,
        currency=invoice.currency,
        rounding=invoice.rounding,
        remarks=remarks.replace("\0", "").strip()[:500],
        owner=invoice.owner,
    )
    write(note, [Row(on=row.on, order=row.order, line=line, corrects=row) for row, line in lines], totals, by=by)
    _book_return(note, lines, on=today)
    invoice.credited += note.gross
    settle(invoice)
    return note


def _returned(invoice: Bill, amounts: Mapping[int, int]) -> list[tuple[BillLine, Line]]:
    """Return the invoice's lines that come back with what of each; refuses more than is left of it."""
    before = BillLine.objects.filter(corrects__bill=invoice).order_by().values_list("corrects_id")
    given_back = dict(before.annotate(sum=Sum("amount")))
    found = []
    for row in invoice.lines.all():
        amount = amounts.get(row.pk, 0)
        left = row.amount - given_back.get(row.pk, 0)
        if amount and (abs(amount) > abs(left) or (amount > 0) != (row.amount > 0)):
            raise ReturnWrong()
        if amount:
            line = Line(
                description=row.description,
                amount=amount,
                quantity=row.quantity,
                unit=row.unit,
                unit_price=row.unit_price,
                tax_rate=row.tax_rate,
                is_reduced=row.is_reduced,
            )
            found.append((row, line))
    if sum(line.amount for _row, line in found) <= 0:
        raise ReturnWrong()
    return found


def _is_whole(invoice: Bill, lines: list[tuple[BillLine, Line]]) -> bool:
    return len(lines) == invoice.lines.count() and all(row.amount == line.amount for row, line in lines)


def _book_return(note: Bill, lines: list[tuple[BillLine, Line]], *, on: date) -> Order:
    """This function will take the revenue back by an order of its own."""
    orders = {row.order_id for row, _line in lines if row.order_id}
    original = Order.objects.filter(pk=orders.pop()).first() if len(orders) == 1 else None
    return record_order(
        number=note.number,
        ordered_at=datetime.combine(on, time(12), ZoneInfo(current().time_zone)),
        channel=OrderChannel.REP,
        person=note.person,
        company=note.company,
        currency=note.currency,
        deal_id=note.deal_id,
        returns=original,
        owner=note.owner,
        by=None,
        sums=Sums(net=-note.net, tax=-note.tax, total=-note.gross),
        lines=[
            {
                "description": line.description,
                "quantity": 1,
                "unit_price": -line.amount,
                "amount": -line.amount,
                "tax_rate": line.tax_rate,
            }
            for _row, line in lines
        ],
    )
