"""Shared goals: a number per KPI and month that both wheels steer to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class Target(models.Model):
    metric = models.CharField(max_length=40)
    month = models.DateField(_("月"), help_text="its first day")
    value = models.DecimalField(_("目標"), max_digits=20, decimal_places=4)
    set_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["metric", "month"]
        constraints = [models.UniqueConstraint(fields=["metric", "month"], name="one_target_per_metric_and_month")]
