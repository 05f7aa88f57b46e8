"""What the lines of a contract come to: the same to the yen as the quotation, tax rounded once per rate."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol, cast

from ryorin.lib.money import Rounding, tax_of


class HasAmount(Protocol):
    """What money rules need of a line."""

    @property
    def amount(self) -> int: ...

    @property
    def tax_rate(self) -> Decimal: ...

    @property
    def is_reduced(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; money in minor units, with tax where the contract says so."""

    description: str
    amount: int
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: int = 0
    tax_rate: Decimal = Decimal(10)
    is_reduced: bool = False
    product_id: int | None = None


@dataclass(frozen=True, slots=True)
class RateTotal:
    """What the lines of one tax rate come to."""

    rate: Decimal
    is_reduced: bool
    net: int
    tax: int
    gross: int

    @property
    def plain_rate(self) -> str:
        return f"{self.rate.normalize():f}"


@dataclass(frozen=True, slots=True)
class Totals:
    by_rate: tuple[RateTotal, ...]

    @property
    def net(self) -> int:
        return sum(one.net for one in self.by_rate)

    @property
    def tax(self) -> int:
        return sum(one.tax for one in self.by_rate)

    @property
    def gross(self) -> int:
        return sum(one.gross for one in self.by_rate)

    def as_json(self) -> list[dict[str, Any]]:
        """Return what a row keeps."""
        return [
            {"rate": one.plain_rate, "is_reduced": one.is_reduced, "net": one.net, "tax": one.tax, "gross": one.gross}
            for one in self.by_rate
        ]


def totals_in(kept: Iterable[dict[str, Any]]) -> Totals:
    """Return the totals that a row keeps."""
    return Totals(
        tuple(
            RateTotal(Decimal(str(one["rate"])), bool(one.get("is_reduced")), one["net"], one["tax"], one["gross"])
            for one in kept
        )
    )


def totals_of(lines: Iterable[HasAmount], *, rounding: str, is_inclusive: bool) -> Totals:
    """Return net, tax and gross by rate, the highest rate first; 8 % reduced and the 8 % of old are two."""
    sums: dict[tuple[Decimal, bool], int] = defaultdict(int)
    for line in lines:
        sums[(Decimal(line.tax_rate).normalize(), line.is_reduced)] += line.amount
    found = []
    for (rate, is_reduced), amount in sorted(sums.items(), reverse=True):
        tax = tax_of({rate: amount}, rounding=cast(Rounding, rounding), inclusive=is_inclusive)[rate]
        found.append(RateTotal(rate, is_reduced, tax.net, tax.tax, tax.gross))
    return Totals(tuple(found))


def with_discounts(items: Sequence[Line], totals: Totals, *, is_inclusive: bool, name: str) -> list[Line]:
    """Return the items and, for each rate, a line with what the whole is less than its items (出精値引)."""
    lines = list(items)
    for one in totals.by_rate:
        whole = one.gross if is_inclusive else one.net
        mine = [line for line in items if _same_rate(line, one)]
        off = whole - sum(line.amount for line in mine)
        if off:
            lines.append(
                Line(description=name, amount=off, unit_price=off, tax_rate=one.rate, is_reduced=one.is_reduced)
            )
    return lines


def net_lines(lines: Sequence[Line], totals: Totals, *, is_inclusive: bool) -> list[Line]:
    """Return the lines without tax, adding up to the net amount of each rate exactly (largest remainder first)."""
    if not is_inclusive:
        return list(lines)
    found = dict(enumerate(lines))
    for one in totals.by_rate:
        places = [place for place, line in found.items() if _same_rate(line, one)]
        exact = {place: Decimal(lines[place].amount) * 100 / (100 + one.rate) for place in places}
        nets = {place: int(value // 1) for place, value in exact.items()}
        left = one.net - sum(nets.values())
        for place in sorted(places, key=lambda at: exact[at] - nets[at], reverse=True):
            step = 1 if left > 0 else -1 if left < 0 else 0
            nets[place] += step
            left -= step
        for place in places:
            price = int(Decimal(lines[place].unit_price) * 100 / (100 + one.rate))
            found[place] = replace(lines[place], amount=nets[place], unit_price=price)
    return [found[place] for place in range(len(lines))]


def _same_rate(line: HasAmount, one: RateTotal) -> bool:
    return Decimal(line.tax_rate) == one.rate and line.is_reduced == one.is_reduced
