"""What the company sells: products and bundles of them, in a tree of categories of two levels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaxClass(models.TextChoices):
    STANDARD = "standard", _("標準税率")
    REDUCED = "reduced", _("軽減税率")
    EXEMPT = "exempt", _("非課税")
    OUT_OF_SCOPE = "out", _("不課税")
    ZERO_RATED = "zero", _("免税")


class Category(models.Model):
    """A group of products; they name it by its name, which is therefore its own."""

    name = models.CharField(_("分類名"), max_length=80, unique=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("上の分類"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(models.QuerySet["Product"]):
    def on_sale(self) -> "ProductQuerySet":
        return self.filter(is_active=True)

    def visible_to(self, member: object) -> "ProductQuerySet":
        return self


class Product(models.Model):
    code = models.CharField(_("商品コード"), max_length=80, unique=True)
    name = models.CharField(_("商品名"), max_length=200)
    name_en = models.CharField(_("商品名（英語）"), max_length=200, blank=True)
    description = models.TextField(_("説明"), blank=True)
    description_en = models.TextField(_("説明（英語）"), blank=True)
    category = models.CharField(_("分類"), max_length=80, blank=True, db_index=True)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    price = models.BigIntegerField(_("標準価格（税抜）"), null=True, blank=True)
    cost = models.BigIntegerField(_("原価"), null=True, blank=True)
    tax_class = models.CharField(_("税区分"), max_length=8, choices=TaxClass.choices, default=TaxClass.STANDARD)
    is_bundle = models.BooleanField(_("セット商品"), default=False)
    price_from_parts = models.BooleanField(_("構成品の合計を価格にする"), default=False)
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


class BundlePart(models.Model):
    """So many of a product in one bundle; a bundle holds no bundle."""

    bundle = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="parts")
    product = models.ForeignKey(Product, verbose_name=_("構成品"), on_delete=models.PROTECT, related_name="part_of")
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=3, default=1)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "product"], name="part_once_in_a_bundle"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="part_of_a_positive_quantity"),
        ]
