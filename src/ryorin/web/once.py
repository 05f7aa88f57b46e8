"""Forms sent twice make one record: each form carries a token, and a token counts once."""

import secrets
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

HOURS = 24 * 3600


def new_token() -> str:
    """Return the token of a form shown now (hidden field `once`)."""
    return secrets.token_urlsafe(12)


def once(request: HttpRequest, make: Callable[[], Any]) -> int:
    """Return the id of what `make` makes; for a form that was sent before, of what it made then."""
    token = request.POST.get("once", "")[:40]
    if not token:
        return int(make().pk)
    key = f"once:{request.user.pk}:{token}"
    with transaction.atomic():
        if not cache.add(key, 0, HOURS):
            return int(cache.get(key) or 0)
        made = int(make().pk)
        cache.set(key, made, HOURS)
    return made
