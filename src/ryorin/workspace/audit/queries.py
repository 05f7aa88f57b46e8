from dataclasses import dataclass
from datetime import datetime

from django.db import models

from ryorin.workspace.audit.actions import sealed, vouched
from ryorin.workspace.audit.models import AuditEntry, ChainHead, Redaction


@dataclass(frozen=True)
class Verdict:
    ok: bool
    entries: int
    broken_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which entries somebody wants to see; what is empty does not narrow."""

    record_type: str = ""
    record_id: int | None = None
    actor_id: int | None = None
    by_system: bool = False
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(asked: Asked, *, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """Return the entries asked for, newest first, from below the entry `before` on."""
    rows = AuditEntry.objects.order_by("-pk")
    wanted = {
        "record_type": asked.record_type,
        "record_id": asked.record_id,
        "actor_id": asked.actor_id,
        "action": asked.action,
        "at__gte": asked.since,
        "at__lt": asked.until,
        "pk__lt": before,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value not in ("", None)})
    if asked.by_system:
        rows = rows.filter(actor_id__isnull=True)
    return list(rows[:limit])


def verify() -> Verdict:
    """Return whether every entry still carries its seal and none is missing, with the first that does not.

    An entry from which personal data was taken keeps its seal; the voucher says that what is left is what was left.
    """
    seal, count = "", 0
    vouchers = dict(Redaction.objects.values_list("entry_id", "voucher"))
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=5000):
        count += 1
        voucher = vouchers.get(entry.pk)
        is_whole = sealed(entry, after=seal) == entry.seal if voucher is None else vouched(entry, after=seal) == voucher
        seal = entry.seal
        if not is_whole:
            return Verdict(ok=False, entries=count, broken_at=entry.pk)
    head = ChainHead.objects.filter(pk=1).first()
    complete = head is None or (head.seal == seal and head.entries == count)
    return Verdict(ok=complete and not (head is None and count), entries=count, broken_at=None if complete else count)


def history(record_type: str, record_id: int, *, limit: int = 100) -> models.QuerySet[AuditEntry]:
    """Return what was done to one record, newest first."""
    return AuditEntry.objects.filter(record_type=record_type, record_id=record_id).order_by("-pk")[:limit]
