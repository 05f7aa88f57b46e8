"""A mail alone in a frame: as it looks, with nothing around it that could run or reach out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from ryorin.marketing.mail.models import MailTemplate
from ryorin.marketing.mail.queries import sender_of
from ryorin.marketing.mail.rules import Draft, Values, compile_mail, personalise
from ryorin.marketing.mail.rules.samples import BY_KEY, SAMPLES
from ryorin.web.answers import member_of, picked
from ryorin.web.marketing.mail.messages import default_sender
from ryorin.web.marketing.mail.shared import message_of, origin_of, palette_of, person_in, shown

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
DARK = b"@media (prefers-color-scheme: dark)"


@require_GET
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a message, or one of its versions, as one person gets it."""
    found = message_of(request, pk)
    edition = picked(found.versions.all(), request.GET.get("version")) or found.newest
    edition.message = found
    html = shown(request, edition, person_in(request)).html
    return _alone(html, is_dark=request.GET.get("scheme") == "dark")


@require_GET
def sample_frame(request: HttpRequest, key: str) -> HttpResponse:
    """Show a sample in the company's colour."""
    sample = BY_KEY.get(key, SAMPLES[0])
    language = "en" if request.GET.get("language") == "en" else "ja"
    sender = default_sender()
    content = sample.contents[language]
    palette = palette_of(sender, language=language)
    return _filled(request, content.subject, sample.mjml(palette), language)


@require_GET
def template_frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a template of the company."""
    found = get_object_or_404(MailTemplate.objects.visible_to(member_of(request)), pk=pk)
    return _filled(request, found.subject, found.mjml, found.language)


def _filled(request: HttpRequest, subject: str, mjml: str, language: str) -> HttpResponse:
    draft = Draft(subject, "", mjml, language=language)
    compiled = compile_mail(draft, sender=sender_of(default_sender()), origin=origin_of(request))
    name = "安達 亜耶 様" if language == "ja" else "Ada"
    return _alone(personalise(compiled, Values(fields={"addressed": name})).html, is_dark=False)


def _alone(html: bytes, *, is_dark: bool) -> HttpResponse:
    """Return the page; its rules for the dark hold always or never, whatever the reader's own screen does."""
    html = html.replace(DARK, b"@media all" if is_dark else b"@media not all")
    answer = HttpResponse(html, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = POLICY
    answer["Cache-Control"] = "private, no-store"
    return answer
