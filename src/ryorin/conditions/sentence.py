"""A condition said aloud, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.conditions.fields import Field, Label, RecordType, Type
from ryorin.conditions.meaning import ZONE
from ryorin.conditions.tree import All, Any, Did, InSegment, Node, Not, Op, Scalar, Test, Times
from ryorin.lib.money import format_money


def sentence(
    node: Node,
    record_type: RecordType,
    *,
    kinds: Mapping[str, Label] | None = None,
    touchpoint_type: RecordType | None = None,
    currency: str = "JPY",
) -> str:
    """Return what `node` asks for in words; `kinds` gives the labels of touchpoint kinds."""
    return _Voice(kinds or {}, touchpoint_type, currency).said(node, record_type)


@dataclass(frozen=True)
class _Voice:
    kinds: Mapping[str, Label]
    touchpoint_type: RecordType | None
    currency: str

    def said(self, node: Node, record_type: RecordType, *, inside: bool = False) -> str:
        """Return the words for a part; in brackets where its joints would be misread inside another part."""
        match node:
            case All(()):
                return _("すべて")
            case Any(()):
                return _("該当なし")
            case All((part,)) | Any((part,)):
                return self.said(part, record_type, inside=inside)
            case All(parts):
                return self._joined(parts, record_type, joint=_("、かつ"), inside=inside)
            case Any(parts):
                return self._joined(parts, record_type, joint=_("、または"), inside=inside)
            case Not(part):
                return _("（%(part)s）に該当しない") % {"part": self.said(part, record_type)}
            case Test():
                return self._tested(node, record_type.field(node.field))
            case InSegment(segment, is_in):
                names = record_type.segments.names() if record_type.segments else {}
                said = _("セグメント「%(name)s」に入っている") if is_in else _("セグメント「%(name)s」に入っていない")
                return said % {"name": names.get(segment, segment)}
            case Did():
                return self._done(node)

    def _joined(self, parts: tuple[Node, ...], record_type: RecordType, *, joint: str, inside: bool) -> str:
        text = joint.join(self.said(part, record_type, inside=True) for part in parts)
        return pgettext("group", "（%(part)s）") % {"part": text} if inside else text

    def _tested(self, test: Test, field: Field) -> str:
        return str(_pattern(test, field.type)) % {"field": field.label, **self._values(test, field)}

    def _values(self, test: Test, field: Field) -> dict[str, str]:
        value = test.value
        if test.op in (Op.WITHIN_DAYS, Op.NEXT_DAYS, Op.BEFORE_DAYS):
            return {"days": _days(value)}
        if not isinstance(value, tuple):
            return {} if value is None else {"value": self._shown(value, field)}
        shown = [self._shown(item, field) for item in value]
        return {"low": shown[0], "high": shown[-1], "values": pgettext("list", "、").join(shown)}

    def _shown(self, value: Scalar, field: Field) -> str:
        if isinstance(value, bool):
            return _("はい") if value else _("いいえ")
        if isinstance(value, datetime):
            return date_format(value.astimezone(ZONE), "DATETIME_FORMAT")
        if isinstance(value, date):
            return date_format(value, "DATE_FORMAT")
        label = next((label for known, label in field.options() if str(known) == str(value)), None)
        if label is not None:
            return str(label)
        match field.type:
            case Type.MONEY:
                return format_money(int(value), self.currency, language=get_language() or "ja")
            case Type.NUMBER:
                return str(number_format(value, force_grouping=True))
            case Type.REFERENCE:
                return _("番号%(id)s") % {"id": value}
            case _:
                return _("「%(text)s」") % {"text": value}

    def _done(self, did: Did) -> str:
        never = did.times == 0 and did.times_op is not Times.GTE
        patterns = _DONE_EVER if did.within_days is None else _DONE_LATELY
        return str(patterns["never" if never else did.times_op]) % {
            "kind": self.kinds.get(did.kind, did.kind),
            "where": self._where(did.where),
            "times": _times(did.times),
            "days": "" if did.within_days is None else _days(did.within_days),
        }

    def _where(self, node: Node | None) -> str:
        if node is None or node == All(()):
            return ""
        assert self.touchpoint_type is not None
        return pgettext("touchpoint", "（%(part)s）") % {"part": self.said(node, self.touchpoint_type)}


def _pattern(test: Test, type: Type) -> Label:
    """Return the words of a comparison, with places for the field and its values."""
    if type in (Type.DATE, Type.DATETIME):
        return (_TODAY.get((type, test.op)) if test.value == 0 else None) or _IN_TIME.get(test.op) or _TESTED[test.op]
    return _TESTED[test.op]


def _days(value: object) -> str:
    number = int(str(value))
    return ngettext("%(count)s日", "%(count)s日", number) % {"count": number_format(number)}


def _times(number: int) -> str:
    return ngettext("%(count)s回", "%(count)s回", number) % {"count": number_format(number)}


_TESTED: Mapping[Op, Label] = {
    Op.IS: lazy("%(field)sが%(value)s"),
    Op.IS_NOT: lazy("%(field)sが%(value)s以外"),
    Op.IN: lazy("%(field)sが%(values)sのいずれか"),
    Op.NOT_IN: lazy("%(field)sが%(values)s以外"),
    Op.CONTAINS: lazy("%(field)sに%(value)sを含む"),
    Op.STARTS: lazy("%(field)sが%(value)sで始まる"),
    Op.GT: lazy("%(field)sが%(value)sより大きい"),
    Op.GTE: lazy("%(field)sが%(value)s以上"),
    Op.LT: lazy("%(field)sが%(value)sより小さい"),
    Op.LTE: lazy("%(field)sが%(value)s以下"),
    Op.BETWEEN: lazy("%(field)sが%(low)s以上%(high)s以下"),
    Op.EMPTY: lazy("%(field)sが未入力"),
    Op.FILLED: lazy("%(field)sが入力済み"),
    Op.WITHIN_DAYS: lazy("%(field)sが直近%(days)s以内"),
    Op.NEXT_DAYS: lazy("%(field)sが今後%(days)s以内"),
    Op.BEFORE_DAYS: lazy("%(field)sが%(days)s前より前"),
}
_IN_TIME: Mapping[Op, Label] = {
    Op.GT: lazy("%(field)sが%(value)sより後"),
    Op.GTE: lazy("%(field)sが%(value)s以降"),
    Op.LT: lazy("%(field)sが%(value)sより前"),
    Op.LTE: lazy("%(field)sが%(value)s以前"),
    Op.BETWEEN: lazy("%(field)sが%(low)sから%(high)sまで"),
}
_TODAY: Mapping[tuple[Type, Op], Label] = {
    (Type.DATE, Op.WITHIN_DAYS): lazy("%(field)sが今日"),
    (Type.DATE, Op.NEXT_DAYS): lazy("%(field)sが今日"),
    (Type.DATE, Op.BEFORE_DAYS): lazy("%(field)sが今日より前"),
    (Type.DATETIME, Op.BEFORE_DAYS): lazy("%(field)sが現在より前"),
}
_DONE_EVER: Mapping[str, Label] = {
    "gte": lazy("これまでに「%(kind)s」%(where)sが%(times)s以上"),
    "lte": lazy("これまでに「%(kind)s」%(where)sが%(times)s以下"),
    "eq": lazy("これまでに「%(kind)s」%(where)sがちょうど%(times)s"),
    "never": lazy("これまでに「%(kind)s」%(where)sがない"),
}
_DONE_LATELY: Mapping[str, Label] = {
    "gte": lazy("直近%(days)s間に「%(kind)s」%(where)sが%(times)s以上"),
    "lte": lazy("直近%(days)s間に「%(kind)s」%(where)sが%(times)s以下"),
    "eq": lazy("直近%(days)s間に「%(kind)s」%(where)sがちょうど%(times)s"),
    "never": lazy("直近%(days)s間に「%(kind)s」%(where)sがない"),
}
