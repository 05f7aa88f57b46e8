"""The agenda: gathered from the data and kept with the meeting; what people changed of it survives."""

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q

from ryorin.alignment.meetings.actions.holding import held, kept, trimmed
from ryorin.alignment.meetings.errors import CommentInvalid, ItemGone, ItemInvalid
from ryorin.alignment.meetings.models import AgendaItem, AgendaSection, Comment, Meeting, MeetingState
from ryorin.alignment.meetings.queries.sections import OWN, PROVIDERS, Gathered, Scope
from ryorin.alignment.meetings.rules.rhythm import period_for
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

log = logging.getLogger(__name__)
FRESH_FOR = timedelta(hours=1)
AHEAD = timedelta(days=14)
LONGEST_TEXT = 4000
PROBLEM_ORGANISER, PROBLEM_FAILED = "no_organiser", "failed"
NEEDS_NOBODY = frozenset({"kpi", "decided", "own"})  # sections without rows that somebody must be allowed to see


def refresh_due() -> int:
    """This function will gather the agendas of the coming fortnight anew where they are older than an hour."""
    now = clock.now()
    old = Q(refreshed_at__isnull=True) | Q(refreshed_at__lt=now - FRESH_FOR)
    due = Meeting.objects.planned().filter(old, starts_at__gt=now, starts_at__lte=now + AHEAD).order_by("starts_at")
    return sum(refresh_agenda(meeting) for meeting in due[:10])


def refresh_agenda(meeting: Meeting) -> bool:
    """This function will gather the agenda from the data as they are now and return whether it was still open.

    Reading comes first and holds nothing; what people moved, hid, added or said stays.
    """
    found = gathered(meeting)
    with transaction.atomic():
        row = Meeting.objects.select_for_update().filter(pk=meeting.pk, state=MeetingState.PLANNED).first()
        if row is None:
            return False
        for place, provider in enumerate(PROVIDERS):
            answer, problem = found[provider.key]
            section, _made = AgendaSection.objects.get_or_create(
                meeting=row, key=provider.key, defaults={"position": place}
            )
            if not problem:
                section.data = answer.data
            section.problem = problem
            section.save(update_fields=["data", "problem"])
            if not problem and provider.key != OWN.key:
                _settle(section, answer.items)
        Meeting.objects.filter(pk=row.pk).update(refreshed_at=clock.now())
    return True


def gathered(meeting: Meeting) -> dict[str, tuple[Gathered, str]]:
    """Return what every section found, or why it found nothing; one that fails does not take the others along."""
    company = current()
    today = clock.today(company.time_zone)
    day = meeting.starts_at.astimezone(ZoneInfo(company.time_zone)).date()
    period = period_for(meeting.looks_at, day, start_month=company.fiscal_start_month)
    member = meeting.organiser
    answers: dict[str, tuple[Gathered, str]] = {}
    for provider in PROVIDERS:
        if (member is None or not member.is_active) and provider.key not in NEEDS_NOBODY:
            answers[provider.key] = (Gathered(), PROBLEM_ORGANISER)
            continue
        try:
            scope = Scope(meeting, period, today, member)  # type: ignore[arg-type]
            answers[provider.key] = (provider.gather(scope), "")
        except Exception:
            log.exception("meeting %s: section %s could not be gathered", meeting.pk, provider.key)
            answers[provider.key] = (Gathered(), PROBLEM_FAILED)
    return answers


def _settle(section: AgendaSection, found: list[tuple[str, dict[str, object]]]) -> None:
    """This function will bring a section's items in line with what was found.

    Items of before that were commented on stay, marked as stale; the others go. New ones come in the order of the
    provider; those that a person placed keep their place.
    """
    rows = {row.key: row for row in section.items.filter(is_own=False)}
    for place, (key, data) in enumerate(found):
        row = rows.pop(key, None) or AgendaItem(section=section, key=key)
        row.data, row.is_stale = data, False
        if not row.is_placed:
            row.position = place
        row.save()
    for row in rows.values():
        if row.comments.exists():
            AgendaItem.objects.filter(pk=row.pk).update(is_stale=True)
        else:
            row.delete()


@transaction.atomic
def add_item(meeting: Meeting, *, title: str, text: str = "", by: Member | None) -> AgendaItem:
    """This function will put an item of one's own on the agenda."""
    row = held(meeting, by=by)
    section, _made = AgendaSection.objects.get_or_create(
        meeting=row, key=OWN.key, defaults={"position": [one.key for one in PROVIDERS].index(OWN.key)}
    )
    last = section.items.aggregate(last=Max("position"))["last"]
    item = AgendaItem(section=section, key=f"own:{uuid4()}", is_own=True, by=by, position=(last or 0) + 1)
    item.title, item.text = _checked(title, text)
    item.save()
    kept(row)
    audit.record("agenda_item_added", "meeting", row.pk, by=by, name=row.name, item=item.title)
    return item


@transaction.atomic
def change_item(item: AgendaItem, *, title: str, text: str, by: Member | None) -> AgendaItem:
    """This function will reword an item that a person added."""
    meeting, row = _held_item(item, by)
    if not row.is_own:
        raise ItemGone()
    row.title, row.text = _checked(title, text)
    row.save(update_fields=["title", "text"])
    audit.record("agenda_item_changed", "meeting", meeting.pk, by=by, name=meeting.name, item=row.title)
    return row


@transaction.atomic
def remove_item(item: AgendaItem, *, by: Member | None) -> None:
    """This function will take an item that a person added off the agenda, with what was said about it."""
    meeting, row = _held_item(item, by)
    if not row.is_own:
        raise ItemGone()
    audit.record("agenda_item_removed", "meeting", meeting.pk, by=by, name=meeting.name, item=row.title)
    row.delete()


@transaction.atomic
def show_item(item: AgendaItem, *, shown: bool, by: Member | None) -> AgendaItem:
    """This function will hide an item, or show it again."""
    meeting, row = _held_item(item, by)
    row.is_hidden = not shown
    row.save(update_fields=["is_hidden"])
    kept(meeting)
    audit.record("agenda_changed", "meeting", meeting.pk, by=by, name=meeting.name)
    return row


@transaction.atomic
def move_item(item: AgendaItem, *, up: bool, by: Member | None) -> None:
    """This function will put an item one place up or down within its section."""
    meeting, row = _held_item(item, by)
    order = list(row.section.items.order_by("position", "pk"))
    _swap(order, next(place for place, one in enumerate(order) if one.pk == row.pk), up=up)
    for place, one in enumerate(order):
        AgendaItem.objects.filter(pk=one.pk).update(position=place, is_placed=True)
    kept(meeting)


@transaction.atomic
def show_section(section: AgendaSection, *, shown: bool, by: Member | None) -> None:
    """This function will hide a section, or show it again."""
    meeting = held(section.meeting, by=by)
    AgendaSection.objects.filter(pk=section.pk).update(is_hidden=not shown)
    kept(meeting)
    audit.record("agenda_changed", "meeting", meeting.pk, by=by, name=meeting.name)


@transaction.atomic
def move_section(section: AgendaSection, *, up: bool, by: Member | None) -> None:
    """This function will put a section one place up or down."""
    meeting = held(section.meeting, by=by)
    order = list(meeting.sections.order_by("position", "pk"))
    _swap(order, next(place for place, one in enumerate(order) if one.pk == section.pk), up=up)
    for place, one in enumerate(order):
        AgendaSection.objects.filter(pk=one.pk).update(position=place)
    kept(meeting)


@transaction.atomic
def say(item: AgendaItem, text: str, *, by: Member | None) -> Comment:
    """This function will put a comment under an item."""
    meeting, row = _held_item(item, by)
    text = trimmed(text)
    if not text or len(text) > 1000:
        raise CommentInvalid()
    comment = Comment.objects.create(item=row, text=text, by=by, at=clock.now())
    audit.record("agenda_commented", "meeting", meeting.pk, by=by, name=meeting.name)
    return comment


def _held_item(item: AgendaItem, by: Member | None) -> tuple[Meeting, AgendaItem]:
    meeting = held(item.section.meeting, by=by)
    row = AgendaItem.objects.select_for_update(of=("self",)).select_related("section").filter(pk=item.pk).first()
    if row is None:
        raise ItemGone()
    return meeting, row


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = trimmed(title), trimmed(text)
    if not title or len(title) > 160 or len(text) > LONGEST_TEXT:
        raise ItemInvalid()
    return title, text


def _swap(order: list[Any], place: int, *, up: bool) -> None:
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
