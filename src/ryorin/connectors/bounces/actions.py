"""Fetching reports about mails from a mailbox, and taking those that providers send."""

import imaplib
import json
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from ryorin.connectors.bounces.errors import MailboxAway, ReportUnreadable
from ryorin.connectors.bounces.rules import read
from ryorin.connectors.smtp import queries as smtp
from ryorin.connectors.smtp.models import Relay
from ryorin.lib import vault
from ryorin.marketing.mailings.actions.bouncing import Report, take_report
from ryorin.marketing.mailings.models import Bounce

log = logging.getLogger(__name__)
AT_ONCE = 200
SECONDS = 30
EVENTS = {"bounced": Bounce.SOFT, "rejected": Bounce.SOFT, "complained": Bounce.COMPLAINT, "failed": Bounce.SOFT}
HARD_REASONS = frozenset({"invalid", "bounced"})


def fetch_reports() -> int:
    """This function will take the reports waiting in the mailbox, and return how many concerned mails of ours.

    A mail is marked as seen only after its report is written down: stopped in between, it is read again, and counts
    once. Mails that report nothing stay where they are, seen.
    """
    relay = smtp.relay()
    if not relay.imap_host:
        return 0
    try:
        box = _open(relay)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(what=f"{type(error).__name__}: {error}") from error
    try:
        return _take_unseen(box)
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            log.info("the mailbox went away without a word")


def _open(relay: Relay) -> imaplib.IMAP4:
    kind = imaplib.IMAP4_SSL if relay.imap_tls else imaplib.IMAP4
    box = kind(relay.imap_host, relay.imap_port, timeout=SECONDS)
    password = vault.unlock(relay.imap_password_locked, key=settings.SECRET_KEY) if relay.imap_password_locked else ""
    box.login(relay.imap_username, password)
    box.select(f'"{relay.imap_folder or "INBOX"}"')
    return box


def _take_unseen(box: imaplib.IMAP4) -> int:
    taken = 0
    _state, found = box.uid("SEARCH", "UNSEEN")
    for uid in (found[0] or b"").split()[:AT_ONCE]:
        _state, parts = box.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
        content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        taken += take_mail(content, source="imap")
        box.uid("STORE", uid.decode(), "+FLAGS", "(\\Seen)")
    return taken


def take_mail(content: bytes, *, source: str) -> int:
    """This function will take what one mail reports, and return how many reports that were."""
    reports = read(content, key=settings.SECRET_KEY.encode())
    return sum(take_report(report, source=source) is not None for report in reports)


def take_own(body: bytes) -> int:
    """This function will take reports in our own form, [{id, type, mail | message_id | address, ...}], as JSON."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise ReportUnreadable() from None
    rows = told if isinstance(told, list) else [told]
    if not all(isinstance(row, dict) for row in rows):
        raise ReportUnreadable()
    return sum(take_report(_own(row), source="webhook") is not None for row in rows[:1000])


def take_event(event: Any) -> bool:
    """This function will take one event of a provider, as django-anymail reads it, and return whether it counted."""
    bounce = EVENTS.get(str(event.event_type))
    if bounce is None:
        return False
    if bounce == Bounce.SOFT and str(event.reject_reason or "") in HARD_REASONS:
        bounce = Bounce.HARD
    metadata: Mapping[str, Any] = event.metadata or {}
    number = str(metadata.get("mail", ""))
    report = Report(
        uid=str(event.event_id or f"{event.message_id}:{event.event_type}:{event.recipient}")[:64],
        bounce=bounce,
        recipient=int(number) if number.isdecimal() and len(number) < 19 else None,
        message_uid=str(event.message_id or "").strip("<>"),
        address=str(event.recipient or ""),
        detail=str(event.mta_response or event.description or event.reject_reason or ""),
        at=event.timestamp,
    )
    return take_report(report, source="webhook") is not None


def _own(row: dict[str, Any]) -> Report:
    kind, mail = str(row.get("type", "")), str(row.get("mail", ""))
    if kind not in Bounce.values or not row.get("id"):
        raise ReportUnreadable()
    return Report(
        uid=str(row["id"])[:64],
        bounce=kind,
        recipient=int(mail) if mail.isdecimal() and len(mail) < 19 else None,
        message_uid=str(row.get("message_id", ""))[:120].strip("<>"),
        address=str(row.get("address", ""))[:254],
        status=str(row.get("status", ""))[:12],
        detail=str(row.get("detail", ""))[:300],
    )
