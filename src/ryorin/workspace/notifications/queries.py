from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification


def inbox(
    member: Member, *, only_unread: bool = False, before: int | None = None, limit: int = 50
) -> list[Notification]:
    """Return what the member was told, newest first, from below the notification `before` on."""
    rows = Notification.objects.filter(member=member).order_by("-pk")
    if only_unread:
        rows = rows.filter(read_at__isnull=True)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[:limit])


def unread_count(member: Member) -> int:
    """Return how many of the member's notifications have not been read."""
    return Notification.objects.filter(member=member, read_at__isnull=True).count()
