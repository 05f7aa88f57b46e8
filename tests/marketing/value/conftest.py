"""Orders of real customers through the product's own import, and of a few made-up ones."""

import csv
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ryorin.connectors.csv.actions import run_import, start_import
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.actions import add_orders
from ryorin.customers.purchases.rules import line_of
from ryorin.insight.lake.actions import publish
from ryorin.lib import clock
from ryorin.marketing.value.actions import compute_if_due
from ryorin.products.catalogue.models import Product
from ryorin.workspace.organisation.models import Organisation

TOKYO = ZoneInfo("Asia/Tokyo")
Bought = Callable[..., list[int]]


@pytest.fixture
def company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪工業株式会社", site_key="key", currency="JPY")


@pytest.fixture
def cdnow(company: Organisation, data: Path, tmp_path: Path) -> Callable[[], None]:
    """Call to bring the one-in-ten sample of CDNOW in: people, then their orders, in dollars."""
    company.currency = "USD"
    company.save()

    def bring() -> None:
        rows = [line.split() for line in (data / "cdnow/CDNOW_sample.txt").read_text().splitlines() if line.strip()]
        people = sorted({row[1] for row in rows})
        as_csv(tmp_path / "people.csv", ["顧客ID", "姓"], [[key, f"客{key}"] for key in people])
        orders = [
            [f"CD-{place}", row[1], f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}", row[3], row[4]]
            for place, row in enumerate(rows)
        ]
        as_csv(tmp_path / "orders.csv", ["注文番号", "顧客ID", "注文日", "数量", "金額"], orders)
        for kind in ("people", "orders"):
            run = run_import(start_import(kind, tmp_path / f"{kind}.csv", by=None))
            assert run.state == "done", run.problem
        publish()

    return bring


def as_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture
def bought(company: Organisation) -> Bought:
    """Call with {customer: [(days ago, yen, products...)]}; negative yen are given back. Returns the people's ids."""
    made = {"number": 0}

    def order(histories: dict[str, list[tuple[object, ...]]], *, of: str = "person") -> list[int]:
        ids, rows = [], []
        for name, history in histories.items():
            person = Person.objects.filter(family_name=name).first() or create_person(by=None, family_name=name)
            ids.append(person.pk)
            for ago, amount, *products in history:
                made["number"] += 1
                day = clock.today() - timedelta(days=int(str(ago)))
                known = [product_named(str(product)) for product in products] or [None]
                share = int(str(amount)) // len(known)
                lines = [
                    line_of({"description": "品", "amount": share, "product": product}, position=place)
                    for place, product in enumerate(known, 1)
                ]
                at = datetime.combine(day, time(0, 30), TOKYO)
                rows.append(
                    {"number": f"T-{made['number']}", "ordered_at": at, "channel": "shop", "lines": lines,
                     "person_id": person.pk}
                )  # fmt: skip
        add_orders(rows, by=None)
        publish()
        return ids

    return order


def product_named(code: str) -> Product:
    return Product.objects.get_or_create(code=code, defaults={"name": code})[0]


@pytest.fixture
def compute() -> Callable[..., None]:
    """Call to compute the values of people now."""

    def run(subject: str = "person") -> None:
        compute_if_due(subject, at_once=True)

    return run


CALIBRATION_END = date(1997, 9, 30)
