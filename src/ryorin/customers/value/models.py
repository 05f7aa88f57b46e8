"""What a customer is worth, as computed from the orders: one row for each person and each company that ever bought.

An order counts for the person it names and for the company it names; the two are never added together. The marketing
wheel computes the values and writes them here, so that both wheels can read them and lists can be filtered by them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member, Scope


class Subject(models.TextChoices):
    """Whose value it is."""

    PERSON = "person", _("顧客（人）")
    COMPANY = "company", _("会社")


class ChurnLevel(models.TextChoices):
    """How likely it is that nothing more is bought within the horizon."""

    LOW = "low", pgettext_lazy("risk", "低い")
    MIDDLE = "middle", pgettext_lazy("risk", "中くらい")
    HIGH = "high", pgettext_lazy("risk", "高い")


class CustomerGroup(models.Model):
    """A group of customers found automatically; `traits` says what sets it apart, as `marketing.value` describes it."""

    subject = models.CharField(max_length=8, choices=Subject.choices)
    number = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField(default=0)
    traits = models.JSONField(default=list, help_text="[[trait, how strong], ...], the strongest first")
    content = models.JSONField(default=dict, help_text="typical figures and products of the group")

    class Meta:
        ordering = ["subject", "number"]
        constraints = [models.UniqueConstraint(fields=["subject", "number"], name="one_group_per_number")]


class CustomerValue(models.Model):
    """The values of one customer; money in minor units of the company's currency, shares between 0 and 1."""

    purchases = models.PositiveIntegerField(_("購入回数"), help_text="days on which something was bought")
    first_on = models.DateField(_("初回購入日"))
    last_on = models.DateField(_("最終購入日"))
    revenue = models.BigIntegerField(_("累計購入額"), help_text="without tax, less what was given back")
    average = models.BigIntegerField(_("平均購入単価"))
    recency_score = models.PositiveSmallIntegerField(_("R（最近さ）"))
    frequency_score = models.PositiveSmallIntegerField(_("F（頻度）"))
    monetary_score = models.PositiveSmallIntegerField(_("M（金額）"))
    rfm = models.CharField(_("RFM"), max_length=3, help_text="the three scores, such as 543")
    typical_gap = models.FloatField(_("いつもの間隔（日）"), null=True)
    next_on = models.DateField(_("次の購入予定日"), null=True)
    alive = models.FloatField(_("継続中の確率"), null=True)
    expected = models.FloatField(_("見込み購入回数"), null=True, help_text="within the horizon")
    lifetime = models.BigIntegerField(_("顧客生涯価値"), null=True)
    lifetime_low = models.BigIntegerField(null=True)
    lifetime_high = models.BigIntegerField(null=True)
    churn_risk = models.PositiveSmallIntegerField(_("離反リスク（％）"), null=True)
    churn_level = models.CharField(_("離反リスク"), max_length=6, choices=ChurnLevel.choices, blank=True)
    group = models.PositiveSmallIntegerField(_("購買グループ"), null=True)
    next_product = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    because_of = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    next_share = models.FloatField(null=True, help_text="share of the buyers of `because_of` who bought it too")
    as_of = models.DateField()
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


class PersonValueQuerySet(models.QuerySet["PersonValue"]):
    def visible_to(self, member: Member) -> "PersonValueQuerySet":
        if not member.is_active:
            return self.none()
        return self if member.scope == Scope.ALL else self.filter(person__in=Person.objects.visible_to(member))


class PersonValue(CustomerValue):
    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="value")

    objects = PersonValueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recency_score", "frequency_score", "monetary_score"], name="person_value_rfm"),
            models.Index(fields=["-lifetime", "person"], name="person_value_lifetime"),
            models.Index(fields=["churn_level", "-revenue"], name="person_value_churn"),
            models.Index(fields=["next_on", "-lifetime"], name="person_value_next"),
            models.Index(fields=["group", "-revenue"], name="person_value_group"),
            models.Index(fields=["updated_at"], name="person_value_changed"),
        ]


class CompanyValueQuerySet(models.QuerySet["CompanyValue"]):
    def visible_to(self, member: Member) -> "CompanyValueQuerySet":
        if not member.is_active:
            return self.none()
        return self if member.scope == Scope.ALL else self.filter(company__in=Company.objects.visible_to(member))


class CompanyValue(CustomerValue):
    company = models.OneToOneField(Company, on_delete=models.CASCADE, primary_key=True, related_name="value")

    objects = CompanyValueQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recency_score", "frequency_score", "monetary_score"], name="company_value_rfm"),
            models.Index(fields=["-lifetime", "company"], name="company_value_lifetime"),
            models.Index(fields=["churn_level", "-revenue"], name="company_value_churn"),
            models.Index(fields=["next_on", "-lifetime"], name="company_value_next"),
            models.Index(fields=["group", "-revenue"], name="company_value_group"),
            models.Index(fields=["updated_at"], name="company_value_changed"),
        ]
