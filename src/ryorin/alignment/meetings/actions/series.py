"""Regular meetings: begun, changed, stopped; their next meetings follow."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.actions.holding import trimmed
from ryorin.alignment.meetings.actions.planning import follow_change, plan_series
from ryorin.alignment.meetings.errors import OrganiserMissing, ParticipantsMissing, SeriesInvalid
from ryorin.alignment.meetings.models import LooksAt, Nth, Rhythm, Series, SeriesParticipant, Weekday
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = (
    "name", "purpose", "organiser", "rhythm", "weekday", "nth", "starts_on", "begins_at", "minutes", "place", "link",
    "looks_at", "mails_before", "attaches_pdf", "is_active",
)  # fmt: skip
LONGEST_MINUTES = 12 * 60
MOST_PEOPLE = 100
CHOICES: dict[str, Collection[Any]] = {
    "rhythm": Rhythm.values,
    "weekday": Weekday.values,
    "nth": Nth.values,
    "looks_at": LooksAt.values,
}


@transaction.atomic
def create_series(*, by: Member | None, members: Iterable[Member], emails: Iterable[str] = (), **fields: Any) -> Series:
    """This function will begin a regular meeting and plan its next meetings; without participants it refuses."""
    require(by, "meetings.change")
    now = clock.now()
    series = Series(created_at=now, updated_at=now, organiser=by)
    _set(series, fields)
    series.save()
    _invite(series, members, emails)
    audit.record("series_created", "meeting_series", series.pk, by=by, name=series.name)
    plan_series(series)
    return series


@transaction.atomic
def change_series(
    series: Series,
    *,
    by: Member | None,
    version: int | None = None,
    members: Iterable[Member] | None = None,
    emails: Iterable[str] = (),
    **fields: Any,
) -> Series:
    """This function will change a regular meeting; planned meetings nobody has worked on follow, the others keep going.

    Without `members` the participants stay as they are.
    """
    require(by, "meetings.change")
    row = Series.objects.select_for_update().get(pk=series.pk)
    if version is not None and row.version != version:
        raise StaleRecord()
    before = {name: getattr(row, name) for name in CHANGEABLE}
    _set(row, fields)
    row.version += 1
    row.updated_at = clock.now()
    row.save()
    if members is not None:
        _invite(row, members, emails)
    changes = {
        name: [_said(was), _said(getattr(row, name))] for name, was in before.items() if was != getattr(row, name)
    }
    follow_change(row)
    audit.record("series_changed", "meeting_series", row.pk, by=by, name=row.name, **_without_name(changes))
    return row


def stop_series(series: Series, *, by: Member | None) -> Series:
    """This function will plan no more meetings; those held stay, those nobody has worked on go."""
    return change_series(series, by=by, is_active=False)


def resume_series(series: Series, *, by: Member | None) -> Series:
    """This function will plan meetings again."""
    return change_series(series, by=by, is_active=True)


def _set(series: Series, fields: dict[str, Any]) -> None:
    """This function will put the fields on the series; refuses what cannot be meant."""
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"unknown fields: {unknown}")
    for name, value in fields.items():
        setattr(series, name, trimmed(value) if isinstance(value, str) else value)
    if not series.name or len(series.name) > 80:
        raise SeriesInvalid(_("会議名を80文字以内で入力してください。"))
    if series.organiser is None or not series.organiser.is_active:
        raise OrganiserMissing()
    if not 5 <= series.minutes <= LONGEST_MINUTES:
        raise SeriesInvalid(_("時間は5分から12時間までで入力してください。"))
    if any(getattr(series, name) not in allowed for name, allowed in CHOICES.items()):
        raise SeriesInvalid(_("開催の頻度と曜日を選び直してください。"))
    if not 0 <= series.mails_before <= 10:
        raise SeriesInvalid(_("議題を送る日は、0から10営業日前までで選んでください。"))
    if series.starts_on is None or series.begins_at is None:
        raise SeriesInvalid(_("開始日と開始時刻を入力してください。"))
    if len(series.place) > 160 or len(series.purpose) > 200:
        raise SeriesInvalid(_("場所は160文字、目的は200文字以内で入力してください。"))
    if series.link and (len(series.link) > 500 or not series.link.startswith(("https://", "http://"))):
        raise SeriesInvalid(_("オンライン会議のURLは https:// から入力してください。"))


def _invite(series: Series, members: Iterable[Member], emails: Iterable[str]) -> None:
    """This function will make these the participants, each once; an address of a member is the member."""
    people = {member.pk: member for member in members if member.is_active}
    addresses = dict.fromkeys(filter(None, (trimmed(email).lower() for email in emails)))
    for member in Member.objects.filter(email__in=list(addresses), is_active=True):
        people[member.pk] = member
        addresses.pop(member.email.lower(), None)
    for email in addresses:
        try:
            validate_email(email)
        except ValidationError:
            raise SeriesInvalid(_("「%(email)s」はメールアドレスとして読めません。") % {"email": email[:60]}) from None
    if not people and not addresses:
        raise ParticipantsMissing()
    if len(people) + len(addresses) > MOST_PEOPLE:
        raise SeriesInvalid(_("参加者は%(most)s人までです。") % {"most": MOST_PEOPLE})
    series.participants.all().delete()
    rows = [SeriesParticipant(series=series, member=member) for member in people.values()]
    rows += [SeriesParticipant(series=series, email=email) for email in addresses]
    SeriesParticipant.objects.bulk_create(rows)


def _said(value: Any) -> Any:
    """Return a value as the trail keeps it: members by their name."""
    return str(value) if isinstance(value, Member) else value


def _without_name(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name != "name"}
