"""The versions of a message: two beside each other, and the way back to an earlier one."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ryorin.marketing.mail import actions
from ryorin.marketing.mail.models import MessageVersion
from ryorin.marketing.mail.queries import draft_of
from ryorin.marketing.mail.rules import mjml
from ryorin.marketing.mail.rules.texts import as_text
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.lists.state import whole
from ryorin.web.marketing.mail.shared import frame_of, message_of


@dataclass(frozen=True)
class Line:
    """One line of two texts beside each other: same, gone or new."""

    kind: str
    text: str


@require_GET
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the versions, and what changed between two of them."""
    found = message_of(request, pk)
    frame = frame_of(request, found, here="mail_versions")
    editions = list(found.versions.select_related("made_by"))
    for one in editions:
        one.message = found
    later = picked(found.versions.all(), request.GET.get("later")) or editions[0]
    before = next((one for one in editions if one.number < later.number), later)
    earlier = picked(found.versions.all(), request.GET.get("earlier")) or before
    for one in (later, earlier):
        one.message = found
    context = {
        **frame,
        "editions": editions,
        "later": later,
        "earlier": earlier,
        "lines": list(lines_between(earlier, later)) if later.pk != earlier.pk else [],
    }
    return render(request, "marketing/mail/versions.html", context)


@require_POST
def version_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the message say again what it said in an earlier version."""
    number = whole(request.POST.get("number")) or 0
    actions.return_to(message_of(request, pk), number, by=member_of(request), version=version_in(request))
    told = _("第%(number)s版の内容に戻しました。") % {"number": number}
    return moved_on(request, told, to=reverse("mail_versions", args=[pk]))


def lines_between(earlier: MessageVersion, later: MessageVersion) -> Iterator[Line]:
    """Return the two versions' words as lines, those that changed marked."""
    kinds = {" ": "same", "-": "gone", "+": "new"}
    for line in difflib.ndiff(_words(earlier), _words(later)):
        if line[:1] in kinds:
            yield Line(kinds[line[0]], line[2:])


def _words(edition: MessageVersion) -> list[str]:
    draft = draft_of(edition)
    text = edition.text or as_text(mjml.read(edition.mjml), rules=draft.rules)
    return [
        _("件名：%(text)s") % {"text": edition.subject},
        _("プリヘッダー：%(text)s") % {"text": edition.preheader},
        *text.split("\n"),
    ]
