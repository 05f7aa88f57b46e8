"""The visual editor of a mail, and what it saves as one works."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.marketing.mail import actions, queries
from ryorin.marketing.mail.errors import BodyUnreadable
from ryorin.marketing.mail.rules.fields import FIELDS, placeholder
from ryorin.web.answers import member_of
from ryorin.web.marketing.mail.blocks import blocks_of
from ryorin.web.marketing.mail.shared import frame_of, message_of, origin_of, palette_of
from ryorin.web.marketing.mail.words import editor_words
from ryorin.web.policy import editor_page
from ryorin.workspace.members.rules import require


@require_GET
@editor_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the editor."""
    found = message_of(request, pk)
    require(member_of(request), "mail.change")
    frame = frame_of(request, found, here="mail_edit")
    palette = palette_of(found.sender, language=found.language)
    context = {
        **frame,
        "content": {"html": frame["edition"].mjml},
        "blocks": blocks_of(palette),
        "words": editor_words(),
        "fields": [{"label": str(one.label), "text": placeholder(one, language=found.language)} for one in FIELDS],
        "rules": [{"key": key, "name": rule["name"]} for key, rule in frame["edition"].rules.items()],
    }
    return render(request, "marketing/mail/edit.html", context)


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which version the message is at; keep what the editor holds."""
    found = message_of(request, pk)
    if request.method == "GET":
        return JsonResponse({"version": found.version})
    require(member_of(request), "mail.change")
    try:
        given = _read(request)
        version = given.get("version")
        if not isinstance(version, int) or not isinstance(given.get("mjml"), str):
            raise BodyUnreadable()
        saved = actions.change_message(found, by=member_of(request), version=version, mjml=given["mjml"])
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    faults = [one.text for one in queries.check(saved, origin=origin_of(request)) if one.is_blocking]
    return JsonResponse({"version": saved.version, "findings": faults})


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BodyUnreadable() from None
    if not isinstance(given, dict):
        raise BodyUnreadable()
    return given
