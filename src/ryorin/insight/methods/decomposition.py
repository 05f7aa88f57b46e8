"""What explains a difference, exactly: a product of factors taken apart so that the parts add up to the last yen.

The parts are Shapley values over the factors (Shapley 1953; for products of factors Sun 1998, "Accounting for changes
in energy consumption and energy intensity: a complete decomposition model", Energy Economics 20). They treat all
factors alike, leave nothing over, and hold where factors are zero, unlike those by logarithms (LMDI, Ang 2004).
All arithmetic is exact (fractions); rounding to whole units keeps the sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, prod

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Link:
    """One factor of a chain: how many of `to` there are for one of `of` ("" for the first: how many there are)."""

    of: str
    to: str
    before: Fraction
    after: Fraction


def shapley(before: Sequence[Number], after: Sequence[Number]) -> list[Fraction]:
    """Return for each factor its part of prod(after) - prod(before); the parts add up to it exactly.

    The two sequences hold the same factors in the same order; work grows with 2 ** len (at most 12 are taken).
    """
    count = len(before)
    if count != len(after) or count > 12:
        raise ValueError("both sides have the same factors, at most twelve")
    low, high = [Fraction(one) for one in before], [Fraction(one) for one in after]
    parts = []
    for mine in range(count):
        others = [place for place in range(count) if place != mine]
        total = Fraction(0)
        for size in range(count):
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for changed in combinations(others, size):
                rest = prod((high[place] if place in changed else low[place] for place in others), start=Fraction(1))
                total += weight * rest
        parts.append(total * (high[mine] - low[mine]))
    return parts


def chain(before: Mapping[str, Number], after: Mapping[str, Number]) -> list[Link]:
    """Return the links of a funnel whose product is its last number: visits, leads per visit, ... , yen per order.

    Both mappings hold the same stages in the same order. A stage that is empty on one side although a later one is
    not cannot be divided by: it is left out, and its neighbours are linked directly. Where both a stage and all
    after it are empty on one side, the links after the first empty one are taken as on the other side, so that the
    whole difference is laid on the link that broke.
    """
    names = list(before)
    if not names or names != list(after):
        raise ValueError("both sides have the same stages")
    sides = [{name: Fraction(side[name]) for name in names} for side in (before, after)]
    kept = [
        name
        for place, name in enumerate(names[:-1])
        if all(side[name] or not any(side[later] for later in names[place + 1 :]) for side in sides)
    ]
    links = []
    for place, name in enumerate([*kept, names[-1]]):
        of = kept[place - 1] if place else ""
        ratios = [ratio(side[name], side[of] if of else Fraction(1)) for side in sides]
        first, second = (
            one if one is not None else other or Fraction(0) for one, other in zip(ratios, ratios[::-1], strict=True)
        )
        links.append(Link(of, name, first, second))
    return links


def ratio(part: Fraction, whole: Fraction) -> Fraction | None:
    """Return part / whole; None where there is nothing to divide by."""
    return part / whole if whole else None


def parts_of(links: Sequence[Link]) -> dict[str, Fraction]:
    """Return by the stage each link leads to its part of the difference of the chain's last number."""
    parts = shapley([link.before for link in links], [link.after for link in links])
    return {link.to: part for link, part in zip(links, parts, strict=True)}


def in_whole(parts: Mapping[str, Fraction]) -> dict[str, int]:
    """Return the parts in whole units that still add up to the whole (which is whole): largest remainders first."""
    whole = sum(parts.values(), start=Fraction(0))
    if whole.denominator != 1:
        raise ValueError("the parts add up to a whole number")
    floors = {name: part.numerator // part.denominator for name, part in parts.items()}
    left = int(whole) - sum(floors.values())
    order = sorted(parts, key=lambda name: (floors[name] - parts[name], name))
    return {name: floor + (name in order[:left]) for name, floor in floors.items()}
