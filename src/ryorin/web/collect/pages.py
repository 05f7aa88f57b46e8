"""The script that web pages load: one small file, without comments and spaces."""

import hashlib
from functools import cache
from pathlib import Path

import rjsmin
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

SOURCE = Path(__file__).with_name("script.js")


@cache
def script() -> tuple[bytes, str]:
    """Return the script as it is served, and its tag."""
    text = rjsmin.jsmin(SOURCE.read_text("utf-8")).encode()
    return text, f'"{hashlib.sha256(text).hexdigest()[:16]}"'


@require_safe
def collector_script(request: HttpRequest) -> HttpResponse:
    """Answer with the collector's script."""
    text, tag = script()
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    return HttpResponse(
        text,
        content_type="text/javascript; charset=utf-8",
        headers={"ETag": tag, "Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"},
    )
