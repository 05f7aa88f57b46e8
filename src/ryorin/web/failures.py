"""What a request is answered when the program itself failed."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 where the database cannot be reached or is locked, also for middleware; else the 500 page."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable()
    return defaults.server_error(request)


def unavailable() -> HttpResponse:
    message = _("データベースに接続できません。しばらくしてから、もう一度お試しください。")
    answer = HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = "5"
    return answer
