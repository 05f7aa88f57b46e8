"""What a ready lead is: one condition, in versions, agreed by both wheels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class ReadyDefinition(models.Model):
    version = models.PositiveIntegerField(unique=True)
    condition = models.JSONField()
    note = models.CharField(_("変更の理由"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by_marketing = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_by_sales = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    active_from = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
