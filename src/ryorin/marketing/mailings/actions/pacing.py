"""Settings that are the marketers' own: how fast providers are fed, which kinds of mail there are."""

from collections.abc import Iterable

from django.db import transaction

from ryorin.lib import clock
from ryorin.marketing.mailings.models import Pace, Topic
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

MOST_TOPICS = 20


@transaction.atomic
def change_pace(lane: str, *, per_minute: int, connections: int, by: Member | None) -> Pace:
    """This function will set how many mails a minute, by how many connections at once, one provider gets."""
    require(by, "mailings.settings")
    values = {"per_minute": max(1, min(per_minute, 100_000)), "connections": max(1, min(connections, 32))}
    row, is_new = Pace.objects.select_for_update().get_or_create(
        lane=lane, defaults={**values, "filled_at": clock.now()}
    )
    if is_new or any(getattr(row, name) != value for name, value in values.items()):
        Pace.objects.filter(pk=row.pk).update(**values, version=row.version + 1)
        audit.record("mail_pace_changed", "relay", row.pk, by=by, lane=lane, **values)
    return row


@transaction.atomic
def save_topics(lines: Iterable[str], *, by: Member | None) -> None:
    """This function will make these the kinds of mail, "name：note" each; others are no longer offered."""
    require(by, "mailings.settings")
    wanted: dict[str, str] = {}
    for line in lines:
        name, _colon, note = line.replace("\0", "").replace("：", ":").partition(":")
        if name.strip() and len(wanted) < MOST_TOPICS:
            wanted[name.strip()[:60]] = note.strip()[:160]
    Topic.objects.exclude(name__in=wanted).update(is_active=False)
    for position, (name, note) in enumerate(wanted.items()):
        Topic.objects.update_or_create(name=name, defaults={"note": note, "position": position, "is_active": True})
    audit.record("mail_topics_changed", "relay", None, by=by, topics=list(wanted))
