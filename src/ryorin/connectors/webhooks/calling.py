"""One HTTP call to an address that somebody typed in: checked when it is connected, short, and never led elsewhere."""

import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from ryorin.connectors.webhooks.rules import LARGEST_ANSWER, SECONDS, is_own_machine, is_public


class CallRefused(Exception):
    """The call was not made: the address leads to where nobody may call."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status and the beginning of the text; code 0 where nothing came."""

    code: int
    text: str


def call(url: str, body: bytes, headers: dict[str, str], *, seconds: float = SECONDS) -> Answer:
    """Return the answer to a POST; raise CallRefused for addresses inside a network, OSError where nobody answers.

    The name is resolved once and the call goes to the very address that was checked. Redirects are not followed.
    """
    ends = time.monotonic() + seconds
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if is_tls else 80)
    raw = socket.create_connection((_checked_address(host, port), port), timeout=_left(ends))
    try:
        raw.settimeout(_left(ends))
        plug = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if is_tls else raw
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection = http.client.HTTPConnection(host, port, timeout=seconds)
        connection.sock = plug
        connection.request("POST", path, body=body, headers=headers)
        plug.settimeout(_left(ends))
        response = connection.getresponse()
        text = _read(response, plug, ends)
        return Answer(response.status, text)
    except http.client.HTTPException as problem:
        raise OSError(str(problem) or type(problem).__name__) from problem
    finally:
        raw.close()


def _checked_address(host: str, port: int) -> str:
    """Return an IP address of the host; refused where any of its addresses is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as problem:
        raise OSError(_("アドレスの名前を解決できません。")) from problem
    addresses = [str(one[4][0]) for one in found]
    allows_own = bool(getattr(settings, "WEBHOOKS_MAY_CALL_OWN_MACHINE", False))
    for address in addresses:
        if not is_public(address) and not (allows_own and is_own_machine(address)):
            raise CallRefused(_("社内やサーバー自身のアドレスには送れません。"))
    if not addresses:
        raise OSError(_("アドレスの名前を解決できません。"))
    return addresses[0]


def _read(response: http.client.HTTPResponse, plug: socket.socket, ends: float) -> str:
    """Return the beginning of the answer: no more than the limit, no longer than the time that is left."""
    parts, size = [], 0
    while size < LARGEST_ANSWER:
        plug.settimeout(_left(ends))
        part = response.read1(min(4096, LARGEST_ANSWER - size))
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts).decode("utf-8", "replace").replace("\0", "")


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError(_("時間内に応答がありませんでした。"))
    return left
