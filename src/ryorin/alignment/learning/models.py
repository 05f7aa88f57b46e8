"""The score that learns: its versions, what it is waiting for, and what was lately heard of leads of one source."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member


class ModelKind(models.TextChoices):
    LOGISTIC = "logistic", _("ロジスティック回帰")
    BOOSTING = "boosting", _("勾配ブースティング")


class ScoreVersionQuerySet(models.QuerySet["ScoreVersion"]):
    def active(self) -> Self:
        return self.filter(active_from__isnull=False, active_until__isnull=True)


class ScoreVersion(models.Model):
    """One training: the score itself as plain numbers, and how good it was on the leads that came last."""

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=ModelKind.choices)
    content = models.JSONField(help_text="encoder, model, calibration: numbers and words, nothing that runs")
    figures = models.JSONField(help_text="later, baseline, boosted, picture, weights, open_share")
    refused = models.JSONField(default=list, help_text="[{name, reason, figures}]")
    changes = models.JSONField(default=dict, help_text="against the version that was active before")
    answers = models.PositiveIntegerField()
    trained_at = models.DateTimeField()
    trained_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    active_from = models.DateTimeField(null=True)
    active_until = models.DateTimeField(null=True)

    objects = ScoreVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def is_active(self) -> bool:
        return self.active_from is not None and self.active_until is None


class LearningState(models.Model):
    """How far learning has come; one row. `reason` is why the last attempt learned nothing, empty when it did."""

    reason = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    tried_at = models.DateTimeField(null=True)
    answers = models.PositiveIntegerField(default=0, help_text="answers at the last attempt")
    scored_at = models.DateTimeField(null=True, help_text="when everybody was scored")
    scored_with = models.PositiveIntegerField(default=0, help_text="number of the version everybody was scored with")
    changed_until = models.DateTimeField(null=True)
    history_until = models.BigIntegerField(default=0)
    answered_until = models.DateTimeField(null=True, help_text="answers up to here are in the lessons")


class LessonAbout(models.TextChoices):
    CAMPAIGN = "campaign", _("施策")
    CHANNEL = "channel", _("獲得チャネル")


class Lesson(models.Model):
    """What the last answers say about the leads of one source, beyond what the version knows."""

    about = models.CharField(max_length=10, choices=LessonAbout.choices)
    key = models.CharField(max_length=40, help_text="id of the campaign, or the channel")
    answers = models.PositiveIntegerField()
    sent_back = models.PositiveIntegerField(help_text="of them sent back by sales")
    reason = models.CharField(max_length=60, blank=True, help_text="the reason most often given")
    with_reason = models.PositiveIntegerField(default=0, help_text="how often it was given")
    before = models.FloatField(help_text="mean probability of these leads by the version, 0..1")
    after = models.FloatField(help_text="the same with what was heard")
    shift = models.FloatField(help_text="what is added to the log-odds of leads of this source")
    since = models.DateTimeField(help_text="first of the answers")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["shift", "pk"]
        constraints = [models.UniqueConstraint(fields=["about", "key"], name="one_lesson_per_source")]


class LeadOutcome(models.Model):
    """How a lead ended, known from elsewhere: an imported column says whether it became a customer."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="outcome")
    won = models.BooleanField(_("成約したか"))
    at = models.DateTimeField(_("結果が出た日時"))
    source = models.CharField(max_length=60)
    updated_at = models.DateTimeField()
