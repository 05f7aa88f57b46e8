"""Reading prices: what one unit costs, why, and the tax on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from ryorin.products.catalogue.models import BundlePart, Product
from ryorin.products.prices.models import PriceBook, PriceEntry, TaxRate
from ryorin.products.prices.rules import (
    KNOWN_RATES,
    DatedRate,
    Offer,
    best_offer,
    checked_quantity,
    rate_on,
    whole_units,
)


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one unit costs without tax, in minor units (None: nobody has set a price), what it costs us, and why."""

    unit_price: int | None
    cost: int | None
    why: str
    book: PriceBook | None = None


@dataclass(frozen=True)
class Part:
    """So many of a product in one bundle."""

    product: Product
    quantity: Decimal


def price_of(product: Product, *, quantity: Decimal, on: date, prefecture: str = "", customer_group: str = "") -> Price:
    """Return the price of one unit when so many are bought on that day by a customer of that place and group."""
    checked_quantity(quantity)
    found = best_offer(
        _offers(product, quantity, on), quantity=quantity, on=on, prefecture=prefecture, customer_group=customer_group
    )
    if found is not None:
        cost = bundle_cost(product) if product.is_bundle else product.cost
        book = PriceBook(pk=found.book_id, name=found.book)
        return Price(unit_price=found.unit_price, cost=cost, why=_why(found, product), book=book)
    if product.is_bundle and product.price_from_parts:
        return _price_of_parts(product, quantity, on, prefecture, customer_group)
    cost = bundle_cost(product) if product.is_bundle else product.cost
    why = _("標準価格") if product.price is not None else _("価格が登録されていません")
    return Price(unit_price=product.price, cost=cost, why=why)


def tax_rate_of(product: Product, *, on: date) -> Decimal:
    """Return the rate of consumption tax on the product that day, in percent."""
    return rate_on(on, tax_class=product.tax_class, rates=tax_rates())


def tax_rates() -> Sequence[DatedRate]:
    """Return every rate with its days: the ones kept here, or Japan's as long as nobody has changed any."""
    kept = TaxRate.objects.values_list("tax_class", "rate", "valid_from", "valid_to")
    return [DatedRate(*row) for row in kept] or KNOWN_RATES


def parts_of(product: Product) -> list[Part]:
    """Return what one bundle holds, in order; nothing for a product that is no bundle."""
    if not product.is_bundle:
        return []
    parts = BundlePart.objects.filter(bundle=product).select_related("product")
    return [Part(part.product, part.quantity) for part in parts]


def bundle_cost(bundle: Product) -> int | None:
    """Return what a bundle costs us: its own cost, else that of its parts where each has one."""
    if bundle.cost is not None:
        return bundle.cost
    parts = parts_of(bundle)
    costs = [part.product.cost * part.quantity for part in parts if part.product.cost is not None]
    return whole_units(sum(costs, Decimal(0))) if parts and len(costs) == len(parts) else None


def _offers(product: Product, quantity: Decimal, on: date) -> list[Offer]:
    """Return the product's entries in the books of the day that this quantity reaches: one query, by its index."""
    ended = Q(book__valid_to__isnull=True) | Q(book__valid_to__gte=on)
    rows = PriceEntry.objects.filter(
        ended, product=product, from_quantity__lte=quantity, book__is_active=True, book__valid_from__lte=on
    )
    names = ("book_id", "book__name", "book__valid_from", "book__valid_to", "book__prefectures", "book__customer_group")
    return [Offer(*row) for row in rows.order_by().values_list(*names, "from_quantity", "unit_price")]


def _price_of_parts(bundle: Product, quantity: Decimal, on: date, prefecture: str, customer_group: str) -> Price:
    """Return the sum of the parts' prices, each at the quantity that is needed of it in all."""
    total, parts = Decimal(0), parts_of(bundle)
    for part in parts:
        price = price_of(
            part.product,
            quantity=min(part.quantity * quantity, Decimal(10**9)).quantize(Decimal("0.001")),
            on=on,
            prefecture=prefecture,
            customer_group=customer_group,
        )
        if price.unit_price is None:
            why = _("構成品「%(name)s」の価格が登録されていません") % {"name": part.product.name}
            return Price(unit_price=None, cost=bundle_cost(bundle), why=why)
        total += price.unit_price * part.quantity
    why = _("構成品の合計") if parts else _("構成品が登録されていません")
    return Price(unit_price=whole_units(total) if parts else None, cost=bundle_cost(bundle), why=why)


def _why(offer: Offer, product: Product) -> str:
    """Return the reason in words: 価格表「代理店 2026」100個以上."""
    if offer.from_quantity <= 1:
        return _("価格表「%(book)s」") % {"book": offer.book}
    shown = {"book": offer.book, "quantity": f"{offer.from_quantity.normalize():,f}", "unit": product.unit}
    return _("価格表「%(book)s」%(quantity)s%(unit)s以上") % shown
