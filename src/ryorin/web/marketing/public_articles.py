"""Articles as everybody reads them: lists by category, tag and author, and one article with what belongs to it."""

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ryorin.marketing.sites.models import Article, ArticleQuerySet, ArticleTag, Author, Category, Site
from ryorin.marketing.sites.queries import article_partners, related
from ryorin.web.marketing.public_pages import style_of
from ryorin.web.marketing.public_sites import frame, origin, site_in

SHOWN = 12
MOST_PAGES = 1_000
KEPT = "public, max-age=60, stale-while-revalidate=600"


@require_safe
def articles(request: HttpRequest, language: str = "") -> HttpResponse:
    return listing(request, language, lambda rows: rows)


@require_safe
def by_category(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    found = Category.objects.filter(site=site_in(request), slug=slug).first()
    if found is None:
        raise Http404
    return listing(request, language, lambda rows: rows.filter(category=found), title=found.name, chosen=found)


@require_safe
def by_tag(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    found = ArticleTag.objects.filter(site=site_in(request), slug=slug[:60].replace("\0", "")).first()
    if found is None:
        raise Http404
    return listing(request, language, lambda rows: rows.filter(tags=found), title=f"#{found.name}")


@require_safe
def by_author(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    found = Author.objects.select_related("picture").filter(slug=slug).first()
    if found is None:
        raise Http404
    return listing(request, language, lambda rows: rows.filter(author=found), title=found.name, author=found)


def listing(request: HttpRequest, language: str, narrow: Any, *, title: str = "", **more: Any) -> HttpResponse:
    """Return one page of articles, newest first."""
    site = site_in(request)
    spoken = spoken_in(site, language)
    number = page_in(request)
    rows: ArticleQuerySet = narrow(Article.objects.published().filter(site=site, language=spoken))
    rows = rows.select_related("picture", "category", "author").order_by("-published_at", "-pk")
    found = list(rows[(number - 1) * SHOWN : number * SHOWN + 1])
    if number > 1 and not found:
        raise Http404
    for each in found:
        each.site = site
    with translation.override(spoken):
        context = {
            **context_of(request, spoken),
            "title": title or _("記事"),
            "articles": found[:SHOWN],
            "before": number - 1,
            "after": number + 1 if len(found) > SHOWN else 0,
            "categories": Category.objects.filter(site=site),
            "canonical": f"{origin(site)}{site.base}{request.path_info.removeprefix(site.base)}" if site.host else "",
            **more,
        }
        return kept(request, render(request, "site/articles.html", context))


@require_safe
def article(request: HttpRequest, slug: str, language: str = "") -> HttpResponse:
    """Show one article."""
    site = site_in(request)
    spoken = spoken_in(site, language)
    rows = Article.objects.published().select_related("site", "picture", "category", "author__picture")
    found = rows.filter(site=site, language=spoken, slug=slug).first()
    if found is None:
        raise Http404
    found.site = site
    address = f"{origin(site)}{site.base}{found.address}"
    with translation.override(spoken):
        context = {
            **context_of(request, spoken),
            "article": found,
            "title": found.seo_title or found.title,
            "body": mark_safe(found.body),
            "tags": found.tags.all(),
            "related": related(found),
            "canonical": found.canonical or (address if site.host else ""),
            "pairs": [(each.language, f"{origin(site)}{site.base}{each.address}") for each in article_partners(found)],
            "structured": structured(found, site, address),
        }
        return kept(request, render(request, "site/article.html", context))


def context_of(request: HttpRequest, language: str) -> dict[str, Any]:
    site = site_in(request)
    start = f"{site.base}/articles/" if language == site.language else f"{site.base}/{language}/articles/"
    return frame(site) | {"style": style_of("", site), "language": language, "start": start}


def spoken_in(site: Site, language: str) -> str:
    """Return the language of the address; the site's own has no prefix, and with one leads to the address without."""
    if language == site.language:
        raise Http404
    return language or site.language


def page_in(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    number = int(text) if text.isdecimal() and len(text) < 6 else 0
    if not 1 <= number <= MOST_PAGES:
        raise Http404
    return number


def kept(request: HttpRequest, reply: HttpResponse) -> HttpResponse:
    """Return the answer with a tag, or that the browser's copy still holds."""
    reply.headers["ETag"] = f'"{hashlib.sha256(reply.content).hexdigest()[:20]}"'
    reply.headers["Cache-Control"] = KEPT
    if reply.headers["ETag"] in request.headers.get("If-None-Match", ""):
        same = HttpResponseNotModified()
        same.headers["ETag"], same.headers["Cache-Control"] = reply.headers["ETag"], KEPT
        return same
    return reply


def structured(found: Article, site: Site, address: str) -> SafeString:
    """Return what search engines read: the article and the way to it, as JSON that cannot end its block."""
    published, changed = found.published_at, found.updated_at
    about: dict[str, Any] = {
        "@type": "Article",
        "headline": found.title[:110],
        "description": found.description or found.lead[:160],
        "inLanguage": found.language,
        "datePublished": published.isoformat() if published else "",
        "dateModified": changed.isoformat(),
        "mainEntityOfPage": address,
        "publisher": {"@type": "Organization", "name": site.name},
    }
    if found.author:
        about["author"] = {"@type": "Person", "name": found.author.name}
    if found.picture:
        about["image"] = [f"{origin(site)}{found.picture.address(1600, found.picture.fallback)}"]
    shelf = found.category
    trail = [(site.name, f"{origin(site)}{site.base}/"), (_("記事"), f"{origin(site)}{site.base}/articles/")]
    if shelf:
        trail.append((shelf.name, f"{origin(site)}{site.base}/articles/category/{shelf.slug}/"))
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": where}
            for place, (name, where) in enumerate([*trail, (found.title, address)], start=1)
        ],
    }
    text = json.dumps({"@context": "https://schema.org", "@graph": [about, crumbs]}, ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(text)
