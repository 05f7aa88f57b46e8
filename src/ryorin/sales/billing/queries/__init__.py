"""Bills shaped for pages."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Sum

from ryorin.customers.companies.models import Company
from ryorin.customers.purchases.models import Order
from ryorin.lib import clock
from ryorin.sales.billing.models import Bill, BilledOrder
from ryorin.sales.billing.rules import REDUCED, Span, missing_for_invoice
from ryorin.sales.contracts.models import BookedPeriod, Contract
from ryorin.sales.contracts.queries import lines_of as contract_lines
from ryorin.sales.contracts.rules.money import Line, net_lines, totals_in
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

__all__ = [
    "bills_of_contract",
    "contract_of",
    "lines_of_order",
    "missing",
    "orders_of_contract",
    "owed",
    "unbilled",
]


def missing() -> list[str]:
    """Return what the company has to fill in before its invoices are qualified ones."""
    organisation = current()
    names = ("name", "address", "registration_number", "corporate_number", "bank_account")
    return missing_for_invoice(**{name: getattr(organisation, name) for name in names})


def unbilled(company: Company, kind: str, *, span: Span | None = None) -> QuerySet[Order]:
    """Return the orders of a company that stand on no document of the kind yet, oldest first."""
    billed = BilledOrder.objects.filter(kind=kind).values("order_id")
    rows = Order.objects.filter(company=company, is_return=False).exclude(pk__in=billed)
    if span is not None:
        rows = rows.filter(ordered_at__date__gte=span.since, ordered_at__date__lte=span.until)
    return rows.order_by("ordered_at", "pk")


def contract_of(order: Order) -> Contract | None:
    """Return the contract that the order was booked from, if one."""
    period = BookedPeriod.objects.select_related("contract__company", "contract__deal").filter(order=order).first()
    return period.contract if period else None


def lines_of_order(order: Order) -> list[Line]:
    """Return the lines of an order without tax; those of a contract keep their units and the mark of reduced tax."""
    contract = contract_of(order)
    if contract is not None and contract.net == order.net:
        return net_lines(contract_lines(contract), totals_in(contract.totals), is_inclusive=contract.is_inclusive)
    return [
        Line(
            description=row.description,
            amount=row.amount,
            quantity=row.quantity,
            unit_price=row.unit_price,
            tax_rate=row.tax_rate,
            is_reduced=row.tax_rate == REDUCED,
            product_id=row.product_id,
        )
        for row in order.lines.all()
    ]


def bills_of_contract(contract: Contract, *, limit: int = 50) -> list[Bill]:
    """Return the bills written from a contract, newest first."""
    return list(Bill.objects.filter(contract=contract).order_by("-issued_on", "-pk")[:limit])


def orders_of_contract(contract: Contract, *, limit: int = 50) -> Sequence[Order]:
    """Return the orders booked from a contract, newest first, each with the kinds of bills it stands on."""
    ids = contract.periods.values("order_id")
    rows = Order.objects.filter(pk__in=ids).prefetch_related("billed__bill").order_by("-ordered_at", "-pk")
    return list(rows[:limit])


def owed(member: Member, *, today: date | None = None) -> dict[str, int]:
    """Return what customers still owe on the invoices the member sees: how many and how much, and overdue."""
    day = today or clock.today(current().time_zone)
    late = Q(due_on__lt=day)
    rows = Bill.objects.visible_to(member).unpaid().order_by()
    left = F("gross") - F("paid") - F("credited")
    sums = rows.aggregate(
        count=Count("pk"),
        amount=Sum(left),
        late_count=Count("pk", filter=late),
        late_amount=Sum(left, filter=late),
    )
    return {name: value or 0 for name, value in sums.items()}
