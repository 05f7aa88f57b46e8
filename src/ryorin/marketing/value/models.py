"""How customers are valued: the settings, each run with its models and how well they predicted, and what pages show."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.value.models import Subject
from ryorin.workspace.members.models import Member


class ValueSettings(models.Model):
    """The one row that says how values are computed."""

    as_of = models.DateField(_("基準日"), null=True, blank=True, help_text="empty: the day of the computation")
    horizon_months = models.PositiveSmallIntegerField(
        _("見込む期間（か月）"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    discount = models.DecimalField(_("割引率（年・％）"), max_digits=4, decimal_places=1, default=10)
    window_months = models.PositiveSmallIntegerField(_("RFMに数える期間（か月）"), default=0, help_text="0: all orders")
    borders = models.JSONField(default=dict, blank=True, help_text="{recency, frequency, monetary: four borders}")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(null=True, help_text="when somebody last asked for a computation")


class ModelFit(models.Model):
    """One computation for people or for companies: the parameters found, and how well the past was predicted."""

    subject = models.CharField(max_length=8, choices=Subject.choices)
    as_of = models.DateField()
    settings_version = models.PositiveIntegerField()
    history = models.CharField(max_length=40, help_text="the version of the orders it was computed from")
    customers = models.PositiveIntegerField()
    repeaters = models.PositiveIntegerField()
    purchases = models.JSONField(
        default=dict, help_text="BG/NBD: parameters, errors, log-likelihood; or why there is none"
    )
    spend = models.JSONField(default=dict, help_text="Gamma-Gamma, the same")
    backtest = models.JSONField(default=dict, help_text="what was predicted for the last days, and what came")
    totals = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject", "-id"], name="fit_newest")]


class Picture(models.Model):
    """What a page of the analysis shows, computed ahead: RFM grid, cohorts, groups, baskets, lifetime values."""

    subject = models.CharField(max_length=8, choices=Subject.choices)
    kind = models.CharField(max_length=20)
    content = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="one_picture_of_a_kind")]
