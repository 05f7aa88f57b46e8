"""Pure decisions about segments: conditions, circles among them, what time changes, why somebody came or left."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.conditions.meaning import ZONE
from ryorin.conditions.ops import DAYS
from ryorin.conditions.parser import parse, to_json
from ryorin.conditions.sentence import sentence
from ryorin.conditions.tree import All, Did, InSegment, Node, Not, Op, Test
from ryorin.conditions.tree import Any as AnyOf
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS

KIND_LABELS = {kind.name: kind.label for kind in KINDS.values()}
Leaf = Test | Did | InSegment


def read(condition: object, *, about: RecordType = PERSON) -> Node:
    """Return a stored or typed condition about people; raise ConditionInvalid."""
    return parse(condition, about, touchpoint_type=TOUCHPOINT)


def said(node: Node, *, about: RecordType = PERSON) -> str:
    """Return a condition about people in the reader's words."""
    return sentence(node, about, kinds=KIND_LABELS, touchpoint_type=TOUCHPOINT)


def remembering() -> RecordType:
    """Return what is known of people, with the names of segments asked for once: for reading many conditions."""
    assert PERSON.segments is not None
    return replace(PERSON, segments=replace(PERSON.segments, names=cache(PERSON.segments.names)))


def is_circle(segment: int, named: frozenset[int], conditions: Mapping[int, frozenset[int]]) -> bool:
    """Return whether a segment that names these would, by way of what others name, depend on itself."""
    waiting, seen = list(named), set[int]()
    while waiting:
        one = waiting.pop()
        if one == segment:
            return True
        if one not in seen:
            seen.add(one)
            waiting += conditions.get(one, ())
    return False


def in_order(conditions: Mapping[int, frozenset[int]]) -> list[int]:
    """Return the segments so that each stands behind those it names."""
    ordered: dict[int, None] = {}

    def place(segment: int, above: frozenset[int]) -> None:
        for named in sorted(conditions.get(segment, frozenset()) - above):
            if named not in ordered:
                place(named, above | {segment})
        if segment in conditions:
            ordered[segment] = None

    for segment in sorted(conditions):
        place(segment, frozenset())
    return list(ordered)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield the tests a condition is made of."""
    match node:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case Test() | Did() | InSegment():
            yield node


@dataclass(frozen=True)
class Asks:
    """What a condition looks at: kinds of touchpoints, fields of the person, other segments, the clock."""

    kinds: frozenset[str]
    fields: tuple[Field, ...]
    segments: frozenset[int]
    dids: tuple[Did, ...]
    timed: tuple[Test, ...]


@lru_cache(maxsize=4096)
def asks(node: Node) -> Asks:
    """Return what has to change for the answer to change."""
    found = list(leaves(node))
    dids = tuple(dict.fromkeys(leaf for leaf in found if isinstance(leaf, Did)))
    tests = [leaf for leaf in found if isinstance(leaf, Test)]
    return Asks(
        kinds=frozenset(did.kind for did in dids),
        fields=tuple(PERSON.field(name) for name in dict.fromkeys(test.field for test in tests)),
        segments=frozenset(leaf.segment for leaf in found if isinstance(leaf, InSegment)),
        dids=dids,
        timed=tuple(test for test in dict.fromkeys(tests) if is_timed(test)),
    )


def is_timed(test: Test) -> bool:
    """Return whether the test's answer can change while the record stays as it is."""
    return test.op in DAYS and PERSON.field(test.field).type in (Type.DATE, Type.DATETIME)


def why(cause: str, part: Node | None = None, *, kind: str = "", uid: str = "", at: str = "") -> dict[str, Any]:
    """Return the reason for a change as it is kept, without what is empty."""
    kept = {"cause": cause, "part": to_json(part) if part else None, "kind": kind, "uid": uid, "at": at}
    return {name: value for name, value in kept.items() if value}


def blamed(node: Node, holds: Callable[[Leaf], bool], *, came: bool, weight: Callable[[Leaf], int]) -> Leaf | None:
    """Return the test that made somebody come (or leave): of those that decide, the weightiest.

    `holds` says of a test whether it is true now, and `weight` how much of what is new is about it.
    """
    match node:
        case Not(part):
            return blamed(part, holds, came=not came, weight=weight)
        case All(parts) | AnyOf(parts):
            decides_alone = isinstance(node, AnyOf) == came
            those = [part for part in parts if truth(part, holds) == came] if decides_alone else list(parts)
            found = [blamed(part, holds, came=came, weight=weight) for part in those]
            known = [leaf for leaf in found if leaf is not None]
            return max(known, key=weight, default=None)
        case Test() | Did() | InSegment():
            return node


def truth(node: Node, holds: Callable[[Leaf], bool]) -> bool:
    """Return the answer of a condition from the answers of its tests."""
    match node:
        case All(parts):
            return all(truth(part, holds) for part in parts)
        case AnyOf(parts):
            return any(truth(part, holds) for part in parts)
        case Not(part):
            return not truth(part, holds)
        case Test() | Did() | InSegment():
            return holds(node)


def crossing_days(test: Test) -> tuple[int, ...]:
    """Return how many days from now the values lie whose answer to the test is changing at this moment."""
    days = int(str(test.value))
    return (0, days) if test.op is Op.NEXT_DAYS else (-days,) if test.op is Op.BEFORE_DAYS else (0, -days)


def edge(test: Test, moment: datetime) -> date:
    """Return a moment as values of the tested field are kept: a day, a little to the outside, for dates."""
    return moment.astimezone(ZONE).date() if PERSON.field(test.field).type is Type.DATE else moment


def named_in(condition: Any) -> frozenset[int]:
    """Return the segments a stored condition names, whether or not it can be read."""
    if isinstance(condition, dict):
        own = frozenset((condition["segment"],)) if isinstance(condition.get("segment"), int) else frozenset[int]()
        return own.union(*map(named_in, condition.values()))
    return frozenset[int]().union(*map(named_in, condition)) if isinstance(condition, list) else frozenset()


def reason_said(why: dict[str, Any], *, about: RecordType = PERSON) -> str:
    """Return why somebody came or left, in the reader's words; the part of the condition where it is known."""
    part = ""
    with suppress(ConditionInvalid):  # what it named may be gone; the cause remains
        part = said(read(why["part"], about=about), about=about) if why.get("part") else ""
    label = CAUSES.get(why.get("cause", ""), "")
    return _("%(cause)s：%(part)s") % {"cause": label, "part": part} if part else str(label)


CAUSES = {
    "built": lazy("セグメントの作成"),
    "condition": lazy("条件の変更"),
    "resumed": lazy("更新の再開"),
    "repair": lazy("1日1回の点検"),
    "many": lazy("多数の変更"),
    "touchpoint": lazy("新しい接点"),
    "changed": lazy("顧客情報の変更"),
    "time": lazy("時間の経過"),
    "recognised": lazy("訪問者の特定"),
    "segment": lazy("ほかのセグメントの変化"),
    "by_hand": lazy("手作業"),
}
