"""Media: where and when a campaign runs for how much, what it shows, where it is placed, and what came of it by day."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.marketing.campaigns.models import Campaign, Channel, TrackedLink
from ryorin.workspace.files.models import File
from ryorin.workspace.members.models import Member


class Source(models.TextChoices):
    """Who told a day's figures."""

    GOOGLE = "google", _("Google 広告")
    META = "meta", _("Meta 広告")
    YAHOO_SEARCH = "yahoo_search", _("Yahoo!広告 検索")
    YAHOO_DISPLAY = "yahoo_display", _("Yahoo!広告 ディスプレイ")
    LINE = "line", _("LINE広告")
    X = "x", _("X 広告")
    OTHER = "other", _("その他の媒体")
    TYPED = "typed", pgettext_lazy("figures", "手入力")


class FlightState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("flight", "計画")
    BOOKED = "booked", pgettext_lazy("flight", "仮押さえ")
    CONFIRMED = "confirmed", pgettext_lazy("flight", "確定")
    CANCELLED = "cancelled", pgettext_lazy("flight", "中止")


class MediaQuerySet(models.QuerySet[Any]):
    """Rows that belong to a campaign: whoever sees the campaign sees them."""

    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()


class Flight(models.Model):
    """One booking: this medium, these days, this much, and what is expected of it."""

    campaign = models.ForeignKey(Campaign, verbose_name=_("施策"), on_delete=models.CASCADE, related_name="flights")
    channel = models.CharField(_("チャネル"), max_length=40, choices=Channel.choices)
    vehicle = models.CharField(_("媒体名"), max_length=120)
    source = models.CharField(_("実績の取り込み元"), max_length=14, choices=Source.choices, blank=True)
    supplier = models.CharField(_("発注先"), max_length=120, blank=True)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"))
    state = models.CharField(_("状態"), max_length=9, choices=FlightState.choices, default=FlightState.PLANNED)
    budget = models.BigIntegerField(_("予算"), default=0, help_text="sum of its months")
    reach = models.BigIntegerField(_("想定リーチ"), null=True, blank=True)
    impressions = models.BigIntegerField(_("想定表示回数"), null=True, blank=True)
    clicks = models.BigIntegerField(_("想定クリック"), null=True, blank=True)
    leads = models.BigIntegerField(_("想定リード"), null=True, blank=True)
    external_key = models.CharField(_("媒体側のID"), max_length=120, blank=True, db_index=True)
    note = models.CharField(_("メモ"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MediaQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="flight_by_days")]

    def __str__(self) -> str:
        return self.vehicle

    @property
    def counts(self) -> bool:
        """Return whether its money is part of the plan."""
        return self.state != FlightState.CANCELLED


class FlightMonth(models.Model):
    """The part of a flight's budget that falls into one month; minor units of the company's currency."""

    flight = models.ForeignKey(Flight, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="its first day")
    amount = models.BigIntegerField(_("予算"))

    class Meta:
        ordering = ["month"]
        constraints = [models.UniqueConstraint(fields=["flight", "month"], name="one_budget_per_flight_and_month")]


class CreativeKind(models.TextChoices):
    IMAGE = "image", _("画像・バナー")
    VIDEO = "video", _("動画")
    TEXT = "text", _("テキスト広告")
    PRINT = "print", _("印刷物")
    OTHER = "other", _("その他")


class CreativeState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("creative", "制作中")
    APPROVED = "approved", pgettext_lazy("creative", "承認済み")
    RUNNING = "running", pgettext_lazy("creative", "掲載中")
    RETIRED = "retired", pgettext_lazy("creative", "終了")


class Creative(models.Model):
    """What is shown; each new file of it is a version, and a new version has to be approved anew."""

    campaign = models.ForeignKey(Campaign, verbose_name=_("施策"), on_delete=models.CASCADE, related_name="creatives")
    name = models.CharField(_("クリエイティブ名"), max_length=120)
    kind = models.CharField(_("種類"), max_length=6, choices=CreativeKind.choices, default=CreativeKind.IMAGE)
    headline = models.CharField(_("見出し"), max_length=200, blank=True)
    body = models.TextField(_("本文"), blank=True)
    landing = models.CharField(_("リンク先"), max_length=500)
    state = models.CharField(_("状態"), max_length=8, choices=CreativeState.choices, default=CreativeState.DRAFT)
    approved_by = models.ForeignKey(
        Member, verbose_name=_("承認者"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(_("承認日時"), null=True, blank=True)
    external_key = models.CharField(_("媒体側のID"), max_length=120, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MediaQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class CreativeVersion(models.Model):
    """One file of a creative; `preview` is a picture drawn anew from it, fit to be shown."""

    creative = models.ForeignKey(Creative, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    preview = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("変えたところ"), max_length=200, blank=True)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["creative", "number"], name="creative_version_once")]


class Placement(models.Model):
    """A creative on a flight, with the link that tells both; without a flight, the creative on its own."""

    creative = models.ForeignKey(Creative, on_delete=models.CASCADE, related_name="placements")
    flight = models.ForeignKey(Flight, null=True, blank=True, on_delete=models.CASCADE, related_name="placements")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="placements")
    code = models.CharField(_("コード"), max_length=60, unique=True, help_text="utm_content")
    link = models.OneToOneField(TrackedLink, on_delete=models.CASCADE, related_name="placement")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["creative", "flight"], name="one_placement_per_flight"),
            models.UniqueConstraint(
                fields=["creative"], condition=models.Q(flight=None), name="one_placement_without_flight"
            ),
        ]


class AdFile(models.Model):
    """One report of a medium: uploaded, its columns named, taken in."""

    source = models.CharField(_("媒体"), max_length=14, choices=Source.choices, blank=True)
    name = models.CharField(_("ファイル名"), max_length=200)
    stored_as = models.CharField(max_length=300)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    is_taken = models.BooleanField(default=False, help_text="false: its columns wait to be named")
    encoding = models.CharField(_("文字コード"), max_length=20, blank=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    rows = models.PositiveIntegerField(_("行"), default=0)
    created = models.PositiveIntegerField(_("新規"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("変更なし"), default=0)
    replaced = models.PositiveIntegerField(_("置き換え"), default=0)
    skipped = models.PositiveIntegerField(_("合計行など"), default=0)
    rejected = models.PositiveIntegerField(_("取り込めない行"), default=0)
    problems = models.JSONField(default=list, help_text="[[line, reason]], the first hundred")
    taken_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(_("取り込み日時"))

    objects = MediaQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]


class ReportMap(models.Model):
    """How reports with these headers are read; remembered from the last time."""

    headers = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the headers in order")
    source = models.CharField(max_length=14, choices=Source.choices)
    columns = models.JSONField(default=dict, help_text="{field: header}")
    micros = models.BooleanField(default=False)
    rate = models.DecimalField(max_digits=12, decimal_places=6, null=True, help_text="company's currency per unit")
    updated_at = models.DateTimeField()


class Level(models.TextChoices):
    CAMPAIGN = "campaign", pgettext_lazy("ads", "キャンペーン")
    GROUP = "group", pgettext_lazy("ads", "広告グループ")
    AD = "ad", pgettext_lazy("ads", "広告")


class Figure(models.Model):
    """What one campaign, group or ad of a medium cost and brought on one day, as the medium (or a member) says."""

    source = models.CharField(_("媒体"), max_length=14, choices=Source.choices)
    day = models.DateField(_("日付"))
    key = models.CharField(max_length=40, help_text="digest of the names and numbers by which the medium knows it")
    level = models.CharField(max_length=8, choices=Level.choices)
    account = models.CharField(_("アカウント"), max_length=120, blank=True)
    campaign_key = models.CharField(max_length=120, blank=True)
    campaign_name = models.CharField(_("媒体のキャンペーン"), max_length=255, blank=True)
    group_key = models.CharField(max_length=120, blank=True)
    group_name = models.CharField(_("広告グループ"), max_length=255, blank=True)
    ad_key = models.CharField(max_length=120, blank=True)
    ad_name = models.CharField(_("広告"), max_length=255, blank=True)
    content = models.CharField(max_length=100, blank=True, help_text="utm_content")
    cost = models.BigIntegerField(_("費用"), default=0)
    impressions = models.BigIntegerField(_("表示回数"), default=0)
    clicks = models.BigIntegerField(_("クリック"), default=0)
    conversions = models.DecimalField(_("コンバージョン"), max_digits=14, decimal_places=2, default=0)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, on_delete=models.PROTECT, related_name="figures"
    )
    flight = models.ForeignKey(Flight, null=True, on_delete=models.PROTECT, related_name="figures")
    creative = models.ForeignKey(Creative, null=True, on_delete=models.PROTECT, related_name="figures")
    file = models.ForeignKey(AdFile, null=True, on_delete=models.SET_NULL, related_name="figures")
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["campaign", "day"], name="figure_of_campaign"),
            models.Index(fields=["flight", "day"], name="figure_of_flight"),
            models.Index(fields=["creative", "day"], name="figure_of_creative"),
            models.Index(fields=["source", "campaign_name", "day"], name="figure_by_name"),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "day", "key"], name="one_figure_a_day")]


class Match(models.Model):
    """What a medium's campaign, group or ad is here, as somebody said once."""

    source = models.CharField(max_length=14, choices=Source.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    key = models.CharField(max_length=255, help_text="its number, else its folded name, below the one above")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    flight = models.ForeignKey(Flight, null=True, on_delete=models.CASCADE, related_name="+")
    creative = models.ForeignKey(Creative, null=True, on_delete=models.CASCADE, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "level", "key"], name="one_match_per_ad")]
