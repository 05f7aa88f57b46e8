"""What search engines and readers' programs fetch: robots.txt, sitemaps and the feed of new articles."""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ryorin.lib import clock
from ryorin.marketing.sites.models import Article, Site
from ryorin.marketing.sites.queries import PER_SITEMAP, sitemap, sitemap_count
from ryorin.web.marketing.public_sites import origin, site_in

NEWEST = 30
KEPT = "public, max-age=600"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say what programs may read: every page, but not the answers to forms."""
    start = start_of(request)
    lines = ["User-agent: *", "Disallow: /f/", "Disallow: /d/", "Disallow: /l/", f"Sitemap: {start}/sitemap.xml", ""]
    return sent("\n".join(lines), "text/plain")


@require_safe
def sitemap_file(request: HttpRequest) -> HttpResponse:
    """Return every address of the site; above 50,000 the list of the lists."""
    site = site_in(request)
    parts = -(-sitemap_count(site) // PER_SITEMAP)
    if parts <= 1:
        return sent(address_list(request, site, 1), "application/xml")
    start = start_of(request)
    rows = "".join(
        f"<sitemap><loc>{escape(start)}/sitemap-{number}.xml</loc></sitemap>" for number in range(1, parts + 1)
    )
    return sent(f'{HEAD}<sitemapindex xmlns="{SITEMAPS}">{rows}</sitemapindex>\n', "application/xml")


@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """Return one part of the list of addresses."""
    site = site_in(request)
    if not 1 <= number <= -(-sitemap_count(site) // PER_SITEMAP):
        raise Http404
    return sent(address_list(request, site, number), "application/xml")


def address_list(request: HttpRequest, site: Site, number: int) -> str:
    start = start_of(request)
    rows = "".join(
        f"<url><loc>{escape(start + address)}</loc><lastmod>{day(at)}</lastmod></url>\n"
        for address, at in sitemap(site, number)
    )
    return f'{HEAD}<urlset xmlns="{SITEMAPS}">\n{rows}</urlset>\n'


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Return the newest articles as an Atom feed."""
    site, start = site_in(request), start_of(request)
    rows = Article.objects.published().filter(site=site, language=site.language).select_related("author", "site")
    newest = list(rows.order_by("-published_at", "-pk")[:NEWEST])
    changed = max((each.updated_at for each in newest), default=clock.now())
    text = (
        f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">\n'
        f"<title>{escape(site.name)}</title><id>{escape(start)}/</id><updated>{changed.isoformat()}</updated>\n"
        f'<link rel="self" href="{escape(start)}/feed.xml"/><link href="{escape(start)}/articles/"/>\n'
        f"{''.join(entries(newest, start))}</feed>\n"
    )
    return sent(text, "application/atom+xml")


def entries(newest: Iterable[Article], start: str) -> Iterable[str]:
    for each in newest:
        address = escape(f"{start}{each.address}")
        published = each.published_at or each.updated_at
        author = f"<author><name>{escape(each.author.name)}</name></author>" if each.author else ""
        yield (
            f'<entry><title>{escape(each.title)}</title><id>{address}</id><link href="{address}"/>'
            f"<published>{published.isoformat()}</published><updated>{each.updated_at.isoformat()}</updated>{author}"
            f"<summary>{escape(each.lead or each.description)}</summary></entry>\n"
        )


def start_of(request: HttpRequest) -> str:
    """Return scheme, host and base of the site."""
    site = site_in(request)
    return origin(site) if site.host else request.build_absolute_uri(site.base)


def day(at: datetime) -> str:
    return at.date().isoformat()


def sent(text: str, kind: str) -> HttpResponse:
    return HttpResponse(text, content_type=f"{kind}; charset=utf-8", headers={"Cache-Control": KEPT})
