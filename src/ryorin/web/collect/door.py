"""The collector's door: a WSGI application of its own, so that a hit costs little more than its commit."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from ryorin.lib import clock
from ryorin.web.collect.reading import HitRefused, rows_of
from ryorin.web.collect.writer import NotTaken, writer

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
LARGEST = 64 * 1024
REASONS = {
    202: "202 Accepted",
    204: "204 No Content",
    400: "400 Bad Request",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}


def collect(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Take touchpoints from a web page; answers 202 once they are durable."""
    method = environ["REQUEST_METHOD"]
    if method == "OPTIONS":
        return answer(start_response, environ, 204)
    if method != "POST":
        return answer(start_response, environ, 405, error="use POST")
    body = body_of(environ)
    if body is None:
        return answer(start_response, environ, 413, error=f"at most {LARGEST} bytes")
    try:
        rows = rows_of(body, user_agent=environ.get("HTTP_USER_AGENT", "")[:500], now=clock.now())
    except HitRefused as refusal:
        return answer(start_response, environ, 400, error=str(refusal))
    try:
        writer().write(rows)
    except NotTaken:
        return answer(start_response, environ, 503, error="not taken, send it again")
    return answer(start_response, environ, 202, accepted=len(rows))


def body_of(environ: Environ) -> bytes | None:
    """Return the request's body; None when it is too large."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def answer(start_response: StartResponse, environ: Environ, status: int, **content: Any) -> Iterable[bytes]:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *for_origin(environ)]
    if status == 503:
        headers.append(("Retry-After", "5"))
    body = json.dumps(content, separators=(",", ":")).encode() if content else b""
    start_response(REASONS[status], [*headers, ("Content-Length", str(len(body)))])
    return [body]


def for_origin(environ: Environ) -> list[tuple[str, str]]:
    """Return the headers that let the company's own web sites, and no others, read the answer."""
    origin = environ.get("HTTP_ORIGIN", "")
    if not origin or origin not in settings.SITES:
        return []
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", "POST"),
        ("Access-Control-Allow-Headers", "Content-Type"),
        ("Access-Control-Max-Age", "86400"),
        ("Vary", "Origin"),
    ]
