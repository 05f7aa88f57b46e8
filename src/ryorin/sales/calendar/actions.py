"""Planning appointments, moving them, calling them off, and turning them into activities once they are over."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import Touchpoint, record_many
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.calendar.errors import (
    AppointmentGone,
    AppointmentOver,
    NobodyToMeet,
    OwnerMissing,
    TooManyGuests,
)
from ryorin.sales.calendar.models import Appointment, AppointmentKind, AppointmentState, Feed, Guest
from ryorin.sales.calendar.rules import (
    MOST_GUESTS,
    checked_link,
    checked_times,
    digest_of,
    end_of,
    known_kind,
    moment_of,
    without_repeats,
)
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

CHANGEABLE = frozenset(
    {
        "kind", "title", "starts_at", "ends_at", "place", "online_link", "note", "person", "company", "deal", "owner",
        "members", "people",
    }
)  # fmt: skip
TOLD_TO_GUESTS = frozenset({"title", "starts_at", "ends_at", "place", "online_link", "members", "people"})


@transaction.atomic
def plan_appointment(
    kind: str,
    *,
    by: Member | None,
    starts_at: datetime,
    ends_at: datetime,
    owner: Member | None = None,
    title: str = "",
    person: Person | None = None,
    company: Company | None = None,
    deal: Deal | None = None,
    place: str = "",
    online_link: str = "",
    note: str = "",
    members: Iterable[Member] = (),
    people: Iterable[Person] = (),
) -> Appointment:
    """This function will put an appointment into its owner's calendar (the planner's own unless given)."""
    require(by, "calendar.change")
    values = _whole(
        {
            "kind": kind,
            "title": title,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "place": place,
            "online_link": online_link,
            "note": note,
            "person": person or (deal.person if deal else None),
            "company": company,
            "deal": deal,
            "owner": owner or by,
        }
    )
    now = clock.now()
    appointment = Appointment.objects.create(**values, created_by=by, created_at=now, updated_at=now)
    _invite(appointment, members, people)
    audit.record(
        "appointment_planned", "appointment", appointment.pk, by=by, title=appointment.title, starts_at=starts_at
    )
    _tell(appointment, _("予定「%(title)s」が入りました。"), by=by)
    return appointment


@transaction.atomic
def change_appointment(
    appointment: Appointment, *, by: Member | None, version: int | None, **fields: Any
) -> Appointment:
    """This function will change the named fields of a planned appointment; guests learn of a new time or place."""
    require(by, "calendar.change")
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not changeable here: {', '.join(sorted(unknown))}")
    row = _planned(appointment, version)
    members, people = fields.pop("members", None), fields.pop("people", None)
    values = _whole({name: getattr(row, name) for name in CHANGEABLE - {"members", "people"}} | fields)
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    facts = {name: [_said(getattr(row, name)), _said(value)] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(row, name, value)
    facts |= _invite(row, members, people)
    if not facts:
        return row
    if facts.keys() & TOLD_TO_GUESTS:
        row.sequence += 1
    _save(row, *changed, "sequence")
    audit.record("appointment_changed", "appointment", row.pk, by=by, **facts)
    if facts.keys() & (TOLD_TO_GUESTS | {"owner"}):
        _tell(row, _("予定「%(title)s」が変わりました。"), by=by)
    return row


def move_appointment(
    appointment: Appointment, starts_at: datetime, *, by: Member | None, version: int | None
) -> Appointment:
    """This function will let the appointment begin at another time; it takes as long as before."""
    length = appointment.ends_at - appointment.starts_at
    ends_at = end_of(starts_at, length)
    return change_appointment(appointment, by=by, version=version, starts_at=starts_at, ends_at=ends_at)


@transaction.atomic
def finish_appointment(
    appointment: Appointment,
    *,
    by: Member | None,
    version: int | None = None,
    outcome: str = "",
    body: str = "",
    minutes: int | None = None,
    next_action: str = "",
    next_action_on: date | None = None,
) -> Appointment:
    """This function will make an activity of an appointment that was kept, with a touchpoint for everybody met."""
    require(by, "calendar.change")
    if appointment.deal_id is not None:  # whoever changes both takes the deal first
        Deal.objects.select_for_update().filter(pk=appointment.deal_id).first()
    row = _planned(appointment, version)
    moment = moment_of(row.starts_at, now=clock.now())
    if row.kind != AppointmentKind.INTERNAL:
        row.activity = log_activity(
            row.kind,
            by=by,
            at=moment,
            person=row.person,
            company=row.company,
            deal=row.deal,
            subject=row.title,
            body=body,
            minutes=row.minutes if minutes is None else minutes,
            outcome=outcome,
            next_action=next_action,
            next_action_on=next_action_on,
            owner=row.owner or by,
        )
        _tell_of_the_others(row, moment, outcome=row.activity.outcome)
    row.state = AppointmentState.DONE
    _save(row, "state", "activity")
    audit.record("appointment_kept", "appointment", row.pk, by=by, title=row.title, outcome=outcome)
    return row


@transaction.atomic
def cancel_appointment(
    appointment: Appointment, *, by: Member | None, version: int | None = None, reason: str = ""
) -> Appointment:
    """This function will call an appointment off; calendars that read the feed learn of it."""
    require(by, "calendar.change")
    row = _planned(appointment, version)
    row.state = AppointmentState.CANCELLED
    row.cancel_reason = checked(Appointment, {"cancel_reason": reason})["cancel_reason"]
    row.sequence += 1
    _save(row, "state", "cancel_reason", "sequence")
    audit.record("appointment_cancelled", "appointment", row.pk, by=by, title=row.title, reason=row.cancel_reason)
    _tell(row, _("予定「%(title)s」は中止になりました。"), by=by)
    return row


@transaction.atomic
def replan_appointment(appointment: Appointment, *, by: Member | None) -> Appointment:
    """This function will take back that an appointment was called off; doing so twice changes nothing."""
    require(by, "calendar.change")
    row = _locked(appointment, None)
    if row.state == AppointmentState.PLANNED:
        return row
    if row.state != AppointmentState.CANCELLED:
        raise AppointmentOver(state=row.get_state_display())
    row.state, row.cancel_reason = AppointmentState.PLANNED, ""
    row.sequence += 1
    _save(row, "state", "cancel_reason", "sequence")
    audit.record("appointment_planned", "appointment", row.pk, by=by, title=row.title, starts_at=row.starts_at)
    return row


@transaction.atomic
def make_feed(member: Member, *, by: Member | None) -> str:
    """This function will make the secret of a member's calendar feed, shown once; an older one stops working."""
    _require_own(member, by=by)
    secret = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(
        member=member, defaults={"digest": digest_of(secret), "made_at": clock.now(), "read_at": None}
    )
    audit.record("feed_made", "member", member.pk, by=by)
    return secret


@transaction.atomic
def stop_feed(member: Member, *, by: Member | None) -> None:
    """This function will close a member's calendar feed."""
    _require_own(member, by=by)
    if Feed.objects.filter(member=member).delete()[0]:
        audit.record("feed_stopped", "member", member.pk, by=by)


def note_reading(feed: Feed) -> None:
    """This function will note, at most once an hour, that a calendar program read the feed."""
    now = clock.now()
    if feed.read_at is None or now - feed.read_at > timedelta(hours=1):
        Feed.objects.filter(pk=feed.pk).update(read_at=now)


def _require_own(member: Member, *, by: Member | None) -> None:
    if by is not None and by != member:
        raise NotAllowed()


def _whole(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an appointment, checked together; the company is the deal's or person's unless given."""
    fields = {**fields, "kind": known_kind(fields["kind"])}
    fields["starts_at"], fields["ends_at"] = checked_times(fields["starts_at"], fields["ends_at"])
    fields["online_link"] = checked_link(fields["online_link"])
    person, deal = fields["person"], fields["deal"]
    company = fields["company"] or (deal.company if deal else None) or (person.company if person else None)
    if fields["kind"] != AppointmentKind.INTERNAL and not (person or company or deal):
        raise NobodyToMeet()
    if fields["owner"] is None:
        raise OwnerMissing()
    title = fields["title"].replace("\0", "").strip() or _title(fields["kind"], person, company, deal)
    return checked(Appointment, {**fields, "title": title, "company": company})


def _title(kind: AppointmentKind, person: Person | None, company: Company | None, deal: Deal | None) -> str:
    """Return what an appointment is called that nobody named: "アクメ 訪問"."""
    whom = company.name if company else person.addressed if person else deal.name if deal else ""
    return f"{whom} {kind.label}".strip()[:160]


def _invite(
    appointment: Appointment, members: Iterable[Member] | None, people: Iterable[Person] | None
) -> dict[str, Any]:
    """This function will let these and no others take part and return what changed; None leaves them as they are."""
    facts: dict[str, Any] = {}
    for name, column, wanted in (("members", "member", members), ("people", "person", people)):
        if wanted is None:
            continue
        own = appointment.owner_id if column == "member" else appointment.person_id
        rows = without_repeats(one for one in wanted if one.pk != own)
        if len(rows) > MOST_GUESTS:
            raise TooManyGuests(limit=MOST_GUESTS)
        present = appointment.guests.filter(**{f"{column}__isnull": False})
        before = set(present.values_list(f"{column}_id", flat=True))
        if before == {one.pk for one in rows}:
            continue
        present.exclude(**{f"{column}__in": rows}).delete()
        Guest.objects.bulk_create(
            [Guest(appointment=appointment, **{column: one}) for one in rows if one.pk not in before]
        )
        facts[name] = [sorted(before), [one.pk for one in rows]]
    return facts


def _tell(appointment: Appointment, text: str, *, by: Member | None) -> None:
    """This function will tell the members who take part, save who did it."""
    takers = [guest.member for guest in appointment.guests.select_related("member") if guest.member is not None]
    told = [member for member in without_repeats([appointment.owner, *takers]) if member is not None and member != by]
    if by is not None and told:
        notify(told, kind="appointment", text=text % {"title": appointment.title}, url=f"/calendar/{appointment.pk}/")


def _tell_of_the_others(appointment: Appointment, at: datetime, *, outcome: str) -> None:
    """This function will write that the customer's other people took part, too."""
    record_many(
        Touchpoint(
            kind=appointment.kind,
            source="calendar",
            at=at,
            person_id=guest.person_id,
            company_id=appointment.company_id,
            member_id=appointment.owner_id,
            channel="rep",
            properties={"activity_id": appointment.activity_id, "subject": appointment.title, "outcome": outcome},
        )
        for guest in appointment.guests.filter(person__isnull=False)
    )


def _planned(appointment: Appointment, version: int | None) -> Appointment:
    """Return the row under lock; refuses what is over, called off, or was changed since `version`."""
    row = _locked(appointment, version)
    if row.state != AppointmentState.PLANNED:
        raise AppointmentOver(state=row.get_state_display())
    return row


def _locked(appointment: Appointment, version: int | None) -> Appointment:
    row: Appointment | None = Appointment.objects.select_for_update().filter(pk=appointment.pk).first()
    if row is None:
        raise AppointmentGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def _save(row: Appointment, *columns: str) -> None:
    row.version += 1
    row.updated_at = clock.now()
    row.save(update_fields=[*columns, "version", "updated_at"])


def _said(value: Any) -> Any:
    """Return a value as the trail keeps it: records by their name."""
    return str(value) if hasattr(value, "pk") else value
