"""What lists and conditions know of a customer's value; the same for people and companies."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, Type
from ryorin.customers.value.models import (
    ChurnLevel,
    CompanyValue,
    CustomerGroup,
    PersonValue,
    Subject,
)
from ryorin.customers.value.rules import name_of_group
from ryorin.products.catalogue.models import Product

MOST_PRODUCTS = 300


def value_fields(subject: Subject) -> tuple[Field, ...]:
    """Return the fields of a customer's value; history keeps none of them, the rows in the database do."""
    return (
        _field("purchases", _("購入回数"), Type.NUMBER),
        _field("revenue", _("累計購入額"), Type.MONEY),
        _field("average", _("平均購入単価"), Type.MONEY),
        _field("first_on", _("初回購入日"), Type.DATE),
        _field("last_on", _("最終購入日"), Type.DATE),
        _field("recency_score", _("RFMのR（最近さ1〜5）"), Type.NUMBER),
        _field("frequency_score", _("RFMのF（頻度1〜5）"), Type.NUMBER),
        _field("monetary_score", _("RFMのM（金額1〜5）"), Type.NUMBER),
        _field("rfm", _("RFM"), Type.TEXT),
        _field("alive", _("継続中の確率（0〜1）"), Type.NUMBER),
        _field("expected", _("見込み購入回数"), Type.NUMBER),
        _field("lifetime", _("顧客生涯価値"), Type.MONEY),
        _field("next_on", _("次の購入予定日"), Type.DATE),
        _field("churn_risk", _("離反リスク（％）"), Type.NUMBER),
        _field("churn_level", _("離反リスク"), Type.CHOICE, choices=tuple(ChurnLevel.choices)),
        _field("group", _("購買グループ"), Type.REFERENCE, choices=lambda: groups_of(subject)),
        _field(
            "next_product",
            _("次に薦める商品"),
            Type.REFERENCE,
            path="value__next_product_id",
            choices=lambda: products_for(subject),
        ),
    )


def groups_of(subject: Subject) -> Sequence[Choice]:
    """Return the groups found for people or for companies, by number."""
    rows = CustomerGroup.objects.filter(subject=subject).order_by("number")
    return [(str(row.number), name_of_group(row.number, row.traits)) for row in rows]


def products_for(subject: Subject) -> Sequence[Choice]:
    """Return the products that are to be offered to somebody next."""
    values = PersonValue if subject == Subject.PERSON else CompanyValue
    offered = values._default_manager.filter(next_product=OuterRef("pk"))
    rows = Product.objects.filter(Exists(offered)).order_by("code")[:MOST_PRODUCTS]
    return [(str(row.pk), row.name) for row in rows]


def _field(name: str, label: object, type: Type, *, path: str = "", choices: object = ()) -> Field:
    return Field(
        name=f"value_{name}",
        label=label,  # type: ignore[arg-type]
        type=type,
        path=path or f"value__{name}",
        column=None,
        choices=choices,  # type: ignore[arg-type]
        writes=frozenset(),
        importable=False,
    )
