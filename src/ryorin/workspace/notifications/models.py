from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class Notification(models.Model):
    """Something one member should know, shown in the app until read."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notifications")
    at = models.DateTimeField(_("日時"))
    kind = models.CharField(max_length=40)
    text = models.CharField(_("内容"), max_length=300)
    url = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["member", "read_at", "-at"], name="notification_inbox")]
