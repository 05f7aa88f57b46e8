"""People: visitors we know by name, leads, customers. One record for both wheels."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.lib.japanese import addressee
from ryorin.workspace.members.models import Member, OwnedQuerySet


class LifecycleStage(models.TextChoices):
    """How far the person has come; in the order of the funnel."""

    VISITOR = "visitor", pgettext_lazy("stage", "訪問")
    LEAD = "lead", pgettext_lazy("stage", "リード")
    QUALIFIED = "qualified", pgettext_lazy("stage", "見込み確度到達")
    ACCEPTED = "accepted", pgettext_lazy("stage", "営業受け入れ")
    OPPORTUNITY = "opportunity", pgettext_lazy("stage", "商談")
    CUSTOMER = "customer", pgettext_lazy("stage", "受注")
    REPEAT = "repeat", pgettext_lazy("stage", "再購入")

    @property
    def rank(self) -> int:
        return list(LifecycleStage).index(self)


class MailConsent(models.TextChoices):
    UNKNOWN = "unknown", _("未確認")
    ALLOWED = "allowed", _("配信可")
    REFUSED = "refused", _("配信不可")


class MailBasis(models.TextChoices):
    """On what the permission to mail rests (Act on Specified Electronic Mail, article 3 and rules 2 and 3)."""

    OPT_IN = "opt_in", _("本人の同意")
    BUSINESS_CARD = "business_card", _("名刺など書面での通知")
    RELATIONSHIP = "relationship", _("取引関係")
    PUBLISHED = "published", _("公表されたアドレス")


class CallHours(models.TextChoices):
    """When the person likes to be called; blank is any time."""

    MORNING = "morning", _("午前（9〜12時）")
    NOON = "noon", _("昼（12〜13時）")
    AFTERNOON = "afternoon", _("午後（13〜17時）")
    EVENING = "evening", _("夕方以降（17〜21時）")

    @property
    def hours(self) -> range:
        """The hours of the day that begin within it."""
        return {
            CallHours.MORNING: range(9, 12),
            CallHours.NOON: range(12, 13),
            CallHours.AFTERNOON: range(13, 17),
            CallHours.EVENING: range(17, 21),
        }[self]


class PersonQuerySet(OwnedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-pk")


class Person(models.Model):
    family_name = models.CharField(_("姓"), max_length=60)
    given_name = models.CharField(_("名"), max_length=60, blank=True)
    family_kana = models.CharField(_("セイ"), max_length=80, blank=True)
    given_kana = models.CharField(_("メイ"), max_length=80, blank=True)
    honorific = models.CharField(_("敬称"), max_length=10, default="様")
    email = models.CharField(_("メールアドレス"), max_length=254, blank=True)
    phone = models.CharField(_("電話番号"), max_length=40, blank=True)
    mobile = models.CharField(_("携帯電話"), max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, help_text="E.164 of mobile or phone")
    email_key = models.CharField(max_length=32, blank=True, default="", db_default="", help_text="keyed hash of email")
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    department = models.CharField(_("部署"), max_length=80, blank=True)
    job_title = models.CharField(_("役職"), max_length=80, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=2, blank=True)
    city = models.CharField(_("市区町村"), max_length=80, blank=True)
    street = models.CharField(_("番地"), max_length=160, blank=True)
    building = models.CharField(_("建物名"), max_length=120, blank=True)
    memo = models.TextField(_("メモ"), blank=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    stage = models.CharField(_("段階"), max_length=12, choices=LifecycleStage.choices, default=LifecycleStage.LEAD)
    stage_at = models.DateTimeField(_("この段階になった日時"))
    score = models.IntegerField(_("スコア"), default=0)
    score_reasons = models.JSONField(default=list, blank=True, help_text="[{label, points}], largest first")
    given_points = models.IntegerField(
        _("加えられた点"), default=0, db_default=0, help_text="given by journeys, part of the score"
    )
    is_ready = models.BooleanField(_("引き継ぎの条件を満たす"), default=False)
    mail_consent = models.CharField(
        _("メール配信"), max_length=8, choices=MailConsent.choices, default=MailConsent.UNKNOWN
    )
    mail_basis = models.CharField(
        _("メール配信の根拠"), max_length=16, choices=MailBasis.choices, blank=True, default="", db_default=""
    )
    do_not_call = models.BooleanField(_("架電禁止"), default=False)
    do_not_call_reason = models.CharField(_("架電禁止の理由"), max_length=120, blank=True)
    do_not_call_on = models.DateField(_("架電禁止にした日"), null=True, blank=True)
    call_hours = models.CharField(
        _("電話の希望時間帯"), max_length=10, choices=CallHours.choices, blank=True, default="", db_default=""
    )
    source_channel = models.CharField(_("獲得チャネル"), max_length=40, blank=True)
    source_campaign_id = models.BigIntegerField(_("獲得施策"), null=True, blank=True)
    source_detail = models.CharField(_("きっかけ"), max_length=160, blank=True)
    first_contact_at = models.DateTimeField(_("最初の接点"), null=True, blank=True)
    external_key = models.CharField(_("外部ID"), max_length=120, null=True, blank=True, unique=True)
    traits = models.JSONField(
        _("追加項目"), default=dict, db_default={}, blank=True, help_text="{name: text}, from columns of files"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("登録日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="person_email"),
            models.Index(fields=["phone_key"], name="person_phone"),
            models.Index(fields=["email_key"], name="person_email_key"),
            models.Index(fields=["family_kana", "given_kana", "id"], name="person_kana"),
            models.Index(fields=["family_name", "given_name", "company"], name="person_name"),
            models.Index(  # what lists are filtered by most: counted from the index, without the rows
                fields=[
                    "stage",
                    "prefecture",
                    "owner",
                    "score",
                    "mail_consent",
                    "source_channel",
                    "is_ready",
                    "created_at",
                ],
                name="person_stage",
            ),
            models.Index(fields=["score", "id"], name="person_score"),
            models.Index(fields=["updated_at"], name="person_changed"),
            models.Index(fields=["id"], condition=models.Q(is_ready=True), name="person_ready"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}".strip()

    @property
    def addressed(self) -> str:
        """The name with its honorific, as one writes it to the person."""
        return addressee(family_name=self.family_name, given_name=self.given_name, honorific=self.honorific)


class StageChange(models.Model):
    """One step of one person along the funnel: when, why, and what brought it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stage_changes")
    stage = models.CharField(max_length=12, choices=LifecycleStage.choices)
    at = models.DateTimeField()
    why = models.CharField(max_length=160, help_text="a past-tense fact: form_submitted, deal_won, imported ...")
    channel = models.CharField(max_length=40, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    ref_type = models.CharField(max_length=40, blank=True)
    ref_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["updated_at"], name="stage_changed")]
        constraints = [models.UniqueConstraint(fields=["person", "stage"], name="one_first_time_per_stage")]


class Employment(models.Model):
    """Where a person worked from when until when; moving on adds a row and overwrites none."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="employments")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="employments")
    department = models.CharField(max_length=80, blank=True)
    job_title = models.CharField(max_length=80, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        ordering = ["-since", "-pk"]


class Chance(models.Model):
    """How likely a lead is to come good, as the learned score says; alignment sets it, both wheels read it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="chance")
    percent = models.PositiveSmallIntegerField(_("成約見込み（％）"))
    probability = models.FloatField(help_text="0..1, with what was lately heard of similar leads")
    learned = models.FloatField(help_text="0..1, as the version alone says")
    reasons = models.TextField(default="[]", help_text="JSON: [[column, log-odds, value], ...], heaviest first")
    version = models.PositiveIntegerField(help_text="number of the version of the score")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["percent"], name="chance_percent")]
