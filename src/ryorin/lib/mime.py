"""Mails as bytes that every server takes: ASCII only, lines of at most 998 bytes, CRLF."""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from urllib.parse import quote

_PLAIN = re.compile(r"[\x20-\x7e]*")
_BREAKS = re.compile(r"[\r\n\x00]+")


def compose(headers: list[tuple[str, str]], body: bytes) -> bytes:
    """Return the mail: the headers, already encoded, then the body; UTF-8 only where the server takes SMTPUTF8."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode() + b"\r\n" + body


def body_of(*, html: bytes, text: bytes, boundary: str) -> bytes:
    """Return multipart/alternative of a text and an HTML in UTF-8; the text alone in the same shape without HTML."""
    mark = boundary.encode()
    parts = [(b"text/plain", text)] + ([(b"text/html", html)] if html else [])
    pieces = [
        b"--" + mark + b"\r\nContent-Type: " + kind + b"; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + _lines(content)
        for kind, content in parts
    ]  # fmt: skip
    return b"\r\n".join(pieces) + b"\r\n--" + mark + b"--\r\n"


def content_type(boundary: str) -> str:
    return f'multipart/alternative; boundary="{boundary}"'


def mixed_type(boundary: str) -> str:
    return f'multipart/mixed; boundary="{boundary}"'


def mixed_body(body: bytes, *, inner: str, boundary: str, attachments: Sequence[tuple[str, bytes]]) -> bytes:
    """Return multipart/mixed of a body made by `body_of` with the boundary `inner`, and PDF files (name, content)."""
    mark = boundary.encode()
    pieces = [b"--" + mark + f"\r\nContent-Type: {content_type(inner)}\r\n\r\n".encode() + body]
    for name, content in attachments:
        head = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''{quote(name)}\r\n"
        pieces.append(
            b"--" + mark + b"\r\n" + head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(content).replace(b"\n", b"\r\n")
        )  # fmt: skip
    return b"\r\n".join(pieces) + b"\r\n--" + mark + b"--\r\n"


def header_text(text: str, *, name_length: int = 10) -> str:
    """Return a text as the value of a header: as it is, or encoded by RFC 2047 and folded; never a second header."""
    plain = _BREAKS.sub(" ", text).strip()
    if _PLAIN.fullmatch(plain) and len(plain) < 200 and "=?" not in plain:
        return plain
    return Header(plain, "utf-8", maxlinelen=72, header_name="x" * name_length).encode(linesep="\r\n")


def mailbox(name: str, address: str) -> str:
    """Return `"Name" <address>` as the value of a header."""
    plain = _BREAKS.sub(" ", name).strip()
    if _PLAIN.fullmatch(plain):
        return formataddr((plain, address))
    return f"{header_text(plain)} <{address}>"


def date_text(at: datetime) -> str:
    """Return a moment as the value of the Date header."""
    return format_datetime(at)


def _lines(content: bytes) -> bytes:
    """Return the text in base64, 76 characters on a line."""
    return base64.encodebytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).replace(b"\n", b"\r\n")
