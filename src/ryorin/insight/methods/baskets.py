"""What is bought together, and what to offer next.

Of two products: support is the share of baskets with both; confidence the share of the baskets with the first that have
the second too; lift that share over the share of all baskets with the second (R. Agrawal, T. Imielinski and A. Swami,
SIGMOD 1993). A pair counts when it occurs a minimum of times and would hardly come about by chance: the upper tail of
the hypergeometric distribution, with the false discovery rate held at five in a hundred over all pairs (Y. Benjamini
and Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
FEWEST_TOGETHER = 5
DISCOVERY = 0.05
LARGEST_BASKET = 200  # larger ones (a reseller's) would tie everything to everything


@dataclass(frozen=True)
class Pair:
    """Who takes `first` takes `then` more often than others do; `together` baskets hold both."""

    first: int
    then: int
    together: int
    with_first: int
    with_then: int
    baskets: int
    chance: float  # that so many come about by chance

    @property
    def support(self) -> float:
        return self.together / self.baskets

    @property
    def confidence(self) -> float:
        return self.together / self.with_first

    @property
    def lift(self) -> float:
        return self.together * self.baskets / (self.with_first * self.with_then)


@dataclass(frozen=True)
class Offers:
    """For each customer the product to offer next (-1: none), because of which other, and the pair's confidence."""

    product: Ints
    because: Ints
    confidence: NDArray[np.float64]


def pairs(basket: Ints, item: Ints, *, fewest: int = FEWEST_TOGETHER) -> list[Pair]:
    """Return the pairs of items found together significantly more often than apart, those of the highest lift first.

    `basket` and `item` are ids, one entry for each item in a basket; twice the same counts once. Of each pair both
    directions are returned.
    """
    from scipy.stats import hypergeom

    baskets, items, matrix = _matrix(np.asarray(basket, dtype=np.int64), np.asarray(item, dtype=np.int64))
    if len(items) < 2 or len(baskets) < fewest:
        return []
    times = np.asarray(matrix.sum(axis=0)).ravel().astype(np.int64)
    is_usual = np.asarray(matrix.sum(axis=1)).ravel() <= LARGEST_BASKET
    usual = matrix[is_usual]
    both = (usual.T @ usual).tocoo()
    one, other, together = both.row, both.col, both.data.astype(np.int64)
    kept = (one < other) & (together >= fewest)
    one, other, together = one[kept], other[kept], together[kept]
    if not len(one):
        return []
    chance = hypergeom.sf(together - 1, len(baskets), times[one], times[other])
    lift = together * len(baskets) / (times[one].astype(np.float64) * times[other])
    chosen = np.flatnonzero(_discovered(chance) & (lift > 1))
    chosen = chosen[np.lexsort((-together[chosen], -lift[chosen]))]
    found = []
    for place in chosen:
        for first, then in ((one[place], other[place]), (other[place], one[place])):
            found.append(
                Pair(
                    int(items[first]), int(items[then]), int(together[place]), int(times[first]), int(times[then]),
                    len(baskets), float(chance[place]),
                )
            )  # fmt: skip
    return found


def next_offers(customer: Ints, item: Ints, found: Sequence[Pair], *, customers: int) -> Offers:
    """Return what to offer each customer: what the pairs say follows what was bought, with the highest confidence.

    `customer` is a place below `customers`; nobody is offered what was bought before.
    """
    product = np.full(customers, -1, dtype=np.int64)
    because = np.full(customers, -1, dtype=np.int64)
    confidence = np.zeros(customers)
    who, what = np.asarray(customer, dtype=np.int64), np.asarray(item, dtype=np.int64)
    if not len(who) or not found:
        return Offers(product, because, confidence)
    most = int(max(what.max(), max(max(pair.first, pair.then) for pair in found))) + 1
    bought = np.unique(who * most + what)
    who, what = bought // most, bought % most
    order = np.argsort(what, kind="stable")
    starts = np.searchsorted(what[order], np.arange(most + 1))
    for pair in sorted(found, key=lambda pair: (-pair.confidence, -pair.lift, pair.first, pair.then)):
        buyers = who[order[starts[pair.first] : starts[pair.first + 1]]]
        buyers = buyers[product[buyers] < 0]
        key = buyers * most + pair.then
        at = np.minimum(np.searchsorted(bought, key), len(bought) - 1)
        buyers = buyers[bought[at] != key]
        product[buyers], because[buyers], confidence[buyers] = pair.then, pair.first, pair.confidence
    return Offers(product, because, confidence)


def _matrix(basket: Ints, item: Ints) -> tuple[Ints, Ints, Any]:
    """Return the ids of baskets and items, and which basket holds which item as a sparse matrix of ones."""
    from scipy.sparse import csr_matrix

    baskets, row = np.unique(basket, return_inverse=True)
    items, column = np.unique(item, return_inverse=True)
    once = np.unique(row * max(len(items), 1) + column)
    row, column = once // max(len(items), 1), once % max(len(items), 1)
    ones = np.ones(len(once), dtype=np.int64)
    return baskets, items, csr_matrix((ones, (row, column)), shape=(len(baskets), len(items)))


def _discovered(chance: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which chances are small enough that of all found so, five in a hundred are false."""
    order = np.argsort(chance)
    passes = chance[order] <= DISCOVERY * np.arange(1, len(chance) + 1) / len(chance)
    found = np.zeros(len(chance), dtype=bool)
    if passes.any():
        found[order[: int(np.flatnonzero(passes)[-1]) + 1]] = True
    return found
