"""After the contract: plans of what is done when, the plans that run, what customers think, who has gone quiet."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member, OwnedQuerySet, Team


class Trigger(models.TextChoices):
    WON = "won", _("商談の受注")
    ORDERED = "ordered", _("注文")
    BOTH = "both", _("受注と注文の両方")


class OwnerRule(models.TextChoices):
    DEAL_OWNER = "deal_owner", _("商談・注文の担当")
    TEAM = "team", _("チームで順番に")
    MEMBER = "member", _("特定の人")


class StepKind(models.TextChoices):
    TASK = "task", _("作業")
    CALL = "called", _("電話")
    VISIT = "visited", _("訪問")
    MAIL = "mailed", _("メール")


class Unit(models.TextChoices):
    DAYS = "days", _("日後")
    BUSINESS_DAYS = "business_days", _("営業日後")


class FollowUpPlan(models.Model):
    """What is done after a sale; for one product, for a category, or (both empty) for every sale."""

    name = models.CharField(_("プラン名"), max_length=80, unique=True)
    trigger = models.CharField(_("始めるとき"), max_length=8, choices=Trigger.choices, default=Trigger.BOTH)
    product = models.ForeignKey(
        Product, verbose_name=_("商品"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    category = models.CharField(_("商品分類"), max_length=80, blank=True)
    owner_rule = models.CharField(_("担当の決め方"), max_length=10, choices=OwnerRule.choices, default="deal_owner")
    team = models.ForeignKey(
        Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    member = models.ForeignKey(
        Member, verbose_name=_("担当者"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_single = models.BooleanField(_("実行中のお客さまには重ねて始めない"), default=True)
    is_active = models.BooleanField(_("使用中"), default=False)
    active_since = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PlanStep(models.Model):
    plan = models.ForeignKey(FollowUpPlan, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("すること"), max_length=120)
    kind = models.CharField(_("種類"), max_length=10, choices=StepKind.choices, default=StepKind.TASK)
    text = models.TextField(_("手順・話すこと"), blank=True)
    wait = models.PositiveSmallIntegerField(_("間隔"), default=1)
    unit = models.CharField(_("数え方"), max_length=14, choices=Unit.choices, default=Unit.DAYS)
    asks_satisfaction = models.BooleanField(_("満足度を聞く"), default=False)

    class Meta:
        ordering = ["plan", "position", "pk"]


class FollowUpState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("follow-up", "実行中")
    DONE = "done", pgettext_lazy("follow-up", "完了")
    STOPPED = "stopped", pgettext_lazy("follow-up", "中止")


class FollowUp(models.Model):
    """One plan running for one sale; its steps are its own, so that changing the plan changes no promise made."""

    plan = models.ForeignKey(FollowUpPlan, null=True, on_delete=models.SET_NULL, related_name="runs")
    name = models.CharField(_("プラン名"), max_length=80)
    person = models.ForeignKey(
        Person, verbose_name=_("顧客"), null=True, blank=True, on_delete=models.CASCADE, related_name="follow_ups"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="follow_ups"
    )
    deal_id = models.BigIntegerField(null=True, blank=True)
    order_id = models.BigIntegerField(null=True, blank=True)
    about = models.CharField(_("対象"), max_length=160)
    key = models.CharField(max_length=60, unique=True, help_text="plan and sale: each sale starts a plan once")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(_("状態"), max_length=8, choices=FollowUpState.choices, default=FollowUpState.RUNNING)
    started_on = models.DateField(_("開始日"))
    ended_at = models.DateTimeField(null=True, blank=True)
    why_stopped = models.CharField(_("中止の理由"), max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        indexes = [
            models.Index(fields=["person", "state"], name="follow_up_of_person"),
            models.Index(fields=["company", "state"], name="follow_up_of_company"),
            models.Index(fields=["plan", "state", "person"], name="follow_up_of_plan"),
        ]

    def __str__(self) -> str:
        return self.name


class StepQuerySet(OwnedQuerySet):
    def waiting(self) -> Self:
        return self.filter(done_at__isnull=True, is_skipped=False, follow_up__state=FollowUpState.RUNNING)


class FollowUpStep(models.Model):
    """One thing to do in a running plan; `task_id` once it stands on somebody's list."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("すること"), max_length=120)
    kind = models.CharField(_("種類"), max_length=10, choices=StepKind.choices)
    text = models.TextField(_("手順・話すこと"), blank=True)
    asks_satisfaction = models.BooleanField(default=False)
    due_on = models.DateField(_("予定日"))
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    task_id = models.BigIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(_("実施日時"), null=True, blank=True)
    done_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_skipped = models.BooleanField(default=False)
    note = models.TextField(_("結果"), blank=True)
    touchpoint = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["follow_up", "position"], name="one_step_per_position")]
        indexes = [
            models.Index(fields=["done_at", "is_skipped", "due_on", "id"], name="step_due"),
            models.Index(fields=["owner", "done_at", "due_on"], name="step_of_owner"),
            models.Index(fields=["task_id"], name="step_of_task"),
        ]


class ReadPosition(models.Model):
    """How far the sales have been read for plans that they start."""

    name = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField(help_text="rows written before were looked at")


class Satisfaction(models.Model):
    """How content a customer said to be, from 1 (not at all) to 5 (very)."""

    person = models.ForeignKey(
        Person, verbose_name=_("顧客"), null=True, blank=True, on_delete=models.CASCADE, related_name="satisfactions"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="satisfactions"
    )
    step = models.ForeignKey(FollowUpStep, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    score = models.PositiveSmallIntegerField(_("満足度"))
    comment = models.TextField(_("お客さまの声"), blank=True)
    at = models.DateTimeField(_("聞いた日時"))
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="satisfaction_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(score__gte=1, score__lte=5), name="satisfaction_1_to_5")
        ]


class QuietCustomer(models.Model):
    """A customer silent for longer than nine in ten of the gaps between its orders; made anew every day.

    Days are counted between days with orders; `value` is what the customer usually buys in a year, in minor units.
    """

    key = models.CharField(max_length=24, unique=True, help_text="company:5 or person:7")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="quiet")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.CASCADE, related_name="quiet")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    orders = models.PositiveIntegerField(_("注文回数"))
    last_on = models.DateField(_("最後の注文"))
    quiet_since = models.DateField(_("途絶え始めた日"))
    usual_days = models.FloatField(_("いつもの間隔（日）"))
    long_days = models.FloatField(_("長いときの間隔（日）"))
    is_own_rhythm = models.BooleanField(default=True, help_text="else that of the channel's customers")
    is_long_gone = models.BooleanField(default=False)
    value = models.BigIntegerField(_("年間の取引額"))
    task_id = models.BigIntegerField(null=True, blank=True)
    seen_on = models.DateField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-value", "-pk"]
        indexes = [
            models.Index(fields=["is_long_gone", "is_own_rhythm", "-value", "-id"], name="quiet_by_value"),
            models.Index(fields=["is_long_gone", "is_own_rhythm", "-quiet_since", "-id"], name="quiet_by_day"),
        ]


class QuietLook(models.Model):
    """The last time all customers were looked at: when, how many there were, how many had gone quiet."""

    day = models.DateField(unique=True)
    customers = models.PositiveIntegerField()
    quiet = models.PositiveIntegerField()
    long_gone = models.PositiveIntegerField()
    value = models.BigIntegerField()
    history = models.CharField(max_length=40, help_text="version of the orders in the lake")
    at = models.DateTimeField()
