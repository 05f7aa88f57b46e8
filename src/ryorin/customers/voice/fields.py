"""The fields of a need, as lists, conditions and export know them."""

from collections.abc import Callable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.customers.voice.models import NeedKind, NeedSource, NeedState
from ryorin.products.catalogue.models import Product

NOBODY: frozenset[str] = frozenset()


def products() -> Sequence[Choice]:
    return [(str(pk), name) for pk, name in Product.objects.order_by("name").values_list("pk", "name")]


NEED = RecordType(
    name="need",
    label=_("ニーズ"),
    plural="needs",
    table="needs",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(
            name="kind",
            label=_("種類"),
            type=Type.CHOICE,
            choices=tuple(NeedKind.choices),
            required=True,
            listed=True,
            aliases=("Kind",),
        ),
        Field(name="what", label=_("内容"), type=Type.TEXT, required=True, sortable=True, aliases=("ニーズ", "Need")),
        Field(name="words", label=_("お客さまの言葉"), type=Type.TEXT, column=None, aliases=("In their words",)),
        Field(
            name="strength",
            label=_("強さ（1〜5）"),
            type=Type.NUMBER,
            listed=True,
            sortable=True,
            aliases=("強さ", "Strength"),
        ),
        Field(name="area", label=_("商品分野"), type=Type.TEXT, listed=True, aliases=("分野", "Product area")),
        Field(
            name="product",
            label=_("商品"),
            type=Type.REFERENCE,
            path="product_id",
            column="product_id",
            choices=products,
            aliases=("Product",),
        ),
        Field(name="competitor", label=_("競合"), type=Type.TEXT, listed=True, aliases=("Competitor",)),
        Field(name="budget", label=_("予算"), type=Type.MONEY, sortable=True, aliases=("Budget",)),
        Field(name="wanted_on", label=_("希望時期"), type=Type.DATE, sortable=True, aliases=("Wanted by",)),
        Field(
            name="person",
            label=_("顧客"),
            type=Type.REFERENCE,
            path="person_id",
            column="person_id",
            listed=True,
            writes=NOBODY,
            aliases=("Person",),
        ),
        Field(
            name="company",
            label=_("会社"),
            type=Type.REFERENCE,
            path="company_id",
            column="company_id",
            writes=NOBODY,
            aliases=("Company",),
        ),
        Field(
            name="company_name",
            label=_("会社名"),
            type=Type.TEXT,
            path="company__name",
            column=None,
            listed=True,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="deal_id",
            label=_("商談"),
            type=Type.REFERENCE,
            writes=NOBODY,
            importable=False,
            aliases=("Deal",),
        ),
        Field(
            name="state",
            label=_("状態"),
            type=Type.CHOICE,
            choices=tuple(NeedState.choices),
            listed=True,
            aliases=("State",),
        ),
        Field(
            name="source",
            label=_("聞いた場面"),
            type=Type.CHOICE,
            choices=tuple(NeedSource.choices),
            writes=NOBODY,
            importable=False,
        ),
        Field(name="said_at", label=_("聞いた日時"), type=Type.DATETIME, sortable=True, listed=True, writes=NOBODY),
        Field(
            name="owner",
            label=_("担当"),
            type=Type.REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            aliases=("Owner",),
        ),
    ),
)


def interest_fields() -> tuple[Field, ...]:
    """Return what is known of a person's interest, for conditions and lists; history keeps none of it."""
    return (
        _interest("product", _("関心のある商品"), Type.REFERENCE, path="interest__product_id", choices=products),
        _interest("category", _("関心のある商品の分類"), Type.TEXT, path="interest__product__category"),
        _interest("price", _("関心のある商品の価格"), Type.MONEY, path="interest__product__price"),
        _interest("needs_person", _("人による提案が必要な商品"), Type.BOOLEAN, path="interest__product__needs_person"),
        _interest("amount", _("見込み金額（お客さまの予算）"), Type.MONEY, path="interest__budget"),
    )


def _interest(
    name: str, label: str | Promise, type: Type, *, path: str, choices: Callable[[], Sequence[Choice]] | tuple[()] = ()
) -> Field:
    return Field(
        name=f"interest_{name}",
        label=label,
        type=type,
        path=path,
        column=None,
        choices=choices,
        writes=NOBODY,
        importable=False,
    )
