"""The fields of a contract, for lists and conditions; what routes of approval ask about one."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.sales.contracts.models import Billed, ContractKind, ContractState
from ryorin.sales.deals.fields import NOBODY
from ryorin.workspace.approvals.rules import ApprovalKind

CONTRACT = RecordType(
    name="contract",
    label=_("契約"),
    plural="contracts",
    table="contracts",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(name="number", label=_("契約番号"), type=Type.TEXT, writes=NOBODY, importable=False, listed=True),
        Field(name="title", label=_("件名"), type=Type.TEXT, writes=NOBODY, importable=False),
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
            name="company_name",
            label=_("会社名"),
            type=Type.TEXT,
            path="company__name",
            column=None,
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="state",
            label=_("状態"),
            type=Type.CHOICE,
            choices=tuple(ContractState.choices),
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="kind",
            label=_("種類"),
            type=Type.CHOICE,
            choices=tuple(ContractKind.choices),
            writes=NOBODY,
            importable=False,
            listed=True,
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
        Field(name="net", label=_("金額（税抜）"), type=Type.MONEY, writes=NOBODY, importable=False),
        Field(
            name="billed",
            label=_("請求の単位"),
            type=Type.CHOICE,
            choices=tuple(Billed.choices),
            writes=NOBODY,
            importable=False,
        ),
        Field(name="starts_on", label=_("開始日"), type=Type.DATE, writes=NOBODY, importable=False),
        Field(
            name="ends_on",
            label=_("満了日"),
            type=Type.DATE,
            writes=NOBODY,
            importable=False,
            listed=True,
            sortable=True,
        ),
        Field(name="renews", label=_("自動更新"), type=Type.BOOLEAN, writes=NOBODY, importable=False),
        Field(name="signed_at", label=_("締結日時"), type=Type.DATETIME, writes=NOBODY, importable=False, listed=True),
        Field(
            name="deal",
            label=_("商談"),
            type=Type.REFERENCE,
            path="deal_id",
            column="deal_id",
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
            listed=True,
        ),
    ),
)
APPROVALS = (
    ApprovalKind(
        name="contract",
        label=_("契約"),
        icon="file-certificate",
        facts=(
            Field(name="kind", label=_("契約の種類"), type=Type.CHOICE, choices=tuple(ContractKind.choices)),
            Field(name="amount", label=_("金額（税抜）"), type=Type.MONEY),
            Field(name="worth", label=_("契約期間の総額（税抜）"), type=Type.MONEY),
            Field(name="renews", label=_("自動更新"), type=Type.BOOLEAN),
            Field(name="company", label=_("会社"), type=Type.REFERENCE),
        ),
    ),
)
