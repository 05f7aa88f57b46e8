"""Appointments shaped for pages: a stretch of days, conflicts, the visits of one day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, QuerySet

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.lib.postal import PREFECTURES
from ryorin.sales.activities.models import Activity
from ryorin.sales.calendar.models import Appointment, AppointmentKind, AppointmentState
from ryorin.workspace.members.models import Member

RELATED = ("person", "company", "deal", "owner")
MOST_ON_A_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of the day: who, where, how to reach them, and when we last spoke."""

    appointment: Appointment
    prefecture: str
    city: str
    address: str
    phone: str
    last_contact: datetime | None


@dataclass(frozen=True, slots=True)
class Area:
    """The stops in one city."""

    prefecture: str
    city: str
    visits: list[Visit] = field(default_factory=list)


def between(
    member: Member, first: date, last: date, *, tz: str, of: Collection[int] | None = None
) -> list[Appointment]:
    """Return what the member sees from the first to the last day, of these members (None: all), in order of time."""
    start, end = bounds(first, last, tz=tz)
    rows = Appointment.objects.filter(starts_at__lt=end, starts_at__gt=start - timedelta(days=1), ends_at__gt=start)
    rows = rows.visible_to(member).exclude(state=AppointmentState.CANCELLED)
    if of is not None:
        rows = rows.filter(Q(owner__in=of) | Q(pk__in=_joined_by(of)))
    rows = rows.select_related(*RELATED).prefetch_related("guests__member").order_by("starts_at", "pk")
    return list(rows[:MOST_ON_A_PAGE])


def bounds(first: date, last: date, *, tz: str) -> tuple[datetime, datetime]:
    """Return when the first day begins and the last one ends."""
    zone = ZoneInfo(tz)
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def conflicts(
    members: Collection[int], starts_at: datetime, ends_at: datetime, *, besides: int | None = None
) -> list[Appointment]:
    """Return the planned appointments in which one of these members is taken at that time, besides one."""
    rows = Appointment.objects.planned().filter(
        starts_at__lt=ends_at, starts_at__gt=starts_at - timedelta(days=1), ends_at__gt=starts_at
    )
    rows = rows.filter(Q(owner__in=members) | Q(pk__in=_joined_by(members))).exclude(pk=besides)
    return list(rows.select_related("owner").prefetch_related("guests__member").order_by("starts_at", "pk")[:20])


def takers(appointment: Appointment) -> set[int]:
    """Return the ids of the members who are busy with it."""
    own = {appointment.owner_id} if appointment.owner_id else set()
    return own | {guest.member_id for guest in appointment.guests.all() if guest.member_id}


def visits_of(member: Member, day: date, *, tz: str, of: Collection[int] | None) -> list[Area]:
    """Return the visits of a day by prefecture and city, the area that comes first in the day first."""
    rows = [one for one in between(member, day, day, tz=tz, of=of) if one.kind == AppointmentKind.VISIT]
    last = _last_contacts(rows)
    areas: dict[tuple[str, str], Area] = {}
    for row in rows:
        visit = _visit(row, last)
        areas.setdefault((visit.prefecture, visit.city), Area(visit.prefecture, visit.city)).visits.append(visit)
    return list(areas.values())


def appointments_of_deal(deal_id: int, member: Member, *, limit: int = 10) -> list[Appointment]:
    """Return what is still planned for a deal, the earliest first."""
    rows = Appointment.objects.visible_to(member).planned().filter(deal_id=deal_id).select_related("owner")
    return list(rows.order_by("starts_at", "pk")[:limit])


def of_feed(member: Member) -> list[Appointment]:
    """Return what a member's calendar program is told: own and joined appointments of a quarter back and a year ahead.

    What was called off stays for a month, so that programs learn of it.
    """
    now = clock.now()
    rows = Appointment.objects.filter(Q(owner=member) | Q(pk__in=_joined_by([member.pk])))
    rows = rows.filter(starts_at__gt=now - timedelta(days=90), starts_at__lt=now + timedelta(days=366))
    rows = rows.exclude(state=AppointmentState.CANCELLED, updated_at__lt=now - timedelta(days=31))
    return list(rows.select_related(*RELATED).order_by("starts_at", "pk")[:MOST_ON_A_PAGE])


def address_of(company: Company | None, person: Person | None) -> str:
    """Return where one goes to meet them: the company's address, else the person's own, on one line."""
    for record in (company, person):
        if record is not None and (record.city or record.street):
            parts = (PREFECTURES.get(record.prefecture, ""), record.city, record.street)
            return f"{''.join(parts)} {record.building}".strip()[:200]
    return ""


def _visit(row: Appointment, last: dict[tuple[str, int], datetime]) -> Visit:
    home = next((one for one in (row.company, row.person) if one is not None and one.prefecture), None)
    phones = (row.person.mobile, row.person.phone) if row.person else ()
    contacts = [last.get(("person", row.person_id or 0)), last.get(("company", row.company_id or 0))]
    known = [at for at in contacts if at is not None]
    return Visit(
        appointment=row,
        prefecture=PREFECTURES.get(home.prefecture, "") if home else "",
        city=home.city if home else "",
        address=row.place or address_of(row.company, row.person),
        phone=next((phone for phone in (*phones, row.company.phone if row.company else "") if phone), ""),
        last_contact=max(known) if known else None,
    )


def _last_contacts(rows: Iterable[Appointment]) -> dict[tuple[str, int], datetime]:
    """Return when each person and company of the rows was last in contact, by ("person", id) and ("company", id)."""
    found: dict[tuple[str, int], datetime] = {}
    for name in ("person", "company"):
        ids = {getattr(row, f"{name}_id") for row in rows} - {None}
        latest = Activity.objects.filter(**{f"{name}__in": ids}).order_by().values_list(name).annotate(at=Max("at"))
        found |= {(name, pk): at for pk, at in latest}
    return found


def _joined_by(members: Collection[int]) -> QuerySet[Any, Any]:
    return Appointment.objects.filter(guests__member__in=members).values("pk")
