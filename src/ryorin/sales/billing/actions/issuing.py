"""Writing delivery notes and invoices from orders: one or a month of them, to the yen what was agreed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.customers.purchases.models import Order
from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.billing.errors import (
    DueDayWrong,
    IssuerIncomplete,
    NothingToBill,
    OrderBilled,
    OrdersOfSeveral,
    ReturnNotBilled,
)
from ryorin.sales.billing.models import Bill, BilledOrder, BillKind, BillLine, BillState
from ryorin.sales.billing.queries import contract_of, lines_of_order, missing, unbilled
from ryorin.sales.billing.queries.paper import bill_pdf
from ryorin.sales.billing.rules import due_date, span_of, totals_like
from ryorin.sales.contracts.models import Contract
from ryorin.sales.contracts.rules.money import Line, Totals, totals_in, totals_of
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.actions import issue, next_number
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

MOST_ORDERS = 500
TOLD = {BillKind.DELIVERY_NOTE: "delivered", BillKind.INVOICE: "invoiced"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line to be written: when it was traded, in which order, and which line of an invoice it takes back."""

    on: date
    line: Line
    order: Order | None = None
    corrects: BillLine | None = None


@transaction.atomic
def issue_bill(
    kind: str,
    orders: Sequence[Order],
    *,
    by: Member | None,
    issued_on: date | None = None,
    due_on: date | None = None,
    language: str = "ja",
    title: str = "",
    remarks: str = "",
    without_registration: bool = False,
    span: tuple[date, date] | None = None,
) -> Bill:
    """This function will write a delivery note or an invoice from orders of one company and put it into the archive.

    `without_registration` lets a company that is no registered issuer send an invoice that is no qualified one.
    """
    require(by, "bills.change")
    kind = BillKind(kind)
    orders = _locked(orders, kind)
    day = issued_on or clock.today(current().time_zone)
    if kind == BillKind.INVOICE:
        _refuse_incomplete(without_registration=without_registration)
    company, contract = orders[0].company, _contract_of(orders)
    totals, rounding = _totals_of(orders, company, contract)
    due_on = _due(day, company, due_on) if kind == BillKind.INVOICE else None
    with translation.override(language):
        title = title or (contract.title if contract else "") or (_("お取引明細") if len(orders) > 1 else "")
    bill = Bill(
        kind=kind,
        title=_tidy(title, 160),
        language=language,
        issued_on=day,
        due_on=due_on,
        since=span[0] if span else None,
        until=span[1] if span else None,
        company=company,
        person=orders[0].person,
        contract=contract,
        deal=_deal_of(orders),
        currency=orders[0].currency,
        rounding=rounding,
        remarks=_tidy(remarks, 500),
        owner=orders[0].owner or (company.owner if company else None) or by,
        state=BillState.OPEN if kind == BillKind.INVOICE else BillState.ISSUED,
    )
    rows = [Row(on=_day_of(order), order=order, line=line) for order in orders for line in lines_of_order(order)]
    write(bill, rows, totals, by=by)
    _mark(orders, bill)
    _tell(bill, orders, by=by)
    return bill


def issue_for_month(company: Company, *, closing: date, by: Member | None, **wish: Any) -> Bill:
    """This function will write one invoice (合計請求書) over what was delivered up to a closing day and not billed."""
    span = span_of(closing, company.closing_day)
    orders = list(unbilled(company, BillKind.INVOICE, span=span)[: MOST_ORDERS + 1])
    values = {"issued_on": closing} | wish
    return issue_bill(BillKind.INVOICE, orders, by=by, span=(span.since, span.until), **values)


def write(bill: Bill, rows: Sequence[Row], totals: Totals, *, by: Member | None) -> None:
    """This function will number a bill, keep it with its lines and totals, and put its PDF into the archive."""
    now = clock.now()
    bill.number = next_number(bill.kind, on=bill.issued_on)
    bill.to = bill.to or (bill.company.name if bill.company else bill.person.name if bill.person else "")
    bill.totals = totals.as_json()
    bill.net, bill.tax, bill.gross = totals.net, totals.tax, totals.gross
    bill.created_at = bill.updated_at = now
    bill.save(force_insert=True)
    BillLine.objects.bulk_create(
        BillLine(bill=bill, position=position, on=row.on, order=row.order, corrects=row.corrects, **_columns(row.line))
        for position, row in enumerate(rows, 1)
    )
    bill.document = issue(
        bill.kind,
        number=bill.number,
        issued_on=bill.issued_on,
        company=bill.company,
        counterparty=bill.to,
        amount=bill.gross,
        currency=bill.currency,
        deal=bill.deal,
        pdf=bill_pdf(bill),
        owner=bill.owner,
        by=by,
    )
    bill.save(update_fields=["document"])
    audit.record("bill_issued", "bill", bill.pk, by=by, name=str(bill), kind=bill.kind, amount=bill.gross)


def _columns(line: Line) -> dict[str, Any]:
    values = asdict(line)
    values.pop("product_id")
    return values


def _locked(orders: Sequence[Order], kind: BillKind) -> list[Order]:
    """Return the orders' rows in order, held; refuses returns, orders of several companies and those billed before."""
    if not orders or len(orders) > MOST_ORDERS:
        raise NothingToBill()
    ids = [order.pk for order in orders]
    rows = Order.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = sorted(rows.select_related("company", "person", "owner"), key=lambda order: (order.ordered_at, order.pk))
    if not found:
        raise NothingToBill()
    if any(order.is_return for order in found):
        raise ReturnNotBilled()
    if len({(order.company_id, order.company_id or order.person_id, order.currency) for order in found}) > 1:
        raise OrdersOfSeveral()
    billed = BilledOrder.objects.select_related("order").filter(order__in=ids, kind=kind).first()
    if billed is not None:
        raise OrderBilled(order=billed.order.number, kind=kind.label)
    return found


def _refuse_incomplete(*, without_registration: bool) -> None:
    gone = missing()
    if without_registration and not current().registration_number:
        gone = [what for what in gone if what != _("登録番号（T＋13桁）")]
    if gone:
        raise IssuerIncomplete(missing="、".join(gone))


def _totals_of(orders: Sequence[Order], company: Company | None, contract: Contract | None) -> tuple[Totals, str]:
    """Return the totals: of one order what was agreed, of several the tax of their sum, rounded once per rate."""
    usual = (company.tax_rounding if company else "") or current().tax_rounding
    if len(orders) == 1:
        if contract is not None and contract.gross == orders[0].total:
            return totals_in(contract.totals), contract.rounding
        return totals_like(lines_of_order(orders[0]), tax=orders[0].tax, rounding=usual)
    lines = [line for order in orders for line in lines_of_order(order)]
    return totals_of(lines, rounding=usual, is_inclusive=False), usual


def _contract_of(orders: Sequence[Order]) -> Contract | None:
    found = {contract.pk: contract for order in orders if (contract := contract_of(order))}
    return next(iter(found.values())) if len(found) == 1 else None


def _deal_of(orders: Sequence[Order]) -> Deal | None:
    deals = {order.deal_id for order in orders if order.deal_id}
    return Deal.objects.filter(pk=deals.pop()).first() if len(deals) == 1 else None


def _due(day: date, company: Company | None, due_on: date | None) -> date:
    if due_on is not None and due_on < day:
        raise DueDayWrong()
    closing, site = (company.closing_day, company.payment_site) if company else ("", "")
    return due_on or due_date(day, closing_day=closing, site=site)


def _mark(orders: Sequence[Order], bill: Bill) -> None:
    try:
        with transaction.atomic():
            BilledOrder.objects.bulk_create(BilledOrder(order=order, kind=bill.kind, bill=bill) for order in orders)
    except IntegrityError:
        raise OrderBilled(order=orders[0].number, kind=BillKind(bill.kind).label) from None


def _tell(bill: Bill, orders: Sequence[Order], *, by: Member | None) -> None:
    if not (bill.company_id or bill.person_id):
        return
    timeline.record(
        TOLD[BillKind(bill.kind)],
        source="billing",
        by=by,
        person_id=bill.person_id,
        company_id=bill.company_id,
        channel=bill.deal.source_channel if bill.deal else "",
        value=bill.gross if bill.currency == current().currency else None,
        properties={"bill_id": bill.pk, "number": bill.number, "orders": [order.number for order in orders[:10]]},
    )


def _day_of(order: Order) -> date:
    return order.ordered_at.astimezone(ZoneInfo(current().time_zone)).date()


def _tidy(text: str, limit: int) -> str:
    return text.replace("\0", "").strip()[:limit]
