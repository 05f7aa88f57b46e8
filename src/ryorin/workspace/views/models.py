from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class SavedView(models.Model):
    """A list as somebody likes it: a condition, columns and an order, kept for oneself or shared."""

    record_type = models.CharField(max_length=40)
    name = models.CharField(_("ビュー名"), max_length=80)
    owner = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(_("全員に公開"), default=False)
    condition = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True)
    sort = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["name"]
        unique_together = [("record_type", "owner", "name")]
