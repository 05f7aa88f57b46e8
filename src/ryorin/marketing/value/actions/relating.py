"""Groups of customers who buy alike, and products that go together."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ryorin.insight.methods.baskets import Offers, Pair, next_offers, pairs
from ryorin.insight.methods.errors import NoTwoAlike
from ryorin.insight.methods.groups import Groups, assign, find_groups
from ryorin.lib import clock
from ryorin.marketing.value.models import Picture
from ryorin.marketing.value.queries.history import Items
from ryorin.marketing.value.rules import Figures, features_of, traits_of

Ints = NDArray[np.int64]
KEPT_FOR = timedelta(days=30)
GROWN = 1.5  # times as many customers, or as few: the groups are found anew
MOST_PAIRS, MOST_PRODUCTS = 200, 5
FEWEST_BUYERS = 3


@dataclass
class Grouping:
    """The groups, which of them each customer is in (from 0), and what is said of each."""

    model: Groups | None
    labels: Ints
    said: list[dict[str, Any]] = field(default_factory=list)
    found_on: str = ""
    version: int = 0
    customers: int = 0

    def as_json(self) -> dict[str, Any]:
        if self.model is None:
            return {"reason": NoTwoAlike.reason}
        return {
            **asdict(self.model),
            "silhouettes": {str(k): score for k, score in self.model.silhouettes.items()},
            "found_on": self.found_on,
            "version": self.version,
            "customers": self.customers,
        }


@dataclass
class Baskets:
    """The pairs within one order and over all orders of a customer, and what to offer whom."""

    in_order: list[Pair]
    of_customer: list[Pair]
    offers: Offers
    orders: int
    customers: int

    def as_json(self) -> dict[str, Any]:
        return {
            "orders": self.orders,
            "customers": self.customers,
            "in_order": [_told(pair) for pair in self.in_order[:MOST_PAIRS]],
            "of_customer": [_told(pair) for pair in self.of_customer[:MOST_PAIRS]],
            "offers": self.offered(),
        }

    def offered(self) -> list[dict[str, Any]]:
        """Return to how many customers each product is to be offered, the most first."""
        products, times = np.unique(self.offers.product[self.offers.product >= 0], return_counts=True)
        found = [
            {"product": int(product), "customers": int(count)} for product, count in zip(products, times, strict=True)
        ]
        return sorted(found, key=lambda one: -one["customers"])[:MOST_PAIRS]


def grouping_of(subject: str, found: Figures, kinds: Ints, items: Items, *, as_of: int, version: int) -> Grouping:
    """Return the groups: those found before, for a month, so that who is in which stays comparable; else found anew."""
    features = features_of(found, kinds, as_of=as_of)
    before = Picture.objects.filter(subject=subject, kind="groups").values_list("content", flat=True).first() or {}
    model = _kept(before, version=version, customers=len(found.who))
    found_on = str(before.get("found_on", "")) if model else clock.now().isoformat()
    counted = int(before.get("customers", 0)) if model else len(found.who)
    try:
        model = model or _numbered_as_before(find_groups(features), before)
    except NoTwoAlike:
        return Grouping(None, np.zeros(len(found.who), dtype=np.int64))
    labels = assign(model, features)
    said = [_said(model, number, labels == number, found, items, as_of=as_of) for number in range(model.k)]
    return Grouping(model, labels, said, found_on, version, counted)


def baskets_of(who: Ints, items: Items) -> Baskets:
    """Return what goes together; customers are the places of `who`."""
    in_order, of_customer = pairs(items.basket, items.item), pairs(items.who, items.item)
    offers = next_offers(np.searchsorted(who, items.who), items.item, of_customer, customers=len(who))
    return Baskets(in_order, of_customer, offers, len(np.unique(items.basket)), len(np.unique(items.who)))


def kinds_of(who: Ints, items: Items) -> Ints:
    """Return how many different products each customer has bought."""
    if not len(items.who):
        return np.zeros(len(who), dtype=np.int64)
    most = int(items.item.max()) + 1
    once = np.unique(items.who * most + items.item) // most
    return np.bincount(np.searchsorted(who, once), minlength=len(who)).astype(np.int64)


def _said(
    model: Groups, number: int, is_in: NDArray[np.bool_], found: Figures, items: Items, *, as_of: int
) -> dict[str, Any]:
    """Return the traits, the usual figures and the typical products of one group."""
    size = int(np.count_nonzero(is_in))
    centre = dict(zip(model.features, model.centres[number], strict=True))
    if not size:
        return {"size": 0, "traits": [], "content": {}}
    typical = float(np.median(found.purchases[is_in]))
    return {
        "size": size,
        "traits": traits_of(centre, median_purchases=typical),
        "content": {
            "purchases": typical,
            "average": round(float(np.median(found.average[is_in]))),
            "days_ago": round(float(np.median(as_of - found.last[is_in]))),
            "revenue": int(found.revenue[is_in].sum()),
            "products": _typical(is_in, found.who, items),
        },
    }


def _typical(is_in: NDArray[np.bool_], who: Ints, items: Items) -> list[dict[str, Any]]:
    """Return the products the group buys most above the others' measure: id, share within, times the share of all."""
    if not len(items.who):
        return []
    most = int(items.item.max()) + 1
    once = np.unique(items.who * most + items.item)
    buyer, item = np.searchsorted(who, once // most), once % most
    overall = np.bincount(item, minlength=most)
    inside = np.bincount(item[is_in[buyer]], minlength=most)
    share, usual = inside / max(int(is_in.sum()), 1), overall / len(who)
    lift = np.divide(share, usual, out=np.zeros(most), where=usual > 0)
    chosen = np.flatnonzero((inside >= FEWEST_BUYERS) & (lift > 1))
    chosen = chosen[np.argsort(-(share[chosen] * np.log(lift[chosen])), kind="stable")][:MOST_PRODUCTS]
    return [
        {"id": int(one), "share": round(float(share[one]), 4), "lift": round(float(lift[one]), 2)} for one in chosen
    ]


def _kept(before: dict[str, Any], *, version: int, customers: int) -> Groups | None:
    """Return the groups found before, while they are young and there are about as many customers."""
    if not before.get("centres") or before.get("version") != version:
        return None
    counted = max(int(before.get("customers", 0)), 1)
    is_young = clock.now() - datetime.fromisoformat(before["found_on"]) < KEPT_FOR
    if not is_young or not 1 / GROWN <= customers / counted <= GROWN:
        return None
    return Groups(
        tuple(before["features"]),
        tuple(before["dropped"]),
        tuple(before["means"]),
        tuple(before["deviations"]),
        tuple(tuple(centre) for centre in before["centres"]),
        {int(k): score for k, score in before["silhouettes"].items()},
    )


def _numbered_as_before(model: Groups, before: dict[str, Any]) -> Groups:
    """Return the groups numbered as those before that they resemble, where there are as many of the same features."""
    from scipy.optimize import linear_sum_assignment

    old = before.get("centres")
    if not old or len(old) != model.k or tuple(before["features"]) != model.features:
        return model
    earlier = np.array(old) * np.array(before["deviations"]) + np.array(before["means"])
    now = np.array(model.centres) * np.array(model.deviations) + np.array(model.means)
    apart = np.linalg.norm((earlier[:, None] - now[None]) / np.array(model.deviations), axis=2)
    _old, order = linear_sum_assignment(apart)
    return replace(model, centres=tuple(model.centres[place] for place in order))


def _told(pair: Pair) -> dict[str, Any]:
    return {**asdict(pair), "lift": round(pair.lift, 3), "confidence": round(pair.confidence, 4)}
