"""What a product costs for whom and when, and how much tax there is on it."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.products.catalogue.models import Product, TaxClass


class TaxRate(models.Model):
    """The rate of a tax class, in percent, from one day to another, both included."""

    tax_class = models.CharField(_("税区分"), max_length=8, choices=TaxClass.choices)
    rate = models.DecimalField(_("税率（％）"), max_digits=4, decimal_places=1)
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)

    class Meta:
        ordering = ["tax_class", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["tax_class", "valid_from"], name="one_tax_rate_a_day")]


class PriceBookQuerySet(models.QuerySet["PriceBook"]):
    def visible_to(self, member: object) -> Self:
        return self

    def valid_on(self, day: date) -> Self:
        ended = models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day)
        return self.filter(ended, is_active=True, valid_from__lte=day)


class PriceBook(models.Model):
    """Prices for a period, for some prefectures (none named: everywhere) and one customer group ("": everyone)."""

    name = models.CharField(_("価格表の名前"), max_length=80)
    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    prefectures = models.JSONField(_("地域"), default=list, blank=True)
    customer_group = models.CharField(_("顧客グループ"), max_length=40, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)
    note = models.TextField(_("メモ"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PriceBookQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class PriceEntry(models.Model):
    """One unit price (without tax, minor units) of a product in a book, from a quantity on."""

    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="entries")
    product = models.ForeignKey(Product, verbose_name=_("商品"), on_delete=models.CASCADE, related_name="price_entries")
    from_quantity = models.DecimalField(_("数量（以上）"), max_digits=12, decimal_places=3, default=1)
    unit_price = models.BigIntegerField(_("単価（税抜）"))

    class Meta:
        ordering = ["product", "from_quantity"]
        constraints = [
            models.UniqueConstraint(fields=["product", "book", "from_quantity"], name="one_price_a_quantity"),
            models.CheckConstraint(condition=models.Q(from_quantity__gt=0), name="price_from_a_positive_quantity"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="price_not_below_zero"),
        ]
