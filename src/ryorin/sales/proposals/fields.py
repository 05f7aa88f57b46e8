"""The fields of a proposal, as lists, conditions and export know them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.sales.proposals.models import ProposalState
from ryorin.workspace.members.models import LANGUAGES

NOBODY: frozenset[str] = frozenset()


def _shown(name: str, label: object, type_: Type, **more: Any) -> Field:
    """Return a field that only the proposal's own verbs write."""
    return Field(name=name, label=label, type=type_, writes=NOBODY, importable=False, column=None, **more)  # type: ignore[arg-type]


PROPOSAL = RecordType(
    name="proposal",
    label=_("提案書"),
    plural="proposals",
    table="",
    fields=(
        _shown("id", _("ID"), Type.NUMBER, sortable=True),
        _shown("number", _("提案番号"), Type.TEXT, listed=True),
        _shown("title", _("件名"), Type.TEXT),
        _shown("company_name", _("会社名"), Type.TEXT, path="company__name", listed=True),
        _shown("state", _("状態"), Type.CHOICE, choices=tuple(ProposalState.choices), listed=True),
        _shown("revision", _("版"), Type.NUMBER, listed=True),
        _shown("amount", _("金額（税込）"), Type.MONEY, listed=True),
        _shown("language", _("言語"), Type.CHOICE, choices=LANGUAGES),
        _shown("owner", _("担当"), Type.REFERENCE, path="owner_id", choices=owners, listed=True),
        _shown("sent_at", _("提出日時"), Type.DATETIME, listed=True),
        _shown("created_at", _("作成日時"), Type.DATETIME),
        _shown("updated_at", _("更新日時"), Type.DATETIME, sortable=True),
    ),
)
