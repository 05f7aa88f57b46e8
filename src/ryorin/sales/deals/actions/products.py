from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.actions.facts import locked, save
from ryorin.sales.deals.models import Deal, DealProduct
from ryorin.sales.deals.rules import LARGEST_AMOUNT, between, checked, line_amount
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LARGEST_QUANTITY = 999_999_999


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a deal; `unit_price` in minor units, without tax."""

    product: Product
    quantity: Decimal
    unit_price: int


@transaction.atomic
def set_products(deal: Deal, lines: Iterable[Line], *, by: Member | None, version: int | None = None) -> Deal:
    """This function will replace the deal's products; their sum becomes its amount where there are any."""
    require(by, "deals.change")
    deal = locked(deal, version)
    rows = [_row(deal, line) for line in lines]
    deal.products.all().delete()
    DealProduct.objects.bulk_create(rows)
    was = deal.amount
    if rows:
        deal.amount = checked(Deal, {"amount": sum(row.amount for row in rows)})["amount"]
    save(deal, "amount")
    said = [f"{row.product.name} × {row.quantity.normalize():f}" for row in rows]
    audit.record("deal_products_set", "deal", deal.pk, by=by, products=said, amount=[was, deal.amount])
    return deal


def _row(deal: Deal, line: Line) -> DealProduct:
    """Return the row of a line; refuses quantities and prices that make no sense."""
    between(line.quantity, 0, LARGEST_QUANTITY, label=DealProduct._meta.get_field("quantity").verbose_name)
    price = checked(DealProduct, {"unit_price": line.unit_price})["unit_price"]
    amount = line_amount(line.quantity, price)
    between(amount, 0, LARGEST_AMOUNT, label=DealProduct._meta.get_field("amount").verbose_name)
    return DealProduct(deal=deal, product=line.product, quantity=line.quantity, unit_price=price, amount=amount)
