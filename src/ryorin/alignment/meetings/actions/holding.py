"""A meeting's row, held while it is changed, and what may still be changed of it."""

from ryorin.alignment.meetings.errors import MeetingCancelled, MeetingClosed, MeetingGone
from ryorin.alignment.meetings.models import Meeting, MeetingState
from ryorin.lib import clock
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


def held(meeting: Meeting, *, by: Member | None, version: int | None = None) -> Meeting:
    """Return the meeting's row, held until the transaction ends, if this member may change it and it is still open."""
    require(by, "meetings.change")
    row = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if row is None or (by is not None and not Meeting.objects.visible_to(by).filter(pk=row.pk).exists()):
        raise MeetingGone()
    if row.state == MeetingState.CLOSED:
        raise MeetingClosed()
    if row.state == MeetingState.CANCELLED:
        raise MeetingCancelled()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def kept(meeting: Meeting, *columns: str) -> None:
    """This function will write the columns of a held meeting, as its next version."""
    meeting.version += 1
    meeting.updated_at = clock.now()
    meeting.save(update_fields=[*columns, "version", "updated_at"])


def trimmed(text: str) -> str:
    """Return a typed text without what no database takes, and without blanks around it."""
    return text.replace("\0", "").strip()
