"""Which site answers at which host: the company's public pages there, and never a page of its members."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.request import split_domain_port, validate_host
from django.shortcuts import render
from django.urls import Resolver404, resolve, set_urlconf
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ryorin.lib.errors import Refusal
from ryorin.marketing.sites.models import Redirect, Site
from ryorin.marketing.sites.queries import hosts, page_at, site_of, site_without_host
from ryorin.web.failures import unavailable
from ryorin.web.policy import public_policy

Answer = Callable[[HttpRequest], HttpResponse]
ADDRESSES = "ryorin.web.marketing.site_urls"
KEPT_SECONDS = 0 if settings.TESTING else 5
_kept: tuple[float, dict[str, int]] = (0.0, {})


def sites_answer_at_their_hosts(get_response: Answer) -> Answer:
    """Answer for a site's host with that site alone; a host nobody knows learns nothing about the company."""

    def middleware(request: HttpRequest) -> HttpResponse:
        host, _port = split_domain_port(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))
        if validate_host(host, settings.ALLOWED_HOSTS):
            return get_response(request)
        try:
            site = site_of(known_hosts().get(host, 0))
            if site and request.path_info.startswith(settings.STATIC_URL):
                return get_response(request)
            return answer_of(request, site, request.path_info, base="") if site else nothing_here()
        except (OperationalError, InterfaceError):
            return unavailable()

    return middleware


def known_hosts() -> dict[str, int]:
    """Return the hosts of all sites; asked of the database every few seconds, and kept while that is away."""
    global _kept
    if _kept[0] < monotonic() or not KEPT_SECONDS:
        _kept = (monotonic() + KEPT_SECONDS, hosts())
    return _kept[1]


@csrf_exempt  # public pages know no session
def site_below(request: HttpRequest, slug: str, path: str = "") -> HttpResponse:
    """Show a site that has no host of its own yet, below /s/<slug>/ of the members' host."""
    site = site_without_host(slug)
    if site is None:
        raise Http404
    return answer_of(request, site, f"/{path}", base=site.base)


def answer_of(request: HttpRequest, site: Site, path: str, *, base: str) -> HttpResponse:
    """Return the site's answer for this path: a page, where it moved to, or that there is none."""
    request.public_site = site  # type: ignore[attr-defined]
    with translation.override(site.language):
        if not base:
            set_urlconf(ADDRESSES)
        try:
            answer = found_answer(request, site, path)
        except Refusal as refusal:
            answer = notice(request, title=_("表示できません"), text=str(refusal), status=refusal.status)
        except SuspiciousOperation:
            answer = notice(request, title=_("表示できません"), text="", status=400)
        finally:
            if not base:
                set_urlconf(None)
    answer.headers.setdefault("Content-Security-Policy", public_policy())
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    answer.headers.setdefault("Content-Language", site.language)
    if settings.HTTPS:
        answer.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
    return answer


def found_answer(request: HttpRequest, site: Site, path: str) -> HttpResponse:
    if "\0" in path:
        raise SuspiciousOperation("a path with a NUL")
    try:
        view, arguments, options = resolve(path, urlconf=ADDRESSES)
        answer: HttpResponse = view(request, *arguments, **options)
        return answer
    except (Http404, Resolver404):
        moved = Redirect.objects.filter(site=site, path__in={path, f"{path.rstrip('/')}/"}).first()
        if moved:
            return HttpResponsePermanentRedirect(absolute(site, moved.target))
        if not path.endswith("/") and is_address(site, f"{path}/"):
            return HttpResponsePermanentRedirect(f"{site.base}{path}/")
        return notice(
            request,
            title=_("ページが見つかりません"),
            text=_("アドレスが変わったか、公開が終わった可能性があります。"),
            status=404,
        )


def is_address(site: Site, path: str) -> bool:
    """Return whether the site has something at this path."""
    try:
        wanted = resolve(path, urlconf=ADDRESSES).kwargs.get("path")
    except Resolver404:
        return False
    return wanted is None or page_at(site, wanted) is not None


def absolute(site: Site, address: str) -> str:
    """Return where an address of the site leads from the host that shows it."""
    return f"{site.base}{address}" if address.startswith("/") else address


def notice(request: HttpRequest, *, title: str, text: str, status: int) -> HttpResponse:
    """Return a page of the site that only says something."""
    context = frame(site_in(request)) | {"title": title, "text": text}
    return render(request, "site/notice.html", context, status=status)


def frame(site: Site) -> dict[str, Any]:
    """Return what the frame around every page of the site shows."""
    return {
        "site": site,
        "base": site.base,
        "origin": origin(site),
        "menu": [link | {"address": absolute(site, link["address"])} for link in site.menu],
        "footer_menu": [link | {"address": absolute(site, link["address"])} for link in site.footer_menu],
    }


def site_in(request: HttpRequest) -> Site:
    site: Site = request.public_site  # type: ignore[attr-defined]
    return site


def origin(site: Site) -> str:
    """Return the site's scheme and host; nothing while it has none of its own."""
    return f"{'https' if settings.HTTPS else 'http'}://{site.host}" if site.host else ""


def nothing_here() -> HttpResponse:
    return HttpResponse("Not found\n", status=404, content_type="text/plain; charset=utf-8")
