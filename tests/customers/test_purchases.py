from datetime import UTC, datetime, timedelta

import pytest

from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person, StageChange
from ryorin.customers.purchases.actions import record_order
from ryorin.customers.purchases.errors import OrderExists, OrderInvalid
from ryorin.customers.purchases.models import Order
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.workspace.members.models import Member

AT = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def ada(sato: Member) -> Person:
    return create_person(by=sato, family_name="Lovelace", given_name="Ada", at=AT)


def order(number: str, *, days: int = 0, amount: int = 1000, person: Person | None = None) -> Order:
    return record_order(
        number=number,
        ordered_at=AT + timedelta(days=days),
        channel="online",
        person=person,
        lines=[
            {"description": "検査カメラ", "quantity": 1, "unit_price": amount, "amount": amount, "category": "機器"}
        ],
    )


def test_tax_is_rounded_once_per_rate(db: None) -> None:
    lines = [{"description": "茶", "quantity": 1, "unit_price": 99, "tax_rate": 8} for _ in range(3)]
    lines.append({"description": "箱", "quantity": 2, "unit_price": 55})
    taken = record_order(number="A-1", ordered_at=AT, channel="shop", lines=lines)
    assert (taken.net, taken.tax, taken.total) == (407, 23 + 11, 441)
    assert taken.lines.count() == 4


def test_the_first_purchase_makes_a_customer_and_the_next_a_repeat_one(ada: Person) -> None:
    order("A-1", days=1, person=ada)
    assert Person.objects.get().stage == "customer"
    order("A-2", days=5, person=ada)
    assert Person.objects.get().stage == "repeat"
    assert StageChange.objects.get(stage="repeat").at == AT + timedelta(days=5)


def test_orders_told_out_of_order_give_the_same_stages(ada: Person) -> None:
    for number, days in (("A-3", 9), ("A-1", 1), ("A-2", 5)):
        order(number, days=days, person=ada)
    at = dict(StageChange.objects.values_list("stage", "at"))
    assert (at["customer"], at["repeat"]) == (AT + timedelta(days=1), AT + timedelta(days=5))


def test_a_return_is_negative_and_makes_nobody_a_customer(ada: Person) -> None:
    returned = order("R-1", amount=-1000, person=ada)
    assert returned.is_return and returned.total == -1100
    assert Person.objects.get().stage == "lead"
    touchpoint = InboxTouchpoint.objects.get(kind="returned")
    assert (touchpoint.value, touchpoint.person_id, touchpoint.channel) == (-1100, ada.pk, "online")


def test_a_number_is_taken_down_once(db: None) -> None:
    order("A-1")
    with pytest.raises(OrderExists):
        order("A-1")


def test_an_order_without_lines_or_with_an_unknown_channel_is_refused(db: None) -> None:
    with pytest.raises(OrderInvalid):
        record_order(number="A-1", ordered_at=AT, channel="online", lines=[])
    with pytest.raises(OrderInvalid):
        record_order(number="A-1", ordered_at=AT, channel="fax", lines=[{"description": "x", "amount": 1}])
    with pytest.raises(OrderInvalid):
        record_order(number="A-1", ordered_at=AT, channel="shop", lines=[{"description": "x", "quantity": "多"}])
    assert not Order.objects.exists()
