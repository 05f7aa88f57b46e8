from collections.abc import Iterable

from ryorin.lib import clock
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification


def notify(members: Iterable[Member], *, kind: str, text: str, url: str = "") -> None:
    """This function will leave the message for each member, in the app."""
    now = clock.now()
    Notification.objects.bulk_create(
        [Notification(member=member, at=now, kind=kind, text=text[:300], url=url) for member in members]
    )


def mark_read(member: Member, *, ids: Iterable[int] | None = None) -> int:
    """This function will mark the member's notifications (all, or those named) as read and return how many."""
    unread = Notification.objects.filter(member=member, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    return unread.update(read_at=clock.now())
