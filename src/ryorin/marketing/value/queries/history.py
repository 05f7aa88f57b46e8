"""What was bought, out of the lake, as arrays: the days on which each customer bought, and the products on the lines.

A customer's days are those on which it ordered; orders of one day are one purchase. What was given back counts against
the day of the order it belongs to, else against the last day of buying before it. Amounts are without tax.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from ryorin.customers.value.models import Subject
from ryorin.insight.lake.queries import sql, versions

Ints = NDArray[np.int64]
EPOCH = date(1970, 1, 1)
KEYS = {Subject.PERSON: "person_id", Subject.COMPANY: "company_id"}

DAYS = """
WITH bought AS (
  SELECT {key} AS who, id, returns_id, is_return, net,
    datediff('day', DATE '1970-01-01', timezone('{zone}', ordered_at)::DATE) AS day
  FROM {orders} WHERE {key} IS NOT NULL AND currency = '{currency}'
), days AS (
  SELECT who, day, sum(net) AS value, 0 AS back FROM bought WHERE NOT is_return AND day <= {last} GROUP BY who, day
), given_back AS (
  SELECT b.who, coalesce(o.day, b.day) AS day, b.net FROM bought b
  LEFT JOIN bought o ON o.id = b.returns_id AND o.who = b.who AND NOT o.is_return
  WHERE b.is_return AND b.day <= {last}
), against AS (
  SELECT g.who, d.day, sum(g.net) AS value, sum(-g.net) AS back
  FROM given_back g ASOF JOIN days d ON d.who = g.who AND d.day <= g.day GROUP BY g.who, d.day
)
SELECT who, day, CAST(sum(value) AS BIGINT) AS value, CAST(sum(back) AS BIGINT) AS back
FROM (SELECT * FROM days UNION ALL SELECT * FROM against) GROUP BY who, day ORDER BY who, day
"""

ITEMS = """
SELECT o.{key} AS who, o.id AS basket, l.product_id AS item
FROM {order_lines} l JOIN {orders} o ON o.id = l.order_id
WHERE o.{key} IS NOT NULL AND l.product_id IS NOT NULL AND l.quantity > 0 AND NOT o.is_return
  AND o.currency = '{currency}'
  AND datediff('day', DATE '1970-01-01', timezone('{zone}', o.ordered_at)::DATE) <= {last}
GROUP BY ALL ORDER BY who, basket, item
"""

BEGINNINGS = """
SELECT id, datediff('day', DATE '1970-01-01', timezone('{zone}', coalesce(first_contact_at, created_at))::DATE) AS day
FROM {people} WHERE day <= {last} ORDER BY id
"""


@dataclass(frozen=True)
class Days:
    """One entry for each day on which a customer bought, in the order of customers and days.

    `day` is counted from 1970, `value` in minor units less what was given back, `back` what that was.
    """

    who: Ints
    day: Ints
    value: Ints
    back: Ints

    def until(self, day: int) -> "Days":
        """Return the days up to and including this one."""
        known = self.day <= day
        return Days(self.who[known], self.day[known], self.value[known], self.back[known])

    def after(self, day: int) -> "Days":
        known = self.day > day
        return Days(self.who[known], self.day[known], self.value[known], self.back[known])


@dataclass(frozen=True)
class Items:
    """Each product once for each order of a customer."""

    who: Ints
    basket: Ints
    item: Ints


def days_of(subject: str, *, as_of: date, currency: str, zone: str) -> Days:
    """Return the days on which customers bought, up to and including `as_of`."""
    table = _asked(DAYS, "orders", subject=subject, as_of=as_of, currency=currency, zone=zone)
    return Days(table["who"], table["day"], table["value"], table["back"])


def items_of(subject: str, *, as_of: date, currency: str, zone: str) -> Items:
    """Return which products customers bought, order by order."""
    table = _asked(ITEMS, "orders", "order_lines", subject=subject, as_of=as_of, currency=currency, zone=zone)
    return Items(table["who"], table["basket"], table["item"])


def beginnings(*, as_of: date, zone: str) -> tuple[Ints, Ints]:
    """Return every person and the day of the first contact."""
    table = _asked(BEGINNINGS, "people", subject=Subject.PERSON, as_of=as_of, currency="XXX", zone=zone)
    return table["id"], table["day"]


def orders_version() -> str:
    """Return which version of the orders and their lines the lake holds."""
    return "-".join(str(version) for version in versions(["orders", "order_lines"]).values())


def number_of(day: date) -> int:
    """Return a day as the arrays count it."""
    return (day - EPOCH).days


def asked_words(subject: str, *, as_of: date, currency: str, zone: str) -> dict[str, object]:
    """Return what stands in the queries, checked so that nothing else can."""
    if not (currency.isalpha() and len(currency) == 3) or not zone.replace("/", "").replace("_", "").isalnum():
        raise ValueError("not a currency or not a time zone")
    return {"key": KEYS[Subject(subject)], "currency": currency, "zone": zone, "last": number_of(as_of)}


def _asked(query: str, *tables: str, subject: str, as_of: date, currency: str, zone: str) -> dict[str, Ints]:
    words = asked_words(subject, as_of=as_of, currency=currency, zone=zone)
    found = sql(query.format(**words, **{name: f"{{{name}}}" for name in tables}), *tables).fetchnumpy()
    return {name: np.asarray(values).astype(np.int64) for name, values in found.items()}
