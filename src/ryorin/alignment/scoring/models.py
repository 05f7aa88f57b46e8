"""A simple score: each rule is a condition that adds or takes points."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScoreRule(models.Model):
    label = models.CharField(_("理由"), max_length=80)
    condition = models.JSONField()
    points = models.SmallIntegerField(_("点"))
    is_active = models.BooleanField(_("使用中"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


class ScoringPosition(models.Model):
    """How far scoring has followed the changes; one row."""

    changed_until = models.DateTimeField(null=True)
    scored_at = models.DateTimeField(null=True)
    rules_digest = models.CharField(max_length=64, blank=True)
