"""Pure arithmetic of the score: points of the rules that hold, and the reasons behind the sum."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from ryorin.conditions.tree import All, Did, Node, Times
from ryorin.conditions.tree import Any as Any_

MOST_POINTS = 100
LONGEST_HALF_LIFE = 730
Reason = dict[str, Any]


@dataclass(frozen=True)
class ReadableRule:
    """A score rule whose condition could be read."""

    id: int
    label: str
    points: int
    node: Node
    half_life: int | None = None  # days

    @property
    def fades_since(self) -> Did | None:
        """What the points fade since: the first thing done that the condition asks for."""
        return done_in(self.node) if self.half_life else None


class Scale:
    """Turns which rules hold for a person into a score with reasons."""

    def __init__(self, rules: Sequence[ReadableRule]) -> None:
        self.rules = rules
        self.of = lru_cache(maxsize=16_384)(self._of)

    def _of(
        self, holds: tuple[bool, ...], given: int = 0, days: tuple[int | None, ...] = ()
    ) -> tuple[int, list[Reason]]:
        """Return the score, never below 0, and its reasons, heaviest first.

        `given` are points from journeys; `days` how long ago each rule's touchpoint was, None where points never fade.
        """
        ages = days or (None,) * len(self.rules)
        found = zip(self.rules, holds, ages, strict=True)
        reasons = [reason_of(rule, age) for rule, is_held, age in found if is_held]
        reasons = [reason for reason in reasons if reason["points"]]
        if given:
            reasons.append({"label": _("ジャーニーでの加点"), "points": given})
        reasons.sort(key=lambda reason: -abs(reason["points"]))
        return max(sum(reason["points"] for reason in reasons), 0), reasons


def reason_of(rule: ReadableRule, days: int | None) -> Reason:
    """Return a rule's points with its label; faded ones say what they were and how many days ago."""
    if days is None or not rule.half_life:
        return {"label": rule.label, "points": rule.points}
    points = faded(rule.points, days=days, half_life=rule.half_life)
    if points == rule.points:
        return {"label": rule.label, "points": points}
    return {"label": rule.label, "points": points, "full": rule.points, "days": days}


def faded(points: int, *, days: int, half_life: int) -> int:
    """Return what is left of points after so many days: half after each half-life, rounded to whole points."""
    return round(points * 0.5 ** (max(days, 0) / half_life))


def done_in(node: Node) -> Did | None:
    """Return the first thing done that a condition asks for; what must not have been done is none."""
    match node:
        case Did(times_op=Times.GTE, times=times) if times > 0:
            return node
        case All(parts) | Any_(parts):
            return next(filter(None, map(done_in, parts)), None)
        case _:
            return None


def digest_of(rules: Iterable[ReadableRule], definition: object) -> str:
    """Return a digest that changes whenever everybody has to be scored anew."""
    content = [[rule.id, rule.label, rule.points, rule.half_life, repr(rule.node)] for rule in rules]
    return hashlib.sha256(json.dumps([content, repr(definition)]).encode()).hexdigest()


def problem_with(*, label: str, points: int, half_life_days: int | None = None, fades: bool = True) -> str:
    """Return what is wrong with a rule somebody wants to save; empty when fine."""
    if not label.strip():
        return _("理由を入力してください。")
    if not points or abs(points) > MOST_POINTS:
        return _("点は−%(most)sから+%(most)sまでの0以外の整数にしてください。") % {"most": MOST_POINTS}
    if half_life_days is not None and not 1 <= half_life_days <= LONGEST_HALF_LIFE:
        return _("半分になるまでの日数は1～%(most)s日にしてください。") % {"most": LONGEST_HALF_LIFE}
    if half_life_days is not None and not fades:
        return _("日数がたつと減る点は、「〜した」という条件のあるルールにだけ付けられます。")
    return ""


def first_rules() -> list[tuple[str, int, dict[str, Any]]]:
    """Return label, points and condition of the rules a new installation starts with."""
    pricing = {"field": "url", "op": "contains", "value": "/pricing"}
    titles = ("部長", "課長", "社長", "取締役", "本部長", "事業部長")
    return [
        (_("フォームから問い合わせ・申し込み"), 30, {"did": "form_submitted", "times": {"gte": 1}, "within_days": 60}),
        (
            _("料金ページを3回以上閲覧"),
            20,
            {"did": "page_view", "times": {"gte": 3}, "within_days": 30, "where": pricing},
        ),
        (_("資料をダウンロード"), 15, {"did": "downloaded", "times": {"gte": 1}, "within_days": 90}),
        (_("展示会・セミナーに参加"), 15, {"did": "event_attended", "times": {"gte": 1}, "within_days": 180}),
        (_("メールのリンクをクリック"), 10, {"did": "mail_clicked", "times": {"gte": 1}, "within_days": 60}),
        (
            _("決裁に近い役職"),
            15,
            {"any": [{"field": "job_title", "op": "contains", "value": title} for title in titles]},
        ),
        (
            _("90日間、来訪も返信もない"),
            -20,
            {
                "all": [
                    {"did": kind, "times": {"eq": 0}, "within_days": 90}
                    for kind in ("page_view", "mail_clicked", "form_submitted", "event_attended")
                ]
            },
        ),
    ]
