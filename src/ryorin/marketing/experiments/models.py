"""A/B tests: what is compared, by which result, who gets which variant, and how it was decided."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.marketing.campaigns.models import Campaign
from ryorin.workspace.members.models import Member


class Subject(models.TextChoices):
    PAGE = "page", _("ページ")
    MAIL = "mail", _("メール")
    CREATIVE = "creative", _("クリエイティブ")


class ExperimentState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("experiment", "準備中")
    RUNNING = "running", pgettext_lazy("experiment", "実施中")
    STOPPED = "stopped", pgettext_lazy("experiment", "停止")
    DECIDED = "decided", pgettext_lazy("experiment", "決定")


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def visible_to(self, member: Member) -> "ExperimentQuerySet":
        return self if member.is_active else self.none()


class Experiment(models.Model):
    """One comparison; while it runs, neither the shares nor the result it is judged by can change."""

    name = models.CharField(_("テスト名"), max_length=120)
    hypothesis = models.TextField(_("仮説"), blank=True)
    subject = models.CharField(_("対象"), max_length=8, choices=Subject.choices)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, blank=True, on_delete=models.SET_NULL, related_name="experiments"
    )
    metric = models.CharField(_("成果"), max_length=40, help_text="kind of touchpoint that counts as a success")
    window_days = models.PositiveSmallIntegerField(_("成果を数える日数"), default=14)
    guards = models.JSONField(_("見張る指標"), default=list, blank=True, help_text="kinds of touchpoints")
    baseline = models.FloatField(_("今の成果率"), default=0.05, help_text="0..1")
    effect = models.FloatField(_("見つけたい差"), default=0.01, help_text="smallest difference worth finding, 0..1")
    alpha = models.FloatField(_("見誤りの許容"), default=0.05)
    power = models.FloatField(_("検出力"), default=0.8)
    included = models.PositiveSmallIntegerField(_("参加する割合（%）"), default=100)
    key = models.CharField(max_length=64, help_text="secret of the hash that assigns variants")
    state = models.CharField(_("状態"), max_length=8, choices=ExperimentState.choices, default=ExperimentState.DRAFT)
    started_at = models.DateTimeField(_("開始"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("終了"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True, help_text="why it was stopped or decided so")
    winner = models.ForeignKey(
        "Variant", verbose_name=_("採用"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(
        Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-id"], name="experiment_by_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state == ExperimentState.RUNNING


class Variant(models.Model):
    """One of the things compared; the first is what there is today. `target_id` is the page, message or creative."""

    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="variants")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("名前"), max_length=80)
    note = models.CharField(_("違い"), max_length=300, blank=True)
    share = models.PositiveSmallIntegerField(_("割合"), default=50, help_text="weight against the other variants")
    target_id = models.BigIntegerField(_("内容"), null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["experiment", "position"], name="one_variant_per_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def letter(self) -> str:
        return chr(ord("A") + self.position)

    def as_properties(self) -> dict[str, Any]:
        """Return what a touchpoint carries to say that somebody met this variant."""
        return {"experiment": self.experiment_id, "variant": self.pk}
