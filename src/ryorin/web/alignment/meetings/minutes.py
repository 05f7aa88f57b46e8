"""The minutes, written by several people at once and saved as they type, and the decisions beside them."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.alignment.meetings import actions
from ryorin.alignment.meetings.errors import BlockStale
from ryorin.alignment.meetings.queries import reading
from ryorin.lib.errors import Refusal
from ryorin.web import outbox
from ryorin.web.alignment.meetings.seen import frame, seen
from ryorin.web.answers import member_of
from ryorin.workspace.members.rules import require

LARGEST_BODY = 60_000


@require_GET
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the minutes to be written, the decisions and who came."""
    found = seen(request, pk)
    context = frame(request, found, here="meeting_minutes")
    context |= {
        "told": reading.told_minutes(found),
        "written": reading.minutes_of(found),
        "decisions": reading.decisions_of(found),
        "people": reading.people_of(found),
        "words": words(),
    }
    return render(request, "alignment/meetings/minutes.html", context)


@require_http_methods(["GET", "POST"])
def blocks(request: HttpRequest, pk: int) -> JsonResponse:
    """Return all paragraphs as they stand, or save one: {key, text, version, client_id, after, gone}."""
    member, found = member_of(request), seen(request, pk)
    if request.method == "GET":
        return JsonResponse(reading.told_minutes(found))
    require(member, "meetings.change")
    try:
        sent = _sent(request)
        block = actions.write_block(found, by=member, **sent)
    except BlockStale as refusal:
        theirs = found.blocks.select_related("by").get(key=sent["key"])
        return JsonResponse({"message": str(refusal), "theirs": reading.told_block(theirs)}, status=refusal.status)
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    return JsonResponse(reading.told_block(block))


def words() -> dict[str, str]:
    """Return what the page's script says, by name."""
    return outbox.words(
        signin=_("ログインし直すと送信されます。入力した内容はこの端末に残っています。"),
        mine=_("自分の文にする"),
        theirs=_("相手の文を残す"),
        closed=_("会議が終了しました。ページを読み込み直してください。"),
        paragraph=_("段落"),
        remove=_("この段落を削除"),
        finish=_("まだ送れていない記入があります。保存されてから会議を終了してください。"),
    )


def _sent(request: HttpRequest) -> dict[str, Any]:
    """Return the paragraph in the request's body; refuses what cannot be read."""
    unreadable = _("入力を読み取れません。ページを読み込み直してください。")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        raise Refusal(_("1つの段落が長すぎます。"))
    try:
        data = json.loads(request.body)
        version, text, after = data["version"], data["text"], data.get("after")
        sent = {"key": UUID(str(data["key"])), "client_id": UUID(str(data["client_id"]))}
        sent["after"] = UUID(str(after)) if after else None  # type: ignore[assignment]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refusal(unreadable) from None
    if type(version) is not int or not 0 <= version < 2**31 or not isinstance(text, str):
        raise Refusal(unreadable)
    return sent | {"version": version, "text": text, "is_gone": data.get("gone") is True}
