"""The builder of conditions about people: rows joined by "or" inside blocks, blocks joined by "and" (or the reverse).

The page sends every row; the server answers with the builder as it then looks. What the builder cannot draw (deeper
trees) is shown as JSON.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.conditions.ops import DAYS, LISTED, OPS_FOR, VALUELESS, op_label
from ryorin.conditions.parser import to_json
from ryorin.conditions.tree import All, Did, InSegment, Node, Not, Op, Test
from ryorin.conditions.tree import Any as AnyOf
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.rules import KINDS, Wheel

MOST_BLOCKS, MOST_ROWS = 12, 20
NAME = re.compile(r"b(\d{1,2})r(\d{1,2})-what")
HIDDEN = {"id", "external_key", "company", "source_campaign_id", "is_ready"}
SEGMENT = "s:"
IS_IN, IS_OUT = "in", "out"
OPENING_OPS = {Type.TEXT: Op.CONTAINS, Type.NUMBER: Op.GTE, Type.DATETIME: Op.WITHIN_DAYS, Type.DATE: Op.WITHIN_DAYS}


@dataclass
class Row:
    """One line: `what` is f:<field>, d:<kind> or s: (a segment); the values are texts as typed."""

    what: str = ""
    op: str = ""
    values: list[str] = field(default_factory=list)
    times_op: str = "gte"
    times: str = "1"
    days: str = ""
    url: str = ""


@dataclass
class Builder:
    """A condition being edited; `text` holds it as JSON where rows cannot draw it."""

    about: RecordType
    joint: str = "all"
    blocks: list[list[Row]] = field(default_factory=list)
    text: str = ""
    problem: str = ""

    def to_json(self) -> Any:
        """Return what the rows say as a condition in JSON, not yet checked; the text where it is used."""
        if self.text:
            return self.text
        inner = "any" if self.joint == "all" else "all"
        blocks = [[_row_to_json(row, self.about) for row in block if row.what] for block in self.blocks]
        parts = [block[0] if len(block) == 1 else {inner: block} for block in blocks if block]
        return {self.joint: parts}

    def shown(self) -> list[dict[str, Any]]:
        """Return the blocks as the template draws them."""
        return [
            {
                "number": number,
                "rows": [self._shown(row, number, place) for place, row in enumerate(block)],
            }
            for number, block in enumerate(self.blocks)
        ]

    def _shown(self, row: Row, block: int, place: int) -> dict[str, Any]:
        shown: dict[str, Any] = {"row": row, "name": f"b{block}r{place}", "whats": self._whats(row.what)}
        if row.what.startswith("d:"):
            return shown | {"is_did": True}
        if row.what == SEGMENT and self.about.segments:
            names = self.about.segments.names().items()
            return shown | {
                "is_segment": True,
                "options": [
                    (pk, label, str(pk) in row.values) for pk, label in sorted(names, key=lambda one: str(one[1]))
                ],
            }
        chosen = _field_of(row.what, self.about)
        if chosen is None:
            return shown
        op = Op(row.op)
        return shown | {
            "field": chosen,
            "ops": [(str(each), op_label(each, type=chosen.type), each == op) for each in OPS_FOR[chosen.type]],
            "input": _input(chosen, op),
            "options": [(value, label, str(value) in row.values) for value, label in _options(chosen)],
            "value": row.values[0] if row.values else "",
            "last": row.values[-1] if len(row.values) > 1 else "",
            "joined": "、".join(row.values),
        }

    def _whats(self, chosen: str) -> list[tuple[str, list[tuple[str, Any, bool]]]]:
        """Return what a row can be about, in groups."""
        fields = [
            (f"f:{each.name}", each.label)
            for each in self.about.fields
            if each.filterable and each.name not in hidden_in(self.about)
        ]
        has_history = bool(self.about.table)
        first = _("顧客の項目") if self.about.name == PERSON.name else str(self.about.label)
        groups: list[tuple[str, list[tuple[str, Any]]]] = [(first, fields)]
        if self.about.segments:
            groups.append((_("セグメント"), [(SEGMENT, _("セグメント"))]))
        titles = {Wheel.MARKETING: _("来訪・反応"), Wheel.AXLE: _("引き継ぎ"), Wheel.SALES: _("営業・購入")}
        for wheel, title in titles.items() if has_history else ():
            kinds = [(f"d:{kind.name}", kind.label) for kind in KINDS.values() if kind.wheel == wheel]
            groups.append((title, kinds))
        return [(title, [(what, label, what == chosen) for what, label in choices]) for title, choices in groups]


def from_node(node: Node, about: RecordType) -> Builder:
    """Return the builder that draws a condition; as JSON where its shape is too rich for rows."""
    for joint, outer, inner in (("all", All, AnyOf), ("any", AnyOf, All)):
        blocks = _blocks(node, outer, inner)
        rows = None if blocks is None else [[_row_of(part, about) for part in block] for block in blocks]
        if rows is not None and all(row is not None for block in rows for row in block):
            return Builder(about, joint, [[row for row in block if row is not None] for block in rows] or [[Row()]])
    return Builder(about, text=json.dumps(to_json(node), ensure_ascii=False, indent=1))


def from_post(data: QueryDict, about: RecordType) -> Builder:
    """Return the builder as the page sent it, after the button that was pressed."""
    text = str(data.get("text", ""))
    if text.strip():
        return Builder(about, text=text)
    found: dict[int, dict[int, Row]] = {}
    for name in data:
        if match := NAME.fullmatch(name):
            block, place = int(match[1]), int(match[2])
            found.setdefault(block, {})[place] = _sent_row(data, f"b{block}r{place}", about)
    blocks = [[rows[place] for place in sorted(rows)][:MOST_ROWS] for _block, rows in sorted(found.items())]
    joint = data.get("joint", "all")
    builder = Builder(about, joint if joint in ("all", "any") else "all", blocks[:MOST_BLOCKS])
    _press(builder, data.get("press", ""))
    return builder


def checked(builder: Builder, read: Any) -> Node | None:
    """Return the condition, or None with the problem noted on the builder."""
    try:
        node: Node = read(builder.to_json(), about=builder.about)
    except ConditionInvalid as error:
        builder.problem = str(error)
        return None
    return node


def _press(builder: Builder, button: str) -> None:
    """This function will add or remove what the button says: "block", "row-1", "gone-1-0"."""
    word, *places = button.split("-")
    numbers = [int(place) for place in places if place.isdecimal()]
    if word == "block" and len(builder.blocks) < MOST_BLOCKS:
        builder.blocks.append([Row()])
    elif word == "row" and len(numbers) == 1 and numbers[0] < len(builder.blocks):
        builder.blocks[numbers[0]].append(Row())
    elif word == "gone" and len(numbers) == 2 and numbers[0] < len(builder.blocks):
        block = builder.blocks[numbers[0]]
        if numbers[1] < len(block):
            del block[numbers[1]]
        builder.blocks = [block for block in builder.blocks if block]
    if not builder.blocks:
        builder.blocks = [[Row()]]


def _sent_row(data: Mapping[str, Any], name: str, about: RecordType) -> Row:
    row = Row(
        what=data.get(f"{name}-what", ""),
        op=data.get(f"{name}-op", ""),
        values=[value for value in data.getlist(f"{name}-value") if value != ""],  # type: ignore[attr-defined]
        times_op=data.get(f"{name}-times_op", "gte"),
        times=data.get(f"{name}-times", "1"),
        days=data.get(f"{name}-days", ""),
        url=data.get(f"{name}-url", "").strip(),
    )
    if row.what.startswith("d:"):
        return row if row.what[2:] in KINDS else Row()
    if row.what == SEGMENT and about.segments:
        row.op = IS_OUT if row.op == IS_OUT else IS_IN
        return row
    chosen = _field_of(row.what, about)
    if chosen is None:
        return Row()
    if row.op not in {str(op) for op in OPS_FOR[chosen.type]}:
        row.op = str(OPENING_OPS.get(chosen.type, Op.IS))
        row.values = []
    return row


def _row_to_json(row: Row, about: RecordType) -> dict[str, Any]:
    if row.what.startswith("d:"):
        return _did_to_json(row)
    if row.what == SEGMENT:
        return {"segment": row.values[0] if row.values else "", "in": row.op != IS_OUT}
    chosen = about.field(row.what.removeprefix("f:"))
    test: dict[str, Any] = {"field": chosen.name, "op": row.op}
    op = Op(row.op)
    if op in VALUELESS:
        return test
    if op in LISTED:
        split = [part.strip() for value in row.values for part in re.split(r"[、,\n]", value)]
        return test | {"value": row.values if _options(chosen) else [part for part in split if part]}
    if op is Op.BETWEEN:
        return test | {"value": row.values}
    return test | {"value": row.values[0] if row.values else ""}


def _did_to_json(row: Row) -> dict[str, Any]:
    never = row.times_op == "never"
    did: dict[str, Any] = {
        "did": row.what[2:],
        "times": {"eq": 0} if never else {row.times_op: row.times or "1"},
    }
    if row.days:
        did["within_days"] = row.days
    if row.url:
        did["where"] = {"field": "url", "op": "contains", "value": row.url}
    return did


def _blocks(node: Node, outer: type, inner: type) -> list[list[Node]] | None:
    """Return the parts of a tree of two levels, None where it is deeper or of other joints."""
    parts = _parts(node, outer)
    blocks = [_parts(part, inner) for part in parts]
    flat = all(isinstance(part, Test | Did | InSegment) for block in blocks for part in block)
    return blocks if flat and all(blocks) else None


def _parts(node: Node, joint: type) -> list[Node]:
    """Return what a joint joins; anything else stands for itself."""
    return list(node.parts) if isinstance(node, All | AnyOf) and isinstance(node, joint) else [node]


def _row_of(part: Node, about: RecordType) -> Row | None:
    match part:
        case Did(kind, times_op, times, within_days, where):
            if where is not None and not (isinstance(where, Test) and (where.field, where.op) == ("url", Op.CONTAINS)):
                return None
            never = times == 0 and str(times_op) == "eq"
            return Row(
                what=f"d:{kind}",
                times_op="never" if never else str(times_op),
                times=str(times),
                days="" if within_days is None else str(within_days),
                url=str(where.value) if isinstance(where, Test) else "",
            )
        case InSegment(segment, is_in):
            return Row(SEGMENT, IS_IN if is_in else IS_OUT, [str(segment)])
        case Test(name, op, _value):
            if name in hidden_in(about):
                return None
            value = to_json(part).get("value", [])
            return Row(f"f:{name}", str(op), [_typed(each) for each in (value if isinstance(value, list) else [value])])
        case Not() | _:
            return None


def _typed(value: Any) -> str:
    """Return a value as a control of the page holds it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _field_of(what: str, about: RecordType) -> Field | None:
    name = what.removeprefix("f:")
    return about.field(name) if what.startswith("f:") and name in about and name not in hidden_in(about) else None


def hidden_in(about: RecordType) -> set[str]:
    """Return the fields no row asks about; of what is asked approval for, rows may ask about everything."""
    return HIDDEN if about.table else set()


def _options(chosen: Field) -> tuple[tuple[str, Any], ...]:
    if chosen.type is Type.BOOLEAN:
        return (("true", _("はい")), ("false", _("いいえ")))
    return chosen.options()


def _input(chosen: Field, op: Op) -> str:
    """Return which control takes the value: none, many, one, days, list, two, date, number or text."""
    if op in VALUELESS:
        return "none"
    if op in DAYS:
        return "days"
    if _options(chosen):
        return "many" if op in LISTED else "one"
    if op in LISTED:
        return "list"
    kind = {Type.DATE: "date", Type.DATETIME: "date", Type.NUMBER: "number", Type.MONEY: "number"}.get(
        chosen.type, "text"
    )
    return f"two-{kind}" if op is Op.BETWEEN else kind
