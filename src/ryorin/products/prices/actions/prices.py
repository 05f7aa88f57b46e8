"""The prices in a book, a sheet of them at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.products.catalogue.models import Product
from ryorin.products.prices.actions.books import locked
from ryorin.products.prices.errors import PriceBookRefused, QuantityRefused
from ryorin.products.prices.models import PriceBook, PriceEntry
from ryorin.products.prices.rules import LARGEST_PRICE, checked_quantity
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

TOLD = 200


@dataclass(frozen=True)
class Line:
    """One unit price (without tax, minor units) of a product, from a quantity on."""

    product: Product
    from_quantity: Decimal
    unit_price: int


@transaction.atomic
def change_prices(
    book: PriceBook,
    lines: Sequence[Line],
    *,
    by: Member | None,
    version: int | None,
    instead_of: Collection[int] = (),
) -> PriceBook:
    """This function will put the lines into the book in the place of the entries with these ids.

    A product's price from a quantity that stands elsewhere in the book is set anew.
    """
    require(by, "prices.change")
    book = locked(book, version=version)
    refuse_faults(lines)
    before = prices_in(book, lines, instead_of)
    after = {(line.product.pk, line.from_quantity.normalize()): line.unit_price for line in lines}
    changes = [
        [pk, str(quantity), before.get((pk, quantity)), after.get((pk, quantity))]
        for pk, quantity in sorted(before.keys() | after.keys())
        if before.get((pk, quantity)) != after.get((pk, quantity))
    ]
    if not changes:
        return book
    PriceEntry.objects.filter(book=book, pk__in=instead_of).delete()
    PriceEntry.objects.bulk_create(
        [PriceEntry(book=book, **vars(line)) for line in lines],
        update_conflicts=True,
        unique_fields=["product", "book", "from_quantity"],
        update_fields=["unit_price"],
        batch_size=1000,
    )
    book.version += 1
    book.save(update_fields=["version", "updated_at"])
    record("prices_changed", "price_book", book.pk, by=by, count=len(changes), prices=changes[:TOLD])
    return book


def refuse_faults(lines: Sequence[Line]) -> None:
    """This function will refuse quantities and prices out of bounds, and two prices from one quantity."""
    errors: dict[str, str] = {}
    seen: set[tuple[int, Decimal]] = set()
    for place, line in enumerate(lines, 1):
        shown = {"place": place, "name": line.product.name}
        try:
            key = (line.product.pk, checked_quantity(line.from_quantity).normalize())
        except QuantityRefused as refusal:
            errors[f"{place}"] = _("%(place)s行目 %(name)s：") % shown + str(refusal)
            continue
        if not 0 <= line.unit_price <= LARGEST_PRICE:
            errors[f"{place}"] = _("%(place)s行目 %(name)s：単価は0以上で入力してください。") % shown
        if key in seen:
            errors[f"{place}"] = _("%(place)s行目 %(name)s：同じ数量の単価が2つあります。") % shown
        seen.add(key)
    if errors:
        raise PriceBookRefused(errors)


def prices_in(book: PriceBook, lines: Sequence[Line], ids: Collection[int]) -> dict[tuple[int, Decimal], int]:
    """Return what the book says now of the products in the lines that the lines say too, and of the entries."""
    told = {(line.product.pk, line.from_quantity.normalize()) for line in lines}
    rows = PriceEntry.objects.filter(book=book, product_id__in={pk for pk, _quantity in told})
    rows = rows | PriceEntry.objects.filter(book=book, pk__in=ids)
    held = set(ids)
    return {
        (row.product_id, row.from_quantity.normalize()): row.unit_price
        for row in rows
        if row.pk in held or (row.product_id, row.from_quantity.normalize()) in told
    }
