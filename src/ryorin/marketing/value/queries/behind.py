"""Who is behind a number of the analysis that no field tells: asked of the lake."""

from datetime import date

from ryorin.customers.value.models import Subject
from ryorin.insight.lake.queries import sql
from ryorin.marketing.value.queries.history import KEYS, asked_words

MOST = 20_000

COHORT = """
WITH bought AS (
  SELECT {key} AS who, timezone('{zone}', ordered_at)::DATE AS day FROM {orders}
  WHERE {key} IS NOT NULL AND currency = '{currency}' AND NOT is_return
), known AS (SELECT * FROM bought WHERE day <= DATE '{last}'),
firsts AS (SELECT who, min(day) AS day FROM known GROUP BY who),
began AS ({began})
SELECT b.who FROM began b WHERE date_trunc('month', b.day) = DATE '{month}' {then} ORDER BY b.who LIMIT {most}
"""
THEN = """AND EXISTS (
  SELECT 1 FROM known k WHERE k.who = b.who
  AND date_trunc('month', k.day) = DATE '{month}' + INTERVAL '{age} months')"""
BY_PURCHASE = "SELECT who, day FROM firsts"
BY_CONTACT = """
SELECT p.id AS who,
  least(timezone('{zone}', coalesce(p.first_contact_at, p.created_at))::DATE, coalesce(f.day, DATE '9999-01-01')) AS day
FROM {people} p LEFT JOIN firsts f ON f.who = p.id
"""
PAIR = """
SELECT {key} AS who FROM {orders} o JOIN {order_lines} l ON l.order_id = o.id
WHERE {key} IS NOT NULL AND l.product_id IN ({first}, {then}) AND l.quantity > 0 AND NOT o.is_return
GROUP BY {group} HAVING count(DISTINCT l.product_id) = 2 ORDER BY who LIMIT {most}
"""


def cohort_members(
    subject: str, month: date, *, age: int | None, by_contact: bool, as_of: date, currency: str, zone: str
) -> list[int]:
    """Return the customers who began in a month; with an age, those of them who bought so many months later."""
    words = asked_words(subject, as_of=as_of, currency=currency, zone=zone)
    began = BY_CONTACT if by_contact and subject == Subject.PERSON else BY_PURCHASE
    query = COHORT.replace("{began}", began).replace("{then}", THEN if age is not None else "")
    tables = {name: f"{{{name}}}" for name in ("orders", "people")}
    asked = {"month": month.isoformat(), "age": age, "most": MOST, "last": as_of.isoformat()}
    return _ids(query.format(**(words | asked), **tables), "orders", "people")


def buyers_of_both(subject: str, first: int, then: int, *, in_one_order: bool) -> list[int]:
    """Return the customers who bought both products; `in_one_order`, those who did so at once."""
    key = KEYS[Subject(subject)]
    tables = {name: f"{{{name}}}" for name in ("orders", "order_lines")}
    group = f"{key}, o.id" if in_one_order else key
    query = PAIR.format(key=key, first=int(first), then=int(then), group=group, most=MOST, **tables)
    return list(dict.fromkeys(_ids(query, "orders", "order_lines")))


def _ids(query: str, *tables: str) -> list[int]:
    return [int(who) for (who,) in sql(query, *tables).fetchall()]
