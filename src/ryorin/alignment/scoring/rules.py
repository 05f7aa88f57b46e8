"""Pure arithmetic of the score: points of the rules that hold, and the reasons behind the sum."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from ryorin.conditions.tree import Node

MOST_POINTS = 100
Reason = dict[str, Any]


@dataclass(frozen=True)
class ReadableRule:
    """A score rule whose condition could be read."""

    id: int
    label: str
    points: int
    node: Node


class Scale:
    """Turns which rules hold for a person into a score with reasons."""

    def __init__(self, rules: Sequence[ReadableRule]) -> None:
        self.rules = rules
        self.of = lru_cache(maxsize=4096)(self._of)

    def _of(self, holds: tuple[bool, ...], given: int = 0) -> tuple[int, list[Reason]]:
        """Return the score, never below 0, and its reasons, heaviest first; `given` are points from journeys."""
        held = [rule for rule, is_held in zip(self.rules, holds, strict=True) if is_held]
        reasons: list[Reason] = [{"label": rule.label, "points": rule.points} for rule in held]
        if given:
            reasons.append({"label": _("ジャーニーでの加点"), "points": given})
        reasons.sort(key=lambda reason: -abs(reason["points"]))
        return max(sum(reason["points"] for reason in reasons), 0), reasons


def digest_of(rules: Iterable[ReadableRule], definition: object) -> str:
    """Return a digest that changes whenever everybody has to be scored anew."""
    content = [[rule.id, rule.label, rule.points, repr(rule.node)] for rule in rules]
    return hashlib.sha256(json.dumps([content, repr(definition)]).encode()).hexdigest()


def problem_with(*, label: str, points: int) -> str:
    """Return what is wrong with a rule somebody wants to save; empty when fine."""
    if not label.strip():
        return _("理由を入力してください。")
    if not points or abs(points) > MOST_POINTS:
        return _("点は−%(most)sから+%(most)sまでの0以外の整数にしてください。") % {"most": MOST_POINTS}
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
