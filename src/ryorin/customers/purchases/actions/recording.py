"""Taking down what was bought and what was given back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions.stages import reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.purchases.errors import OrderExists, OrderInvalid
from ryorin.customers.purchases.models import Order, OrderChannel, OrderLine
from ryorin.customers.purchases.rules import Sums, line_of, sums_of
from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current


@transaction.atomic
def record_order(
    *,
    number: str,
    ordered_at: datetime,
    channel: str,
    lines: Iterable[Mapping[str, Any]],
    person: Person | None = None,
    company: Company | None = None,
    currency: str | None = None,
    deal_id: int | None = None,
    campaign_id: int | None = None,
    returns: Order | None = None,
    owner: Member | None = None,
    sums: Sums | None = None,
    by: Member | None = None,
) -> Order:
    """This function will take down an order, or a return when it adds up to less than nothing.

    Lines are description, quantity, unit_price, amount (without tax, minor units), tax_rate, product, category. `sums`
    are given where a document agreed with the customer already says them; else they are worked out from the lines.
    """
    require(by, "orders.change")
    organisation = current()
    rows = [line_of(line, position=position) for position, line in enumerate(lines, 1)]
    number = refuse_unless_complete(number, channel=channel, rows=rows)
    sums = sums or sums_of(rows, rounding=organisation.tax_rounding)
    now = clock.now()
    order = Order.objects.create(
        number=number,
        ordered_at=ordered_at,
        person=person,
        company=company,
        channel=channel,
        is_return=sums.total < 0,
        returns=returns,
        currency=currency or organisation.currency,
        **vars(sums),
        deal_id=deal_id,
        campaign_id=campaign_id,
        owner=owner,
        created_at=now,
        updated_at=now,
    )
    for row in rows:
        row.order = order
    OrderLine.objects.bulk_create(rows)
    if person and not order.is_return:
        become_customer(person, by=by)
    record("order_recorded", "order", order.pk, by=by, number=number, total=sums.total)
    record_touchpoint(
        "returned" if order.is_return else "purchased",
        source="purchases",
        by=by,
        at=ordered_at,
        person_id=person.pk if person else None,
        company_id=company.pk if company else None,
        channel=channel,
        campaign_id=campaign_id,
        value=sums.total,
        properties=told(order, rows),
    )
    return order


def refuse_unless_complete(number: str, *, channel: str, rows: list[OrderLine]) -> str:
    """Return the number, tidied; raise when it is missing or taken, the channel unknown or there are no lines."""
    number = " ".join(str(number).split())
    if not number or len(number) > 80:
        raise OrderInvalid(what=_("注文番号を1〜80字で入力してください。"))
    if channel not in OrderChannel.values:
        raise OrderInvalid(what=_("「%(channel)s」というチャネルはありません。") % {"channel": str(channel)[:20]})
    if not rows:
        raise OrderInvalid(what=_("明細がありません。"))
    if Order.objects.filter(number=number).exists():
        raise OrderExists(number=number)
    return number


def become_customer(person: Person, *, by: Member | None) -> None:
    """This function will make the person a customer since the first purchase and a repeat customer since the second."""
    bought = Order.objects.filter(person=person, is_return=False).order_by("ordered_at", "pk")
    stages = (LifecycleStage.CUSTOMER, LifecycleStage.REPEAT)
    for stage, order in zip(stages, bought[:2], strict=False):
        reach_stage(
            person,
            stage,
            at=order.ordered_at,
            why="purchased",
            channel=order.channel,
            campaign_id=order.campaign_id,
            ref=("order", order.pk),
            by=by,
        )


def told(order: Order, rows: list[OrderLine]) -> dict[str, Any]:
    """Return what history keeps of an order besides its value."""
    return {
        "order_id": order.pk,
        "number": order.number,
        "items": [row.description for row in rows[:5]],
        "categories": sorted({row.category for row in rows if row.category})[:10],
    }
