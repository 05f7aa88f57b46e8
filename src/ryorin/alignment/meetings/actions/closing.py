"""Sending the agenda before, closing the meeting after: both are told to every participant once."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.actions.agenda import refresh_agenda
from ryorin.alignment.meetings.actions.holding import held, kept
from ryorin.alignment.meetings.actions.planning import tell
from ryorin.alignment.meetings.errors import MeetingNotBegun, ParticipantsMissing
from ryorin.alignment.meetings.models import Letter, LetterKind, Meeting, MeetingState, Participant
from ryorin.alignment.meetings.rules.rhythm import mailed_at
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import closed_days, current

LOOKED_AHEAD = timedelta(days=30)


def send_agendas() -> int:
    """This function will send the agendas that are due, newly gathered; none after the meeting has begun."""
    company, closed, now = current(), closed_days(), clock.now()
    coming = Meeting.objects.planned().filter(
        agenda_sent_at__isnull=True, starts_at__gt=now, starts_at__lte=now + LOOKED_AHEAD
    )
    sent = 0
    for meeting in coming.select_related("series"):
        due = mailed_at(
            meeting.starts_at,
            business_days=meeting.series.mails_before,
            opens=company.opens_hour,
            tz=company.time_zone,
            closed=closed,
        )
        if due <= now and refresh_agenda(meeting):
            sent += _send(meeting, by=None)
    return sent


def send_agenda(meeting: Meeting, *, by: Member | None) -> None:
    """This function will send the agenda now, newly gathered; to those who have it already it is not sent again."""
    with transaction.atomic():
        row = held(meeting, by=by)
        if not row.participants.exists():
            raise ParticipantsMissing()
    refresh_agenda(meeting)
    _send(meeting, by=by, again=True)


@transaction.atomic
def _send(meeting: Meeting, *, by: Member | None, again: bool = False) -> int:
    """This function will write the letters, once, whoever else is about to; a meeting without anybody is told of."""
    row = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if row.state != MeetingState.PLANNED or (row.agenda_sent_at is not None and not again):
        return 0
    count = _write(row, LetterKind.AGENDA)
    is_first = row.agenda_sent_at is None
    row.agenda_sent_at = clock.now()
    kept(row, "agenda_sent_at")
    if count:
        audit.record("agenda_sent", "meeting", row.pk, by=by, name=row.name, count=count)
        tell(row, _("「%(name)s」の議題ができました。"), kind="meeting_agenda", by=by)
    elif is_first and row.organiser is not None:
        text = _("「%(name)s」には参加者がいないため、議題を送れません。") % {"name": row.name}
        notify([row.organiser], kind="meeting_alone", text=text, url=f"/meetings/{row.pk}/")
    return count


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Member | None, version: int | None = None) -> Meeting:
    """This function will freeze agenda and minutes and send them, with the decisions, to every participant."""
    row = held(meeting, by=by, version=version)
    if row.starts_at > clock.now():
        raise MeetingNotBegun()
    row.state, row.closed_at, row.closed_by = MeetingState.CLOSED, clock.now(), by
    kept(row, "state", "closed_at", "closed_by")
    count = _write(row, LetterKind.MINUTES)
    audit.record("meeting_closed", "meeting", row.pk, by=by, name=row.name, count=count)
    tell(row, _("「%(name)s」の議事録ができました。"), kind="meeting_minutes", by=by)
    return row


@transaction.atomic
def note_attendance(meeting: Meeting, attended: set[int], *, by: Member | None) -> None:
    """This function will note which participants (ids) came; the others did not."""
    row = held(meeting, by=by)
    for one in row.participants.all():
        Participant.objects.filter(pk=one.pk).update(attended=one.pk in attended)
    kept(row)
    audit.record("attendance_noted", "meeting", row.pk, by=by, name=row.name, count=len(attended))


def _write(meeting: Meeting, kind: str) -> int:
    """This function will write a letter to every participant who has none of this kind, and return how many."""
    have = set(meeting.letters.filter(kind=kind).values_list("email", flat=True))
    rows = {}
    for one in meeting.participants.select_related("member"):
        if one.member is not None and not one.member.is_active:
            continue
        email = (one.member.email if one.member else one.email).lower()
        if email and email not in have:
            rows[email] = Letter(meeting=meeting, kind=kind, email=email, member=one.member, next_at=clock.now())
    Letter.objects.bulk_create(rows.values())
    return len(rows)
