"""The fields of an order, as lists, conditions, import and export know them."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.customers.purchases.models import OrderChannel

NOBODY: frozenset[str] = frozenset()
TEXT, REFERENCE, MONEY = Type.TEXT, Type.REFERENCE, Type.MONEY

ORDER = RecordType(
    name="order",
    label=_("注文"),
    plural="orders",
    table="orders",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False),
        Field(
            name="number",
            label=_("注文番号"),
            type=TEXT,
            required=True,
            listed=True,
            sortable=True,
            aliases=("受注番号", "Order number", "Order ID", "order_id"),
        ),
        Field(
            name="ordered_at",
            label=_("注文日時"),
            type=Type.DATETIME,
            required=True,
            listed=True,
            sortable=True,
            aliases=("注文日", "受注日", "購入日", "Order date", "Date"),
        ),
        Field(
            name="person",
            label=_("顧客"),
            type=REFERENCE,
            path="person_id",
            column="person_id",
            aliases=("顧客名", "氏名", "メールアドレス", "Customer", "Person", "Email", "customer_id"),
        ),
        Field(
            name="company",
            label=_("会社"),
            type=REFERENCE,
            path="company_id",
            column="company_id",
            aliases=("会社名", "取引先名", "Company", "Account", "seller_id"),
        ),
        Field(
            name="company_name",
            label=_("会社名"),
            type=TEXT,
            path="company__name",
            column=None,
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="channel",
            label=_("チャネル"),
            type=Type.CHOICE,
            choices=tuple(OrderChannel.choices),
            listed=True,
            aliases=("販売チャネル", "Channel"),
        ),
        Field(name="is_return", label=_("返品"), type=Type.BOOLEAN, writes=NOBODY, importable=False),
        Field(name="net", label=_("金額（税抜）"), type=MONEY, writes=NOBODY, importable=False, sortable=True),
        Field(name="tax", label=_("消費税"), type=MONEY, writes=NOBODY, importable=False),
        Field(
            name="total",
            label=_("金額（税込）"),
            type=MONEY,
            writes=NOBODY,
            importable=False,
            listed=True,
            sortable=True,
        ),
        Field(name="deal_id", label=_("商談"), type=REFERENCE, aliases=("商談ID", "Deal")),
        Field(name="campaign_id", label=_("施策"), type=REFERENCE, aliases=("キャンペーン", "Campaign")),
        Field(
            name="owner",
            label=_("担当"),
            type=REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            aliases=("担当者", "Owner"),
        ),
        Field(name="created_at", label=_("登録日時"), type=Type.DATETIME, writes=NOBODY, importable=False),
        Field(name="updated_at", label=_("更新日時"), type=Type.DATETIME, writes=NOBODY, importable=False),
    ),
)
