"""Shared goals: what a KPI is to reach in a period, for the company, a team, a person or a region; their history."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.insight.metrics.rules import METRICS
from ryorin.lib.fiscal import Grain, Period
from ryorin.workspace.members.models import Member, Scope, Team
from ryorin.workspace.members.rules import may


class Level(models.TextChoices):
    COMPANY = "company", _("全社")
    TEAM = "team", _("チーム")
    PERSON = "person", _("個人")
    REGION = "region", _("地域")


class Rhythm(models.TextChoices):
    """How often a goal is looked at again."""

    NEVER = "", _("見直さない")
    MONTHLY = "monthly", _("毎月")
    QUARTERLY = "quarterly", _("四半期ごと")


class GoalQuerySet(models.QuerySet["Goal"]):
    def standing(self) -> Self:
        """The goals that have a value; one taken back keeps its row for its history."""
        return self.filter(value__isnull=False)

    def of_company(self) -> Self:
        return self.filter(level=Level.COMPANY)

    def due(self, today: date) -> Self:
        return self.standing().filter(review_on__lte=today)

    def visible_to(self, member: Member) -> Self:
        """The company's and the regions' goals for all; those of teams and people as far as the member's scope goes.

        Where a metric in parts is for some only, so are its goals for less than the company.
        """
        if not member.is_active:
            return self.none()
        closed = [name for name, one in METRICS.items() if one.parts_verb and not may(member, one.parts_verb)]
        rows = self.exclude(~models.Q(level=Level.COMPANY), metric__in=closed) if closed else self
        if member.scope == Scope.ALL:
            return rows
        mine = models.Q(level__in=[Level.COMPANY, Level.REGION]) | models.Q(member=member)
        if member.team_id:
            mine |= models.Q(level=Level.TEAM, team_id=member.team_id)
            if member.scope == Scope.TEAM:
                mine |= models.Q(level=Level.PERSON, member__team_id=member.team_id)
        return rows.filter(mine)


class Goal(models.Model):
    """What a metric is to reach from `start` up to, not including, `end`; money in minor units, rates 0..1.

    The dates are kept as they were set: a fiscal year that begins in another month later on does not move them.
    """

    metric = models.CharField(_("指標"), max_length=40)
    grain = models.CharField(_("期間の長さ"), max_length=8)
    start = models.DateField(_("開始日"))
    end = models.DateField(_("終了日の翌日"))
    level = models.CharField(pgettext_lazy("goal", "対象"), max_length=8, choices=Level.choices)
    subject = models.CharField(max_length=24, help_text="company, team:3, person:5, region:13")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.CASCADE, related_name="goals")
    value = models.DecimalField(_("目標"), max_digits=20, decimal_places=4, null=True)
    rhythm = models.CharField(_("見直し"), max_length=10, choices=Rhythm.choices, blank=True, default="")
    review_on = models.DateField(_("次の見直し"), null=True, blank=True)
    told_on = models.DateField(null=True, blank=True, help_text="the review that was last told of")
    set_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["metric", "start", "subject"]
        constraints = [
            models.UniqueConstraint(fields=["metric", "start", "grain", "subject"], name="one_goal_per_subject"),
        ]
        indexes = [
            models.Index(fields=["start", "grain", "subject"], name="goal_of_period"),
            models.Index(fields=["review_on"], name="goal_to_review"),
        ]

    def __str__(self) -> str:
        label = METRICS[self.metric].label if self.metric in METRICS else self.metric
        return f"{label} {self.start:%Y/%m}–{self.end - timedelta(days=1):%Y/%m}"

    @property
    def period(self) -> Period:
        grain: Grain = self.grain  # type: ignore[assignment]
        return Period(self.start, self.end, grain)


class Happening(models.TextChoices):
    SET = "set", pgettext_lazy("goal", "設定")
    CHANGED = "changed", pgettext_lazy("goal", "変更")
    REMOVED = "removed", pgettext_lazy("goal", "取り下げ")
    KEPT = "kept", pgettext_lazy("goal", "見直し（維持）")
    REVISED = "revised", pgettext_lazy("goal", "見直し（変更）")
    CARRIED = "carried", pgettext_lazy("goal", "引き継ぎ")


class GoalEvent(models.Model):
    """One thing that happened to a goal; never changed afterwards."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Happening.choices)
    before = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    after = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
