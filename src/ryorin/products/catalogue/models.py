"""What the company sells, in brief: code, name, category, price and tax."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> "ProductQuerySet":
        return self.filter(is_active=True)

    def visible_to(self, member: object) -> "ProductQuerySet":
        return self


class Product(models.Model):
    code = models.CharField(_("商品コード"), max_length=80, unique=True)
    name = models.CharField(_("商品名"), max_length=200)
    name_en = models.CharField(_("商品名（英語）"), max_length=200, blank=True)
    category = models.CharField(_("分類"), max_length=80, blank=True, db_index=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    price = models.BigIntegerField(_("標準価格（税抜）"), null=True, blank=True)
    cost = models.BigIntegerField(_("原価"), null=True, blank=True)
    tax_rate = models.DecimalField(_("税率（％）"), max_digits=4, decimal_places=1, default=10)
    needs_person = models.BooleanField(_("人による提案が必要"), default=False)
    is_active = models.BooleanField(_("販売中"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
