"""Articles for members: the list, writing one, publishing it; categories and authors."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.sites.actions import (
    add_author,
    add_category,
    change_article,
    change_author,
    create_article,
    default_site,
    end_article,
    publish_article,
    remove_category,
)
from ryorin.marketing.sites.fields import ARTICLE
from ryorin.marketing.sites.models import Article, Author, Category, Site
from ryorin.marketing.sites.queries import related
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.listing import Lead, Row
from ryorin.web.marketing.pages import chosen_pictures
from ryorin.web.marketing.public_pages import style_of
from ryorin.web.marketing.public_sites import frame, origin
from ryorin.web.marketing.sites_inputs import ArticleForm, AuthorForm, MomentField, time_chosen
from ryorin.web.once import new_token, once
from ryorin.web.policy import public_policy
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require


def _lead(row: Row) -> str:
    return format_html('{}<span class="kana">/{}/</span>', row["title"], row["slug"])


ARTICLES = Listing(
    title=lazy("記事"),
    url="articles",
    record_url="article",
    lead=Lead(label=lazy("タイトル"), paths=("title", "slug"), show=_lead, sort="title"),
    new_url="article_new",
    new_label=lazy("記事を書く"),
    change_verb="articles.change",
    sort="-updated_at",
    empty_title=lazy("記事はまだありません"),
    empty_text=lazy("お客さまが調べることに答える記事を公開すると、検索から訪れる人が増えます。"),
    empty_url="article_new",
    empty_label=lazy("記事を書く"),
    icon="news",
    template="marketing/sites/articles.html",
)


@require_http_methods(["GET", "HEAD", "POST"])
def articles(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    rows = Article.objects.visible_to(member)
    return record_list(request, record_type=ARTICLE, rows=rows, member=member, listing=ARTICLES)


@require_http_methods(["GET", "HEAD", "POST"])
def article_new(request: HttpRequest) -> HttpResponse:
    """Write a new article."""
    require(member_of(request), "articles.change")
    site = default_site()
    form = ArticleForm(request.POST or None, initial={"site": site.pk, "language": site.language})
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: create_article(by=member_of(request), **form.values()))
            messages.success(request, _("下書きを保存しました。"))
            return redirect("article", pk) if pk else redirect("articles")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "title": _("記事を書く"), "once": request.POST.get("once") or new_token()}
    return written(request, context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an article to be written on; take it when it is sent back."""
    found = article_of(request, pk)
    version = str(found.version)
    status = 200
    form = ArticleForm(request.POST or None, initial=ArticleForm.initial_of(found))
    if request.method == "POST":
        require(member_of(request), "articles.change")
        version, status = request.POST.get("version", ""), 422
        if form.is_valid():
            values = form.values()
            values.pop("site")
            try:
                change_article(found, by=member_of(request), version=version_in(request), **values)
                return moved_on(request, _("保存しました。"), to=reverse("article", args=[pk]))
            except StaleRecord as refusal:
                found.refresh_from_db()
                form.add_error(None, str(refusal))
                version, status = str(found.version), 409
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    context = {
        "form": form,
        "found": found,
        "title": found.title,
        "version": version,
        "address": f"{origin(found.site)}{found.site.base}{found.address}",
        "publish_at": MomentField.widget.format_value(MomentField().prepare_value(found.publish_at)) or "",
    }
    return written(request, context, form, status=status)


def written(request: HttpRequest, context: dict[str, Any], form: ArticleForm, *, status: int = 200) -> HttpResponse:
    context |= {
        "back": reverse("articles"),
        "chosen": chosen_pictures(form, ("picture",)),
        "may_change": may(member_of(request), "articles.change"),
    }
    return render(
        request, "marketing/sites/article.html", context, status=422 if form.errors and status == 200 else status
    )


@require_POST
def article_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the article now, or from the chosen time on."""
    found = article_of(request, pk)
    require(member_of(request), "articles.change")
    done = publish_article(found, by=member_of(request), at=time_chosen(request))
    text = _("公開を予約しました。") if done.state == "scheduled" else _("公開しました。")
    return moved_on(request, text, to=reverse("article", args=[pk]))


@require_POST
def article_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = article_of(request, pk)
    end_article(found, by=member_of(request))
    return moved_on(request, _("公開を終了しました。"), to=reverse("article", args=[pk]))


@require_GET
def article_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the article as readers will see it."""
    found = article_of(request, pk)
    site = found.site
    start = f"{site.base}/articles/" if found.language == site.language else f"{site.base}/{found.language}/articles/"
    context = frame(site) | {
        "article": found,
        "title": found.seo_title or found.title,
        "body": mark_safe(found.body),
        "tags": found.tags.all(),
        "related": related(found),
        "structured": "{}",
        "style": style_of("", site),
        "language": found.language,
        "start": start,
    }
    answer = HttpResponse(render_to_string("site/article.html", context))
    answer["Content-Security-Policy"] = public_policy() + "; sandbox allow-same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: HttpRequest) -> HttpResponse:
    """Show the shelves of each site; add one."""
    if request.method == "POST":
        require(member_of(request), "articles.change")
        site = picked(Site.objects.visible_to(member_of(request)), request.POST.get("site")) or default_site()
        name, slug = request.POST.get("name", "")[:200], request.POST.get("slug", "")[:200]
        add_category(site, name=name, slug=slug, by=member_of(request))
        return moved_on(request, _("カテゴリーを追加しました。"), to=reverse("article_categories"))
    context = {
        "sites": Site.objects.visible_to(member_of(request)).in_use(),
        "categories": Category.objects.select_related("site").order_by("site_id", "pk"),
        "may_change": may(member_of(request), "articles.change"),
    }
    return render(request, "marketing/sites/categories.html", context)


@require_POST
def category_remove(request: HttpRequest, pk: int) -> HttpResponse:
    sites = Site.objects.visible_to(member_of(request))
    remove_category(get_object_or_404(Category, pk=pk, site__in=sites), by=member_of(request))
    return moved_on(request, _("カテゴリーを削除しました。"), to=reverse("article_categories"))


@require_http_methods(["GET", "HEAD", "POST"])
def authors(request: HttpRequest) -> HttpResponse:
    """Show who writes articles; add somebody, or change what is said about them."""
    member = member_of(request)
    chosen = picked(Author.objects.all(), request.POST.get("author") or request.GET.get("author"))
    initial = {name: getattr(chosen, name) for name in AuthorForm.base_fields} if chosen else None
    form = AuthorForm(request.POST or None, initial=initial)
    if request.method == "POST":
        require(member, "articles.change")
        if form.is_valid():
            try:
                if chosen:
                    change_author(chosen, by=member, **form.cleaned_data)
                else:
                    add_author(by=member, **form.cleaned_data)
                return moved_on(request, _("著者を保存しました。"), to=reverse("article_authors"))
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    context = {
        "form": form,
        "author": chosen,
        "authors": Author.objects.select_related("picture"),
        "chosen": chosen_pictures(form, ("picture",)),
        "may_change": may(member, "articles.change"),
    }
    return render(request, "marketing/sites/authors.html", context, status=422 if form.errors else 200)


def article_of(request: HttpRequest, pk: int) -> Article:
    rows = Article.objects.visible_to(member_of(request)).select_related("site", "category", "author", "picture")
    found: Article = get_object_or_404(rows, pk=pk)
    return found
