"""What a lead is interested in, from what they said: a product, its price, and how much they would spend."""

from typing import Any

import pytest

from ryorin.alignment.definitions.queries import people_matching
from ryorin.alignment.definitions.rules import read
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.voice.actions import change_need, delete_need, note_need, restore_need
from ryorin.customers.voice.models import Interest, Need
from ryorin.products.catalogue.actions import create_product
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db: None) -> Person:
    return create_person(by=None, family_name="安達", email="ada@acme.example")


@pytest.fixture
def lens(mei: Member) -> Product:
    return create_product(by=mei, code="CL-10", name="レンズクリーナー", category="消耗品", price=1_800)


@pytest.fixture
def machine(mei: Member) -> Product:
    fields = {"category": "検査装置", "price": 7_600_000, "needs_person": True}
    return create_product(by=mei, code="VX-300", name="画像検査装置 VX-300", **fields)


def wants(person: Person, **fields: Any) -> Need:
    return note_need("検査を自動にしたい", kind="wish", by=None, person=person, **fields)


def matching(field: str, op: str, value: object) -> list[Person]:
    return list(people_matching(read({"field": field, "op": op, "value": value})))


def test_the_weightiest_product_of_what_somebody_wants_counts(ada: Person, lens: Product, machine: Product) -> None:
    wants(ada, product=lens, budget=5_000)
    assert matching("interest_price", "lt", 10_000) == [ada]
    wants(ada, product=machine)
    assert matching("interest_price", "gte", 1_000_000) == [ada]
    assert matching("interest_price", "lt", 10_000) == []
    assert matching("interest_category", "is", "検査装置") == [ada]
    assert matching("interest_needs_person", "is", True) == [ada]
    assert matching("interest_amount", "gte", 5_000) == [ada]


def test_who_said_nothing_is_neither_cheap_nor_dear(ada: Person, machine: Product) -> None:
    assert matching("interest_price", "lt", 10_000) == [] and matching("interest_amount", "gte", 0) == []


def test_a_need_that_is_settled_or_deleted_counts_no_longer(ada: Person, lens: Product, machine: Product) -> None:
    need = wants(ada, product=machine, budget=8_000_000)
    wants(ada, product=lens)
    change_need(need, by=None, version=None, state="met")
    assert Interest.objects.get().product == lens and Interest.objects.get().budget is None
    change_need(need, by=None, version=None, state="open")
    need.refresh_from_db()
    entry = delete_need(need, by=None)
    assert Interest.objects.get().product == lens
    restore_need(entry, by=None)
    assert Interest.objects.get().product == machine
