"""What is wrong with a drawing, card by card: what keeps it from being switched on, and what is only advice."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid, UnknownField
from ryorin.conditions.fields import Field, Type
from ryorin.conditions.parser import parse
from ryorin.conditions.tree import InSegment
from ryorin.conditions.values import one_value
from ryorin.customers.people.fields import PERSON
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.customers.timeline.rules import KINDS
from ryorin.marketing.journeys.models import NodeKind
from ryorin.marketing.journeys.rules.drawing import END, START, Card, Compiled, Drawing, compiled, walk
from ryorin.marketing.journeys.rules.waiting import LONGEST, UNITS
from ryorin.marketing.segments.rules import leaves
from ryorin.marketing.segments.rules import read as read_condition

MOST_POINTS = 1_000
MOST_TITLE, MOST_TEXT = 200, 2_000
PROTECTED = frozenset(
    {
        "family_name", "given_name", "family_kana", "given_kana", "honorific", "company", "email", "phone", "mobile",
        "postal_code", "street", "building", "external_key", "first_contact_at", "memo", "source_campaign_id",
    }
)  # fmt: skip
SETTABLE: tuple[Field, ...] = tuple(
    one
    for one in PERSON.writable_for("marketer")
    if one.name not in PROTECTED and (one.type in (Type.TEXT, Type.CHOICE) or one.choices)
)
DATED: tuple[Field, ...] = tuple(one for one in PERSON.fields if one.type in (Type.DATE, Type.DATETIME))


@dataclass(frozen=True)
class Finding:
    """One thing to mend on a card; what blocks keeps the journey from being switched on."""

    key: str
    text: str
    blocks: bool = True


@dataclass(frozen=True)
class Known:
    """What a card may name: ids with names of what is there and may be used now."""

    segments: Mapping[int, str] = field(default_factory=dict)
    lists: Mapping[int, str] = field(default_factory=dict)
    messages: Mapping[int, str] = field(default_factory=dict)
    webhooks: Mapping[int, str] = field(default_factory=dict)
    members: Mapping[int, str] = field(default_factory=dict)


def findings(drawing: Drawing, known: Known) -> list[Finding]:
    """Return everything that is wrong, in the order of the cards."""
    found = list(_about_start(drawing.start, known))
    if not drawing.cards:
        found.append(Finding(START, _("カードがありません。開始の下に、することを置いてください。")))
    for card in walk(drawing.cards):
        check = _CHECKS.get(card.kind)
        if check is not None:
            found += check(card, known)
    keys = {START: 0} | {card.key: number for number, card in enumerate(walk(drawing.cards), start=1)}
    found += _about_ways(compiled(drawing), keys)
    return sorted(found, key=lambda one: keys.get(one.key, 0))


def condition_problem(condition: object, known: Known) -> str:
    """Return what is wrong with a stored condition about people; "" when it can be asked."""
    try:
        node = read_condition(condition)
    except (ConditionInvalid, UnknownField) as refusal:
        return str(refusal)
    for leaf in leaves(node):
        if isinstance(leaf, InSegment) and leaf.segment not in known.segments:
            return _("条件で使っているセグメントがありません。")
    return ""


def touchpoint_problem(config: Mapping[str, Any]) -> str:
    """Return what is wrong with a kind of touchpoint and its filter."""
    if config.get("kind_of") not in KINDS:
        return _("行動の種類を選んでください。")
    if config.get("where"):
        try:
            parse(config["where"], TOUCHPOINT)
        except (ConditionInvalid, UnknownField) as refusal:
            return str(refusal)
    return ""


def _about_start(start: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    kind, problem = start["kind"], ""
    if kind == "touchpoint":
        problem = touchpoint_problem(start)
    elif kind == "segment":
        problem = "" if start.get("segment") in known.segments else _("開始のセグメントを選んでください。")
    elif kind == "condition":
        problem = (
            condition_problem(start.get("condition"), known) if start.get("condition") else _("条件がありません。")
        )
    elif kind == "date":
        problem = _date_problem(start)
    if problem:
        yield Finding(START, problem)
    if kind == "hand":
        yield Finding(START, _("人は手動で入れたときだけ始まります。"), blocks=False)


def _date_problem(start: Mapping[str, Any]) -> str:
    if start.get("field") not in {one.name for one in DATED}:
        return _("日付の項目を選んでください。")
    if not _is_whole(start.get("offset"), -730, 730) or not _is_whole(start.get("hour"), 0, 23):
        return _("何日前・何日後の何時に始めるかを入れてください。")
    return ""


def _about_wait(card: Card, known: Known) -> Iterator[Finding]:
    config = card.config
    if config.get("mode") == "until":
        days = config.get("weekdays") or []
        if not _is_whole(config.get("hour"), 0, 23) or not _is_whole(config.get("minute", 0), 0, 59):
            yield Finding(card.key, _("時刻を入れてください。"))
        if not isinstance(days, list) or not all(_is_whole(one, 0, 6) for one in days):
            yield Finding(card.key, _("曜日を選び直してください。"))
    elif problem := amount_problem(config):
        yield Finding(card.key, problem)


def _about_wait_for(card: Card, known: Known) -> Iterator[Finding]:
    config = card.config
    if config.get("what") == "condition":
        has = bool(config.get("condition"))
        problem = condition_problem(config["condition"], known) if has else _("待つ条件がありません。")
    else:
        problem = touchpoint_problem(config)
    if problem:
        yield Finding(card.key, problem)
    if problem := amount_problem(config):
        yield Finding(card.key, _("いつまで待つかを決めてください。%(why)s") % {"why": problem})


def _about_branch(card: Card, known: Known) -> Iterator[Finding]:
    for arm in card.arms[:-1]:
        condition = arm.config.get("condition")
        problem = condition_problem(condition, known) if condition else _("条件がありません。")
        if problem:
            yield Finding(card.key, _("「%(arm)s」：%(problem)s") % {"arm": arm.name, "problem": problem})


def _about_split(card: Card, known: Known) -> Iterator[Finding]:
    shares = [arm.config.get("share") for arm in card.arms]
    if not all(_is_whole(share, 0, 100) for share in shares) or sum(int(share or 0) for share in shares) != 100:
        yield Finding(card.key, _("割合の合計を100%にしてください。"))


def _about_mail(card: Card, known: Known) -> Iterator[Finding]:
    message = card.config.get("message")
    if message is None:
        yield Finding(card.key, _("送るメッセージを選んでください。"))
    elif message not in known.messages:
        yield Finding(card.key, _("メッセージがなくなりました。選び直してください。"))


def _about_task(card: Card, known: Known) -> Iterator[Finding]:
    yield from _texts(card, "title", _("することを入力してください。"), most=MOST_TITLE)
    if not _is_whole(card.config.get("days"), 0, 365):
        yield Finding(card.key, _("期限の日数は0から365までです。"))
    yield from _about_member(card, "owner", known)


def _about_notify(card: Card, known: Known) -> Iterator[Finding]:
    yield from _texts(card, "text", _("知らせる文を入力してください。"), most=200)
    yield from _about_member(card, "to", known)


def _about_member(card: Card, name: str, known: Known) -> Iterator[Finding]:
    chosen = card.config.get(name)
    if chosen not in ("person", "journey") and chosen not in known.members:
        yield Finding(card.key, _("担当を選び直してください。"))


def _about_score(card: Card, known: Known) -> Iterator[Finding]:
    points = card.config.get("points")
    if not _is_whole(points, -MOST_POINTS, MOST_POINTS) or points == 0:
        yield Finding(card.key, _("点は -%(limit)s から %(limit)s までの、0でない整数です。") % {"limit": MOST_POINTS})


def _about_field(card: Card, known: Known) -> Iterator[Finding]:
    wanted = next((one for one in SETTABLE if one.name == card.config.get("field")), None)
    if wanted is None:
        yield Finding(card.key, _("変える項目を選んでください。"))
        return
    try:
        one_value(card.config.get("value"), wanted, where=str(wanted.label))
    except ConditionInvalid:
        yield Finding(card.key, _("「%(field)s」の値を入れてください。") % {"field": wanted.label})


def _about_list(card: Card, known: Known) -> Iterator[Finding]:
    if card.config.get("segment") not in known.lists:
        yield Finding(card.key, _("入れるセグメント（固定）を選んでください。"))


def _about_webhook(card: Card, known: Known) -> Iterator[Finding]:
    if card.config.get("webhook") not in known.webhooks:
        yield Finding(card.key, _("使用中のWebhookを選んでください。"))


def _about_goal(card: Card, known: Known) -> Iterator[Finding]:
    yield from _texts(card, "name", _("目標の名前を入力してください。"), most=80)


_CHECKS: dict[str, Callable[[Card, Known], Iterator[Finding]]] = {
    NodeKind.WAIT: _about_wait,
    NodeKind.WAIT_FOR: _about_wait_for,
    NodeKind.BRANCH: _about_branch,
    NodeKind.SPLIT: _about_split,
    NodeKind.MAIL: _about_mail,
    NodeKind.TASK: _about_task,
    NodeKind.NOTIFY: _about_notify,
    NodeKind.SCORE: _about_score,
    NodeKind.SET_FIELD: _about_field,
    NodeKind.SEGMENT: _about_list,
    NodeKind.WEBHOOK: _about_webhook,
    NodeKind.GOAL: _about_goal,
}


def amount_problem(config: Mapping[str, Any]) -> str:
    """Return what is wrong with a length of time."""
    unit = config.get("unit")
    if unit not in UNITS:
        return _("待つ時間の単位を選んでください。")
    if not _is_whole(config.get("amount"), 1, LONGEST[unit]):
        return _("待つ時間は1から%(limit)sまでです。") % {"limit": f"{LONGEST[unit]:,}"}
    return ""


def _about_ways(nodes: list[Compiled], keys: Mapping[str, int]) -> Iterator[Finding]:
    """Yield cards nobody reaches, jumps to nowhere, circles without waiting, and drawings without a way out."""
    by_key = {node.key: node for node in nodes}
    for node in nodes:
        if node.kind == NodeKind.GOTO and node.arrows[0] not in by_key:
            yield Finding(node.key, _("進む先のカードがありません。"))
    reached = _reached(by_key)
    for node in nodes:
        if node.key not in reached:
            yield Finding(node.key, _("ここへは誰も来ません。前のカードで終わるか、別のカードへ進みます。"))
    for key in _endless(by_key):
        yield Finding(key, _("待たずに同じところを回り続けます。途中に「待つ」を入れてください。"))
    if END not in {arrow for key in reached for arrow in by_key[key].arrows}:
        yield Finding(START, _("終わりに着く道がありません。"))


def _reached(nodes: Mapping[str, Compiled]) -> set[str]:
    waiting, reached = [START], set[str]()
    while waiting:
        key = waiting.pop()
        if key in nodes and key not in reached:
            reached.add(key)
            waiting += nodes[key].arrows
    return reached


def _endless(nodes: Mapping[str, Compiled]) -> list[str]:
    """Return the jumps from which one comes back to them without passing a card that surely waits."""
    found = []
    for node in nodes.values():
        if node.kind != NodeKind.GOTO:
            continue
        waiting, seen = [node.arrows[0]], set[str]()
        while waiting:
            key = waiting.pop()
            if key == node.key:
                found.append(node.key)
                break
            if key in nodes and key not in seen and not _surely_waits(nodes[key]):
                seen.add(key)
                waiting += nodes[key].arrows
    return found


def _surely_waits(node: Compiled) -> bool:
    """Return whether passing the card takes time: a wait until an hour may be over at once, a length of time not."""
    return node.kind == NodeKind.WAIT and node.config.get("mode") != "until"


def _texts(card: Card, name: str, missing: str, *, most: int) -> Iterator[Finding]:
    text = card.config.get(name)
    if not isinstance(text, str) or not text.strip():
        yield Finding(card.key, missing)
    elif len(text) > most:
        yield Finding(card.key, _("文字は%(limit)s文字までです。") % {"limit": most})


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
