"""A simple score: each rule is a condition that adds or takes points."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScoreRuleQuerySet(models.QuerySet["ScoreRule"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class ScoreRule(models.Model):
    label = models.CharField(_("理由"), max_length=80)
    condition = models.JSONField()
    points = models.SmallIntegerField(_("点"))
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
