"""What somebody found out on a day about a KPI that no system counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class Observation(models.Model):
    metric = models.CharField(_("指標"), max_length=40)
    day = models.DateField(_("調査日"))
    value = models.DecimalField(_("値"), max_digits=20, decimal_places=6, help_text="rates 0..1")
    source = models.CharField(_("出典"), max_length=160)
    note = models.CharField(_("メモ"), max_length=300, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["metric", "-day"], name="observation_of_metric")]
