"""The editor of a landing page: showing it, keeping the draft as it is written, and looking at it as visitors will."""

import json
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.lib.errors import Refusal
from ryorin.marketing.pages.models import Form, FormState
from ryorin.marketing.sites.actions import write_page
from ryorin.marketing.sites.errors import PageInvalid
from ryorin.marketing.sites.models import LandingPage, PageVersion
from ryorin.marketing.sites.queries import Shown, advice
from ryorin.web.answers import member_of
from ryorin.web.marketing import public_pages
from ryorin.web.marketing.editor_words import words
from ryorin.web.marketing.page_blocks import blocks_for_editor
from ryorin.web.policy import editor_page, public_policy
from ryorin.workspace.members.rules import require

SCRIPT = re.compile(r"<script\b[^>]*></script>")


@require_GET
@editor_page
def page_editor(request: HttpRequest, pk: int) -> HttpResponse:
    found = page_of(request, pk)
    require(member_of(request), "pages.change")
    context = {
        "found": found,
        "content": {"project": found.project, "html": found.html, "css": found.css},
        "blocks": blocks_for_editor(found.language),
        "words": words(),
        "forms": list(Form.objects.exclude(state=FormState.CLOSED).order_by("-pk").values("id", "name")[:200]),
        "styles": [static("ryorin/css/page.css")],
        "colours": public_pages.colours(found.site.colour),
        "version": found.version,
    }
    return render(request, "marketing/sites/editor.html", context)


@require_http_methods(["GET", "POST"])
def page_content(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which version the draft is at; keep what the editor holds, cleaned."""
    found = page_of(request, pk)
    require(member_of(request), "pages.change")
    if request.method == "GET":
        return JsonResponse({"version": found.version})
    try:
        given = content_in(request)
        saved, removed = write_page(
            found,
            by=member_of(request),
            version=given["version"],
            project=given["project"],
            html=given["html"],
            css=given["css"],
        )
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    told = advice(saved)
    if removed:
        told.insert(0, _("使えない部分を取り除きました：%(parts)s") % {"parts": "、".join(removed)})
    return JsonResponse({"version": saved.version, "findings": told})


def content_in(request: HttpRequest) -> dict[str, Any]:
    """Return what the editor sent; refuses what is not in its shape."""
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    texts = ("html", "css")
    if not isinstance(given, dict) or any(not isinstance(given.get(name), str) for name in texts):
        raise PageInvalid(what=_("内容を読み取れません。"))
    if not isinstance(given.get("version"), int) or not isinstance(given.get("project"), dict):
        raise PageInvalid(what=_("内容を読み取れません。"))
    for name in texts:
        given[name] = given[name].encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    given["project"] = json.loads(json.dumps(given["project"]).replace("\\u0000", ""))
    return given


@require_GET
def page_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page in the widths of a phone, a tablet and a desk."""
    found = page_of(request, pk)
    number = request.GET.get("version", "")
    context = {"found": found, "number": number if number.isdecimal() and len(number) < 9 else ""}
    return render(request, "marketing/sites/preview.html", context)


@require_GET
def page_frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the draft, or one of its versions, exactly as visitors would get it; nothing is counted or sent."""
    found = page_of(request, pk)
    html, css, title = text_of_version(found, request.GET.get("version", ""))
    shown = LandingPage.objects.select_related("site", "picture").get(pk=found.pk)
    shown.title = title
    request.public_site = shown.site  # type: ignore[attr-defined]
    whole = public_pages.rendered(html, css, shown, shown.site)
    version = PageVersion(page=shown, number=0)
    body = public_pages.with_forms(whole, request, Shown(shown, version), "")
    answer = HttpResponse(SCRIPT.sub("", body).replace("<form ", "<form inert "))
    answer["Content-Security-Policy"] = public_policy() + "; sandbox allow-same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def text_of_version(page: LandingPage, number: str) -> tuple[str, str, str]:
    """Return HTML, styles and title of the version, of the draft where none is named."""
    if not number:
        return page.html, page.css, page.title
    if not number.isdecimal() or len(number) > 8:
        raise Http404
    kept = get_object_or_404(PageVersion, page=page, number=int(number))
    return kept.html, kept.css, kept.title


def page_of(request: HttpRequest, pk: int) -> LandingPage:
    rows = LandingPage.objects.visible_to(member_of(request)).select_related("site", "campaign", "live", "variant_of")
    found: LandingPage = get_object_or_404(rows, pk=pk)
    return found
