"""What may be given: the discount that meets a wish, the margin it leaves, the lines that could carry it."""

from dataclasses import dataclass
from decimal import Decimal

from ryorin.sales.deals.rules import line_amount
from ryorin.sales.quotations.rules.pricing import HUNDRED, Offer, Priced, Totals, largest, with_discount


@dataclass(frozen=True, slots=True)
class Giver:
    """A line and what it could give: `room` above its cost (None where no cost is known), `share` of the discount."""

    priced: Priced
    room: int | None
    share: int

    @property
    def after(self) -> int:
        return self.priced.amount - self.share


@dataclass(frozen=True, slots=True)
class CounterOffer:
    """What meets a wish: so much more off in all, what the quotation then comes to, which lines could carry it."""

    off: int
    offer: Offer
    totals: Totals
    givers: tuple[Giver, ...]

    @property
    def is_met_already(self) -> bool:
        return self.off == 0

    @property
    def is_below_cost(self) -> bool:
        return self.totals.margin is not None and self.totals.margin < 0

    @property
    def uncovered(self) -> int:
        """What the lines cannot carry without one of them going below its cost."""
        return self.off - sum(giver.share for giver in self.givers)


def to_net(offer: Offer, wished: int) -> CounterOffer:
    """Return what brings the amount without tax down to the wish, to the yen where tax is not in the prices."""
    most = offer.totals.payable
    off = largest(lambda each: with_discount(offer, each).totals.net >= wished, most=most)
    if off < most and with_discount(offer, off).totals.net > wished and off > 0:
        off += 1
    return countered(offer, off)


def to_margin(offer: Offer, rate: Decimal) -> CounterOffer | None:
    """Return the most that may be given so that the margin stays at this percentage; None where costs are unknown."""
    if offer.totals.cost is None:
        return None

    def keeps(off: int) -> bool:
        totals = with_discount(offer, off).totals
        return totals.margin is not None and totals.margin * HUNDRED >= rate * totals.net

    return countered(offer, largest(keeps, most=offer.totals.payable))


def to_discount(offer: Offer, rate: Decimal) -> CounterOffer:
    """Return the most that may be given so that all discounts together stay within this percentage."""
    totals = offer.totals
    free = int(totals.listed * rate / HUNDRED) - totals.discount
    return countered(offer, max(0, min(free, totals.payable)))


def countered(offer: Offer, off: int) -> CounterOffer:
    """Return the offer with so much more off in all."""
    after = with_discount(offer, off)
    return CounterOffer(off, after, after.totals, givers_of(offer, off))


def givers_of(offer: Offer, off: int) -> tuple[Giver, ...]:
    """Return the lines with what each could give of the discount: in proportion to its margin, never below cost."""
    rooms = [(one, room_of(one, offer)) for one in offer.totals.items]
    whole = sum(room or 0 for _one, room in rooms)
    wanted = min(off, whole)
    shares = [(room or 0) * wanted // whole if whole else 0 for _one, room in rooms]
    rest = wanted - sum(shares)
    for place, (_one, room) in enumerate(rooms):
        more = min(rest, (room or 0) - shares[place])
        shares[place], rest = shares[place] + more, rest - more
    return tuple(Giver(one, room, share) for (one, room), share in zip(rooms, shares, strict=True))


def room_of(one: Priced, offer: Offer) -> int | None:
    """Return how far the line is above its cost, as entered; None where no cost is known."""
    if one.line.cost is None:
        return None
    cost = line_amount(one.line.quantity, one.line.cost)
    if offer.is_inclusive:
        cost = int(cost * (HUNDRED + one.line.tax_rate) / HUNDRED)
    return max(0, one.amount - cost)
