"""The fields of a quotation, and what its approval routes may ask about."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.sales.quotations.models import QuotationState
from ryorin.workspace.approvals.rules import ApprovalKind

NOBODY: frozenset[str] = frozenset()


def _shown(name: str, label: object, type_: Type, **more: object) -> Field:
    """Return a field that the quotation's own verbs write, never a list or an import."""
    return Field(name=name, label=label, type=type_, writes=NOBODY, importable=False, **more)  # type: ignore[arg-type]


QUOTATION = RecordType(
    name="quotation",
    label=_("見積"),
    plural="quotations",
    table="quotations",
    fields=(
        _shown("id", _("ID"), Type.NUMBER, sortable=True),
        _shown("number", _("見積番号"), Type.TEXT, listed=True),
        _shown("title", _("件名"), Type.TEXT),
        _shown("company_name", _("会社名"), Type.TEXT, path="company__name", column=None, listed=True),
        _shown("company", _("会社"), Type.REFERENCE, path="company_id", column="company_id"),
        _shown("deal", _("商談"), Type.REFERENCE, path="deal_id", column="deal_id"),
        _shown("state", _("状態"), Type.CHOICE, choices=tuple(QuotationState.choices), listed=True),
        _shown("revision", _("版"), Type.NUMBER, listed=True),
        _shown("amount", _("金額（税込）"), Type.MONEY, listed=True, sortable=True),
        _shown("net", _("金額（税抜）"), Type.MONEY),
        _shown("valid_until", _("有効期限"), Type.DATE, listed=True, sortable=True),
        _shown("owner", _("担当"), Type.REFERENCE, path="owner_id", column="owner_id", choices=owners, listed=True),
        _shown("sent_at", _("送付日時"), Type.DATETIME),
        _shown("answered_at", _("回答日時"), Type.DATETIME),
        _shown("created_at", _("作成日時"), Type.DATETIME),
        _shown("updated_at", _("更新日時"), Type.DATETIME, sortable=True),
    ),
)
APPROVALS = (
    ApprovalKind(
        name="quotation",
        label=_("見積"),
        icon="file-text",
        facts=(
            Field(name="amount", label=_("金額（税抜）"), type=Type.MONEY),
            Field(name="discount_rate", label=_("値引率（％）"), type=Type.NUMBER),
            Field(name="discount", label=_("値引額"), type=Type.MONEY),
            Field(name="margin_rate", label=_("粗利率（％）"), type=Type.NUMBER),
            Field(name="product_category", label=_("商品の分類"), type=Type.TEXT),
            Field(name="company", label=_("会社名"), type=Type.TEXT),
        ),
    ),
)
