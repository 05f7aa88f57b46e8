"""Appointments as iCalendar texts (RFC 5545, RFC 5546): a feed to subscribe to, an invitation to send along."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from ryorin.sales.calendar.models import Appointment, AppointmentState

MAKER = "-//Ryorin//Calendar//JA"
REFRESH = timedelta(minutes=15)
REMIND = timedelta(minutes=15)


def feed(appointments: Iterable[Appointment], *, name: str, tz: str) -> bytes:
    """Return the calendar that a member's own program subscribes to; what was called off says so."""
    calendar = _calendar(name=name, tz=tz)
    for appointment in appointments:
        calendar.add_component(_event(appointment, tz=tz))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def invitation(appointment: Appointment, *, tz: str) -> bytes:
    """Return the request to take part, or the news that it was called off, for a mail to the guests."""
    is_off = appointment.state == AppointmentState.CANCELLED
    calendar = _calendar(name="", tz=tz)
    calendar.add("method", "CANCEL" if is_off else "REQUEST")
    event = _event(appointment, tz=tz, is_private=True)
    if appointment.owner is not None:
        event.add("organizer", _address(appointment.owner.email, appointment.owner.name))
    for email, name in _guests(appointment):
        guest = _address(email, name)
        guest.params["role"] = vText("REQ-PARTICIPANT")
        guest.params["partstat"] = vText("NEEDS-ACTION")
        guest.params["rsvp"] = vText("TRUE")
        event.add("attendee", guest, encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _calendar(*, name: str, tz: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", tz)
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    return calendar


def _event(appointment: Appointment, *, tz: str, is_private: bool = False) -> Event:
    """Return the event; `is_private` leaves out our own notes, as guests of the customer read it."""
    zone = ZoneInfo(tz)
    event = Event()
    event.add("uid", f"{appointment.uid}@ryorin")
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.updated_at)
    event.add("last-modified", appointment.updated_at)
    event.add("created", appointment.created_at)
    event.add("dtstart", _local(appointment.starts_at, zone))
    event.add("dtend", _local(appointment.ends_at, zone))
    event.add("summary", appointment.title)
    event.add("status", "CANCELLED" if appointment.state == AppointmentState.CANCELLED else "CONFIRMED")
    if appointment.place:
        event.add("location", appointment.place)
    if appointment.online_link:
        event.add("url", appointment.online_link)
    if text := _description(appointment, is_private=is_private):
        event.add("description", text)
    if not is_private and appointment.state == AppointmentState.PLANNED:
        event.add_component(_alarm(appointment))
    return event


def _description(appointment: Appointment, *, is_private: bool) -> str:
    parts = [appointment.online_link]
    if not is_private:
        person, company = appointment.person, appointment.company
        parts += [company.name if company else "", person.addressed if person else ""]
        parts += [person.mobile or person.phone if person else "", appointment.note]
    return "\n".join(part for part in parts if part)


def _alarm(appointment: Appointment) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", appointment.title)
    alarm.add("trigger", -REMIND)
    return alarm


def _guests(appointment: Appointment) -> list[tuple[str, str]]:
    """Return the addresses and names of those who take part, as far as they have an address."""
    found: dict[str, str] = {}
    if appointment.person is not None:
        found[appointment.person.email] = appointment.person.name
    for guest in appointment.guests.all():
        one: Any = guest.member or guest.person
        found.setdefault(one.email, one.name)
    return [(email, name) for email, name in found.items() if email]


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(name)
    return address


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone)
