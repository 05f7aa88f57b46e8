"""The picture and the links in mails. Machines are answered like people, and only counted as machines."""

from base64 import b64decode
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from ryorin.lib import clock
from ryorin.marketing.mailings.actions import note_hit
from ryorin.marketing.mailings.models import MailLink
from ryorin.marketing.mailings.rules import Hit
from ryorin.web.mail.reading import recipient_of, told_by

DOT = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@require_safe
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with an invisible picture, whatever becomes of the note that it was asked for."""
    recipient = recipient_of(token, purpose="o")
    with transaction.atomic():
        note_hit(recipient, hit_of(request, "opened"))
    answer = HttpResponse(DOT, content_type="image/gif")
    add_never_cache_headers(answer)
    return answer


@require_safe
def click(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to the address the mail names: one of its own, http(s) only."""
    told = told_by(token, purpose="c")
    recipient = recipient_of(token, purpose="c")
    link = MailLink.objects.filter(pk=told.link, mailing=recipient.mailing_id).first()
    if link is None or urlsplit(link.url).scheme not in ("http", "https"):
        raise Http404
    try:
        with transaction.atomic():
            note_hit(recipient, hit_of(request, "clicked"), link=link)
    except (OperationalError, InterfaceError):
        pass  # the reader's way matters more than our note
    answer = HttpResponseRedirect(link.url)
    add_never_cache_headers(answer)
    answer["Referrer-Policy"] = "no-referrer-when-downgrade"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def hit_of(request: HttpRequest, kind: str) -> Hit:
    """Return what the request tells about who made it."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return Hit(
        kind=kind,
        at=clock.now(),
        method=request.method or "",
        agent=request.headers.get("User-Agent", "")[:500],
        purpose=" ".join(purposes)[:200],
    )
