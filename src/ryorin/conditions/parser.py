"""Conditions as JSON: read with every doubt refused by its place, and written back."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any as Anything
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import RecordType, Type
from ryorin.conditions.ops import DAYS, LISTED, OPS_FOR, VALUELESS
from ryorin.conditions.tree import EVERYTHING, All, Any, Did, InSegment, Node, Not, Op, Test, Times, Value
from ryorin.conditions.values import MAX_WHOLE, one_value, several_values, whole_number

MAX_DEPTH = 12
MAX_NODES = 200
MAX_CHARACTERS = 1_000_000
MAX_TIMES = 1_000_000
MAX_DAYS = 36_500

PARAMETER = "f"


def parse(data: object, record_type: RecordType, *, touchpoint_type: RecordType | None = None) -> Node:
    """Return the condition in `data` (JSON text, or what JSON gives); raise ConditionInvalid.

    Touchpoints may be asked for only where `touchpoint_type` says which fields they have.
    """
    if isinstance(data, str | bytes):
        data = _loaded(data)
    return EVERYTHING if data == {} else _Reading(touchpoint_type).node(data, record_type, where="$", depth=1)


def to_json(node: Node) -> dict[str, Anything]:
    """Return `node` as JSON values; parsing them gives `node` again."""
    match node:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Any(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Test(field, op, value):
            return {"field": field, "op": str(op)} | ({} if op in VALUELESS else {"value": _plain(value)})
        case InSegment(segment, is_in):
            return {"segment": segment, "in": is_in}
        case Did():
            return _did_to_json(node)


def from_query(query: Mapping[str, str], record_type: RecordType, *, touchpoint_type: RecordType | None = None) -> Node:
    """Return the condition an address carries, everything when it carries none; raise ConditionInvalid."""
    text = query.get(PARAMETER) or "{}"
    return parse(text, record_type, touchpoint_type=touchpoint_type)


def to_query(node: Node) -> str:
    """Return the part of an address that carries `node`, such as "f=%7B...", or "" for everything."""
    if node == EVERYTHING:
        return ""
    return urlencode({PARAMETER: json.dumps(to_json(node), ensure_ascii=False, separators=(",", ":"))})


class _Reading:
    """One reading of a tree: counts its nodes as it goes."""

    def __init__(self, touchpoint_type: RecordType | None) -> None:
        self.touchpoint_type = touchpoint_type
        self.nodes = 0

    def node(self, data: object, record_type: RecordType, *, where: str, depth: int, in_did: bool = False) -> Node:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise ConditionInvalid(_("入れ子は%(count)s段までです。") % {"count": MAX_DEPTH}, where=where)
        if self.nodes > MAX_NODES:
            raise ConditionInvalid(_("条件は%(count)s個までです。") % {"count": MAX_NODES}, where=where)
        if not isinstance(data, dict):
            raise ConditionInvalid(_("条件は { } で書いてください。"), where=where)
        kinds = [kind for kind in ("all", "any", "not", "field", "did", "segment") if kind in data]
        if len(kinds) != 1:
            raise ConditionInvalid(_("all・any・not・field・did・segment のどれか一つを書いてください。"), where=where)
        match kinds[0]:
            case "all" | "any" as kind:
                _refuse_other_keys(data, (kind,), where=where)
                parts = self._parts(data[kind], record_type, where=f"{where}.{kind}", depth=depth, in_did=in_did)
                return All(parts) if kind == "all" else Any(parts)
            case "not":
                _refuse_other_keys(data, ("not",), where=where)
                return Not(self.node(data["not"], record_type, where=f"{where}.not", depth=depth + 1, in_did=in_did))
            case "field":
                return _test(data, record_type, where=where)
            case "segment":
                return _in_segment(data, record_type, where=where)
            case _:
                return self._did(data, where=where, depth=depth, in_did=in_did)

    def _parts(
        self, data: object, record_type: RecordType, *, where: str, depth: int, in_did: bool
    ) -> tuple[Node, ...]:
        if not isinstance(data, list):
            raise ConditionInvalid(_("条件を [ ] に並べてください。"), where=where)
        return tuple(
            self.node(part, record_type, where=f"{where}[{index}]", depth=depth + 1, in_did=in_did)
            for index, part in enumerate(data)
        )

    def _did(self, data: dict[str, object], *, where: str, depth: int, in_did: bool) -> Did:
        if self.touchpoint_type is None or in_did:
            raise ConditionInvalid(_("ここでは行動（did）を条件に使えません。"), where=where)
        _refuse_other_keys(data, ("did", "times", "within_days", "where"), where=where)
        times_op, times = _times(data.get("times", {"gte": 1}), where=f"{where}.times")
        days, inner = data.get("within_days"), data.get("where")
        return Did(
            kind=_kind(data["did"], self.touchpoint_type, where=f"{where}.did"),
            times_op=times_op,
            times=times,
            within_days=None
            if days is None
            else whole_number(days, low=1, high=MAX_DAYS, where=f"{where}.within_days"),
            where=None
            if inner is None
            else self.node(inner, self.touchpoint_type, where=f"{where}.where", depth=depth + 1, in_did=True),
        )


def _test(data: dict[str, object], record_type: RecordType, *, where: str) -> Test:
    name = data["field"]
    if not isinstance(name, str) or name not in record_type or not record_type.field(name).filterable:
        raise ConditionInvalid(
            _("「%(name)s」という項目はありません。") % {"name": _short(name)}, where=f"{where}.field"
        )
    field = record_type.field(name)
    op = data.get("op")
    if not isinstance(op, str) or op not in OPS_FOR[field.type]:
        what = _("「%(field)s」では %(op)s を使えません。") % {"field": field.label, "op": _short(op)}
        raise ConditionInvalid(what, where=f"{where}.op")
    op = Op(op)
    if op in VALUELESS:
        _refuse_other_keys(data, ("field", "op"), where=where)
        return Test(name, op)
    _refuse_other_keys(data, ("field", "op", "value"), where=where)
    value, place = data.get("value"), f"{where}.value"
    if op in DAYS:
        has_today = field.type is Type.DATE or op is Op.BEFORE_DAYS
        return Test(name, op, whole_number(value, low=0 if has_today else 1, high=MAX_DAYS, where=place))
    if op is Op.BETWEEN or op in LISTED:
        return Test(name, op, several_values(value, field, where=place, ends=op is Op.BETWEEN))
    return Test(name, op, one_value(value, field, where=place))


def _in_segment(data: dict[str, object], record_type: RecordType, *, where: str) -> InSegment:
    if record_type.segments is None:
        raise ConditionInvalid(_("ここではセグメントを条件に使えません。"), where=where)
    _refuse_other_keys(data, ("segment", "in"), where=where)
    is_in = data.get("in", True)
    if not isinstance(is_in, bool):
        raise ConditionInvalid(_("true か false を書いてください。"), where=f"{where}.in")
    if data["segment"] in ("", None):
        raise ConditionInvalid(_("セグメントを選んでください。"), where=f"{where}.segment")
    segment = whole_number(data["segment"], low=1, high=MAX_WHOLE, where=f"{where}.segment")
    if segment not in record_type.segments.names():
        what = _("セグメント（番号%(id)s）は削除されています。") % {"id": segment}
        raise ConditionInvalid(what, where=f"{where}.segment")
    return InSegment(segment, is_in)


def _kind(data: object, touchpoint_type: RecordType, *, where: str) -> str:
    if not isinstance(data, str) or not data:
        raise ConditionInvalid(_("行動の種類を書いてください。"), where=where)
    known = [value for value, _label in touchpoint_type.field("kind").options()] if "kind" in touchpoint_type else []
    if known and data not in known:
        raise ConditionInvalid(_("「%(kind)s」という行動はありません。") % {"kind": _short(data)}, where=where)
    return data


def _times(data: object, *, where: str) -> tuple[Times, int]:
    if not isinstance(data, dict) or len(data) != 1 or next(iter(data)) not in set(Times):
        raise ConditionInvalid(_("回数は gte・lte・eq のどれか一つで書いてください。"), where=where)
    (op, times), *_rest = data.items()
    return Times(op), whole_number(times, low=0, high=MAX_TIMES, where=f"{where}.{op}")


def _refuse_other_keys(data: dict[str, object], known: tuple[str, ...], *, where: str) -> None:
    for key in data:
        if key not in known:
            raise ConditionInvalid(_("「%(key)s」はここに書けません。") % {"key": _short(key)}, where=where)


def _did_to_json(did: Did) -> dict[str, Anything]:
    data: dict[str, Anything] = {"did": did.kind, "times": {str(did.times_op): did.times}}
    if did.within_days is not None:
        data["within_days"] = did.within_days
    if did.where is not None:
        data["where"] = to_json(did.where)
    return data


def _plain(value: Value) -> Anything:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _loaded(text: str | bytes) -> object:
    if len(text) > MAX_CHARACTERS:
        raise ConditionInvalid(_("条件が長すぎます。"))
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ConditionInvalid(_("JSON として読めません。")) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"
