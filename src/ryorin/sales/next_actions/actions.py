"""One click plans the next action: a call on the next business day, a visit next week."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ryorin.customers.people.models import Person
from ryorin.sales.calendar.actions import plan_appointment
from ryorin.sales.calendar.models import Appointment, AppointmentKind
from ryorin.sales.calendar.queries import address_of
from ryorin.sales.deals.actions import change_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.next_actions.errors import AlreadyPlanned, CallForbidden, NobodyToVisit
from ryorin.sales.next_actions.queries import free_time, next_business_day, planned_for_deal, planned_for_person
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task

END_OF_WORK = time(18)
VISIT_IN_DAYS = 5


@transaction.atomic
def plan_call(record: Deal | Person, *, by: Member | None) -> datetime:
    """This function will plan a call on the next business day: on the open deal, or as a task about the person."""
    require(by, "calendar.change")
    _take(record)
    person = record.person if isinstance(record, Deal) else record
    if person is not None and person.do_not_call:
        raise CallForbidden(name=person.addressed)
    day, title = next_business_day(), _("電話する")
    due_at = datetime.combine(day, END_OF_WORK, ZoneInfo(current().time_zone))
    if isinstance(record, Deal):
        change_deal(record, by=by, version=None, next_action=title, next_action_on=day)
    else:
        about = ("person", record.pk, record.name)
        add_task(title=title, owner=record.owner or by, by=by, due_at=due_at, about=about)
    return due_at


@transaction.atomic
def plan_visit(record: Deal | Person, *, by: Member | None) -> Appointment:
    """This function will put a visit into the owner's calendar, a week from now, at the first hour that is free."""
    require(by, "calendar.change")
    _take(record)
    deal = record if isinstance(record, Deal) else None
    person = record.person if isinstance(record, Deal) else record
    company = (deal.company if deal else None) or (person.company if person else None)
    if person is None and company is None:
        raise NobodyToVisit()
    owner = record.owner or by
    day = next_business_day(days=VISIT_IN_DAYS)
    starts_at, ends_at = free_time(owner, day)
    return plan_appointment(
        AppointmentKind.VISIT,
        by=by,
        owner=owner,
        person=person,
        company=company,
        deal=deal,
        starts_at=starts_at,
        ends_at=ends_at,
        place=address_of(company, person),
    )


def _take(record: Deal | Person) -> None:
    """This function will hold the record's row until the transaction ends; refuses when something is planned by now."""
    planned = planned_for_deal() | ~Q(next_action="") if isinstance(record, Deal) else planned_for_person()
    rows: QuerySet[Any] = type(record)._default_manager.filter(pk=record.pk)
    rows.select_for_update().first()
    if rows.filter(planned).exists():
        raise AlreadyPlanned()
