"""The plain words for a group of customers. No database."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

MOST_TRAITS = 3


def name_of_group(number: int, traits: Sequence[Sequence[Any]]) -> str:
    """Return what sets a group apart in a few words: "よく買う・最近来ない・単価が高い"."""
    words = [word for trait, *_strength in traits[:MOST_TRAITS] if (word := _word(str(trait)))]
    return _("%(number)s．%(words)s") % {"number": number, "words": _("・").join(words) or _("平均的")}


def _word(trait: str) -> str:
    return {
        "often": _("よく買う"),
        "seldom": _("たまに買う"),
        "once": _("1回だけ買った"),
        "recent": _("最近も買っている"),
        "long_ago": _("しばらく買っていない"),
        "dear": _("単価が高い"),
        "cheap": _("単価が低い"),
        "old": _("付き合いが長い"),
        "new": _("新しい"),
        "wide": _("いろいろな商品を買う"),
        "narrow": _("同じ商品を買う"),
        "returns": _("返品が多い"),
    }.get(trait, "")
