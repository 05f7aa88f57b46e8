"""The fields of a product, as lists, conditions, import, export and pages know them."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.products.catalogue.models import TaxClass
from ryorin.workspace.members.rules import MAY

NOBODY: frozenset[str] = frozenset()

PRODUCT = RecordType(
    name="product",
    label=_("商品"),
    plural="products",
    table="products",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False),
        Field(
            name="code",
            label=_("商品コード"),
            type=Type.TEXT,
            required=True,
            listed=True,
            sortable=True,
            aliases=("品番", "型番", "SKU", "Code", "Product code"),
        ),
        Field(
            name="name",
            label=_("商品名"),
            type=Type.TEXT,
            required=True,
            listed=True,
            sortable=True,
            aliases=("品名", "製品名", "Product", "Product name", "Name"),
        ),
        Field(
            name="name_en", label=_("商品名（英語）"), type=Type.TEXT, column=None, aliases=("Product name (English)",)
        ),
        Field(
            name="category",
            label=_("分類"),
            type=Type.TEXT,
            listed=True,
            sortable=True,
            aliases=("カテゴリ", "シリーズ", "Category", "Series"),
        ),
        Field(name="unit", label=_("単位"), type=Type.TEXT, column=None, aliases=("Unit",)),
        Field(
            name="price",
            label=_("標準価格（税抜）"),
            type=Type.MONEY,
            listed=True,
            sortable=True,
            aliases=("価格", "単価", "定価", "Price", "sales_price"),
        ),
        Field(name="cost", label=_("原価"), type=Type.MONEY, sees=MAY["products.cost"], aliases=("Cost",)),
        Field(
            name="tax_class",
            label=_("税区分"),
            type=Type.CHOICE,
            choices=tuple(TaxClass.choices),
            listed=True,
            aliases=("税率", "税率（％）", "消費税率", "Tax class", "Tax rate"),
            help=_("標準税率・軽減税率など。10、8 のように税率でもかまいません。"),
        ),
        Field(name="is_bundle", label=_("セット商品"), type=Type.BOOLEAN, column=None, importable=False, writes=NOBODY),
        Field(
            name="needs_person",
            label=_("人による提案が必要"),
            type=Type.BOOLEAN,
            column=None,
            aliases=("Needs a person",),
        ),
        Field(name="is_active", label=_("販売中"), type=Type.BOOLEAN, listed=True, aliases=("Active",)),
        Field(
            name="updated_at", label=_("更新日時"), type=Type.DATETIME, writes=NOBODY, importable=False, sortable=True
        ),
    ),
)
