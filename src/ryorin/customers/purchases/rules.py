"""What an order adds up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, cast

from django.utils.translation import gettext as _

from ryorin.customers.purchases.errors import OrderInvalid
from ryorin.customers.purchases.models import OrderLine
from ryorin.lib.money import Rounding, tax_of

STANDARD_RATE = Decimal(10)
HIGHEST_RATE = Decimal(100)


@dataclass(frozen=True)
class Sums:
    """What an order costs in minor units: net + tax = total."""

    net: int
    tax: int
    total: int


def line_of(data: Mapping[str, Any], *, position: int) -> OrderLine:
    """Return one line, not yet saved; without an amount it is quantity times unit price, rounded half up."""
    try:
        quantity = Decimal(str(data.get("quantity", 1)))
        rate = Decimal(str(data.get("tax_rate", STANDARD_RATE)))
        unit_price = int(data.get("unit_price") or 0)
        amount = data.get("amount")
        amount = (
            int((quantity * unit_price).quantize(Decimal(1), rounding=ROUND_HALF_UP)) if amount is None else int(amount)
        )
    except (InvalidOperation, ValueError):
        raise OrderInvalid(
            what=_("%(position)s行目の数量か金額が正しくありません。") % {"position": position}
        ) from None
    if not 0 <= rate <= HIGHEST_RATE:
        raise OrderInvalid(what=_("%(position)s行目の税率が正しくありません。") % {"position": position})
    return OrderLine(
        position=position,
        product=data.get("product"),
        description=str(data.get("description") or data.get("product") or "")[:200],
        category=str(data.get("category") or getattr(data.get("product"), "category", ""))[:80],
        quantity=quantity,
        unit_price=unit_price,
        amount=amount,
        tax_rate=rate,
    )


def sums_of(lines: Iterable[OrderLine], *, rounding: str) -> Sums:
    """Return what the lines add up to, tax rounded once per rate."""
    by_rate: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        by_rate[line.tax_rate] += line.amount
    taxes = tax_of(by_rate, rounding=cast(Rounding, rounding)).values()
    net, tax = sum(one.net for one in taxes), sum(one.tax for one in taxes)
    return Sums(net=net, tax=tax, total=net + tax)
