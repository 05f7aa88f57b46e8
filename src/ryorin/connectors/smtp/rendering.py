"""Putting one person's mail together: fields, tracked links, the headers law and providers ask for, DKIM."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from ryorin.connectors.smtp.client import Mail, Parts, reachable
from ryorin.lib import dkim, mime
from ryorin.marketing.mail.rules import CompiledMail, Values, personalise
from ryorin.marketing.mailings.rules.tokens import link_token, token, verp


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What all mails of one mailing share."""

    mailing: int
    name: str
    campaign: int | None
    origin: str
    from_name: str
    from_email: str
    reply_to: str
    bounce_domain: str
    is_promotion: bool
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key: str = ""
    key: bytes = b""  # of the signed addresses
    wants_parts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail with all that is known about it; rendering it asks nobody."""

    recipient: int
    person: int | None
    reason: str
    variant: Mapping[str, Any]  # what a touchpoint says about the variant of a test
    to: str
    message_uid: str
    lane: str
    envelope: Envelope
    compiled: CompiledMail
    fields: dict[str, str]
    rules: frozenset[str]
    links: Sequence[int]  # ids of the tracked links, in the order of compiled.links
    tries: int
    give_up_at: datetime | None


def render(letter: Letter, *, at: datetime) -> Mail:
    """Return the mail as it is handed over; `at` is its date, in the company's time zone."""
    envelope, key = letter.envelope, letter.envelope.key
    root = f"{envelope.origin}/m"
    leave = f"{root}/u/{token('u', letter.recipient, key=key)}/"
    to = reachable(letter.to)
    values = Values(
        fields=letter.fields,
        rules=letter.rules,
        links=[f"{root}/c/{link_token(letter.recipient, link, key=key)}/" for link in letter.links],
        unsubscribe=leave,
        preferences=f"{root}/p/{token('p', letter.recipient, key=key)}/",
        browser=f"{root}/v/{token('v', letter.recipient, key=key)}/",
        pixel=f"{root}/o/{token('o', letter.recipient, key=key)}.gif" if envelope.is_promotion else "",
    )
    subject, html, text = personalise(letter.compiled, values)
    boundary = f"=_{letter.recipient:x}_{letter.message_uid[:12].replace('.', '_').replace('@', '_')}"
    domain = envelope.from_email.rpartition("@")[2]
    special = {"Reply-To": envelope.reply_to} if envelope.reply_to else {}
    special["List-Id"] = f"<mailing-{envelope.mailing}.{domain}>"
    if envelope.is_promotion:
        special["List-Unsubscribe"] = f"<{leave}>"
        special["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        special["Feedback-ID"] = f"m{envelope.mailing}:ryorin:{domain}"
    headers = [
        ("From", mime.mailbox(envelope.from_name, reachable(envelope.from_email))),
        ("To", to),
        ("Subject", mime.header_text(subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{letter.message_uid}>"),
        *special.items(),
        ("MIME-Version", "1.0"),
        ("Content-Type", mime.content_type(boundary)),
    ]
    body = mime.body_of(html=html, text=text, boundary=boundary)
    if envelope.dkim_key:
        signed = dkim.signature(
            headers, body, domain=envelope.dkim_domain, selector=envelope.dkim_selector,
            private_pem=envelope.dkim_key, at=int(at.timestamp()),
        )  # fmt: skip
        headers.insert(0, ("DKIM-Signature", signed))
    parts = None
    if envelope.wants_parts:
        special["Message-ID"] = f"<{letter.message_uid}>"
        parts = Parts(envelope.from_name, envelope.from_email, subject, html, text, special, letter.recipient)
    bounces = envelope.bounce_domain
    sender = verp(letter.recipient, domain=bounces, key=key) if bounces else reachable(envelope.from_email)
    return Mail(sender, to, mime.compose(headers, body), parts)
