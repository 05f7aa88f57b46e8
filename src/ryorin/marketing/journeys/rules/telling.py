"""What happened on a journey, in sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OUTCOMES: dict[str, str | Promise] = {
    "entered": gettext_lazy("ジャーニーに入りました"),
    "waited": gettext_lazy("待ち時間が終わりました"),
    "skipped": gettext_lazy("待ちを飛ばして進めました"),
    "met": gettext_lazy("待っていた行動がありました"),
    "late": gettext_lazy("期限まで行動がありませんでした"),
    "arm": gettext_lazy("道「%(name)s」へ進みました"),
    "queued": gettext_lazy("メールを送信に回しました"),
    "suppressed": gettext_lazy("メールは送りませんでした：%(why)s"),
    "task": gettext_lazy("タスクを作りました"),
    "points": gettext_lazy("スコアに%(points)s点を加えました"),
    "changed": gettext_lazy("「%(field)s」を「%(value)s」に変えました"),
    "unchanged": gettext_lazy("「%(field)s」はすでに「%(value)s」でした"),
    "listed": gettext_lazy("セグメント「%(name)s」に入れました"),
    "called": gettext_lazy("Webhook「%(name)s」へ送りました"),
    "told": gettext_lazy("%(name)sさんに知らせました"),
    "reached": gettext_lazy("目標「%(name)s」に達しました"),
    "jumped": gettext_lazy("別のカードへ進みました"),
    "ended": gettext_lazy("終了しました"),
    "removed": gettext_lazy("途中で終了しました：%(why)s"),
    "moved": gettext_lazy("第%(number)s版のカードへ移りました"),
}


def told(outcome: str, detail: Mapping[str, Any]) -> str:
    """Return one step of somebody's way in the reader's words."""
    text = str(OUTCOMES.get(outcome, outcome))
    try:
        return text % detail if detail else text
    except (KeyError, TypeError, ValueError):
        return text


def origin_told(origin: Mapping[str, Any], *, kinds: Mapping[str, str | Promise]) -> str:
    """Return why somebody came in, in the reader's words."""
    match origin.get("by"):
        case "touchpoint":
            return _("「%(kind)s」がありました") % {"kind": kinds.get(origin.get("kind", ""), origin.get("kind", ""))}
        case "segment":
            return _("セグメント「%(name)s」に入りました") % {"name": origin.get("name", "")}
        case "condition":
            return _("開始の条件にあてはまりました")
        case "date":
            return _("%(field)sが %(day)s でした") % {"field": origin.get("field", ""), "day": origin.get("day", "")}
        case "handoff":
            return _("引き継ぎから入りました（%(name)s）") % {"name": origin.get("name", "")}
        case "hand":
            return _("%(name)sさんが入れました") % {"name": origin.get("name", "")}
        case _:
            return ""
