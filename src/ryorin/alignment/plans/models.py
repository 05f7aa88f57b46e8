"""The plan of a quarter that both wheels sign: what goes in, what is expected, and who signed which version."""

from typing import Any

from django.db import models

from ryorin.alignment.definitions.models import Side
from ryorin.workspace.members.models import Member


class Plan(models.Model):
    """One version of a quarter's plan; frozen once both sides have signed.

    `basis` is what was entered (rules.Basis as JSON), `outlook` what followed from it by month when it was saved.
    """

    start = models.DateField(help_text="the first day of the quarter")
    version = models.PositiveIntegerField()
    basis = models.JSONField()
    outlook = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    signed_by_marketing = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    marketing_signed_at = models.DateTimeField(null=True)
    signed_by_sales = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    sales_signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-start", "-version"]
        constraints = [models.UniqueConstraint(fields=["start", "version"], name="one_plan_per_quarter_and_version")]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m} v{self.version}"

    @property
    def is_frozen(self) -> bool:
        return self.marketing_signed_at is not None and self.sales_signed_at is not None

    @property
    def frozen_at(self) -> Any:
        """When the second side signed; None before."""
        return max(self.marketing_signed_at, self.sales_signed_at) if self.is_frozen else None  # type: ignore[type-var]

    def signed_by(self, side: str) -> Member | None:
        return self.signed_by_marketing if side == Side.MARKETING else self.signed_by_sales

    def signed_at(self, side: str) -> Any:
        return self.marketing_signed_at if side == Side.MARKETING else self.sales_signed_at
