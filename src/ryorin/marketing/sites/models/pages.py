"""Landing pages: a draft that people edit, the versions that were published, the one that is shown."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.sites.models.assets import Asset
from ryorin.marketing.sites.models.sites import Language, Site
from ryorin.workspace.members.models import Member


class PublishState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("page", "下書き")
    SCHEDULED = "scheduled", pgettext_lazy("page", "公開予約")
    PUBLISHED = "published", pgettext_lazy("page", "公開中")
    ENDED = "ended", pgettext_lazy("page", "公開終了")


class LandingPageQuerySet(models.QuerySet["LandingPage"]):
    def visible_to(self, member: Member) -> "LandingPageQuerySet":
        return self if member.is_active else self.none()

    def shown(self) -> "LandingPageQuerySet":
        """Pages the public sees: a version is live, also while the next one waits for its time."""
        return self.filter(live__isnull=False)

    def originals(self) -> "LandingPageQuerySet":
        return self.filter(variant_of=None)

    def due(self, now: datetime) -> "LandingPageQuerySet":
        """Pages whose time to be shown, or to end, has come."""
        starting = models.Q(state=PublishState.SCHEDULED, publish_at__lte=now)
        ending = models.Q(state=PublishState.PUBLISHED, end_at__lte=now)
        return self.filter(starting | ending)


class LandingPage(models.Model):
    """One page at one address; a variant of another page has none of its own and is shown in that page's place."""

    site = models.ForeignKey(Site, verbose_name=_("サイト"), on_delete=models.PROTECT, related_name="pages")
    name = models.CharField(_("ページ名（社内用）"), max_length=120)
    path = models.CharField(_("アドレス"), max_length=120, blank=True)
    language = models.CharField(_("言語"), max_length=2, choices=Language.choices, default=Language.JAPANESE)
    variant_of = models.ForeignKey(
        "self", verbose_name=_("元のページ"), null=True, blank=True, on_delete=models.CASCADE, related_name="variants"
    )
    translation_of = models.ForeignKey(
        "self", verbose_name=_("翻訳元"), null=True, blank=True, on_delete=models.SET_NULL, related_name="translations"
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, blank=True, on_delete=models.SET_NULL, related_name="pages"
    )
    owner = models.ForeignKey(
        Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("状態"), max_length=9, choices=PublishState.choices, default=PublishState.DRAFT)
    project = models.JSONField(default=dict, blank=True, help_text="the editor's own data of the draft")
    html = models.TextField(blank=True, help_text="the draft, cleaned")
    css = models.TextField(blank=True, help_text="the draft, cleaned")
    title = models.CharField(_("検索結果の見出し"), max_length=120, blank=True)
    description = models.CharField(_("検索結果の説明"), max_length=300, blank=True)
    picture = models.ForeignKey(
        Asset, verbose_name=_("共有されたときの画像"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    canonical = models.CharField(_("正規のアドレス"), max_length=500, blank=True)
    is_hidden = models.BooleanField(_("検索結果に出さない"), default=False)
    publish_at = models.DateTimeField(_("公開日時"), null=True, blank=True)
    end_at = models.DateTimeField(_("終了日時"), null=True, blank=True)
    ended_text = models.CharField(_("終了後の案内"), max_length=300, blank=True)
    ended_address = models.CharField(_("終了後の移動先"), max_length=500, blank=True)
    live = models.ForeignKey(
        "PageVersion", verbose_name=_("公開中の版"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("公開した日時"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = LandingPageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "path"], condition=models.Q(variant_of=None), name="one_page_per_path"
            )
        ]
        indexes = [models.Index(fields=["state", "publish_at"], name="page_by_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where the page stands below its site's base."""
        return f"/{self.path}/" if self.path else "/"

    @property
    def is_changed(self) -> bool:
        """Whether the draft differs from what is shown."""
        live = self.live
        return live is None or (live.html, live.css, live.title) != (self.html, self.css, self.title)


class PageVersion(models.Model):
    """What a page said when it was published, or when somebody kept it; never changed afterwards.

    `rendering` is the whole page as it was last put together, for the site and the program named in `rendered_for`.
    """

    page = models.ForeignKey(LandingPage, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    note = models.CharField(_("メモ"), max_length=200, blank=True)
    project = models.JSONField(default=dict, blank=True)
    html = models.TextField(blank=True)
    css = models.TextField(blank=True)
    title = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    rendering = models.TextField(blank=True)
    rendered_for = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_page_version_per_number")]
