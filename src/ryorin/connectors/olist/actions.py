"""Importing the public Olist data set: leads, closed deals, sellers and orders, joined to each other."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from ryorin.connectors.csv.importers.kind import Kind, Values
from ryorin.connectors.csv.jobs import Job, Prepared
from ryorin.connectors.csv.kinds import KINDS
from ryorin.connectors.csv.mapping import Reading
from ryorin.connectors.csv.values import World
from ryorin.connectors.olist import rules
from ryorin.connectors.olist.errors import FilesMissing, OtherCurrency
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.workspace.organisation.queries import current

LEADS, DEALS = "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"
SELLERS, PRODUCTS = "olist_sellers_dataset.csv", "olist_products_dataset.csv"
TRANSLATION, PAYMENTS = "product_category_name_translation.csv", "olist_order_payments_dataset.csv"
ORDERS, ITEMS = "orders_PARTIAL.csv", "order_items_PARTIAL.csv"
FILES = (LEADS, DEALS, SELLERS, PRODUCTS, TRANSLATION, PAYMENTS, ORDERS, ITEMS)
AT_ONCE = 1000
Row = dict[str, str]


def import_olist(folder: Path) -> dict[str, Any]:
    """This function will import the files in the folder and return counts by record type; twice changes nothing."""
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise FilesMissing(names="、".join(missing))
    organisation = current()
    if organisation.currency != rules.CURRENCY:
        raise OtherCurrency(theirs=rules.CURRENCY, ours=organisation.currency)
    world = World(currency=organisation.currency, time_zone=organisation.time_zone)
    job = Job(by=None, reading=Reading(columns=()), world=world, source="olist", now=clock.now())
    leads = {row["mql_id"]: row for row in rows_of(folder / LEADS)}
    deals = list(rows_of(folder / DEALS))
    told: Counter[str] = Counter()
    return {
        "companies": take("companies", companies(folder, deals), job),
        "people": take("people", people(leads, deals, world), job),
        "deals": take("deals", won_deals(leads, deals, world, told), job),
        "orders": take("orders", orders(folder, world, told), job),
        "notes": dict(told),
    }


def companies(folder: Path, deals: list[Row]) -> Iterator[list[Values]]:
    """Return the sellers, those of the closed deals included, as companies."""
    segments = {row["seller_id"]: row["business_segment"] for row in deals}
    sellers = {row["seller_id"]: row for row in rows_of(folder / SELLERS)}
    for seller_id in dict.fromkeys([*sellers, *segments]):
        yield [rules.seller(seller_id, sellers.get(seller_id), segments.get(seller_id, ""))]


def people(leads: dict[str, Row], deals: list[Row], world: World) -> Iterator[list[Values]]:
    """Return the leads as people, those who became sellers at their company."""
    seller_of = {row["mql_id"]: row["seller_id"] for row in deals}
    for mql_id, row in leads.items():
        yield [rules.lead(row, seller_id=seller_of.get(mql_id, ""), time_zone=world.time_zone)]


def won_deals(leads: dict[str, Row], deals: list[Row], world: World, told: Counter[str]) -> Iterator[list[Values]]:
    """Return the closed deals, each joined to its lead."""
    for row in deals:
        lead = rules.lead(leads[row["mql_id"]], seller_id="", time_zone=world.time_zone)
        values = rules.deal(row, lead["first_contact_at"], time_zone=world.time_zone)
        if rules.days_between(lead["first_contact_at"], values["closed_at"]) < 0:
            told["deals won before the first contact"] += 1
        yield [values]


def orders(folder: Path, world: World, told: Counter[str]) -> Iterator[list[Values]]:
    """Return the orders with their lines: the items, else what was paid in all; one order for each seller in it."""
    items: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for item in rows_of(folder / ITEMS):
        items[item["order_id"]][item["seller_id"]].append(item)
    paid: dict[str, int] = defaultdict(int)
    for payment in rows_of(folder / PAYMENTS):
        paid[payment["order_id"]] += rules.to_minor(payment["payment_value"], rules.CURRENCY)
    english = {
        row["product_category_name"]: row["product_category_name_english"] for row in rows_of(folder / TRANSLATION)
    }
    categories = {
        row["product_id"]: english.get(row["product_category_name"], row["product_category_name"])
        for row in rows_of(folder / PRODUCTS)
    }
    for row in rows_of(folder / ORDERS):
        at = rules.ordered_at(row, world.time_zone)
        reason = skipped(row, at, known=row["order_id"] in items or row["order_id"] in paid)
        if reason or at is None:
            told[reason] += 1
            continue
        yield from split(row["order_id"], at, items.get(row["order_id"], {}), paid, categories, told)


def skipped(row: Row, at: datetime | None, *, known: bool) -> str:
    """Return why an order is left out, or ""."""
    if row["order_status"] in rules.NOT_PURCHASED:
        return f"orders left out: {row['order_status']}"
    if at is None:
        return "orders left out: no date"
    return "" if known else "orders left out: neither items nor payments"


def split(
    order_id: str,
    at: datetime,
    sellers: dict[str, list[Row]],
    paid: dict[str, int],
    categories: dict[str, str],
    told: Counter[str],
) -> Iterator[list[Values]]:
    """Return an order as one group of lines for each seller in it."""
    head = {"ordered_at": at, "channel": "online"}
    if not sellers:
        told["orders known by their payments only"] += 1
        yield [head | {"number": order_id} | rules.line("order total", paid[order_id], category="")]
        return
    total = 0
    for place, (seller_id, rows) in enumerate(sorted(sellers.items())):
        number = order_id if place == 0 else f"{order_id}/{place + 1}"
        lines = rules.lines_of(rows, categories)
        total += sum(line["amount"] for line in lines)
        yield [head | {"number": number, "company_key": rules.seller_key(seller_id)} | line for line in lines]
    if order_id in paid and total != paid[order_id]:
        told["orders whose items and payments differ"] += 1


def take(plural: str, groups: Iterable[list[Values]], job: Job) -> dict[str, Any]:
    """This function will write the groups lot by lot and return what became of them."""
    kind, counts, reasons = KINDS[plural], Counter[str](), Counter[str]()
    stream, line = iter(groups), 0
    while lot := list(islice(stream, AT_ONCE)):
        with transaction.atomic():
            good = []
            for group in lot:
                line += 1
                ready = prepared(kind, group, line, job)
                if isinstance(ready, str):
                    counts["rejected"] += 1
                    reasons[ready] += 1
                else:
                    good.append(ready)
            for outcome in kind.write(good, job):
                counts[outcome.kind] += 1
                reasons[outcome.reason] += 1
    del reasons[""]
    names = ("created", "updated", "unchanged", "rejected")
    return {name: counts[name] for name in names} | ({"reasons": dict(reasons)} if reasons else {})


def prepared(kind: Kind, group: list[Values], line: int, job: Job) -> list[Prepared] | str:
    """Return the group ready to be written, or why it cannot be."""
    try:
        return [Prepared(line, [], kind.prepare(values, job.world)) for values in group]
    except (ValueError, Refusal) as problem:
        return str(problem)


def rows_of(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)
