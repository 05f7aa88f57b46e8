"""Which price holds, and which tax rate: decided from rows in hand, no database.

Of the price books that hold on the day, in the place, for the group and have a price for this quantity, the most
specific one wins, by these questions in order:

1. a book for the customer's group goes before a book for everyone;
2. a book for prefectures goes before a book for everywhere, and one for fewer prefectures before one for more;
3. a book that began later goes before one that began earlier;
4. a book that ends goes before an open one, and one that ends sooner before one that ends later;
5. the book made last.

Within the book it is the price of the largest quantity that was reached. Without any book it is the standard price.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from ryorin.lib.postal import PREFECTURES
from ryorin.products.catalogue.models import TaxClass
from ryorin.products.catalogue.rules import lines, one_line
from ryorin.products.prices.errors import PriceBookRefused, QuantityRefused, TaxRateRefused

LARGEST_QUANTITY = Decimal(1_000_000_000)
LARGEST_PRICE = 10**13
MOST_RATES = 100
LONGEST = {"name": 80, "customer_group": 40, "note": 4000}
QUANTITY_STEP = Decimal("0.001")
TAXED = (TaxClass.STANDARD, TaxClass.REDUCED)
NO_TAX = Decimal(0)


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of a book that holds on the day: what it needs to be compared."""

    book_id: int
    book: str
    valid_from: date
    valid_to: date | None
    prefectures: Sequence[str]
    customer_group: str
    from_quantity: Decimal
    unit_price: int


@dataclass(frozen=True, slots=True)
class DatedRate:
    """The rate of a class in percent from one day to another, both included."""

    tax_class: str
    rate: Decimal
    valid_from: date
    valid_to: date | None = None

    def as_row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("tax_class", "rate", "valid_from", "valid_to")}


# Until rates are changed by hand these hold: Japan's, from the beginning of the tax. What is taxed at the reduced
# rate today was taxed at the one rate there was before 2019-10-01.
KNOWN_RATES = (
    DatedRate(TaxClass.STANDARD, Decimal(10), date(2019, 10, 1)),
    DatedRate(TaxClass.STANDARD, Decimal(8), date(2014, 4, 1), date(2019, 9, 30)),
    DatedRate(TaxClass.STANDARD, Decimal(5), date(1997, 4, 1), date(2014, 3, 31)),
    DatedRate(TaxClass.STANDARD, Decimal(3), date(1989, 4, 1), date(1997, 3, 31)),
    DatedRate(TaxClass.REDUCED, Decimal(8), date(2019, 10, 1)),
    DatedRate(TaxClass.REDUCED, Decimal(8), date(2014, 4, 1), date(2019, 9, 30)),
    DatedRate(TaxClass.REDUCED, Decimal(5), date(1997, 4, 1), date(2014, 3, 31)),
    DatedRate(TaxClass.REDUCED, Decimal(3), date(1989, 4, 1), date(1997, 3, 31)),
)


def checked_quantity(quantity: Decimal) -> Decimal:
    """Return the quantity; refuse zero, negative, endless, huge ones and more than three decimal places."""
    if not quantity.is_finite() or not 0 < quantity <= LARGEST_QUANTITY:
        raise QuantityRefused()
    if quantity != quantity.quantize(QUANTITY_STEP):
        raise QuantityRefused()
    return quantity


def holds(offer: Offer, *, quantity: Decimal, on: date, prefecture: str, customer_group: str) -> bool:
    """Return whether the offer is for this day, place, group and quantity."""
    return (
        offer.valid_from <= on
        and (offer.valid_to is None or on <= offer.valid_to)
        and (not offer.prefectures or prefecture in offer.prefectures)
        and offer.customer_group in ("", customer_group)
        and offer.from_quantity <= quantity
    )


def best_offer(
    offers: Iterable[Offer], *, quantity: Decimal, on: date, prefecture: str = "", customer_group: str = ""
) -> Offer | None:
    """Return the offer that holds and is most specific, None where none holds."""
    asked = {"quantity": quantity, "on": on, "prefecture": prefecture, "customer_group": customer_group}
    return max((offer for offer in offers if holds(offer, **asked)), key=_rank, default=None)  # type: ignore[arg-type]


def _rank(offer: Offer) -> tuple[bool, bool, int, date, bool, int, int, Decimal]:
    """Return what makes an offer more specific than another, the first difference counting."""
    return (
        bool(offer.customer_group),
        bool(offer.prefectures),
        -len(offer.prefectures),
        offer.valid_from,
        offer.valid_to is not None,
        -offer.valid_to.toordinal() if offer.valid_to else 0,
        offer.book_id,
        offer.from_quantity,
    )


def rate_on(day: date, *, tax_class: str, rates: Iterable[DatedRate]) -> Decimal:
    """Return the rate of the class on the day, in percent; 0 for what is not taxed or was not yet."""
    if tax_class not in TAXED:
        return NO_TAX
    held = [
        each
        for each in rates
        if each.tax_class == tax_class and each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)
    ]
    return max(held, key=lambda each: each.valid_from).rate if held else NO_TAX


def checked_rates(rates: Sequence[DatedRate]) -> list[DatedRate]:
    """Return the rates in order; refuse impossible ones, and days on which a class has two rates."""
    found = sorted(rates, key=lambda each: (each.tax_class, each.valid_from))
    if len(found) > MOST_RATES:
        raise TaxRateRefused(problem=_("税率は%(most)s件までです。") % {"most": MOST_RATES})
    for each in found:
        if each.tax_class not in TAXED:
            raise TaxRateRefused(problem=_("税率は標準税率と軽減税率に設定します。"))
        if not each.rate.is_finite() or not 0 <= each.rate <= 100 or each.rate != each.rate.quantize(Decimal("0.1")):
            raise TaxRateRefused(problem=_("税率は0から100までの数値で、小数は1桁までにしてください。"))
        if each.valid_to is not None and each.valid_to < each.valid_from:
            raise TaxRateRefused(problem=_("適用終了日は適用開始日以後にしてください。"))
    for one, after in pairwise(found):
        if one.tax_class == after.tax_class and (one.valid_to is None or one.valid_to >= after.valid_from):
            shown = {"label": TaxClass(one.tax_class).label, "day": after.valid_from}
            raise TaxRateRefused(problem=_("%(label)sの適用期間が%(day)sで重なっています。") % shown)
    return found


def rates_key(rates: Iterable[DatedRate]) -> str:
    """Return a short text that differs where the rates differ."""
    rows = sorted(f"{r.tax_class} {r.rate:.1f} {r.valid_from} {r.valid_to or ''}" for r in rates)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def normalised_book(fields: Mapping[str, Any], *, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values as a price book stores them; raise PriceBookRefused naming every fault."""
    strangers = fields.keys() - {*LONGEST, "valid_from", "valid_to", "prefectures", "is_active"}
    if strangers:
        raise TypeError(f"no such fields: {', '.join(sorted(strangers))}")
    values, errors = dict(fields), {}
    for name, longest in LONGEST.items():
        if name in values:
            values[name] = (lines if name == "note" else one_line)(values[name])
            if len(values[name]) > longest:
                errors[name] = _("%(count)s字までで入力してください。") % {"count": longest}
    if (known is None or "name" in values) and not values.get("name"):
        errors["name"] = _("価格表の名前を入力してください。")
    if "prefectures" in values:
        values["prefectures"] = sorted(set(values["prefectures"]) & PREFECTURES.keys())
    first, last = (values.get(name, (known or {}).get(name)) for name in ("valid_from", "valid_to"))
    if first is None:
        errors["valid_from"] = _("適用開始日を入力してください。")
    elif last is not None and last < first:
        errors["valid_to"] = _("適用終了日は適用開始日以後にしてください。")
    if errors:
        raise PriceBookRefused(errors)
    return values


def whole_units(amount: Decimal) -> int:
    """Return the amount in whole minor units, half rounded away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
