from dataclasses import dataclass

from django.db import models

from ryorin.workspace.audit.actions import sealed
from ryorin.workspace.audit.models import AuditEntry, ChainHead


@dataclass(frozen=True)
class Verdict:
    ok: bool
    entries: int
    broken_at: int | None = None


def verify() -> Verdict:
    """Return whether every entry still carries its seal and none is missing, with the first that does not."""
    seal, count = "", 0
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=5000):
        count += 1
        seal = sealed(entry, after=seal)
        if seal != entry.seal:
            return Verdict(ok=False, entries=count, broken_at=entry.pk)
    head = ChainHead.objects.filter(pk=1).first()
    complete = head is None or (head.seal == seal and head.entries == count)
    return Verdict(ok=complete and not (head is None and count), entries=count, broken_at=None if complete else count)


def history(record_type: str, record_id: int, *, limit: int = 100) -> models.QuerySet[AuditEntry]:
    """Return what was done to one record, newest first."""
    return AuditEntry.objects.filter(record_type=record_type, record_id=record_id).order_by("-pk")[:limit]
