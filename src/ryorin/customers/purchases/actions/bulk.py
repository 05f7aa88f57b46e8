"""Taking down many orders at once; what is written is what `record_order` writes for one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from ryorin.customers.people.actions.bulk import Reached, reach_stages
from ryorin.customers.people.models import LifecycleStage
from ryorin.customers.purchases.models import Order, OrderLine
from ryorin.customers.purchases.rules import Sums, sums_of
from ryorin.customers.timeline.actions import write_inbox
from ryorin.lib import clock
from ryorin.lib.rows import insert_rows, reserve_ids
from ryorin.workspace.audit.actions import record_alike
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current

_DEFAULTS: dict[str, Any] = {
    "number": "", "ordered_at": None, "person_id": None, "company_id": None, "channel": "", "deal_id": None,
    "campaign_id": None, "owner_id": None,
}  # fmt: skip
COLUMNS = tuple(_DEFAULTS)
_REST = ("currency", "is_return", "net", "tax", "total", "created_at", "updated_at", "id")
_LINE_COLUMNS = (
    "order_id", "position", "product_id", "description", "category", "quantity", "unit_price", "amount", "tax_rate",
)  # fmt: skip


@transaction.atomic
def add_orders(rows: Sequence[Mapping[str, Any]], *, by: Member | None) -> Sequence[int]:
    """This function will add the orders and return their ids; `lines` are OrderLines made by `rules.line_of`.

    `sums` (what the paper says) stand in place of those worked out from the lines.
    """
    require(by, "orders.change")
    now, company = clock.now(), current()
    ids = reserve_ids(Order, len(rows))
    pairs = list(zip(ids, ({**_DEFAULTS, **row} for row in rows), strict=True))
    sums = [row.get("sums") or sums_of(row["lines"], rounding=company.tax_rounding) for _pk, row in pairs]
    insert_rows(
        Order,
        (*COLUMNS, *_REST),
        [
            (
                *(row[name] for name in COLUMNS),
                company.currency,
                sum_.total < 0,
                sum_.net,
                sum_.tax,
                sum_.total,
                now,
                now,
                pk,
            )
            for (pk, row), sum_ in zip(pairs, sums, strict=True)
        ],
    )
    insert_lines([(pk, line) for pk, row in pairs for line in row["lines"]])
    facts = [(pk, {"number": row["number"], "total": sum_.total}) for (pk, row), sum_ in zip(pairs, sums, strict=True)]
    record_alike("order_recorded", "order", facts, by=by)
    write_inbox(
        touchpoint(pk, row, sum_, member=by.pk if by else None) for (pk, row), sum_ in zip(pairs, sums, strict=True)
    )
    become_customers({row["person_id"] for _pk, row in pairs} - {None}, by=by)
    return ids


@transaction.atomic
def replace_order(order: Order, row: Mapping[str, Any], *, by: Member | None) -> bool:
    """This function will set an order to what the row says, lines and all, and return whether that differed."""
    require(by, "orders.change")
    before = facts_of(order, list(order.lines.all()))
    sums = row.get("sums") or sums_of(row["lines"], rounding=current().tax_rounding)
    for name in COLUMNS:
        if name in row:
            setattr(order, name, row[name])
    order.net, order.tax, order.total, order.is_return = sums.net, sums.tax, sums.total, sums.total < 0
    after = facts_of(order, row["lines"])
    changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if not changes:
        return False
    order.updated_at = clock.now()
    order.save()
    order.lines.all().delete()
    insert_lines([(order.pk, line) for line in row["lines"]])
    record_alike("order_changed", "order", [(order.pk, changes)], by=by)
    if order.person_id:
        become_customers({order.person_id}, by=by)
    return True


def facts_of(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """Return what an order says, in a form in which two can be compared."""
    said = {name: getattr(order, name) for name in COLUMNS} | {"total": order.total, "tax": order.tax}
    if said["ordered_at"]:
        said["ordered_at"] = said["ordered_at"].replace(microsecond=0)
    said["lines"] = [
        [
            line.description,
            line.product_id,
            f"{line.quantity:.3f}",
            line.unit_price,
            line.amount,
            f"{line.tax_rate:.1f}",
        ]
        for line in lines
    ]
    return said


def insert_lines(lines: Sequence[tuple[int, OrderLine]]) -> None:
    insert_rows(
        OrderLine,
        _LINE_COLUMNS,
        [
            (
                *(pk, line.position, line.product_id, line.description, line.category),
                *(line.quantity, line.unit_price, line.amount, line.tax_rate),
            )
            for pk, line in lines
        ],
    )


def touchpoint(pk: int, row: Mapping[str, Any], sums: Sums, *, member: int | None) -> dict[str, Any]:
    """Return what history keeps of an order."""
    lines = row["lines"]
    told = {
        "order_id": pk,
        "number": row["number"],
        "items": [line.description for line in lines[:5]],
        "categories": sorted({line.category for line in lines if line.category})[:10],
    }
    return {
        "at": row["ordered_at"],
        "kind": "returned" if sums.total < 0 else "purchased",
        "person_id": row["person_id"],
        "company_id": row["company_id"],
        "channel": row["channel"],
        "campaign_id": row["campaign_id"],
        "member_id": member,
        "value": sums.total,
        "source": "purchases",
        "properties": json.dumps(told, ensure_ascii=False),
    }


def become_customers(people: set[int], *, by: Member | None) -> None:
    """This function will make people customers since their first purchase and repeat customers since their second."""
    stages = (LifecycleStage.CUSTOMER.value, LifecycleStage.REPEAT.value)
    bought: dict[int, int] = {}
    reached = []
    orders = Order.objects.filter(person_id__in=people, is_return=False).order_by("ordered_at", "pk")
    for pk, person, at, channel, campaign in orders.values_list(
        "pk", "person_id", "ordered_at", "channel", "campaign_id"
    ):
        place = bought.get(person, 0)
        bought[person] = place + 1
        if place < len(stages):
            reached.append(Reached(person, stages[place], at, "purchased", channel, campaign, "order", pk))
    reach_stages(reached, by=by)
