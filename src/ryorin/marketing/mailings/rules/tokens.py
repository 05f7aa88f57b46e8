"""Signed names of a mail to one person, for addresses: no personal data in them, and nobody can make one up."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

SEAL = 12
LONGEST = 64
PURPOSES = "oucp"  # opened, unsubscribe, clicked, preferences


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: for which purpose, which recipient, and for a click which link."""

    purpose: str
    recipient: int
    link: int = 0


def token(purpose: str, recipient: int, *, key: bytes) -> str:
    """Return the token of one recipient for one purpose."""
    return _sealed(Token(purpose, recipient), key)


def link_token(recipient: int, link: int, *, key: bytes) -> str:
    """Return the token of one recipient's click on one link."""
    return _sealed(Token("c", recipient, link), key)


def read_token(text: str, *, purpose: str, key: bytes) -> Token | None:
    """Return what a token says, None for one that was not made here for this purpose."""
    if not 8 < len(text) <= LONGEST or not text.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    if len(raw) <= SEAL:
        return None
    content, seal = raw[:-SEAL], raw[-SEAL:]
    if not hmac.compare_digest(_seal(purpose, content, key), seal):
        return None
    recipient, _colon, link = content.decode("ascii").partition(".")
    return Token(purpose, int(recipient, 36), int(link or "0", 36))


def verp(recipient: int, *, domain: str, key: bytes) -> str:
    """Return the envelope sender that says, in a bounce, whom it is about (VERP)."""
    name = _base36(recipient)
    return f"b-{name}-{_seal('b', name.encode(), key).hex()[:16]}@{domain}"


def read_verp(address: str, *, key: bytes) -> int | None:
    """Return the recipient whose bounce address this is, None for any other address."""
    parts = address.strip().strip("<>").lower().partition("@")[0].split("-")
    if len(parts) != 3 or parts[0] != "b" or len(parts[1]) > 13:
        return None
    if not parts[1].isascii() or not parts[2].isascii():
        return None
    if not hmac.compare_digest(_seal("b", parts[1].encode(), key).hex()[:16], parts[2]):
        return None
    return int(parts[1], 36)


def _sealed(token: Token, key: bytes) -> str:
    content = _base36(token.recipient)
    if token.link:
        content += "." + _base36(token.link)
    raw = content.encode() + _seal(token.purpose, content.encode(), key)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _seal(purpose: str, content: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"ryorin mail " + purpose.encode() + b"\0" + content, hashlib.sha256)[:SEAL]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while True:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
        if not number:
            return text


def message_uid(recipient: int, *, domain: str, key: bytes) -> str:
    """Return the Message-ID of a recipient's mail, without angle brackets: the same at every try."""
    name = _base36(recipient)
    return f"{name}.{_seal('m', name.encode(), key).hex()}@{domain}"
