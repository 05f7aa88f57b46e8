"""What a product costs as a line of a quotation, and why."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.products.catalogue.models import Product, TaxClass
from ryorin.products.prices.queries import parts_of, price_of, tax_rate_of
from ryorin.sales.quotations.rules import Line
from ryorin.workspace.organisation.queries import current


@dataclass(frozen=True, slots=True)
class PricedProduct:
    """A product as a line, and the reason for its price: 価格表「代理店 2026」100個以上."""

    line: Line
    why: str


def line_of(
    product: Product, *, quantity: Decimal = Decimal(1), on: date, company: Company | None, language: str = "ja"
) -> PricedProduct:
    """Return so many of a product as a line, at the price this company has that day, with the tax of that day."""
    price = price_of(
        product,
        quantity=quantity,
        on=on,
        prefecture=company.prefecture if company else "",
        customer_group=company.customer_group if company else "",
    )
    line = Line(
        description=(product.name_en if language == "en" else "") or product.name,
        product_id=product.pk,
        code=product.code,
        note=parts_in_words(product, language=language),
        quantity=quantity,
        unit=product.unit,
        unit_price=price.unit_price or 0,
        tax_rate=tax_rate_of(product, on=on),
        is_reduced=product.tax_class == TaxClass.REDUCED,
        cost=price.cost,
    )
    return PricedProduct(line, price.why)


def parts_in_words(product: Product, *, language: str) -> str:
    """Return what a bundle holds, for the line's remark; "" for other products."""
    words = [
        f"{(part.product.name_en if language == 'en' else '') or part.product.name} × {part.quantity.normalize():f}"
        for part in parts_of(product)
    ]
    return (_("内訳：%(parts)s") % {"parts": "、".join(words)})[:300] if words else ""


def rounding_for(company: Company | None) -> str:
    """Return how tax is rounded for the company: its own way where it has one, else ours."""
    return (company.tax_rounding if company else "") or current().tax_rounding
