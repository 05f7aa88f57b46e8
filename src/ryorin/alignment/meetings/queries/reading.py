"""Meetings and series shaped for their pages: who takes part, what was decided, what was written, what is out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.models import (
    Decision,
    Letter,
    LetterKind,
    Meeting,
    MeetingState,
    MinutesBlock,
    Participant,
    Series,
)
from ryorin.lib import clock
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.queries import current

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part, and whether they can be reached and came."""

    row: Participant
    name: str
    is_outside: bool
    is_gone: bool

    @property
    def attended(self) -> bool | None:
        return self.row.attended


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision and what became of it: done, overdue, open, or gone with its task."""

    row: Decision
    state: str

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def owner_name(self) -> str:
        owner = self.row.owner
        if owner is None:
            return _("担当なし")
        return owner.name if owner.is_active else _("%(name)s（利用停止中）") % {"name": owner.name}

    @property
    def due_said(self) -> str:
        return said_day(self.row.due_on)

    @property
    def state_said(self) -> str:
        words = {"done": _("完了"), "overdue": _("期限超過"), "open": _("進行中"), "gone": _("タスクなし")}
        return words[self.state]


def people_of(meeting: Meeting) -> list[Person]:
    """Return who takes part; a member who left or is switched off is said to be gone."""
    rows = meeting.participants.select_related("member__team")
    return [
        Person(
            row,
            str(row),
            is_outside=bool(row.email),
            is_gone=not row.email and (row.member is None or not row.member.is_active),
        )
        for row in rows
    ]


def decisions_of(meeting: Meeting) -> list[Decided]:
    """Return what was decided in the meeting, in order."""
    today = clock.today(current().time_zone)
    rows = meeting.decisions.select_related("owner", "task")
    return [Decided(row, state_of(row, today)) for row in rows]


def state_of(decision: Decision, today: date) -> str:
    task = decision.task
    return "gone" if task is None else "done" if task.done_at else "overdue" if decision.due_on < today else "open"


def minutes_of(meeting: Meeting) -> list[MinutesBlock]:
    """Return the paragraphs of the minutes in order, those taken out left out."""
    return list(meeting.blocks.filter(is_gone=False).select_related("by").order_by("rank", "pk"))


def told_minutes(meeting: Meeting) -> dict[str, Any]:
    """Return the minutes as the page's script takes them: paragraphs in order, those taken out with their version."""
    rows = meeting.blocks.select_related("by").order_by("rank", "pk")
    return {"state": meeting.state, "blocks": [told_block(row) for row in rows]}


def told_block(block: MinutesBlock) -> dict[str, Any]:
    return {
        "key": str(block.key),
        "text": block.text,
        "version": block.version,
        "gone": block.is_gone,
        "by": block.by.name if block.by else "",
        "by_id": block.by_id,
    }


def coming(member: Member) -> list[Meeting]:
    """Return the next meetings the member takes part in, the nearest first."""
    rows = Meeting.objects.visible_to(member).planned().select_related("series", "organiser")
    return list(rows.annotate(people=Count("participants")).order_by("starts_at", "pk")[:SHOWN])


def held_before(member: Member, *, before: int | None = None) -> list[Meeting]:
    """Return the meetings that are over, newest first, from below `before` on, with their decisions counted."""
    rows = Meeting.objects.visible_to(member).filter(state=MeetingState.CLOSED).select_related("series", "organiser")
    if before is not None and (last := Meeting.objects.filter(pk=before).first()) is not None:
        rows = rows.filter(Q(starts_at__lt=last.starts_at) | Q(starts_at=last.starts_at, pk__lt=last.pk))
    done = Count("decisions", filter=Q(decisions__task__done_at__isnull=False))
    return list(rows.annotate(decided=Count("decisions"), done=done).order_by("-starts_at", "-pk")[: SHOWN + 1])


def series_of(member: Member) -> list[Series]:
    """Return the regular meetings the member takes part in, with how many people and the next day."""
    rows = Series.objects.visible_to(member).select_related("organiser")
    return list(rows.annotate(people=Count("participants", distinct=True)))


def next_of(series: Series) -> Meeting | None:
    return series.meetings.planned().filter(starts_at__gt=clock.now()).order_by("starts_at").first()


def letters_of(meeting: Meeting) -> dict[str, list[Letter]]:
    """Return the mails about the meeting by kind."""
    found: dict[str, list[Letter]] = {kind: [] for kind in LetterKind.values}
    for letter in meeting.letters.select_related("member"):
        found[letter.kind].append(letter)
    return found


def said_day(day: date) -> str:
    """Return a day in full: "2026/12/1", or "1 Dec 2026"."""
    if (get_language() or "ja").startswith("ja"):
        return f"{day.year}/{day.month}/{day.day}"
    return f"{day.day} {day:%b %Y}"
