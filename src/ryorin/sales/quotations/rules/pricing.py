"""What a quotation comes to: lines, discounts, tax once per rate. Pages, PDF and approvals all ask here."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from ryorin.lib.money import Rounding, tax_of
from ryorin.sales.deals.rules import LARGEST_AMOUNT, line_amount
from ryorin.sales.quotations.errors import DiscountTooLarge, LineRefused, TooManyLines, TotalTooLarge
from ryorin.sales.quotations.models import LineKind

MOST_LINES = 200
LARGEST_QUANTITY = Decimal(999_999_999)
HUNDRED = Decimal(100)
VALID_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as somebody entered it. On a discount line `discount` or `discount_rate` is what is taken off in all."""

    kind: str = LineKind.ITEM.value
    description: str = ""
    product_id: int | None = None
    code: str = ""
    note: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: int = 0
    discount_rate: Decimal | None = None
    discount: int = 0
    tax_rate: Decimal = Decimal(10)
    is_reduced: bool = False
    cost: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Everything that a version says: whom it is for, the terms, the lines."""

    title: str
    to_company: str = ""
    to_department: str = ""
    to_person: str = ""
    honorific: str = ""
    to_postal_code: str = ""
    to_address: str = ""
    language: str = "ja"
    is_inclusive: bool = False
    rounding: str = "down"
    valid_until: date | None = None
    delivery: str = ""
    delivery_place: str = ""
    payment_terms: str = ""
    remarks: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def totals(self) -> "Totals":
        """What the lines come to; refuses what makes no sense."""
        return totals_of(self.lines, rounding=self.rounding, is_inclusive=self.is_inclusive)

    @property
    def terms(self) -> dict[str, Any]:
        """Everything but the lines, by the names of the columns."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "lines"}


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with what it comes to: before the discount, the discount, after it; `number` counts the items."""

    line: Line
    number: int | None
    listed: int
    discount: int
    amount: int


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A tax rate in percent; 8 % reduced (軽減) and the 8 % of old are two."""

    percent: Decimal
    is_reduced: bool = False


@dataclass(frozen=True, slots=True)
class RateTotal:
    rate: Rate
    net: int
    tax: int
    gross: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole quotation in minor units. `listed` and `discount` as entered; `cost` None where a line has none."""

    lines: tuple[Priced, ...]
    by_rate: tuple[RateTotal, ...]
    listed: int
    discount: int
    net: int
    tax: int
    gross: int
    cost: int | None
    unknown_costs: int = 0

    @property
    def payable(self) -> int:
        """What is left to pay as entered: with tax where prices hold tax, else without."""
        return self.listed - self.discount

    @property
    def margin(self) -> int | None:
        return None if self.cost is None else self.net - self.cost

    @property
    def margin_rate(self) -> Decimal | None:
        """The margin in percent of the net amount, one decimal."""
        return None if self.margin is None or not self.net else percent(self.margin, self.net)

    @property
    def discount_rate(self) -> Decimal:
        """The discount in percent of the amount before it, one decimal."""
        return percent(self.discount, self.listed) if self.listed else Decimal("0.0")

    @property
    def has_reduced(self) -> bool:
        return any(one.rate.is_reduced for one in self.by_rate)

    @property
    def items(self) -> list[Priced]:
        return [one for one in self.lines if one.line.kind == LineKind.ITEM]


@dataclass(slots=True)
class _Sums:
    """What has been added up so far, while going down the lines."""

    by_rate: dict[Rate, int] = field(default_factory=dict)
    listed: int = 0
    section: int = 0
    cost: int = 0
    unknown_costs: int = 0
    count: int = 0


def totals_of(lines: Sequence[Line], *, rounding: str = "down", is_inclusive: bool = False) -> Totals:
    """Return what the lines come to; amounts hold tax when `is_inclusive`. Refuses what makes no sense, by line."""
    if len(lines) > MOST_LINES:
        raise TooManyLines(limit=MOST_LINES, count=len(lines))
    items = sum(_item(line, position).amount for position, line in enumerate(lines, 1) if line.kind == LineKind.ITEM)
    sums, priced = _Sums(), []
    for position, line in enumerate(lines, 1):
        priced.append(_priced(line, position, sums, items=items))
    off = sum(one.discount for one in priced if one.line.kind == LineKind.DISCOUNT)
    if off > items:
        raise DiscountTooLarge()
    by_rate = _taxed(spread(sums.by_rate, off), rounding=rounding, is_inclusive=is_inclusive)
    gross = sum(one.gross for one in by_rate)
    if gross >= LARGEST_AMOUNT or sums.listed >= LARGEST_AMOUNT or sums.cost >= LARGEST_AMOUNT:
        raise TotalTooLarge(limit=f"{LARGEST_AMOUNT:,}")
    return Totals(
        lines=tuple(priced),
        by_rate=by_rate,
        listed=sums.listed,
        discount=sum(one.discount for one in priced),
        net=sum(one.net for one in by_rate),
        tax=sum(one.tax for one in by_rate),
        gross=gross,
        cost=None if sums.unknown_costs or not sums.count else sums.cost,
        unknown_costs=sums.unknown_costs,
    )


def spread(by_rate: Mapping[Rate, int], off: int) -> dict[Rate, int]:
    """Return the sums less a discount, spread in proportion to them; the shares add up to it exactly."""
    whole = sum(by_rate.values())
    if not off or not whole:
        return dict(by_rate)
    shares = {rate: amount * off // whole for rate, amount in by_rate.items()}
    rests = sorted(by_rate, key=lambda rate: (by_rate[rate] * off % whole, rate), reverse=True)
    for rate in rests[: off - sum(shares.values())]:
        shares[rate] += 1
    return {rate: amount - shares[rate] for rate, amount in by_rate.items()}


def percent(part: int, whole: int) -> Decimal:
    """Return how much of the whole the part is, in percent with one decimal, half rounded up."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def digest_of(offer: Offer) -> str:
    """Return the SHA-256 of everything that is offered; the same offer gives the same digest."""
    text = json.dumps(asdict(offer), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    """Return a value as the digest reads it: numbers without zeros behind the point, days as ISO dates."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def token_hash(token: str) -> str:
    """Return what is kept of a link's token."""
    return hashlib.sha256(f"ryorin.quotation:{token}".encode()).hexdigest()


def addressed(offer: Offer) -> tuple[list[str], str, str]:
    """Return the lines above the addressee's name, the name, and its honorific: 様 for a person, else 御中."""
    place = [f"〒{offer.to_postal_code}" if offer.to_postal_code else "", offer.to_address]
    english = offer.language == "en"
    if offer.to_person and offer.honorific != "各位":
        above = [*place, offer.to_company, offer.to_department]
        return [one for one in above if one], offer.to_person, "" if english else person_honorific(offer.honorific)
    name = " ".join(filter(None, (offer.to_company, offer.to_department)))
    everybody = "各位" if offer.honorific == "各位" else "御中"
    return [one for one in place if one], name, "" if english else everybody


def person_honorific(honorific: str) -> str:
    """Return the honorific for a person: 御中 is for companies and becomes 様."""
    return "様" if honorific in ("", "御中") else honorific


def _priced(line: Line, position: int, sums: _Sums, *, items: int) -> Priced:
    """Return the line with its amounts, added to the sums."""
    if line.kind == LineKind.HEADING:
        return Priced(line, None, 0, 0, 0)
    if line.kind == LineKind.SUBTOTAL:
        section, sums.section = sums.section, 0
        return Priced(line, None, 0, 0, section)
    if line.kind == LineKind.DISCOUNT:
        off = _discount(line, items, position)
        sums.section -= off
        return Priced(line, None, 0, off, -off)
    one = _item(line, position)
    rate = Rate(line.tax_rate.normalize(), line.is_reduced)
    sums.by_rate[rate] = sums.by_rate.get(rate, 0) + one.amount
    sums.listed += one.listed
    sums.section += one.amount
    sums.count += 1
    sums.unknown_costs += line.cost is None
    sums.cost += line_amount(line.quantity, line.cost or 0)
    return Priced(line, sums.count, one.listed, one.discount, one.amount)


def _item(line: Line, position: int) -> Priced:
    """Return an item with its amounts; refuses quantities, prices and rates that make no sense."""
    if line.quantity < 0:
        raise LineRefused(
            position=position, problem=_("数量は0以上にしてください。値引は「値引」の行か値引欄で入れます。")
        )
    if line.quantity > LARGEST_QUANTITY:
        raise LineRefused(position=position, problem=_("数量が大きすぎます。"))
    if line.unit_price < 0:
        raise LineRefused(
            position=position, problem=_("単価は0以上にしてください。値引は「値引」の行か値引欄で入れます。")
        )
    if line.unit_price > LARGEST_AMOUNT or (line.cost or 0) > LARGEST_AMOUNT:
        raise LineRefused(position=position, problem=_("単価が大きすぎます。"))
    if not 0 <= line.tax_rate <= HUNDRED:
        raise LineRefused(position=position, problem=_("税率は0から100までで入れてください。"))
    listed = line_amount(line.quantity, line.unit_price)
    if listed >= LARGEST_AMOUNT:
        raise LineRefused(position=position, problem=_("金額が大きすぎます。数量と単価を確かめてください。"))
    off = _discount(line, listed, position)
    return Priced(line, None, listed, off, listed - off)


def _discount(line: Line, whole: int, position: int) -> int:
    """Return what is taken off: a part of the whole in percent where a rate is given, else the amount."""
    if line.discount_rate is not None:
        if not 0 <= line.discount_rate <= HUNDRED:
            raise LineRefused(position=position, problem=_("値引率は0から100までで入れてください。"))
        return int((whole * line.discount_rate / HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if line.discount < 0:
        raise LineRefused(position=position, problem=_("値引額は0以上で入れてください（表示では▲が付きます）。"))
    if line.discount > whole:
        raise LineRefused(position=position, problem=_("値引額が金額を超えています。"))
    return line.discount


def _taxed(by_rate: Mapping[Rate, int], *, rounding: str, is_inclusive: bool) -> tuple[RateTotal, ...]:
    """Return net, tax and gross of each rate, rounded once per rate, the highest rate first."""
    found = []
    for rate in sorted(by_rate, reverse=True):
        how = cast(Rounding, rounding)
        tax = tax_of({rate.percent: by_rate[rate]}, rounding=how, inclusive=is_inclusive)[rate.percent]
        found.append(RateTotal(rate, tax.net, tax.tax, tax.gross))
    return tuple(found)


def with_discount(offer: Offer, off: int) -> Offer:
    """Return the offer with so much more taken off in all, on the last discount line that names an amount."""
    if not off:
        return offer
    lines = list(offer.lines)
    for place in reversed(range(len(lines))):
        if lines[place].kind == LineKind.DISCOUNT and lines[place].discount_rate is None:
            lines[place] = replace(lines[place], discount=lines[place].discount + off)
            return replace(offer, lines=tuple(lines))
    return replace(offer, lines=(*lines, Line(kind=LineKind.DISCOUNT.value, discount=off)))


def largest(holds: Callable[[int], bool], *, most: int) -> int:
    """Return the largest number up to `most` for which something holds that, once it fails, goes on failing."""
    if not holds(0):
        return 0
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
