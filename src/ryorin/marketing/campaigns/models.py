"""Campaigns: what marketing does, over which channel, when, for how much, and the links that lead back to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class Channel(models.TextChoices):
    SEARCH = "search", _("検索広告")
    ORGANIC = "organic", _("自然検索")
    SOCIAL = "social", _("SNS")
    MAIL = "mail", _("メール")
    EVENT = "event", _("展示会・セミナー")
    DISPLAY = "display", _("ディスプレイ広告")
    TV = "tv", _("テレビ")
    PRINT = "print", _("雑誌・新聞・カタログ")
    PR = "pr", _("広報")
    REFERRAL = "referral", _("紹介")
    PHONE = "phone", _("電話")
    DIRECT = "direct", _("直接訪問")
    OTHER = "other", _("その他")


class CampaignState(models.TextChoices):
    PLANNED = "planned", _("計画中")
    RUNNING = "running", _("実施中")
    ENDED = "ended", _("終了")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, member: Member) -> "CampaignQuerySet":
        return self if member.is_active else self.none()


class Campaign(models.Model):
    name = models.CharField(_("施策名"), max_length=120)
    code = models.CharField(_("コード"), max_length=60, unique=True, help_text="utm_campaign")
    channel = models.CharField(_("チャネル"), max_length=40, choices=Channel.choices)
    state = models.CharField(_("状態"), max_length=8, choices=CampaignState.choices, default=CampaignState.PLANNED)
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    budget = models.BigIntegerField(_("予算"), default=0)
    purpose = models.TextField(_("ねらい"), blank=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    external_key = models.CharField(_("外部ID"), max_length=120, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]

    def __str__(self) -> str:
        return self.name


class CampaignCost(models.Model):
    """What one campaign cost on one day, by kind of cost; minor units of the company's currency."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="costs")
    day = models.DateField(_("日付"))
    kind = models.CharField(_("費目"), max_length=40, default="media")
    amount = models.BigIntegerField(_("金額"))
    note = models.CharField(_("メモ"), max_length=120, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["campaign", "day", "kind"], name="one_cost_per_day_and_kind")]


class TrackedLink(models.Model):
    """A short address that leads to a page and says which campaign it came from."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links")
    code = models.CharField(max_length=16, unique=True)
    label = models.CharField(_("名前"), max_length=80)
    target = models.CharField(_("リンク先"), max_length=500)
    utm_source = models.CharField(max_length=60, blank=True)
    utm_medium = models.CharField(max_length=60, blank=True)
    utm_content = models.CharField(max_length=60, blank=True)
    utm_term = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
