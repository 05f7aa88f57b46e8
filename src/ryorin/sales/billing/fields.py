"""The fields of a bill, for lists and conditions."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.sales.billing.models import BillKind, BillState
from ryorin.sales.deals.fields import NOBODY

BILL = RecordType(
    name="bill",
    label=_("請求・納品"),
    plural="bills",
    table="bills",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(name="number", label=_("番号"), type=Type.TEXT, writes=NOBODY, importable=False),
        Field(
            name="kind",
            label=_("種類"),
            type=Type.CHOICE,
            choices=tuple(BillKind.choices),
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(name="to", label=_("宛名"), type=Type.TEXT, column=None, writes=NOBODY, importable=False, listed=True),
        Field(name="title", label=_("件名"), type=Type.TEXT, column=None, writes=NOBODY, importable=False),
        Field(
            name="issued_on",
            label=_("発行日"),
            type=Type.DATE,
            writes=NOBODY,
            importable=False,
            listed=True,
            sortable=True,
        ),
        Field(
            name="due_on",
            label=_("支払期限"),
            type=Type.DATE,
            writes=NOBODY,
            importable=False,
            listed=True,
            sortable=True,
        ),
        Field(
            name="gross",
            label=_("金額（税込）"),
            type=Type.MONEY,
            writes=NOBODY,
            importable=False,
            listed=True,
            sortable=True,
        ),
        Field(name="paid", label=_("入金額"), type=Type.MONEY, writes=NOBODY, importable=False, listed=True),
        Field(
            name="state",
            label=_("状態"),
            type=Type.CHOICE,
            choices=tuple(BillState.choices),
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="company",
            label=_("会社"),
            type=Type.REFERENCE,
            path="company_id",
            column="company_id",
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="owner",
            label=_("担当"),
            type=Type.REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            writes=NOBODY,
            importable=False,
        ),
    ),
)
