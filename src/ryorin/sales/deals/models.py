"""Deals on their way through a pipeline."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member, OwnedQuerySet


class DealState(models.TextChoices):
    OPEN = "open", _("進行中")
    WON = "won", _("受注")
    LOST = "lost", _("失注")


class Yomi(models.TextChoices):
    """What the owner expects of an open deal, whatever its stage says."""

    A = "a", _("A")
    B = "b", _("B")
    C = "c", _("C")
    PASSED_OVER = "x", _("見送り")


class Pipeline(models.Model):
    name = models.CharField(_("パイプライン名"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(_("ステージ名"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    probability = models.PositiveSmallIntegerField(_("受注確度（％）"), default=0)
    stale_days = models.PositiveSmallIntegerField(_("停滞とみなす日数"), default=14)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["pipeline", "name"], name="one_stage_name_per_pipeline")]

    def __str__(self) -> str:
        return self.name


class LostReason(models.Model):
    name = models.CharField(_("失注理由"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class DealQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        return self.filter(state=DealState.OPEN)


class Deal(models.Model):
    """One chance to sell; `amount` in minor units of `currency`."""

    name = models.CharField(_("商談名"), max_length=160)
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="deals"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("主な相手"), null=True, blank=True, on_delete=models.SET_NULL, related_name="deals"
    )
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, verbose_name=_("ステージ"), on_delete=models.PROTECT, related_name="deals")
    state = models.CharField(_("状態"), max_length=4, choices=DealState.choices, default=DealState.OPEN)
    amount = models.BigIntegerField(_("金額（税抜）"), default=0)
    currency = models.CharField(max_length=3, default="JPY")
    expected_close_on = models.DateField(_("受注予定日"), null=True, blank=True)
    opened_at = models.DateTimeField(_("開始日時"))
    stage_since = models.DateTimeField(_("このステージになった日時"))
    closed_at = models.DateTimeField(_("終了日時"), null=True, blank=True)
    lost_reason = models.ForeignKey(LostReason, null=True, blank=True, on_delete=models.PROTECT)
    lost_note = models.CharField(_("失注の経緯"), max_length=300, blank=True)
    yomi = models.CharField(_("ヨミ"), max_length=1, choices=Yomi.choices, blank=True, default="")
    next_action = models.CharField(_("次のアクション"), max_length=160, blank=True)
    next_action_on = models.DateField(_("次のアクションの日"), null=True, blank=True)
    source_channel = models.CharField(_("獲得チャネル"), max_length=40, blank=True)
    source_campaign_id = models.BigIntegerField(_("獲得施策"), null=True, blank=True)
    handoff_id = models.BigIntegerField(null=True, blank=True)
    budget = models.BigIntegerField(_("お客さまの予算"), null=True, blank=True)
    problem = models.TextField(_("お客さまの課題"), blank=True, default="")
    problem_cost = models.BigIntegerField(_("課題による損失（年間）"), null=True, blank=True)
    cost_basis = models.CharField(_("損失の計算"), max_length=300, blank=True, default="")
    solution = models.TextField(_("提案する解決策"), blank=True, default="")
    effect = models.TextField(_("期待できる効果"), blank=True, default="")
    competitor = models.CharField(_("競合"), max_length=120, blank=True, default="")
    memo = models.TextField(_("メモ"), blank=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    external_key = models.CharField(_("外部ID"), max_length=120, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = DealQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["pipeline", "state", "stage", "owner", "expected_close_on", "amount"], name="deal_totals"
            ),
            models.Index(fields=["pipeline", "stage", "state", "-stage_since", "-id"], name="deal_board"),
            models.Index(fields=["owner", "state", "next_action_on"], name="deal_next_action"),
            models.Index(fields=["updated_at"], name="deal_changed"),
            models.Index(
                fields=["owner", "id"], condition=models.Q(state="open", next_action=""), name="deal_nothing_written"
            ),
            models.Index(  # what the forecast adds up, read from the index alone
                fields=[
                    "state",
                    "currency",
                    "stage",
                    "stage_since",
                    "owner",
                    "expected_close_on",
                    "yomi",
                    "amount",
                ],
                name="deal_forecast",
            ),
            models.Index(fields=["state", "currency", "closed_at", "owner", "stage", "amount"], name="deal_closed"),
        ]

    def __str__(self) -> str:
        return self.name


class Attitude(models.TextChoices):
    FOR = "for", pgettext_lazy("attitude", "賛成")
    NEUTRAL = "neutral", pgettext_lazy("attitude", "中立")
    AGAINST = "against", pgettext_lazy("attitude", "反対")


class DealPerson(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="deal_roles")
    part = models.CharField(_("立場"), max_length=40, blank=True, help_text="決裁、利用、窓口 ...")
    attitude = models.CharField(_("姿勢"), max_length=8, choices=Attitude.choices, blank=True, default="")
    note = models.CharField(_("関心・懸念"), max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "person"], name="person_once_per_deal")]


class DealProduct(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="deal_lines")
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=3, default=1)
    unit_price = models.BigIntegerField(_("単価"))
    amount = models.BigIntegerField(_("金額"))

    @property
    def plain_quantity(self) -> str:
        """The quantity without zeros behind the point: "2.5", "10"."""
        return f"{self.quantity.normalize():f}"


class StageMove(models.Model):
    """Each time a deal entered a stage, was won or lost."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="moves")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT)
    state = models.CharField(max_length=4, choices=DealState.choices, default=DealState.OPEN)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["updated_at"], name="move_changed")]


class DealAnswer(models.Model):
    """What a hearing brought to light for a deal, kept here so that stage rules can ask for it."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=80, help_text="which question of which sheet")
    label = models.CharField(_("質問"), max_length=200)
    said = models.CharField(_("回答"), max_length=300)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "key"], name="one_answer_per_deal_and_question")]


class RuleKind(models.TextChoices):
    FIELD = "field", pgettext_lazy("stage rule", "商談の項目")
    PART = "part", pgettext_lazy("stage rule", "関係者の立場")
    NEED = "need", pgettext_lazy("stage rule", "お客さまの声")
    ANSWER = "answer", pgettext_lazy("stage rule", "ヒアリングの質問")


class StageRule(models.Model):
    """One thing that must be known of a deal before it may enter the stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="rules")
    kind = models.CharField(_("種類"), max_length=8, choices=RuleKind.choices)
    name = models.CharField(max_length=80, help_text="the field, the part, the kind of need or the question's key")
    label = models.CharField(max_length=200, help_text="as it read when the rule was made")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["stage", "kind", "name"], name="stage_asks_once")]


class YomiMove(models.Model):
    """Each time somebody changed what is expected of a deal."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="yomi_moves")
    yomi = models.CharField(max_length=1, choices=Yomi.choices, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["at", "pk"]
