"""What both wheels cost beside their campaigns: people, travel, entertainment, systems, by month and team."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member, Team


class SpendingKind(models.TextChoices):
    PEOPLE = "people", _("人件費")
    TRAVEL = "travel", _("旅費交通費")
    ENTERTAINMENT = "entertainment", _("接待交際費")
    SYSTEMS = "systems", _("システム費")
    OTHER = "other", _("そのほかの費用")


class Spending(models.Model):
    """What one team, or the company as a whole, spent in one month on one kind; minor units of its currency."""

    month = models.DateField(_("月"), help_text="its first day")
    team = models.ForeignKey(
        Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.PROTECT, related_name="spending"
    )
    kind = models.CharField(_("費目"), max_length=16, choices=SpendingKind.choices)
    amount = models.BigIntegerField(_("金額"))
    acquires = models.BooleanField(_("獲得費用に含める"), default=True, help_text="counts in CAC")
    note = models.CharField(_("メモ"), max_length=120, blank=True)
    set_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "team__name", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "kind"], condition=models.Q(team__isnull=True), name="one_spending_of_the_company"
            ),
            models.UniqueConstraint(
                fields=["month", "team", "kind"],
                condition=models.Q(team__isnull=False),
                name="one_spending_of_a_team",
            ),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="spending_not_below_nothing"),
        ]
