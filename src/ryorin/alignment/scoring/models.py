"""A simple score: each rule is a condition that adds or takes points."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.alignment.definitions.models import Side
from ryorin.workspace.members.models import Member


class ScoreRuleQuerySet(models.QuerySet["ScoreRule"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class ScoreRule(models.Model):
    label = models.CharField(_("理由"), max_length=80)
    condition = models.JSONField()
    points = models.SmallIntegerField(_("点"))
    half_life_days = models.PositiveSmallIntegerField(
        _("点が半分になるまでの日数"),
        null=True,
        blank=True,
        help_text="since what is asked for was done last",
    )
    is_active = models.BooleanField(_("使用中"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    people = models.PositiveIntegerField(_("該当者"), null=True, help_text="at the last scoring of everybody")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = ScoreRuleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


class ScoringPosition(models.Model):
    """How far scoring has followed the changes; one row."""

    changed_until = models.DateTimeField(null=True)
    identities_until = models.BigIntegerField(default=0)
    history_until = models.BigIntegerField(default=0, help_text="last commit of history that was looked at")
    scored_at = models.DateTimeField(null=True, help_text="when everybody was scored")
    rules_digest = models.CharField(max_length=64, blank=True)


class RulesAgreement(models.Model):
    """The rules as they stood when a side agreed to them; both sides have agreed once both names are there."""

    digest = models.CharField(max_length=64, unique=True)
    number = models.PositiveIntegerField(unique=True)
    rules = models.JSONField(help_text="[{label, points, half_life_days, condition}] as they were")
    agreed_by_marketing = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_by_sales = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_at = models.DateTimeField(null=True, help_text="when the second side agreed")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def agreed_by(self, side: str) -> Member | None:
        """Return who agreed for that side."""
        return self.agreed_by_marketing if side == Side.MARKETING else self.agreed_by_sales
