"""The plain words for a group of customers. No database."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

MOST_TRAITS = 3


def name_of_group(number: int, traits: Sequence[Sequence[Any]]) -> str:
    """Return what sets a group apart in a few words: "よく買う・最近来ない・単価が高い"."""
    words = [word for trait, *_strength in traits[:MOST_TRAITS] if (word := _word(str(trait)))]
    return _("%(number)s．%(words)s") % {"number": number, "words": _("・").join(words) or _("平均的")}


def sentence_of_group(traits: Sequence[Sequence[Any]], size: int, *, are_people: bool = True) -> str:
    """Return the group in a sentence: "よく買っていたが最近来ない、単価の高い62人"."""
    told = [str(trait) for trait, *_strength in traits]
    parts = []
    if {"often", "long_ago"} <= set(told):
        parts.append(_("よく買っていたが最近来ない"))
        told = [trait for trait in told if trait not in ("often", "long_ago")]
    elif {"once", "long_ago"} <= set(told):
        parts.append(_("1回買ったきり来ていない"))
        told = [trait for trait in told if trait not in ("once", "long_ago")]
    parts += [word for trait in told[:MOST_TRAITS] if (word := _word(trait))]
    words = _("、").join(parts) or _("平均的な買い方の")
    count = f"{size:,}"
    return (_("%(words)s%(count)s人") if are_people else _("%(words)s%(count)s社")) % {"words": words, "count": count}


def _word(trait: str) -> str:
    return {
        "often": _("よく買う"),
        "seldom": _("たまに買う"),
        "once": _("1回だけ買った"),
        "recent": _("最近も買っている"),
        "long_ago": _("しばらく買っていない"),
        "dear": _("単価の高い"),
        "cheap": _("単価の低い"),
        "old": _("付き合いの長い"),
        "new": _("新しい"),
        "wide": _("いろいろな商品を買う"),
        "narrow": _("同じ商品を買う"),
        "returns": _("返品の多い"),
    }.get(trait, "")
