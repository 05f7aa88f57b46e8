"""Planning the next meetings of a series, moving and cancelling single ones."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.actions.holding import held, kept
from ryorin.alignment.meetings.errors import ParticipantsMissing, SeriesInvalid, SeriesStopped
from ryorin.alignment.meetings.models import (
    AgendaItem,
    Decision,
    Letter,
    LetterState,
    Meeting,
    MeetingQuerySet,
    MeetingState,
    MinutesBlock,
    Participant,
    Series,
)
from ryorin.alignment.meetings.rules.rhythm import Rule, days_of, held_on, moment_of
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import closed_days, current

AHEAD = timedelta(days=63)  # two months and a day: of every rhythm there is always a next meeting
COPIED = ("name", "minutes", "place", "link", "organiser", "looks_at")


def plan_meetings() -> int:
    """This function will make the coming meetings of every series; any number of schedulers makes each once."""
    return sum(plan_series(series) for series in Series.objects.filter(is_active=True))


@transaction.atomic
def plan_series(series: Series) -> int:
    """This function will make the next meetings of a series that are not there yet, and return how many."""
    row = Series.objects.select_for_update().get(pk=series.pk)
    if not row.is_active:
        return 0
    company, closed = current(), closed_days()
    today = clock.today(company.time_zone)
    days = days_of(Rule(row.rhythm, row.weekday, row.nth, row.starts_on), start=today, end=today + AHEAD)
    known = set(row.meetings.filter(meant_for__gte=today).values_list("meant_for", flat=True))
    made = 0
    for day in days:
        starts_at = moment_of(held_on(day, closed=closed), row.begins_at, tz=company.time_zone)
        if day not in known and starts_at > clock.now():
            _make(row, starts_at, meant_for=day)
            made += 1
    return made


@transaction.atomic
def add_meeting(series: Series, starts_at: datetime, *, by: Member | None) -> Meeting:
    """This function will put one more meeting beside those of the rhythm."""
    require(by, "meetings.change")
    row = Series.objects.select_for_update().get(pk=series.pk)
    if not row.is_active:
        raise SeriesStopped()
    if not row.participants.exists():
        raise ParticipantsMissing()
    _check_moment(starts_at)
    meeting = _make(row, starts_at, meant_for=None)
    audit.record("meeting_added", "meeting", meeting.pk, by=by, name=meeting.name, starts_at=starts_at.isoformat())
    return meeting


@transaction.atomic
def move_meeting(meeting: Meeting, starts_at: datetime, *, by: Member | None, version: int | None = None) -> Meeting:
    """This function will put the meeting at another time and tell the members who take part."""
    row = held(meeting, by=by, version=version)
    _check_moment(starts_at)
    before, row.starts_at = row.starts_at, starts_at
    kept(row, "starts_at")
    audit.record(
        "meeting_moved", "meeting", row.pk, by=by, name=row.name, starts_at=[before.isoformat(), starts_at.isoformat()]
    )
    tell(row, _("「%(name)s」の日時が変わりました。"), kind="meeting_moved", by=by)
    return row


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: Member | None) -> Meeting:
    """This function will call the meeting off, tell the members who take part, and hold back mails not yet sent."""
    row = held(meeting, by=by)
    row.state = MeetingState.CANCELLED
    kept(row, "state")
    waiting = Letter.objects.filter(meeting=row, state=LetterState.WAITING)
    waiting.update(state=LetterState.FAILED, problem=_("会議は中止になりました。"))
    audit.record("meeting_cancelled", "meeting", row.pk, by=by, name=row.name)
    tell(row, _("「%(name)s」は中止になりました。"), kind="meeting_cancelled", by=by)
    return row


def tell(meeting: Meeting, text: str, *, kind: str, by: Member | None) -> None:
    """This function will leave word in the app for the members who take part, save the one who did it."""
    members = [
        one.member for one in meeting.participants.select_related("member") if one.member and one.member.is_active
    ]
    others = [member for member in members if by is None or member.pk != by.pk]
    notify(others, kind=kind, text=text % {"name": meeting.name}, url=f"/meetings/{meeting.pk}/")


def follow_change(series: Series) -> None:
    """This function will bring the planned meetings in line with their changed series.

    Those nobody has worked on are planned anew; the others keep their day and take the rest over.
    """
    coming = series.meetings.planned().filter(starts_at__gt=clock.now())
    untouched(coming).delete()
    if not series.is_active:
        return
    for meeting in series.meetings.planned().filter(starts_at__gt=clock.now()):
        for name in COPIED:
            setattr(meeting, name, getattr(series, name))
        kept(meeting, *COPIED)
        _seat(meeting, series)
    plan_series(series)


def untouched(rows: MeetingQuerySet) -> MeetingQuerySet:
    """Return the meetings that nobody has moved, sent out, written for, or added to."""
    of_meeting = {"meeting": OuterRef("pk")}
    items = AgendaItem.objects.filter(section__meeting=OuterRef("pk"))
    worked_on = items.filter(Q(is_own=True) | Q(is_hidden=True) | Q(is_placed=True) | Q(comments__isnull=False))
    return rows.filter(
        ~Exists(MinutesBlock.objects.filter(**of_meeting)),
        ~Exists(Decision.objects.filter(**of_meeting)),
        ~Exists(worked_on),
        agenda_sent_at__isnull=True,
        version=1,
        meant_for__isnull=False,
    )


def _make(series: Series, starts_at: datetime, *, meant_for: date | None) -> Meeting:
    now = clock.now()
    copied = {name: getattr(series, name) for name in COPIED}
    meeting = Meeting.objects.create(
        series=series, meant_for=meant_for, starts_at=starts_at, created_at=now, updated_at=now, **copied
    )
    _seat(meeting, series)
    return meeting


def _seat(meeting: Meeting, series: Series) -> None:
    """This function will ask the series' participants to the meeting; those who are there already stay as they are."""
    wanted = list(series.participants.select_related("member"))
    meeting.participants.exclude(
        Q(member__in=[one.member_id for one in wanted if one.member_id])
        | Q(email__in=[one.email for one in wanted if one.email])
    ).delete()
    members = set(meeting.participants.values_list("member", flat=True))
    emails = set(meeting.participants.values_list("email", flat=True))
    Participant.objects.bulk_create(
        Participant(meeting=meeting, member=one.member, email=one.email, name=one.member.name if one.member else "")
        for one in wanted
        if (one.member_id not in members if one.member_id else one.email not in emails)
    )


def _check_moment(starts_at: datetime) -> None:
    if starts_at <= clock.now():
        raise SeriesInvalid(_("これからの日時を入力してください。"))
    if starts_at > clock.now() + timedelta(days=730):
        raise SeriesInvalid(_("2年以内の日時を入力してください。"))
