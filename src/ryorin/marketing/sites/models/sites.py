"""A site: the host it answers at, how it looks, and what it remembers of old addresses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.marketing.sites.models.assets import Asset
from ryorin.workspace.members.models import Member


class Language(models.TextChoices):
    JAPANESE = "ja", _("日本語")
    ENGLISH = "en", "English"


class Tracking(models.TextChoices):
    ALWAYS = "always", _("通知のみ（同意なしで計測）")
    ASK = "ask", _("同意した人だけ計測")
    NEVER = "never", _("計測しない")


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, member: Member) -> "SiteQuerySet":
        return self if member.is_active else self.none()

    def in_use(self) -> "SiteQuerySet":
        return self.filter(is_archived=False)


class Site(models.Model):
    """One web site. Without a host of its own it is shown below /s/<slug>/ of the members' host."""

    name = models.CharField(_("サイト名"), max_length=120)
    slug = models.SlugField(_("略称"), max_length=40, unique=True)
    host = models.CharField(_("ドメイン"), max_length=253, blank=True)
    language = models.CharField(_("言語"), max_length=2, choices=Language.choices, default=Language.JAPANESE)
    description = models.CharField(_("説明"), max_length=300, blank=True)
    colour = models.CharField(_("基本の色"), max_length=7, default="#1f5fbf")
    logo = models.ForeignKey(
        Asset, verbose_name=_("ロゴ"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    favicon = models.ForeignKey(
        Asset, verbose_name=_("アイコン"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    picture = models.ForeignKey(
        Asset, verbose_name=_("共有されたときの画像"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    home = models.ForeignKey(
        "marketing_sites.LandingPage",
        verbose_name=_("トップページ"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    menu = models.JSONField(_("メニュー"), default=list, blank=True, help_text="[{label, address}]")
    footer = models.TextField(_("フッター"), blank=True)
    footer_menu = models.JSONField(_("フッターのリンク"), default=list, blank=True, help_text="[{label, address}]")
    tracking = models.CharField(_("アクセス計測"), max_length=8, choices=Tracking.choices, default=Tracking.ALWAYS)
    is_default = models.BooleanField(_("標準のサイト"), default=False)
    is_archived = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["host"], condition=~models.Q(host=""), name="one_site_per_host"),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def base(self) -> str:
        """What stands before every path of the site: nothing on its own host."""
        return "" if self.host else f"/s/{self.slug}"

    @property
    def place(self) -> str:
        """Where the site is found, as people read it."""
        return self.host or f"/s/{self.slug}/"


class Redirect(models.Model):
    """An address that moved; `path` and `target` are below the site's base, a target elsewhere begins with https."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="redirects")
    path = models.CharField(_("旧アドレス"), max_length=300)
    target = models.CharField(_("移動先"), max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "path"], name="one_redirect_per_path")]


class StyleSheet(models.Model):
    """The styles of a published page under their hash, so that a page kept by a browser finds them years later."""

    digest = models.CharField(max_length=20, primary_key=True)
    text = models.TextField()
    created_at = models.DateTimeField()
