"""Writing facts into the audit trail. Called inside the transaction of the change."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from ryorin.lib import clock
from ryorin.lib.rows import insert_rows
from ryorin.workspace.audit.models import AuditEntry, ChainHead, Redaction
from ryorin.workspace.members.models import Member

COLUMNS = ("at", "actor_id", "actor_name", "action", "record_type", "record_id", "changes", "seal")
_gathered: ContextVar[list[AuditEntry] | None] = ContextVar("gathered", default=None)
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


def record_many(facts: Iterable[Fact], *, by: Member | None) -> list[AuditEntry]:
    """This function will append the facts in order, sealing each over the one before."""
    at, actor, name = clock.now(), by.pk if by else None, by.name if by else ""
    entries = [
        AuditEntry(
            at=at,
            actor_id=actor,
            actor_name=name,
            action=fact.action,
            record_type=fact.record_type,
            record_id=fact.record_id,
            changes=_encoder.encode(fact.changes),
        )
        for fact in facts
    ]
    gathered = _gathered.get()
    if gathered is None:
        append(entries)
    else:
        gathered.extend(entries)
    return entries


@contextmanager
def together() -> Iterator[None]:
    """This context will gather the facts of many verbs in one transaction and append them, in order, at its end."""
    waiting: list[AuditEntry] = []
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
    append(waiting)


@transaction.atomic
def append(entries: list[AuditEntry]) -> None:
    """This function will seal the entries, each over the one before, and write them."""
    head, _created = ChainHead.objects.select_for_update().get_or_create(pk=1)
    seal = head.seal
    for entry in entries:
        seal = entry.seal = sealed(entry, after=seal)
    AuditEntry.objects.bulk_create(entries, batch_size=2000)
    ChainHead.objects.filter(pk=1).update(seal=seal, entries=head.entries + len(entries))


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


@transaction.atomic
def redact(entries: Iterable[AuditEntry], *, cleaned: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """This function will replace what entries say changed by what `cleaned` leaves of it, and return how many changed.

    That it happened, when, by whom and to which record stays, and so does each seal: the chain can still be followed.
    """
    moment, count = clock.now(), 0
    for entry in entries:
        left = _encoder.encode(cleaned(json.loads(entry.changes)))
        if left == entry.changes:
            continue
        before = AuditEntry.objects.filter(pk__lt=entry.pk).order_by("-pk").values_list("seal", flat=True).first()
        entry.changes = left
        AuditEntry.objects.filter(pk=entry.pk).update(changes=left)
        voucher = vouched(entry, after=before or "")
        Redaction.objects.update_or_create(entry=entry, defaults={"at": moment, "voucher": voucher})
        count += 1
    return count


def vouched(entry: AuditEntry, *, after: str) -> str:
    """Return the HMAC-SHA-256 over what is left of a redacted entry, the seal it had and the seal before it."""
    content = f"redacted\x1f{sealed(entry, after=after)}\x1f{entry.seal}"
    return hmac.new(settings.SECRET_KEY.encode(), content.encode(), hashlib.sha256).hexdigest()
