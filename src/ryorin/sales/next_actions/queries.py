"""Who has nothing planned: the one definition that home, the board, the deal's page and the list all use.

A next action is a written next action of the deal, an open task, an appointment still to come, or a running sequence.
A customer is also looked after by an open deal, which must have a next action of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from ryorin.customers.people.models import LifecycleStage, Person, PersonQuerySet
from ryorin.lib import clock
from ryorin.lib.fiscal import add_business_days
from ryorin.sales.activities.models import Activity
from ryorin.sales.calendar.models import Appointment, AppointmentState, Guest
from ryorin.sales.deals.models import Deal, DealPerson, DealQuerySet, DealState
from ryorin.sales.sequences.models import Run
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import closed_days, current
from ryorin.workspace.tasks.models import Task

PAGE = 50
LOOKED_AFTER = (
    LifecycleStage.LEAD,
    LifecycleStage.QUALIFIED,
    LifecycleStage.ACCEPTED,
    LifecycleStage.CUSTOMER,
    LifecycleStage.REPEAT,
)


@dataclass(frozen=True, slots=True)
class Missing:
    """How many open deals and how many customers of a member have nothing planned."""

    deals: int
    people: int

    @property
    def all(self) -> int:
        return self.deals + self.people


def planned_for_deal() -> Q:
    """Return the condition that something is planned for a deal, besides what is written on the deal itself."""
    return (
        Q(Exists(Task.objects.open().filter(about_type="deal", about_id=OuterRef("pk"))))
        | Q(Exists(Appointment.objects.planned().filter(deal=OuterRef("pk"))))
        | Q(Exists(Run.objects.alive().filter(deal=OuterRef("pk"))))
    )


def planned_for_person() -> Q:
    """Return the condition that something is planned for a person, or that an open deal looks after them."""
    guests = Guest.objects.filter(person=OuterRef("pk"), appointment__state=AppointmentState.PLANNED)
    return (
        Q(Exists(Task.objects.open().filter(about_type="person", about_id=OuterRef("pk"))))
        | Q(Exists(Deal.objects.open().filter(person=OuterRef("pk"))))
        | Q(Exists(Appointment.objects.planned().filter(person=OuterRef("pk"))))
        | Q(Exists(Run.objects.alive().filter(person=OuterRef("pk"))))
        | Q(Exists(DealPerson.objects.filter(person=OuterRef("pk"), deal__state=DealState.OPEN)))
        | Q(Exists(guests))
    )


def deals_without(rows: QuerySet[Deal]) -> DealQuerySet:
    """Return the open deals among the rows for which nothing is planned."""
    return cast(DealQuerySet, rows).open().filter(next_action="").exclude(planned_for_deal())


def people_without(rows: QuerySet[Person]) -> PersonQuerySet:
    """Return the owned leads and customers among the rows for whom nothing is planned; lost chances may rest."""
    owned = cast(PersonQuerySet, rows).filter(owner__isnull=False, stage__in=LOOKED_AFTER)
    return owned.exclude(planned_for_person())


def missing_of(member: Member) -> Missing:
    """Return how many of the member's own deals and customers have nothing planned."""
    return Missing(
        deals=deals_without(Deal.objects.filter(owner=member)).count(),
        people=people_without(Person.objects.filter(owner=member)).count(),
    )


def is_without(deal: Deal) -> bool:
    """Return whether the deal is open and nothing is planned for it."""
    return deals_without(Deal.objects.filter(pk=deal.pk)).exists()


def page_of(rows: QuerySet[Any], *, after: str = "") -> tuple[list[Any], str]:
    """Return the next rows by id, and the id to go on after; "" at the end."""
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows.order_by("pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def last_contacts(column: str, ids: list[int]) -> dict[int, datetime]:
    """Return when each of these deals or people (`column`: deal_id, person_id ...) was last in contact with us."""
    rows = Activity.objects.filter(**{f"{column}__in": ids}).order_by("at").values_list(column, "at")
    return dict(rows)


def next_business_day(*, days: int = 1) -> date:
    """Return the business day of the company so many business days from today."""
    return add_business_days(clock.today(current().time_zone), days, closed=closed_days())


def free_time(owner: Member | None, day: date, *, minutes: int = 60) -> tuple[datetime, datetime]:
    """Return the first usual hour of the day in which the owner has nothing else; the earliest where all are taken."""
    zone, length = ZoneInfo(current().time_zone), timedelta(minutes=minutes)
    starts = [datetime.combine(day, time(hour), zone) for hour in (10, 11, 13, 14, 15, 16)]
    taken = list(
        Appointment.objects.planned()
        .filter(Q(owner=owner) | Q(guests__member=owner), starts_at__lt=starts[-1] + length, ends_at__gt=starts[0])
        .values_list("starts_at", "ends_at")
    )
    free = [at for at in starts if not any(start < at + length and at < end for start, end in taken)]
    begin = (free or starts)[0]
    return begin, begin + length
