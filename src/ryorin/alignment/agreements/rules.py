"""Pure decisions about agreements: what may be promised, who may sign, and whether a promise is kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from ryorin.alignment.agreements.models import PromiseKind, Rhythm
from ryorin.alignment.definitions.models import Side
from ryorin.alignment.definitions.rules import sides_of
from ryorin.lib.fiscal import Period
from ryorin.workspace.members.rules import LEADERS

MOST_PROMISES = 40
MOST_HOURS = 200
MOST_LEADS = 1_000_000
EARLY_SHARE = 0.25  # before so much of the period has passed, nobody is told to be behind
FEW = 5  # nor is anybody by a share of fewer leads than these
WITH_HOURS = (PromiseKind.ANSWER, PromiseKind.CONTACT)
SIDE_OF = {
    PromiseKind.VOLUME: Side.MARKETING,
    PromiseKind.QUALITY: Side.MARKETING,
    PromiseKind.ANSWER: Side.SALES,
    PromiseKind.CONTACT: Side.SALES,
}


@dataclass(frozen=True)
class Vow:
    """A promise as somebody wants to write it: a count, or a share in percent, and business hours where they matter."""

    kind: str
    value: int
    hours: int | None = None
    team_id: int | None = None


class Standing(StrEnum):
    """How a promise stands: `NO_DATA` as long as there is nothing to count."""

    KEPT = "kept"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    BROKEN = "broken"
    NO_DATA = "no_data"

    @property
    def label(self) -> str:
        return {
            "kept": _("達成"),
            "on_pace": _("順調"),
            "behind": _("遅れ"),
            "broken": _("未達"),
            "no_data": _("データなし"),
        }[self.value]


@dataclass(frozen=True)
class Progress:
    """What has come of a promise: `met` of `base` leads for a share, `met` leads for a count.

    `value` is the count or the share in percent; `pace` is `value` by what should be there by now (1.0: just on pace).
    """

    met: int
    base: int
    value: float | None
    target: float
    pace: float | None
    standing: Standing

    @property
    def percent(self) -> float | None:
        """How much of the target is reached, 0..100 and beyond."""
        if self.value is None:
            return None
        return 100 * self.value / self.target if self.target else 100.0


def progress(kind: str, target: int, *, met: int, base: int, elapsed: float) -> Progress:
    """Return how a promise stands when `elapsed` (0..1) of its period has passed."""
    is_over = elapsed >= 1
    if kind == PromiseKind.VOLUME:
        value: float | None = float(met)
        due = target * elapsed
        pace = met / due if due else None
        is_behind = met < due
    else:
        value = 100 * met / base if base else None
        pace = value / target if value is not None and target else None
        is_behind = value is not None and value < target
    return Progress(
        met, base, value, target, pace, _standing(value, target, kind, is_behind=is_behind, is_over=is_over)
    )


def _standing(value: float | None, target: int, kind: str, *, is_behind: bool, is_over: bool) -> Standing:
    if value is None:
        return Standing.NO_DATA
    if is_over:
        return Standing.KEPT if value >= target else Standing.BROKEN
    if is_behind:
        return Standing.BEHIND
    return Standing.KEPT if kind == PromiseKind.VOLUME and value >= target else Standing.ON_PACE


def is_worth_telling(found: Progress, *, kind: str, elapsed: float) -> bool:
    """Return whether leaders are to be told: broken, or behind when it is no longer early and by more than a few."""
    if found.standing is Standing.BROKEN:
        return True
    is_thin = kind != PromiseKind.VOLUME and found.base < FEW
    return found.standing is Standing.BEHIND and elapsed >= EARLY_SHARE and not is_thin


def share_elapsed(period: Period, today: date) -> float:
    """Return how much of the period is over at the beginning of `today`, 0..1."""
    days = (period.end - period.start).days
    return min(max((today - period.start).days, 0), days) / days


def problem_with(vows: Sequence[Vow], *, rhythm: str) -> str:
    """Return what is wrong with what somebody wants to promise; empty when fine."""
    if rhythm not in Rhythm.values:
        return _("期間を選んでください。")
    if not vows:
        return _("約束を1つ以上入力してください。")
    if len(vows) > MOST_PROMISES:
        return _("約束は%(most)s件までです。") % {"most": MOST_PROMISES}
    if len({(vow.kind, vow.team_id) for vow in vows}) < len(vows):
        return _("同じ約束を同じチームに2回入れることはできません。")
    problems = [problem for vow in vows if (problem := _problem_with_one(vow))]
    if problems:
        return problems[0]
    sides = {SIDE_OF[PromiseKind(vow.kind)] for vow in vows}
    missing = [side for side in Side if side not in sides]
    return _("%(side)sの約束がありません。") % {"side": missing[0].label} if missing else ""


def _problem_with_one(vow: Vow) -> str:
    if vow.kind not in PromiseKind.values:
        return _("約束の種類を選んでください。")
    if vow.kind == PromiseKind.VOLUME:
        is_fine = 1 <= vow.value <= MOST_LEADS
        return "" if is_fine else _("リードの数は1～%(most)sにしてください。") % {"most": f"{MOST_LEADS:,}"}
    if not 1 <= vow.value <= 100:
        return _("割合は1～100％にしてください。")
    if vow.kind in WITH_HOURS and not (vow.hours and 1 <= vow.hours <= MOST_HOURS):
        return _("時間は1～%(most)s営業時間にしてください。") % {"most": MOST_HOURS}
    return ""


def may_sign(side: Side, *, role: str, is_head: bool, has_signed: Collection[Side], is_alone: bool) -> bool:
    """Return whether this member's signature counts for the side: a leader, or the head of a team, of that side.

    Nobody signs for both sides, unless no other leader could sign for this one (`is_alone`).
    """
    leads = role in LEADERS or is_head
    return leads and side in sides_of(role) and (is_alone or not set(has_signed) - {side})
