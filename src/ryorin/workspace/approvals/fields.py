"""The fields of a request, as its list and conditions know them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, RecordType, Type
from ryorin.workspace.approvals.models import ApprovalState
from ryorin.workspace.members.models import Member

NOBODY: frozenset[str] = frozenset()


def _kinds() -> Sequence[Choice]:
    from ryorin.workspace.approvals.queries import kinds  # reads every fields.py, this one included

    return [(name, kind.label) for name, kind in kinds().items()]


def _members() -> Sequence[Choice]:
    return [(str(member.pk), member.name) for member in Member.objects.only("family_name", "given_name", "email")]


def _shown(name: str, label: object, type_: Type, **more: object) -> Field:
    """Return a field that only the verbs of approvals write."""
    return Field(name=name, label=label, type=type_, writes=NOBODY, importable=False, column=None, **more)  # type: ignore[arg-type]


APPROVAL = RecordType(
    name="approval",
    label=_("承認の申請"),
    plural="approvals",
    table="approvals",
    fields=(
        _shown("id", "ID", Type.NUMBER, sortable=True),
        _shown("title", _("件名"), Type.TEXT),
        _shown("kind", _("申請の種類"), Type.CHOICE, choices=_kinds, listed=True),
        _shown("state", _("状態"), Type.CHOICE, choices=tuple(ApprovalState.choices), listed=True),
        _shown("requester", _("申請者"), Type.REFERENCE, path="requester_id", choices=_members, listed=True),
        _shown("route_name", _("承認ルート"), Type.TEXT, listed=True),
        _shown("requested_at", _("申請日時"), Type.DATETIME, listed=True),
        _shown("closed_at", _("完了日時"), Type.DATETIME, listed=True),
        _shown("note", _("申請の理由"), Type.TEXT),
    ),
)
