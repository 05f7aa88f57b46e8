"""The condition builder: a condition as lines of a form, and lines of a form as a condition."""

import dataclasses
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.conditions.fields import Choice, Field, Label, RecordType, Type
from ryorin.conditions.ops import DAYS, LISTED, OPS_FOR, VALUELESS, op_label
from ryorin.conditions.parser import to_json
from ryorin.conditions.tree import EVERYTHING, All, Did, InSegment, Node, Op, Test
from ryorin.conditions.tree import Any as AnyOf
from ryorin.customers.timeline.rules import KINDS

DID = "did:"
SEGMENT = "segment:"
BELONGS: tuple[Choice, ...] = (("in", lazy("に入っている")), ("out", lazy("に入っていない")))
LEAVES = Test | Did | InSegment
TIMES: tuple[Choice, ...] = (("gte", lazy("回以上")), ("lte", lazy("回以下")), ("eq", lazy("回ちょうど")))
JOINS: tuple[Choice, ...] = (("all", lazy("すべて満たす")), ("any", lazy("いずれかを満たす")))
MOST_LINES = 60


@dataclass(frozen=True)
class Line:
    """One test: a field (or `did:` and a kind of touchpoint), a comparison and its values as typed."""

    field: str
    op: str = ""
    values: tuple[str, ...] = ()
    group: str = "0"
    key: str = dataclasses.field(default_factory=lambda: secrets.token_hex(3))

    def value(self, place: int = 0) -> str:
        return self.values[place] if len(self.values) > place else ""

    @property
    def first(self) -> str:
        return self.value(0)

    @property
    def second(self) -> str:
        return self.value(1)

    @property
    def joined(self) -> str:
        return "、".join(self.values)


@dataclass(frozen=True)
class Group:
    """Lines joined by all or any."""

    key: str
    join: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Form:
    """The builder's contents; without groups, the condition is one the builder cannot show."""

    join: str
    groups: tuple[Group, ...]
    fits: bool = True


@dataclass(frozen=True)
class Editor:
    """What a line offers: the fields, the comparisons that fit the chosen one, and how its value is given."""

    line: Line
    fields: tuple[Choice, ...]
    behaviours: tuple[Choice, ...]
    ops: tuple[tuple[str, Label], ...]
    kind: str  # none, text, number, date, choice, several, days, between, did
    choices: tuple[Choice, ...] = ()
    input_type: str = "text"


def editor(line: Line, record_type: RecordType, *, asks_touchpoints: bool) -> Editor:
    """Return the line with everything its form controls need."""
    fields = tuple((one.name, one.label) for one in askable(record_type))
    if record_type.segments:
        fields += ((SEGMENT, _("セグメント")),)
    behaviours = tuple((DID + kind.name, kind.label) for kind in KINDS.values()) if asks_touchpoints else ()
    if line.field.startswith(DID):
        op = line.op if line.op in dict(TIMES) else "gte"
        shown = Line(line.field, op, (line.first or "1", line.second), line.group, line.key)
        return Editor(shown, fields, behaviours, TIMES, "did")
    if line.field == SEGMENT and record_type.segments:
        named = sorted(record_type.segments.names().items(), key=lambda one: str(one[1]))
        choices = tuple((str(pk), label) for pk, label in named)
        shown = Line(SEGMENT, line.op if line.op in dict(BELONGS) else "in", line.values, line.group, line.key)
        return Editor(shown, fields, behaviours, BELONGS, "choice", choices)
    names = [name for name, _label in fields if name != SEGMENT]
    chosen = record_type.field(line.field if line.field in names else names[0])
    ops = OPS_FOR[chosen.type]
    op = Op(line.op) if line.op in ops else ops[0]
    shown = Line(chosen.name, op, line.values, line.group, line.key)
    labels = tuple((str(one), op_label(one, type=chosen.type)) for one in ops)
    kind, choices = _kind(chosen, op)
    return Editor(shown, fields, behaviours, labels, kind, choices, _input_type(chosen))


def askable(record_type: RecordType) -> list[Field]:
    """Return the fields a person can ask about: those whose values they can type or choose, the bare number last."""
    found = [one for one in record_type.fields if one.filterable and (one.type is not Type.REFERENCE or one.choices)]
    return sorted(found, key=lambda one: one.name == "id")


def form_of(node: Node) -> Form:
    """Return the condition as a form: at most groups of tests, as deep as people build them."""
    if not isinstance(node, All | AnyOf):
        node = All((node,))
    join = "all" if isinstance(node, All) else "any"
    if all(isinstance(part, LEAVES) for part in node.parts):
        group = Group("0", join, tuple(_line(part, "0") for part in node.parts))
        return Form("all", (group,))
    groups = []
    for number, part in enumerate(node.parts):
        parts = part.parts if isinstance(part, All | AnyOf) else (part,)
        if not all(isinstance(one, LEAVES) and _is_simple(one) for one in parts):
            return Form("all", (), fits=False)
        inner = "any" if isinstance(part, AnyOf) else "all"
        groups.append(Group(str(number), inner, tuple(_line(one, str(number)) for one in parts)))
    return Form(join, tuple(groups))


def form_from(query: QueryDict) -> Form:
    """Return what somebody has filled in; lines without a field are left out."""
    keys = [name[1:-6] for name in query if name.startswith("t") and name.endswith(".field")][:MOST_LINES]
    lines = [
        Line(
            query.get(f"t{key}.field", ""),
            query.get(f"t{key}.op", ""),
            tuple(query.getlist(f"t{key}.value")),
            query.get(f"t{key}.group", "0"),
            key,
        )
        for key in keys
    ]
    groups = dict.fromkeys(line.group for line in lines)
    return Form(
        join="any" if query.get("join") == "any" else "all",
        groups=tuple(
            Group(
                group,
                "any" if query.get(f"g{group}.join") == "any" else "all",
                tuple(line for line in lines if line.group == group),
            )
            for group in groups
        ),
    )


def condition_from(form: Form, record_type: RecordType) -> dict[str, Any]:
    """Return the form as the JSON of a condition, not yet checked."""
    groups = []
    for group in form.groups:
        tests = [_test(line, record_type) for line in group.lines]
        groups.append(tests[0] if len(tests) == 1 else {group.join: tests})
    if not groups:
        return to_json(EVERYTHING)
    if len(groups) > 1:
        return {form.join: groups}
    return groups[0] if groups[0].keys() & {"all", "any"} else {"all": groups}


def empty_line(record_type: RecordType, *, group: str = "0") -> Line:
    """Return the line a builder starts with."""
    return Line(askable(record_type)[0].name, group=group)


def _line(node: Node, group: str) -> Line:
    if isinstance(node, Did):
        days = "" if node.within_days is None else str(node.within_days)
        return Line(DID + node.kind, str(node.times_op), (str(node.times), days), group)
    if isinstance(node, InSegment):
        return Line(SEGMENT, "in" if node.is_in else "out", (str(node.segment),), group)
    assert isinstance(node, Test)
    data = to_json(node).get("value")
    values = data if isinstance(data, list) else [] if data is None else [data]
    return Line(node.field, str(node.op), tuple(_typed(value) for value in values), group)


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_simple(node: Node) -> bool:
    return not isinstance(node, Did) or node.where is None


def _test(line: Line, record_type: RecordType) -> dict[str, Any]:
    if line.field.startswith(DID):
        data: dict[str, Any] = {"did": line.field.removeprefix(DID), "times": {line.op or "gte": line.first or "1"}}
        return data | ({"within_days": line.second} if line.second.strip() else {})
    if line.field == SEGMENT:
        return {"segment": line.first, "in": line.op != "out"}
    if line.op in VALUELESS:
        return {"field": line.field, "op": line.op}
    return {"field": line.field, "op": line.op, "value": _value(line, record_type)}


def _value(line: Line, record_type: RecordType) -> Any:
    has_choices = line.field in record_type and bool(record_type.field(line.field).choices)
    if line.op in LISTED:
        values: Sequence[str] = line.values
        if not has_choices:
            values = line.first.replace(",", "、").split("、")
        return [value.strip() for value in values if value.strip()]
    if line.op == Op.BETWEEN:
        return [line.first.strip(), line.second.strip()]
    return line.first.strip()


def _kind(chosen: Field, op: Op) -> tuple[str, tuple[Choice, ...]]:
    """Return how the value of a comparison is given, and what there is to choose from."""
    choices = chosen.options()
    if chosen.type is Type.BOOLEAN:
        choices = (("true", _("はい")), ("false", _("いいえ")))
    if op in VALUELESS:
        return "none", ()
    if op in DAYS:
        return "days", ()
    if op is Op.BETWEEN:
        return "between", ()
    if choices:
        return ("several" if op in LISTED else "choice"), choices
    return "text", ()


def _input_type(chosen: Field) -> str:
    return "date" if chosen.type in (Type.DATE, Type.DATETIME) else "text"
