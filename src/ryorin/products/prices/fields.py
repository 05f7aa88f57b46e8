"""The fields of a price in a price book, as import and export know them."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type

PRICE = RecordType(
    name="price",
    label=_("価格表の単価"),
    plural="prices",
    table="",
    fields=(
        Field(
            name="book",
            label=_("価格表"),
            type=Type.TEXT,
            path="book__name",
            required=True,
            column=None,
            aliases=("価格表名", "Price book"),
        ),
        Field(
            name="product",
            label=_("商品コード"),
            type=Type.TEXT,
            path="product__code",
            required=True,
            column=None,
            aliases=("商品", "品番", "型番", "Product", "Product code"),
        ),
        Field(
            name="from_quantity",
            label=_("数量（以上）"),
            type=Type.NUMBER,
            column=None,
            aliases=("数量", "最小数量", "From quantity", "Quantity"),
        ),
        Field(
            name="unit_price",
            label=_("単価（税抜）"),
            type=Type.MONEY,
            required=True,
            column=None,
            aliases=("単価", "価格", "Unit price", "Price"),
        ),
    ),
)
