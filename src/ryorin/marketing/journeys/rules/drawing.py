"""A journey as it is drawn: a start and cards one below the other; cards that divide hold arms of cards.

Arms come together again below the card, unless they end. A drawing is compiled to cards that name who follows them.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from ryorin.marketing.journeys.errors import CardGone, DrawingUnreadable, PlaceImpossible, TooManyCards
from ryorin.marketing.journeys.models import NodeKind

START = "start"
END = ""
ROOT = "root"
MOST_CARDS = 120
MOST_ARMS = 8
DEEPEST = 6
LARGEST_CONFIG = 60_000
STARTS = ("touchpoint", "segment", "condition", "date", "hand")
DIVIDING = frozenset({NodeKind.BRANCH, NodeKind.SPLIT, NodeKind.WAIT_FOR})
ENDING = frozenset({NodeKind.EXIT, NodeKind.GOTO})
_KEY = re.compile(r"[a-z0-9]{1,12}")


@dataclass(frozen=True)
class Arm:
    """One way on from a card that divides; `config` holds its name and its condition or share."""

    config: Mapping[str, Any] = field(default_factory=dict)
    cards: tuple["Card", ...] = ()

    @property
    def name(self) -> str:
        return str(self.config.get("name", ""))


@dataclass(frozen=True)
class Card:
    key: str
    kind: str
    config: Mapping[str, Any] = field(default_factory=dict)
    arms: tuple[Arm, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """`start` is how people come in: {"kind": one of STARTS, ...}."""

    start: Mapping[str, Any]
    cards: tuple[Card, ...] = ()

    def card(self, key: str) -> Card:
        """Return the card of that key; raise CardGone."""
        found = next((card for card in walk(self.cards) if card.key == key), None)
        if found is None:
            raise CardGone()
        return found


@dataclass(frozen=True)
class Place:
    """Where a card stands: in a list of cards (root, or "key.arm"), before the one of that index."""

    within: str
    index: int


@dataclass(frozen=True)
class Compiled:
    """One card with the keys of those that may follow, in the order of its arms; END where it is over."""

    key: str
    kind: str
    config: Mapping[str, Any]
    arrows: tuple[str, ...]


def read(data: object) -> Drawing:
    """Return the drawing in JSON values; raise DrawingUnreadable for what is no drawing at all."""
    if not isinstance(data, Mapping):
        raise DrawingUnreadable(_("形式が違います。"))
    start = data.get("start") or {"kind": "hand"}
    if not isinstance(start, Mapping) or start.get("kind") not in STARTS:
        raise DrawingUnreadable(_("開始の条件が正しくありません。"))
    drawing = Drawing(dict(start), _cards(data.get("cards", []), depth=1))
    keys = [card.key for card in walk(drawing.cards)]
    if len(keys) > MOST_CARDS:
        raise TooManyCards(limit=MOST_CARDS)
    if len(set(keys)) != len(keys) or START in keys:
        raise DrawingUnreadable(_("同じカードが二度あります。"))
    return drawing


def to_json(drawing: Drawing) -> dict[str, Any]:
    """Return the drawing as JSON values; reading them gives it again."""
    return {"start": dict(drawing.start), "cards": [_card_to_json(card) for card in drawing.cards]}


def walk(cards: tuple[Card, ...]) -> Iterator[Card]:
    """Yield all cards from the top down, those within arms too."""
    for card in cards:
        yield card
        for arm in card.arms:
            yield from walk(arm.cards)


def compiled(drawing: Drawing) -> list[Compiled]:
    """Return the start and every card with who follows it, from the top down."""
    nodes: dict[str, Compiled] = {}
    first = _lay(drawing.cards, END, nodes)
    start = Compiled(START, NodeKind.START, drawing.start, (first,))
    return [start, *(nodes[card.key] for card in walk(drawing.cards))]


def new_card(kind: str) -> Card:
    """Return a card of that kind as it begins."""
    key = secrets.token_hex(4)
    if kind not in NodeKind.values or kind == NodeKind.START:
        raise DrawingUnreadable(_("カードの種類がありません。"))
    if kind == NodeKind.BRANCH:
        return Card(
            key, kind, {}, (Arm({"name": _("条件にあてはまる"), "condition": None}), Arm({"name": _("それ以外")}))
        )
    if kind == NodeKind.SPLIT:
        return Card(key, kind, {}, (Arm({"name": "A", "share": 50}), Arm({"name": "B", "share": 50})))
    if kind == NodeKind.WAIT_FOR:
        config = {"what": "touchpoint", "kind_of": "mail_clicked", "amount": 7, "unit": "days"}
        return Card(key, kind, config, (Arm({"name": _("行動した")}), Arm({"name": _("期限まで行動なし")})))
    return Card(key, kind, dict(FIRST_CONFIG.get(kind, {})))


FIRST_CONFIG: dict[str, dict[str, Any]] = {
    NodeKind.WAIT: {"mode": "for", "amount": 3, "unit": "days"},
    NodeKind.TASK: {"title": "", "owner": "person", "days": 1},
    NodeKind.SCORE: {"points": 10},
    NodeKind.NOTIFY: {"to": "person", "text": ""},
    NodeKind.GOAL: {"name": "", "leaves": True},
}


def insert(drawing: Drawing, card: Card, place: Place) -> Drawing:
    """Return the drawing with one more card at the place; raise CardGone where there is no such place."""
    cards_in(drawing, place.within)
    cards = _changed_list(drawing.cards, ROOT, place.within, lambda held: _with(held, card, place.index))
    return _checked(replace(drawing, cards=cards))


def remove(drawing: Drawing, key: str) -> Drawing:
    """Return the drawing without a card and without all that stands in its arms."""
    drawing.card(key)
    return replace(drawing, cards=_without(drawing.cards, key))


def move(drawing: Drawing, key: str, place: Place) -> Drawing:
    """Return the drawing with a card, and what stands in its arms, at another place."""
    card = drawing.card(key)
    inside = {one.key for one in walk((card,))}
    if place.within.partition(".")[0] in inside:
        raise PlaceImpossible()
    held = cards_in(drawing, place.within)
    index = place.index
    own = next((number for number, one in enumerate(held) if one.key == key), None)
    if own is not None and own < index:
        index -= 1
    return insert(remove(drawing, key), card, Place(place.within, index))


def change(drawing: Drawing, card: Card) -> Drawing:
    """Return the drawing with another content of the card that has this key."""
    drawing.card(card.key)
    return _checked(replace(drawing, cards=_replaced(drawing.cards, card)))


def cards_in(drawing: Drawing, within: str) -> tuple[Card, ...]:
    """Return the list of cards that a place names; raise CardGone."""
    if within == ROOT:
        return drawing.cards
    key, _dot, arm = within.partition(".")
    arms = drawing.card(key).arms
    if not arm.isdecimal() or int(arm) >= len(arms):
        raise CardGone()
    return arms[int(arm)].cards


def place_of(drawing: Drawing, key: str) -> Place:
    """Return where a card stands; raise CardGone."""
    for within, cards in _lists(drawing.cards, ROOT):
        for index, card in enumerate(cards):
            if card.key == key:
                return Place(within, index)
    raise CardGone()


def _lists(cards: tuple[Card, ...], within: str) -> Iterator[tuple[str, tuple[Card, ...]]]:
    yield within, cards
    for card in cards:
        for number, arm in enumerate(card.arms):
            yield from _lists(arm.cards, f"{card.key}.{number}")


def _changed_list(cards: tuple[Card, ...], here: str, wanted: str, change: Any) -> tuple[Card, ...]:
    if here == wanted:
        changed: tuple[Card, ...] = change(cards)
        return changed
    return tuple(
        replace(
            card,
            arms=tuple(
                replace(arm, cards=_changed_list(arm.cards, f"{card.key}.{number}", wanted, change))
                for number, arm in enumerate(card.arms)
            ),
        )
        for card in cards
    )


def _with(cards: tuple[Card, ...], card: Card, index: int) -> tuple[Card, ...]:
    index = max(0, min(index, len(cards)))
    return (*cards[:index], card, *cards[index:])


def _without(cards: tuple[Card, ...], key: str) -> tuple[Card, ...]:
    return tuple(
        replace(card, arms=tuple(replace(arm, cards=_without(arm.cards, key)) for arm in card.arms))
        for card in cards
        if card.key != key
    )


def _replaced(cards: tuple[Card, ...], new: Card) -> tuple[Card, ...]:
    return tuple(
        new
        if card.key == new.key
        else replace(card, arms=tuple(replace(arm, cards=_replaced(arm.cards, new)) for arm in card.arms))
        for card in cards
    )


def _checked(drawing: Drawing) -> Drawing:
    return read(to_json(drawing))


def _lay(cards: tuple[Card, ...], after: str, nodes: dict[str, Compiled]) -> str:
    """Return the key of the first card, `after` where there is none, having compiled them all."""
    for card in reversed(cards):
        nodes[card.key] = Compiled(card.key, card.kind, _config(card), _arrows(card, after, nodes))
        after = card.key
    return after


def _arrows(card: Card, after: str, nodes: dict[str, Compiled]) -> tuple[str, ...]:
    if card.arms:
        return tuple(_lay(arm.cards, after, nodes) for arm in card.arms)
    if card.kind == NodeKind.GOTO:
        return (str(card.config.get("to", END)),)
    if card.kind == NodeKind.EXIT or (card.kind == NodeKind.GOAL and card.config.get("leaves")):
        return (END,)
    return (after,)


def _config(card: Card) -> Mapping[str, Any]:
    return {**card.config, "arms": [dict(arm.config) for arm in card.arms]} if card.arms else card.config


def _card_to_json(card: Card) -> dict[str, Any]:
    data: dict[str, Any] = {"key": card.key, "kind": str(card.kind), "config": dict(card.config)}
    if card.arms:
        data["arms"] = [
            {"config": dict(arm.config), "cards": [_card_to_json(one) for one in arm.cards]} for arm in card.arms
        ]
    return data


def _cards(data: object, *, depth: int) -> tuple[Card, ...]:
    if not isinstance(data, list | tuple) or len(data) > MOST_CARDS:
        raise DrawingUnreadable(_("カードの並びが読めません。"))
    if depth > DEEPEST:
        raise DrawingUnreadable(_("分かれ道は%(limit)s段までです。") % {"limit": DEEPEST - 1})
    return tuple(_card(one, depth=depth) for one in data)


def _card(data: object, *, depth: int) -> Card:
    if not isinstance(data, Mapping):
        raise DrawingUnreadable(_("カードが読めません。"))
    key, kind, config = data.get("key"), data.get("kind"), data.get("config") or {}
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise DrawingUnreadable(_("カードの番号が正しくありません。"))
    if kind not in NodeKind.values or kind == NodeKind.START:
        raise DrawingUnreadable(_("カードの種類がありません。"))
    if not isinstance(config, Mapping) or len(repr(config)) > LARGEST_CONFIG:
        raise DrawingUnreadable(_("カードの設定が読めません。"))
    arms = data.get("arms") or []
    if not isinstance(arms, list | tuple) or (kind in DIVIDING) != bool(arms) or len(arms) > MOST_ARMS:
        raise DrawingUnreadable(_("分かれ道は2本から%(limit)s本までです。") % {"limit": MOST_ARMS})
    if arms and (len(arms) < 2 or (kind == NodeKind.WAIT_FOR and len(arms) != 2)):
        raise DrawingUnreadable(_("分かれ道は2本から%(limit)s本までです。") % {"limit": MOST_ARMS})
    return Card(key, str(kind), dict(config), tuple(_arm(arm, depth=depth) for arm in arms))


def _arm(data: object, *, depth: int) -> Arm:
    config = data.get("config") or {} if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(config, Mapping) or len(repr(config)) > LARGEST_CONFIG:
        raise DrawingUnreadable(_("分かれ道が読めません。"))
    return Arm(dict(config), _cards(data.get("cards", []), depth=depth + 1))
