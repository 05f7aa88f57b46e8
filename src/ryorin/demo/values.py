"""Supplies that customers order again and again, by habit, and what the customers are worth by them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import add_orders
from ryorin.customers.purchases.rules import line_of
from ryorin.demo.life import SMALL_GOODS
from ryorin.demo.prospects import TOKYO
from ryorin.demo.staff import Staff
from ryorin.marketing.value.actions import compute_daily

OPENS, CLOSES = 9, 18
TOGETHER = 0.55  # how often one who takes the first of a pair takes the second too
LEAVING = 0.06  # after an order, for good


def buy_supplies(staff: Staff, *, now: datetime) -> None:
    """This function will let customers order small goods: each in its own rhythm, its favourite with what goes with it.

    Some stop one day without a word.
    """
    dice = random.Random(53)
    customers = Person.objects.annotate(first=Min("orders__ordered_at")).exclude(first=None).order_by("pk")
    rows = [row for person in customers for row in orders_of(person, staff, dice, now=now)]
    for place, row in enumerate(rows, 1):
        row["number"] = f"W{row['ordered_at']:%y%m}-S{place:05d}"
    add_orders(rows, by=None)


def orders_of(person: Any, staff: Staff, dice: random.Random, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield the orders of one customer from the first one on."""
    favourite = dice.randrange(len(SMALL_GOODS))
    beside = SMALL_GOODS[(favourite + 1) % len(SMALL_GOODS)]
    usual = dice.gammavariate(2.5, 32)  # days between two orders
    day = person.first + timedelta(days=dice.expovariate(1 / usual) + 3)
    while day < now - timedelta(hours=1):
        codes = [SMALL_GOODS[favourite]] if dice.random() < 0.7 else [dice.choice(SMALL_GOODS)]
        if codes[0] == SMALL_GOODS[favourite] and dice.random() < TOGETHER:
            codes.append(beside)
        yield {
            "ordered_at": min(day.astimezone(TOKYO).replace(hour=dice.randint(OPENS, CLOSES - 1)), now),
            "channel": "online",
            "person_id": person.pk,
            "company_id": person.company_id,
            "lines": [
                line_of({"product": staff.products[code], "unit_price": staff.products[code].price,
                         "quantity": dice.choice([1, 1, 2, 3])}, position=place)
                for place, code in enumerate(codes, 1)
            ],
        }  # fmt: skip
        if dice.random() < LEAVING:
            return
        day += timedelta(days=max(1.0, dice.expovariate(1 / usual)))


def value_customers() -> None:
    """This function will compute the values of people and companies; history must hold their orders."""
    compute_daily()
