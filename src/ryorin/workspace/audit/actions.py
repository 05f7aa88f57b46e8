"""Writing facts into the audit trail. Called inside the transaction of the change."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.workspace.audit.models import AuditEntry, ChainHead
from ryorin.workspace.members.models import Member

COLUMNS = ("at", "actor_id", "actor_name", "action", "record_type", "record_id", "changes", "seal")
_encoder = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Fact:
    """One change: what was done (past tense), to which record, and what it changed."""

    action: str
    record_type: str = ""
    record_id: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)


def record(
    action: str, record_type: str = "", record_id: int | None = None, *, by: Member | None, **changes: Any
) -> AuditEntry:
    """This function will append one fact to the trail; `by=None` means the system itself."""
    return record_many([Fact(action, record_type, record_id, changes)], by=by)[0]


@transaction.atomic
def record_many(facts: Iterable[Fact], *, by: Member | None) -> list[AuditEntry]:
    """This function will append the facts in order, sealing each over the one before."""
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1)
    at = clock.now()
    entries = []
    seal = head.seal
    for fact in facts:
        entry = AuditEntry(
            at=at,
            actor_id=by.pk if by else None,
            actor_name=by.name if by else "",
            action=fact.action,
            record_type=fact.record_type,
            record_id=fact.record_id,
            changes=json.dumps(fact.changes, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":")),
        )
        seal = entry.seal = sealed(entry, after=seal)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=2000)
    ChainHead.objects.filter(pk=1).update(seal=seal, entries=head.entries + len(entries))
    return entries


@transaction.atomic
def record_alike(
    action: str, record_type: str, changes: Iterable[tuple[int, dict[str, Any]]], *, by: Member | None
) -> None:
    """This function will append one fact of the same action per (record id, changes), for work on thousands of rows."""
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1)
    at, actor, name = clock.now(), by.pk if by else None, by.name if by else ""
    start = "\x1f".join([at.isoformat(), str(actor or ""), name, action, record_type])
    key, seal, rows = settings.SECRET_KEY.encode(), head.seal, []
    for pk, change in changes:
        text = _encoder.encode(change)
        seal = hmac.digest(key, f"{seal}\x1f{start}\x1f{pk or ''}\x1f{text}".encode(), "sha256").hex()
        rows.append((at, actor, name, action, record_type, pk, text, seal))
    insert_rows(AuditEntry, COLUMNS, rows)
    ChainHead.objects.filter(pk=1).update(seal=seal, entries=head.entries + len(rows))


def sealed(entry: AuditEntry, *, after: str) -> str:
    """Return the HMAC-SHA-256 of the entry and the seal before it, keyed with the secret outside the database."""
    moment: datetime = entry.at
    content = "\x1f".join(
        [
            after,
            moment.isoformat(),
            str(entry.actor_id or ""),
            entry.actor_name,
            entry.action,
            entry.record_type,
            str(entry.record_id or ""),
            entry.changes,
        ]
    )
    return hmac.new(settings.SECRET_KEY.encode(), content.encode(), hashlib.sha256).hexdigest()
