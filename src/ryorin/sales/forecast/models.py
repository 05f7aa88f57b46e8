"""What is expected to be won: what each ヨミ means, what people commit to, what they are to sell, what was forecast."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Yomi
from ryorin.workspace.members.models import Member


class YomiMeaning(models.Model):
    """What a ヨミ means in this company; `probability` in percent."""

    yomi = models.CharField(_("ヨミ"), max_length=1, choices=Yomi.choices, unique=True)
    meaning = models.CharField(_("意味"), max_length=120, blank=True)
    probability = models.PositiveSmallIntegerField(_("受注確度（％）"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["yomi"]


class CommitSide(models.TextChoices):
    REP = "rep", _("本人")
    MANAGER = "manager", _("上長")


class Commit(models.Model):
    """What somebody says a member will win in a month; the newest of each side counts, the others are its history."""

    member = models.ForeignKey(Member, verbose_name=_("担当"), on_delete=models.CASCADE, related_name="commits")
    month = models.DateField(_("月"), help_text="its first day")
    side = models.CharField(_("立場"), max_length=8, choices=CommitSide.choices)
    amount = models.BigIntegerField(_("コミット額"), help_text="minor units of the company's currency")
    comment = models.CharField(_("コメント"), max_length=300, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["month", "member", "side", "-id"], name="commit_newest")]


class Quota(models.Model):
    """What a member is to win, or what is to be won with a product, in a month."""

    month = models.DateField(_("月"), help_text="its first day")
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.CASCADE, related_name="quotas")
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.CASCADE, related_name="quotas")
    amount = models.BigIntegerField(_("目標額"), help_text="minor units of the company's currency")
    set_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["month", "member"], name="one_quota_per_member_and_month"),
            models.UniqueConstraint(fields=["month", "product"], name="one_quota_per_product_and_month"),
            models.CheckConstraint(
                condition=models.Q(member__isnull=True) ^ models.Q(product__isnull=True), name="quota_of_one_subject"
            ),
        ]


class Lesson(models.Model):
    """What the history of deals taught on one day: chances and times by stage, as `rules.Learned` writes itself."""

    day = models.DateField(unique=True)
    currency = models.CharField(max_length=3)
    content = models.JSONField(default=dict)
    deals = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]


class Outlook(models.Model):
    """What was forecast on one day for one month, kept to see afterwards how it moved; minor units."""

    day = models.DateField()
    month = models.DateField(help_text="its first day")
    won = models.BigIntegerField()
    expected = models.BigIntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    naive = models.BigIntegerField()

    class Meta:
        ordering = ["month", "day"]
        constraints = [models.UniqueConstraint(fields=["month", "day"], name="one_outlook_per_month_and_day")]
