"""Which comparisons make sense for which type of field, and what they are called on a page."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Label, Type
from ryorin.conditions.tree import Op

LISTED = (Op.IN, Op.NOT_IN)
VALUELESS = (Op.EMPTY, Op.FILLED)
DAYS = (Op.WITHIN_DAYS, Op.NEXT_DAYS, Op.BEFORE_DAYS)

_SAME = (Op.IS, Op.IS_NOT)
_ORDER = (Op.GT, Op.GTE, Op.LT, Op.LTE, Op.BETWEEN)

OPS_FOR: Mapping[Type, tuple[Op, ...]] = {
    Type.TEXT: (Op.CONTAINS, Op.STARTS, *_SAME, *LISTED, *VALUELESS),
    Type.NUMBER: (*_SAME, *_ORDER, *LISTED, *VALUELESS),
    Type.MONEY: (*_SAME, *_ORDER, *LISTED, *VALUELESS),
    Type.DATE: (*_SAME, *_ORDER, *DAYS, *VALUELESS),
    Type.DATETIME: (*_SAME, *_ORDER, *DAYS, *VALUELESS),
    Type.BOOLEAN: (*_SAME, *VALUELESS),
    Type.CHOICE: (*_SAME, *LISTED, *VALUELESS),
    Type.REFERENCE: (*_SAME, *LISTED, *VALUELESS),
}

_LABELS: Mapping[Op, Label] = {
    Op.IS: _("が次と一致"),
    Op.IS_NOT: _("が次と一致しない"),
    Op.IN: _("が次のいずれか"),
    Op.NOT_IN: _("が次のいずれでもない"),
    Op.CONTAINS: _("に次を含む"),
    Op.STARTS: _("が次で始まる"),
    Op.GT: _("が次より大きい"),
    Op.GTE: _("が次以上"),
    Op.LT: _("が次より小さい"),
    Op.LTE: _("が次以下"),
    Op.BETWEEN: _("が次の範囲"),
    Op.EMPTY: _("が未入力"),
    Op.FILLED: _("が入力済み"),
    Op.WITHIN_DAYS: _("が過去の日数以内"),
    Op.NEXT_DAYS: _("が今後の日数以内"),
    Op.BEFORE_DAYS: _("が日数より前"),
}
_LABELS_IN_TIME: Mapping[Op, Label] = {
    Op.GT: _("が次より後"),
    Op.GTE: _("が次以降"),
    Op.LT: _("が次より前"),
    Op.LTE: _("が次以前"),
    Op.BETWEEN: _("が次の期間"),
}


def op_label(op: Op, *, type: Type) -> Label:
    """Return what a comparison is called when it follows the label of a field of this type."""
    in_time = _LABELS_IN_TIME.get(op) if type in (Type.DATE, Type.DATETIME) else None
    return in_time or _LABELS[op]
