"""Decisions about A/B tests that need no database: who gets which variant, and what may be written."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from ryorin.insight.methods.experiments import Arm, Comparison
from ryorin.marketing.experiments.models import Subject

METRICS: dict[str, tuple[str, ...]] = {
    Subject.PAGE: ("form_submitted", "downloaded", "link_clicked", "purchased", "handoff_accepted", "deal_opened"),
    Subject.MAIL: ("mail_clicked", "mail_opened", "form_submitted", "purchased", "deal_opened"),
    Subject.CREATIVE: ("form_submitted", "downloaded", "purchased", "handoff_accepted", "deal_opened"),
}
GUARDS = ("consent_withdrawn", "returned", "purchased", "form_submitted", "deal_opened", "handoff_sent_back")
BAD_KINDS = frozenset({"consent_withdrawn", "returned", "handoff_sent_back", "deal_lost"})
EXPOSURES: dict[str, tuple[str, ...]] = {
    Subject.PAGE: ("variant_shown", "page_view"),
    Subject.MAIL: ("mail_sent",),
    Subject.CREATIVE: ("variant_shown", "page_view", "link_clicked"),
}
MOST_VARIANTS = 6
WHOLE = 1 << 64
SURE_OF_MISMATCH = 0.001


def place_of(key: str, unit: str, shares: Sequence[int]) -> int:
    """Return which of the variants, drawn by their shares, the unit gets; the same answer for ever."""
    point, total = _draw(key, "variant", unit), sum(shares)
    reached = 0
    for place, share in enumerate(shares):
        reached += share
        if point * total < reached * WHOLE:
            return place
    return len(shares) - 1


def takes_part(key: str, unit: str, included: int) -> bool:
    """Return whether the unit is among the part of all, in percent, that takes part."""
    return _draw(key, "included", unit) * 100 < included * WHOLE


def _draw(key: str, purpose: str, unit: str) -> int:
    """Return a number below 2**64 that nobody can foresee without the key."""
    digest = hmac.new(key.encode(), f"{purpose}:{unit}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8])


def unit_of(*, person_id: int | None = None, visitor: str = "") -> str:
    """Return the name under which a person, else a browser, is assigned."""
    return f"p:{person_id}" if person_id else f"v:{visitor}"


class Standing(StrEnum):
    """How far a test has come."""

    NOBODY = "nobody"
    BROKEN = "broken"
    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    FULL = "full"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the numbers say; `place` is the variant it is about, `missing` how many more people it takes."""

    standing: Standing
    place: int = 0
    missing: int = 0


def verdict_of(
    arms: Sequence[Arm], comparisons: Sequence[Comparison], *, effect: float, planned: int, mismatch: float
) -> Verdict:
    """Return what may be said now: the comparisons are those of the second, third ... arm with the first."""
    seen = sum(arm.seen for arm in arms)
    if not seen:
        return Verdict(Standing.NOBODY, missing=planned)
    if mismatch < SURE_OF_MISMATCH:
        return Verdict(Standing.BROKEN)
    better = [place for place, one in enumerate(comparisons, start=1) if one.is_better]
    if better:
        return Verdict(Standing.BETTER, place=max(better, key=lambda place: arms[place].rate))
    if all(one.is_worse for one in comparisons):
        return Verdict(Standing.WORSE)
    if all(-effect < one.low and one.high < effect for one in comparisons):
        return Verdict(Standing.SAME)
    if seen >= planned:
        return Verdict(Standing.FULL)
    return Verdict(Standing.OPEN, missing=planned - seen)


def sentence_of(verdict: Verdict, letters: Sequence[str], *, effect: float) -> str:
    """Return the verdict in plain words."""
    points = f"{effect * 100:g}"
    match verdict.standing:
        case Standing.NOBODY:
            return _("まだ誰も見ていません。")
        case Standing.BROKEN:
            return _("割り当ての人数が設定した割合と合っていません。表示か計測に問題があるため、この結果は使えません。")
        case Standing.BETTER:
            return _("%(letter)sが優れていると判断できます。") % {"letter": letters[verdict.place]}
        case Standing.WORSE:
            return _("今の%(letter)sがもっとも優れていると判断できます。") % {"letter": letters[0]}
        case Standing.SAME:
            return _("違いがあっても%(points)sポイント未満です。どちらを選んでも大きくは変わりません。") % {
                "points": points
            }
        case Standing.FULL:
            return _(
                "予定の人数に達しましたが、違いは確かめられませんでした。続けるか、より大きな違いを試してください。"
            )
        case _:
            people = f"{_rounded(verdict.missing):,}"
            return _("まだ分かりません。あと約%(people)s人必要です。") % {"people": people}


def _rounded(number: int) -> int:
    """Return a number of people with two digits that count."""
    step = max(1, 10 ** (len(str(number)) - 2))
    return -(-number // step) * step
