"""Reading mails that report about mails: DSN (RFC 3464), ARF (RFC 5965), and the plain letters of Japanese carriers."""

import email
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime

from ryorin.marketing.mailings.actions.bouncing import Report
from ryorin.marketing.mailings.models import Bounce
from ryorin.marketing.mailings.rules.tokens import read_verp

LARGEST = 1_000_000
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b(4[0-9]{2}|5[0-9]{2})[ \-]")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}")
_MESSAGE_ID = re.compile(r"^Message-ID:\s*<([^>\s]+)>", re.M | re.I)
# What docomo, au, SoftBank and others write in a plain mail instead of a DSN.
UNKNOWN = re.compile(
    r"unknown user|user unknown|no such user|host unknown|does not exist|invalid recipient|"
    r"宛先不明|宛先が不明|存在しません|見つかりません|送信先アドレスが(?:不明|誤)|ユーザが不明|"
    r"次のあて先への(?:メッセージ|メール)は(?:エラー|届き)|転送エラー",
    re.I,
)
FULL = re.compile(r"quota|mailbox (?:is )?full|over limit|容量|いっぱい|満杯|受信ボックスが", re.I)
REFUSED = re.compile(r"spam|blocked|policy|reject|拒否|受信を制限|迷惑メール", re.I)
BOUNCERS = re.compile(r"mailer-daemon|postmaster|mail delivery|メール配信|no-?reply.*(?:docomo|ezweb|softbank)", re.I)


def read(content: bytes, *, key: bytes) -> list[Report]:
    """Return what a mail reports about our mails, [] for any other mail (an answer, an absence note)."""
    message = email.message_from_bytes(content[:LARGEST], policy=compat32)
    uid = hashlib.sha256(content[:LARGEST]).hexdigest()
    at = _date(message)
    recipient = _from_return_path(message, key)
    kind = str(message.get_param("report-type") or "").lower()
    if message.get_content_type() == "multipart/report" and kind == "feedback-report":
        return [_complaint(message, uid, recipient=recipient, key=key, at=at)]
    found = [
        _of_group(group, f"{uid[:56]}-{place}", recipient=recipient, message=message, at=at)
        for place, group in enumerate(_delivery_groups(message))
    ]
    reports = [one for one in found if one is not None]
    if reports or found:
        return reports
    return _plain(message, uid, recipient=recipient, at=at)


def bounce_of(status: str, text: str) -> str:
    """Return what kind of bounce a status (RFC 3463) with its words is."""
    if FULL.search(text) or status.startswith(("4.", "5.2.2")):
        return Bounce.SOFT
    if status in ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"):
        return Bounce.HARD
    if status.startswith("5.7") or REFUSED.search(text):
        return Bounce.SOFT
    if UNKNOWN.search(text):
        return Bounce.HARD
    return Bounce.HARD if status.startswith("5.1") else Bounce.SOFT


def _complaint(message: Message, uid: str, *, recipient: int | None, key: bytes, at: datetime | None) -> Report:
    told = {name.lower(): value for part in _parts(message, "message/feedback-report") for name, value in part.items()}
    inner = _headers_of_original(message)
    sender = str(told.get("original-mail-from", "")).strip("<> ")
    recipient = recipient or read_verp(sender, key=key) or read_verp(_header(inner, "Return-Path"), key=key)
    address = str(told.get("original-rcpt-to", "")).strip("<> ").removeprefix("rfc822;")
    return Report(
        uid=uid,
        bounce=Bounce.COMPLAINT,
        recipient=recipient,
        message_uid=_message_id(inner),
        address=address or parseaddr(_header(inner, "To"))[1],
        detail=str(told.get("feedback-type", "abuse")),
        at=at,
    )


def _of_group(
    group: Message, uid: str, *, recipient: int | None, message: Message, at: datetime | None
) -> Report | None:
    action = str(group.get("Action", "")).strip().lower()
    if action not in ("failed", "delayed", ""):
        return None
    found = _STATUS.search(str(group.get("Status", "")))
    status = found[1] if found else ""
    detail = " ".join(str(group.get("Diagnostic-Code", "")).split())
    named = _STATUS.search(detail)
    if named and status in ("", "5.0.0", "4.0.0"):
        status = named[1]
    if action == "delayed":
        return None
    to = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "").rpartition(";")[2].strip()
    return Report(
        uid=uid,
        bounce=bounce_of(status, detail),
        recipient=recipient,
        message_uid=_message_id(_headers_of_original(message)),
        address=to.strip("<> "),
        status=status,
        detail=detail or status,
        at=at,
    )


def _plain(message: Message, uid: str, *, recipient: int | None, at: datetime | None) -> list[Report]:
    """Return what a carrier's plain letter says: of those who write such letters, or to a return path of ours."""
    if recipient is None and not BOUNCERS.search(f"{message.get('From', '')} {message.get('Subject', '')}"):
        return []
    text = _text_of(message)
    found, code = _STATUS.search(text), _CODE.search(text)
    status = found[1] if found else f"{code[1][0]}.0.0" if code else ""
    if not (status or UNKNOWN.search(text) or FULL.search(text)):
        return []
    original = _MESSAGE_ID.search(text[text.find("\n") + 1 :]) if "Message-ID" in text or "Message-Id" in text else None
    address = _ADDRESS.search(text)
    return [
        Report(
            uid=uid,
            bounce=bounce_of(status, text),
            recipient=recipient,
            message_uid=original[1] if original else "",
            address=address[0] if address else "",
            status=status,
            detail=" ".join(text.split())[:300],
            at=at,
        )
    ]


def _delivery_groups(message: Message) -> Iterator[Message]:
    """Return the per-recipient groups of a delivery status; the per-message group names no recipient."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        groups = part.get_payload()
        for group in groups if isinstance(groups, list) else []:
            if isinstance(group, Message) and (group.get("Final-Recipient") or group.get("Original-Recipient")):
                yield group


def _parts(message: Message, kind: str) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() != kind:
            continue
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            yield inner[0]
        else:
            yield email.message_from_string(str(inner), policy=compat32)


def _headers_of_original(message: Message) -> Message | None:
    """Return the headers of the mail that was sent back, as far as they came with the report."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return inner[0]
            return email.message_from_string(_decoded(part), policy=compat32)
    return None


def _from_return_path(message: Message, key: bytes) -> int | None:
    """Return the recipient named by the address the report was sent to."""
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        for value in message.get_all(name) or []:
            for address in _ADDRESS.findall(str(value)):
                found = read_verp(address, key=key)
                if found is not None:
                    return found
    return None


def _message_id(headers: Message | None) -> str:
    return _header(headers, "Message-ID").strip().strip("<>")


def _header(headers: Message | None, name: str) -> str:
    return str(headers.get(name) or "") if headers is not None else ""


def _text_of(message: Message) -> str:
    parts = [_decoded(part) for part in message.walk() if part.get_content_type() == "text/plain"]
    return "\n".join([str(message.get("Subject", "")), *parts])[:20_000]


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    for charset in (part.get_content_charset() or "utf-8", "iso-2022-jp", "cp932"):
        try:
            return payload.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("utf-8", "replace")


def _date(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
