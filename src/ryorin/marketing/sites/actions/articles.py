"""Writing articles and showing them; their categories, tags and authors."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.cleaning import clean_article
from ryorin.marketing.sites.actions.pages import OWN, remember_address
from ryorin.marketing.sites.errors import ArticleInvalid, NotReadyToPublish, SiteInvalid
from ryorin.marketing.sites.models import Article, ArticleTag, Author, Category, PublishState, Site
from ryorin.marketing.sites.rules import text_of, tidy_address
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = (
    "title", "slug", "language", "translation_of", "lead", "body", "category", "author", "picture", "campaign",
    "seo_title", "description", "canonical", "is_hidden", "end_at", "owner",
)  # fmt: skip
MOST_TAGS = 12


@transaction.atomic
def create_article(
    *, site: Site, title: str, slug: str, by: Member | None, tags: Sequence[str] = (), **fields: Any
) -> Article:
    """This function will start an article as a draft."""
    require(by, "articles.change")
    now = clock.now()
    fields.setdefault("owner", by)
    fields.setdefault("language", site.language)
    article = Article(site=site, title=title, slug=slug, created_at=now, updated_at=now, **fields)
    check(article)
    article.save()
    article.tags.set(tags_named(site, tags))
    audit.record("article_created", "article", article.pk, by=by, name=article.title)
    return article


@transaction.atomic
def change_article(
    article: Article, *, by: Member | None, version: int | None, tags: Sequence[str] | None = None, **fields: Any
) -> Article:
    """This function will change the article; the address before a new one leads to it from now on."""
    require(by, "articles.change")
    article = locked(article, version)
    before = {name: getattr(article, name) for name in CHANGEABLE}
    address = article.address
    for name in CHANGEABLE:
        if name in fields:
            setattr(article, name, fields[name])
    check(article)
    changed = [name for name in CHANGEABLE if before[name] != getattr(article, name)]
    if tags is not None:
        wanted = tags_named(article.site, tags)
        if {each.pk for each in wanted} != set(article.tags.values_list("pk", flat=True)):
            article.tags.set(wanted)
            changed.append("tags")
    if not changed:
        return article
    if article.published_at and article.address != address:
        remember_address(article.site, address, article.address)
    return saved(article, "article_changed", by=by, fields=changed)


@transaction.atomic
def publish_article(article: Article, *, by: Member | None, at: datetime | None = None) -> Article:
    """This function will show the article, now or from `at` on."""
    require(by, "articles.change")
    article = locked(article, None)
    if not text_of(article.body):
        raise NotReadyToPublish(what=_("本文がまだありません。"))
    if at is not None and at > clock.now():
        article.state, article.publish_at = PublishState.SCHEDULED, at
        return saved(article, "article_scheduled", by=by, at=at)
    return show(article, by=by)


@transaction.atomic
def end_article(article: Article, *, by: Member | None) -> Article:
    """This function will stop showing the article."""
    require(by, "articles.change")
    article = locked(article, None)
    article.state, article.publish_at = PublishState.ENDED, None
    return saved(article, "article_ended", by=by)


@transaction.atomic
def settle_article(pk: int, now: datetime) -> int:
    """This function will do what is due on one article, once."""
    article = Article.objects.select_for_update(of=("self",)).select_related("site").due(now).filter(pk=pk).first()
    if article is None:
        return 0
    if article.state == PublishState.SCHEDULED:
        show(article, by=None)
    else:
        article.state = PublishState.ENDED
        saved(article, "article_ended", by=None)
    return 1


def show(article: Article, *, by: Member | None) -> Article:
    now = clock.now()
    article.published_at = article.published_at or now
    article.state, article.publish_at = PublishState.PUBLISHED, None
    if article.end_at and article.end_at <= now:
        article.end_at = None
    return saved(article, "article_published", by=by)


@transaction.atomic
def add_category(site: Site, *, name: str, slug: str, by: Member | None) -> Category:
    """This function will add a shelf for articles."""
    require(by, "articles.change")
    name, slug = plain(name)[:60], slugify(slug)[:60]
    if not name or not slug:
        raise ArticleInvalid(what=_("カテゴリー名と、半角英数字のアドレスを入力してください。"))
    if site.categories.filter(slug=slug).exists():
        raise ArticleInvalid(what=_("アドレス「%(slug)s」はほかのカテゴリーで使われています。") % {"slug": slug})
    category = Category.objects.create(site=site, name=name, slug=slug)
    audit.record("article_category_added", "site", site.pk, by=by, name=site.name, category=name)
    return category


@transaction.atomic
def remove_category(category: Category, *, by: Member | None) -> None:
    """This function will take a shelf away; its articles stay, without one."""
    require(by, "articles.change")
    site = category.site
    audit.record("article_category_removed", "site", site.pk, by=by, name=site.name, category=category.name)
    category.delete()


@transaction.atomic
def add_author(*, name: str, slug: str, by: Member | None, **fields: Any) -> Author:
    """This function will add somebody who writes articles."""
    require(by, "articles.change")
    author = Author(name=plain(name), slug=slugify(slug)[:60], created_at=clock.now(), **fields)
    check_author(author)
    author.save()
    audit.record("author_added", "author", author.pk, by=by, name=author.name)
    return author


@transaction.atomic
def change_author(author: Author, *, by: Member | None, **fields: Any) -> Author:
    """This function will change what is said about an author."""
    require(by, "articles.change")
    author = Author.objects.select_for_update().get(pk=author.pk)
    for name in ("name", "slug", "job_title", "bio", "picture"):
        if name in fields:
            setattr(author, name, fields[name])
    check_author(author)
    author.save()
    audit.record("author_changed", "author", author.pk, by=by, name=author.name)
    return author


def check_author(author: Author) -> None:
    if not author.name or not author.slug:
        raise ArticleInvalid(what=_("著者名と、半角英数字のアドレスを入力してください。"))
    if Author.objects.filter(slug=author.slug).exclude(pk=author.pk).exists():
        raise ArticleInvalid(what=_("アドレス「%(slug)s」はほかの著者で使われています。") % {"slug": author.slug})


def tags_named(site: Site, names: Sequence[str]) -> list[ArticleTag]:
    """Return the site's tags of these names, added where they are new."""
    wanted = list(dict.fromkeys(plain(name)[:40] for name in names if plain(name)))[:MOST_TAGS]
    found = {tag.name: tag for tag in site.article_tags.filter(name__in=wanted)}
    for name in wanted:
        slug = slugify(name, allow_unicode=True)[:60] or "tag"
        if name not in found:
            found[name], _new = ArticleTag.objects.get_or_create(site=site, slug=slug, defaults={"name": name})
    return [found[name] for name in wanted]


def plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def locked(article: Article, version: int | None) -> Article:
    """Return the article as it stands, kept from others until the transaction ends."""
    row = Article.objects.select_for_update(of=("self",)).select_related("site").get(pk=article.pk)
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def saved(article: Article, fact: str, *, by: Member | None, **changes: Any) -> Article:
    article.version += 1
    article.updated_at = clock.now()
    article.save()
    audit.record(fact, "article", article.pk, by=by, name=article.title, **changes)
    return article


def check(article: Article) -> None:
    """This function will refuse an article that could not be found, and clean what it says."""
    article.title = plain(article.title)
    if not article.title:
        raise ArticleInvalid(what=_("タイトルを入力してください。"))
    article.slug = slugify(article.slug)[:80]
    if not article.slug:
        raise ArticleInvalid(what=_("アドレスは半角の英数字とハイフンで入力してください。"))
    article.body = clean_article(article.body, own=OWN)
    same = Article.objects.filter(site=article.site, language=article.language, slug=article.slug)
    if same.exclude(pk=article.pk).exists():
        raise ArticleInvalid(what=_("アドレス「%(slug)s」はほかの記事で使われています。") % {"slug": article.slug})
    if article.category and article.category.site_id != article.site_id:
        raise ArticleInvalid(what=_("このサイトのカテゴリーを選んでください。"))
    try:
        article.canonical = tidy_address(article.canonical)
    except SiteInvalid as refusal:
        raise ArticleInvalid(what=refusal.details["what"]) from None
