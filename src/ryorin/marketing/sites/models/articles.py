"""Articles: what they say, who wrote them, where they are filed, and when they are shown."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.sites.models.assets import Asset
from ryorin.marketing.sites.models.pages import PublishState
from ryorin.marketing.sites.models.sites import Language, Site
from ryorin.workspace.members.models import Member


class Category(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(_("カテゴリー名"), max_length=60)
    slug = models.SlugField(_("アドレス"), max_length=60)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["site", "slug"], name="one_category_per_slug")]

    def __str__(self) -> str:
        return self.name


class ArticleTag(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="article_tags")
    name = models.CharField(_("タグ名"), max_length=40)
    slug = models.SlugField(_("アドレス"), max_length=60, allow_unicode=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["site", "slug"], name="one_article_tag_per_slug")]

    def __str__(self) -> str:
        return self.name


class Author(models.Model):
    name = models.CharField(_("著者名"), max_length=80)
    slug = models.SlugField(_("アドレス"), max_length=60, unique=True)
    job_title = models.CharField(_("肩書き"), max_length=120, blank=True)
    bio = models.TextField(_("紹介文"), blank=True)
    picture = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ArticleQuerySet(models.QuerySet["Article"]):
    def visible_to(self, member: Member) -> "ArticleQuerySet":
        return self if member.is_active else self.none()

    def published(self) -> "ArticleQuerySet":
        return self.filter(state=PublishState.PUBLISHED)

    def due(self, now: datetime) -> "ArticleQuerySet":
        starting = models.Q(state=PublishState.SCHEDULED, publish_at__lte=now)
        ending = models.Q(state=PublishState.PUBLISHED, end_at__lte=now)
        return self.filter(starting | ending)


class Article(models.Model):
    site = models.ForeignKey(Site, verbose_name=_("サイト"), on_delete=models.PROTECT, related_name="articles")
    title = models.CharField(_("タイトル"), max_length=160)
    slug = models.SlugField(_("アドレス"), max_length=80)
    language = models.CharField(_("言語"), max_length=2, choices=Language.choices, default=Language.JAPANESE)
    translation_of = models.ForeignKey(
        "self", verbose_name=_("翻訳元"), null=True, blank=True, on_delete=models.SET_NULL, related_name="translations"
    )
    lead = models.TextField(_("要約"), blank=True)
    body = models.TextField(_("本文"), blank=True, help_text="HTML, cleaned")
    category = models.ForeignKey(
        Category,
        verbose_name=_("カテゴリー"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles",
    )
    tags = models.ManyToManyField(ArticleTag, verbose_name=_("タグ"), blank=True, related_name="articles")
    author = models.ForeignKey(
        Author, verbose_name=_("著者"), null=True, blank=True, on_delete=models.SET_NULL, related_name="articles"
    )
    picture = models.ForeignKey(
        Asset, verbose_name=_("アイキャッチ画像"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, blank=True, on_delete=models.SET_NULL, related_name="articles"
    )
    seo_title = models.CharField(_("検索結果の見出し"), max_length=120, blank=True)
    description = models.CharField(_("検索結果の説明"), max_length=300, blank=True)
    canonical = models.CharField(_("正規のアドレス"), max_length=500, blank=True)
    is_hidden = models.BooleanField(_("検索結果に出さない"), default=False)
    state = models.CharField(_("状態"), max_length=9, choices=PublishState.choices, default=PublishState.DRAFT)
    publish_at = models.DateTimeField(_("公開日時"), null=True, blank=True)
    end_at = models.DateTimeField(_("終了日時"), null=True, blank=True)
    published_at = models.DateTimeField(_("公開した日時"), null=True, blank=True)
    owner = models.ForeignKey(
        Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["site", "language", "slug"], name="one_article_per_slug")]
        indexes = [
            models.Index(fields=["site", "language", "state", "-published_at", "-id"], name="article_newest"),
            models.Index(fields=["state", "publish_at"], name="article_by_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where the article stands below its site's base."""
        start = "" if self.language == self.site.language else f"/{self.language}"
        return f"{start}/articles/{self.slug}/"
