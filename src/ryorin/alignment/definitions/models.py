"""What a ready lead is: one condition, in versions, agreed by both wheels."""

from typing import Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member

Row = TypeVar("Row", bound=models.Model)


class Side(models.TextChoices):
    """The two wheels that have to agree."""

    MARKETING = "marketing", _("マーケティング")
    SALES = "sales", _("営業")


class AgreedQuerySet(models.QuerySet[Row]):
    def active(self) -> Self:
        return self.filter(active_from__isnull=False, active_until__isnull=True)

    def proposed(self) -> Self:
        return self.filter(active_from__isnull=True, withdrawn_at__isnull=True)


class Agreed(models.Model):
    """One version of what both wheels agree to; active from the second agreement until the next version replaces it."""

    version = models.PositiveIntegerField(unique=True)
    note = models.CharField(_("変更の理由"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_at = models.DateTimeField()
    active_from = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def is_proposed(self) -> bool:
        return self.active_from is None and self.withdrawn_at is None


class ReadyDefinition(Agreed):
    """What a ready lead is."""

    condition = models.JSONField()
    agreed_by_marketing = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_by_sales = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = AgreedQuerySet["ReadyDefinition"].as_manager()

    def agreed_by(self, side: str) -> Member | None:
        """Return who agreed for that side."""
        return self.agreed_by_marketing if side == Side.MARKETING else self.agreed_by_sales
