"""What customers bought and gave back, by whichever channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member, OwnedQuerySet


class OrderChannel(models.TextChoices):
    SHOP = "shop", _("店舗")
    ONLINE = "online", _("オンライン")
    CATALOGUE = "catalogue", _("カタログ")
    REP = "rep", _("営業")


class Order(models.Model):
    """One order, or one return (its amounts are negative). Amounts in minor units of `currency`."""

    number = models.CharField(_("注文番号"), max_length=80, unique=True)
    ordered_at = models.DateTimeField(_("注文日時"))
    person = models.ForeignKey(
        Person, verbose_name=_("顧客"), null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    channel = models.CharField(_("チャネル"), max_length=10, choices=OrderChannel.choices)
    is_return = models.BooleanField(_("返品"), default=False)
    returns = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="returned_by")
    currency = models.CharField(max_length=3, default="JPY")
    net = models.BigIntegerField(_("金額（税抜）"), default=0)
    tax = models.BigIntegerField(_("消費税"), default=0)
    total = models.BigIntegerField(_("金額（税込）"), default=0)
    deal_id = models.BigIntegerField(null=True, blank=True)
    campaign_id = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-ordered_at"], name="order_of_person"),
            models.Index(fields=["company", "-ordered_at"], name="order_of_company"),
            models.Index(fields=["updated_at"], name="order_changed"),
            models.Index(fields=["-ordered_at", "-id"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL)
    description = models.CharField(_("品名"), max_length=200)
    category = models.CharField(_("分類"), max_length=80, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=3, default=1)
    unit_price = models.BigIntegerField(_("単価"))
    amount = models.BigIntegerField(_("金額（税抜）"))
    tax_rate = models.DecimalField(_("税率（％）"), max_digits=4, decimal_places=1, default=10)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="one_line_per_position")]
