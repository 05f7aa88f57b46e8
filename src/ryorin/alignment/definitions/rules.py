"""Pure decisions about the definition of a ready lead: what it says, who may agree to it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from ryorin.alignment.definitions.models import Side
from ryorin.conditions.fields import RecordType
from ryorin.conditions.parser import parse
from ryorin.conditions.sentence import sentence
from ryorin.conditions.tree import Node
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS
from ryorin.workspace.members.rules import MARKETING, SALES

KIND_LABELS = {kind.name: kind.label for kind in KINDS.values()}
# What a condition decides cannot be asked for in it: readiness not in its definition, the score not in its rules.
FOR_DEFINITION = replace(
    PERSON, fields=tuple(field for field in PERSON.fields if field.name != "is_ready"), segments=None
)
FOR_SCORE = replace(FOR_DEFINITION, fields=tuple(field for field in FOR_DEFINITION.fields if field.name != "score"))


def read(condition: object, *, about: RecordType = PERSON) -> Node:
    """Return a stored or typed condition about people; raise ConditionInvalid."""
    return parse(condition, about, touchpoint_type=TOUCHPOINT)


def said(node: Node) -> str:
    """Return a condition about people in the reader's words."""
    return sentence(node, PERSON, kinds=KIND_LABELS, touchpoint_type=TOUCHPOINT)


def sides_of(role: str) -> frozenset[Side]:
    """Return the sides somebody of this role speaks for; leaders speak for either."""
    sides = {Side.MARKETING: MARKETING, Side.SALES: SALES}
    return frozenset(side for side, roles in sides.items() if role in roles)


def may_agree(side: Side, *, role: str, has_agreed: Collection[Side], is_alone: bool) -> bool:
    """Return whether this role's agreement counts for the side.

    Nobody speaks for both sides, unless no other member could speak for this one (`is_alone`).
    """
    return side in sides_of(role) and (is_alone or not set(has_agreed) - {side})


def open_side(role: str, settled: Collection[Side]) -> Side:
    """Return the side of this role's; for those who speak for either, the one that is not settled yet."""
    own = [side for side in Side if side in sides_of(role)]
    return ([side for side in own if side not in settled] or own or list(Side))[0]


def first_condition() -> dict[str, Any]:
    """Return the condition a new installation starts with."""
    return {
        "all": [
            {"field": "score", "op": "gte", "value": 50},
            {"any": [{"field": "email", "op": "filled"}, {"field": "phone", "op": "filled"}]},
        ]
    }


def first_note() -> str:
    return _("はじめの定義")
