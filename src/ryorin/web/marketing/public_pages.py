"""Landing pages as everybody sees them: from the stored rendering, with only forms and tests decided at the moment."""

import hashlib
import re
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ryorin.customers.timeline.rules import verdict_of
from ryorin.lib import clock
from ryorin.lib.ids import new_id
from ryorin.marketing.experiments.actions import expose
from ryorin.marketing.experiments.rules import unit_of
from ryorin.marketing.pages.models import Form, FormState
from ryorin.marketing.sites.models import LandingPage, PageVersion, Site, StyleSheet, Tracking
from ryorin.marketing.sites.queries import Shown, page_at, partners, shown_to
from ryorin.marketing.sites.rules import FORM_SLOT, tidy_colour
from ryorin.web.collect.reading import VISITOR
from ryorin.web.marketing.public import embedded
from ryorin.web.marketing.public_sites import absolute, frame, notice, origin, site_in
from ryorin.web.marketing.tags import notice_asked_for

BASE_STYLES = Path(__file__).parents[1] / "static/ryorin/css/page.css"
SLOT = re.compile(r"<!--ry-form:(\d{1,9})-->")
LINK = re.compile(r'(\bhref=")/(?!/|m/|f/|d/|l/|s/|static/)')
COOKIE, MONTHS = "ryv", 180 * 24 * 3600
CONSENT_COOKIE = "ryc"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the site's home page; without one, its newest articles are at /articles/."""
    site = site_in(request)
    if site.home is None:
        return notice(request, title=site.name, text=site.description, status=200)
    return answer(request, site.home.path)


@require_safe
def transmissions(request: HttpRequest) -> HttpResponse:
    """Show on the site itself what its pages send to others."""
    context = frame(site_in(request)) | notice_asked_for(request) | {"title": _("外部送信について")}
    return render(request, "site/transmissions.html", context)


@require_safe
def landing(request: HttpRequest, path: str) -> HttpResponse:
    return answer(request, path)


def answer(request: HttpRequest, path: str) -> HttpResponse:
    """Return the page at this path of the site: the visitor's variant, or that it has ended."""
    site = site_in(request)
    page = page_at(site, path)
    if page is None:
        raise Http404
    visitor, is_new = visitor_of(request)
    shown = shown_to(page, visitor=visitor)
    if shown is None:
        return ended(request, page)
    html = rendering_of(shown.version, page, site)
    is_fixed = shown.variant is None and "<!--ry-form:" not in html
    if is_fixed:
        return kept_by_browsers(request, html)
    body = with_forms(html, request, shown, visitor)
    reply = HttpResponse(body, headers={"Cache-Control": "private, no-cache"})
    if shown.variant:
        count(request, shown, visitor)
        if is_new:
            reply.set_cookie(COOKIE, visitor, max_age=MONTHS, samesite="Lax", secure=request.is_secure())
    return reply


def ended(request: HttpRequest, page: LandingPage) -> HttpResponse:
    """Return where an ended page sends people, or say politely that it is over."""
    if page.ended_address:
        return HttpResponseRedirect(absolute(site_in(request), page.ended_address))
    text = page.ended_text or _("このページの公開は終了しました。ご覧いただき、ありがとうございました。")
    return notice(request, title=_("公開は終了しました"), text=text, status=410)


def kept_by_browsers(request: HttpRequest, html: str) -> HttpResponse:
    """Return a page that is the same for all, which browsers keep a minute and then only ask whether it changed."""
    content = html.encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=60, stale-while-revalidate=600"}
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(content, headers=headers)


def rendering_of(version: PageVersion, page: LandingPage, site: Site) -> str:
    """Return the whole page as it is stored; put together anew when the site, its settings or the program changed."""
    stamp = stamp_of(page, site)
    if version.rendered_for != stamp:
        version.rendering = rendered(version.html, version.css, page, site)
        version.rendered_for = stamp
        PageVersion.objects.filter(pk=version.pk).update(rendering=version.rendering, rendered_for=stamp)
    return version.rendering


def stamp_of(page: LandingPage, site: Site) -> str:
    parts = (site.version, page.title, page.description, page.picture_id, page.canonical, page.is_hidden, page.path)
    digest = hashlib.sha256(repr((parts, site.pk, site.home_id == page.pk)).encode()).hexdigest()[:20]
    return f"{digest}-{program()}"


@cache
def program() -> str:
    """Return a name for what puts pages together: its styles and its template."""
    template = BASE_STYLES.parents[3] / "templates/site"
    texts = [BASE_STYLES.read_bytes(), (template / "page.html").read_bytes(), (template / "base.html").read_bytes()]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


def rendered(html: str, css: str, page: LandingPage, site: Site) -> str:
    """Return the page put together: frame, body with places for its forms, styles under their hash."""
    body = FORM_SLOT.sub(r"\1<!--ry-form:\2-->", html)
    if site.base:
        body = LINK.sub(rf"\1{site.base}/", body)
    address = "/" if page.pk == site.home_id else page.address
    pairs = [(each.language, f"{origin(each.site)}{each.site.base}{each.address}") for each in partners(page)]
    context = frame(site) | {
        "page": page,
        "body": body,
        "title": page.title or page.name,
        "address": page.canonical or f"{origin(site)}{site.base}{address}",
        "has_address": bool(page.canonical or site.host),
        "picture": page.picture or site.picture,
        "pairs": pairs,
        "style": style_of(css, site),
    }
    return render_to_string("site/page.html", context)


def style_of(css: str, site: Site) -> str:
    """Return the address of the page's styles: ours, the site's colour, and what the page itself changes."""
    text = f"{base_styles()}\n{colours(site.colour)}\n{css}"
    digest = hashlib.sha256(text.encode()).hexdigest()[:20]
    StyleSheet.objects.get_or_create(digest=digest, defaults={"text": text, "created_at": clock.now()})
    return f"/m/css/{digest}.css"


@cache
def base_styles() -> str:
    text = BASE_STYLES.read_text("utf-8")
    return re.sub(r"\n\s*", "", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))


def colours(colour: str) -> str:
    """Return the site's colour with a darker and a very light one made from it."""
    base = tidy_colour(colour)
    parts = [int(base[place : place + 2], 16) for place in (1, 3, 5)]
    dark = "".join(f"{int(part * 0.78):02x}" for part in parts)
    soft = "".join(f"{int(255 - (255 - part) * 0.08):02x}" for part in parts)
    return f":root{{--site:{base};--site-dark:#{dark};--site-soft:#{soft}}}"


def with_forms(html: str, request: HttpRequest, shown: Shown, visitor: str) -> str:
    """Return the page with its forms filled into their places; a form that is closed says so."""
    wanted = {int(number) for number in SLOT.findall(html)}
    forms = {form.pk: form for form in Form.objects.filter(pk__in=wanted, state=FormState.PUBLISHED)}
    known = visitor if may_count(request) else ""

    def fill(found: re.Match[str]) -> str:
        form = forms.get(int(found.group(1)))
        return embedded(request, form, place=shown.place, visitor=known)

    return SLOT.sub(fill, html)


def count(request: HttpRequest, shown: Shown, visitor: str) -> None:
    """This function will note that a person met the variant; machines and those who refused do not count."""
    agent = request.headers.get("User-Agent", "")
    if shown.variant and may_count(request) and request.method == "GET" and verdict_of(agent) == "human":
        unit = unit_of(visitor=visitor)
        expose(shown.variant.experiment, shown.variant, unit=unit, visitor=visitor, url=request.path)


def may_count(request: HttpRequest) -> bool:
    """Return whether visits of this browser may be kept: as the site has it, and never against its wish."""
    tracking = site_in(request).tracking
    if request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1":
        return False
    return tracking == Tracking.ALWAYS or (tracking == Tracking.ASK and request.COOKIES.get(CONSENT_COOKIE) == "1")


def visitor_of(request: HttpRequest) -> tuple[str, bool]:
    """Return the browser's number and whether it is new; a cookie that is no number of ours is not taken."""
    given = request.COOKIES.get(COOKIE, "")
    return (given, False) if VISITOR.fullmatch(given) else (str(new_id()), True)
