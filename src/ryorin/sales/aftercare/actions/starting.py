"""Starting plans: for each sale that is due one, once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order, OrderLine
from ryorin.customers.timeline import actions as timeline
from ryorin.lib import clock
from ryorin.sales.aftercare.errors import NobodyAsked, PlanWithoutSteps
from ryorin.sales.aftercare.models import (
    FollowUp,
    FollowUpPlan,
    FollowUpState,
    FollowUpStep,
    OwnerRule,
    ReadPosition,
    Trigger,
)
from ryorin.sales.aftercare.rules import BACK_DATED, due_on, is_back_dated, matches
from ryorin.sales.deals.models import Deal, DealProduct, DealState, StageMove
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import closed_days, current

POSITION = "sales"
OVERLAP = timedelta(minutes=10)  # longer than any transaction: what was written late is still found
AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A deal won or an order, as plans look at it."""

    key: str
    about: str
    at: datetime
    written: datetime
    trigger: str
    person_id: int | None
    company_id: int | None
    owner_id: int | None
    deal_id: int | None = None
    order_id: int | None = None
    products: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()


def start_due() -> int:
    """This function will start the plans for the sales written since it last looked, and return how many.

    It may be stopped anywhere and looks again at the last minutes: a plan starts for a sale once.
    """
    began = clock.now()
    position, _created = ReadPosition.objects.get_or_create(name=POSITION, defaults={"until": began})
    plans = list(FollowUpPlan.objects.filter(is_active=True).prefetch_related("steps"))
    started = 0
    if plans:
        since = position.until - OVERLAP
        for sale in (*won_since(since), *ordered_since(since)):
            started += sum(start(plan, sale) is not None for plan in plans if is_due(plan, sale))
    if began - position.until > OVERLAP / 2:  # now and then is enough: what lies in between is only looked at again
        ReadPosition.objects.filter(pk=position.pk, until__lt=began).update(until=began)
    return started


def is_due(plan: FollowUpPlan, sale: Sale) -> bool:
    """Return whether the sale starts the plan: of its kind and product, after it came into use, not back-dated."""
    if plan.trigger not in (Trigger.BOTH, sale.trigger) or is_back_dated(sale.at, sale.written):
        return False
    if plan.active_since is None or sale.written < plan.active_since:
        return False
    return matches(plan.product_id, plan.category, products=sale.products, categories=sale.categories)


def start(plan: FollowUpPlan, sale: Sale, *, by: Member | None = None) -> FollowUp | None:
    """This function will start the plan for the sale; None where it did so before or runs for the customer already."""
    key = f"{plan.pk}:{sale.key}"
    if FollowUp.objects.filter(key=key).exists() or (plan.is_single and is_running(plan, sale)):
        return None
    try:
        with transaction.atomic():
            return _start(plan, sale, key, by=by)
    except IntegrityError:
        return None  # another worker was faster, or the customer was deleted meanwhile


@transaction.atomic
def start_by_hand(
    plan: FollowUpPlan, *, by: Member, person: Person | None = None, company: Company | None = None
) -> FollowUp | None:
    """This function will start a plan for a customer from today; None where it runs for them already."""
    require(by, "aftercare.change")
    if person is None and company is None:
        raise NobodyAsked()
    if not plan.steps.exists():
        raise PlanWithoutSteps()
    now = clock.now()
    day = clock.today(current().time_zone)
    who = f"company:{company.pk}" if company else f"person:{person.pk if person else 0}"
    sale = Sale(
        key=f"{who}:{day.isoformat()}",
        about=(company.name if company else person.name if person else "")[:160],
        at=now,
        written=now,
        trigger="",
        person_id=person.pk if person else None,
        company_id=company.pk if company else person.company_id if person else None,
        owner_id=by.pk,
    )
    return start(plan, sale, by=by)


def is_running(plan: FollowUpPlan, sale: Sale) -> bool:
    """Return whether the plan runs for the customer of the sale."""
    running = FollowUp.objects.filter(plan=plan, state=FollowUpState.RUNNING)
    if sale.company_id is not None:
        return running.filter(company_id=sale.company_id).exists()
    return sale.person_id is not None and running.filter(person_id=sale.person_id).exists()


def won_since(since: datetime) -> Iterator[Sale]:
    """Yield the deals whose winning was written since; those won long before are left out at once."""
    moves = StageMove.objects.filter(updated_at__gte=since, at__gte=since - BACK_DATED, state=DealState.WON)
    rows = moves.order_by("pk").values_list("deal_id", "at", "updated_at")
    for chunk in in_chunks(rows.iterator(AT_ONCE)):
        deals = Deal.objects.filter(state=DealState.WON).in_bulk([deal for deal, _at, _written in chunk])
        lines = DealProduct.objects.filter(deal_id__in=deals).values_list("deal_id", "product_id", "product__category")
        sold: dict[int, list[tuple[int, str]]] = {}
        for of_deal, product, category in lines:
            sold.setdefault(of_deal, []).append((product, category))
        for pk, at, written in chunk:
            if deal := deals.get(pk):
                yield Sale(
                    key=f"deal:{pk}",
                    about=deal.name,
                    at=at,
                    written=written,
                    trigger=Trigger.WON,
                    person_id=deal.person_id,
                    company_id=deal.company_id,
                    owner_id=deal.owner_id,
                    deal_id=pk,
                    products=frozenset(product for product, _category in sold.get(pk, ())),
                    categories=frozenset(category for _product, category in sold.get(pk, ()) if category),
                )


def ordered_since(since: datetime) -> Iterator[Sale]:
    """Yield the orders written since; those of a deal are followed up by the deal."""
    orders = Order.objects.filter(
        updated_at__gte=since, created_at__gte=since, ordered_at__gte=since - BACK_DATED, is_return=False, deal_id=None
    )
    for chunk in in_chunks(orders.order_by("pk").iterator(AT_ONCE)):
        lines = OrderLine.objects.filter(order__in=chunk).values_list(
            "order_id", "product_id", "category", "description"
        )
        sold: dict[int, list[tuple[int | None, str, str]]] = {}
        for order_id, product, category, description in lines:
            sold.setdefault(order_id, []).append((product, category, description))
        for order in chunk:
            of_order = sold.get(order.pk, [])
            first = of_order[0][2] if of_order else ""
            yield Sale(
                key=f"order:{order.pk}",
                about=f"{order.number} {first}".strip()[:160],
                at=order.ordered_at,
                written=order.created_at,
                trigger=Trigger.ORDERED,
                person_id=order.person_id,
                company_id=order.company_id,
                owner_id=order.owner_id,
                order_id=order.pk,
                products=frozenset(product for product, _category, _text in of_order if product),
                categories=frozenset(category for _product, category, _text in of_order if category),
            )


def in_chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    chunk: list[T] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _start(plan: FollowUpPlan, sale: Sale, key: str, *, by: Member | None) -> FollowUp:
    now = clock.now()
    day = sale.at.astimezone(ZoneInfo(current().time_zone)).date()
    owner = owner_of(plan, sale)
    run = FollowUp.objects.create(
        plan=plan,
        name=plan.name,
        person_id=sale.person_id,
        company_id=sale.company_id,
        deal_id=sale.deal_id,
        order_id=sale.order_id,
        about=sale.about,
        key=key,
        owner=owner,
        started_on=day,
        created_at=now,
        updated_at=now,
    )
    FollowUpStep.objects.bulk_create(steps_of(plan, run, day, owner))
    audit.record("follow_up_started", "follow_up", run.pk, by=by, name=run.name, about=run.about)
    if run.person_id or run.company_id:
        timeline.record(
            "follow_up_started",
            source="aftercare",
            by=by,
            person_id=run.person_id,
            company_id=run.company_id,
            channel="rep",
            properties={"follow_up_id": run.pk, "subject": run.name, "note": run.about, "deal_id": run.deal_id},
        )
    return run


def steps_of(plan: FollowUpPlan, run: FollowUp, day: date, owner: Member | None) -> list[FollowUpStep]:
    """Return the run's own steps, each with its day."""
    closed = closed_days()
    return [
        FollowUpStep(
            follow_up=run,
            position=position,
            title=step.title,
            kind=step.kind,
            text=step.text,
            asks_satisfaction=step.asks_satisfaction,
            due_on=due_on(day, step.wait, step.unit, closed=closed),
            owner=owner,
        )
        for position, step in enumerate(plan.steps.all())
    ]


def owner_of(plan: FollowUpPlan, sale: Sale) -> Member | None:
    """Return who follows up: as the plan says, of a team whoever has least to do; else whose customer it is."""
    active = Member.objects.filter(is_active=True)
    found = None
    if plan.owner_rule == OwnerRule.MEMBER:
        found = active.filter(pk=plan.member_id or 0).first()
    elif plan.owner_rule == OwnerRule.TEAM and plan.team_id:
        running = Count("followup", filter=Q(followup__state=FollowUpState.RUNNING))
        found = (
            active.filter(team_id=plan.team_id)
            .exclude(role="read_only")
            .annotate(n=running)
            .order_by("n", "pk")
            .first()
        )
    if found is None and sale.owner_id:
        found = active.filter(pk=sale.owner_id).first()
    if found is None and sale.company_id:
        found = active.filter(company__pk=sale.company_id).first()
    return found
