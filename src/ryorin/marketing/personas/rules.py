"""Pure decisions about personas: how a computed sentence reads, whom it holds for, when a share has moved."""

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ryorin.conditions.fields import Label
from ryorin.customers.timeline.rules import KINDS
from ryorin.customers.voice.models import NeedKind
from ryorin.lib.postal import PREFECTURES
from ryorin.marketing.personas.models import MomentOfDay

LONGEST_WORDS = 2_000
DAYS = 180
LEAST_PEOPLE, LEAST_CHANGE, ALPHA = 30, 0.05, 0.05

LEVELS: Mapping[str, tuple[Label, tuple[str, ...]]] = {
    "top": (lazy("役員・社長"), ("社長", "取締役", "代表", "役員")),
    "head": (lazy("部長クラス"), ("部長", "工場長", "所長")),
    "section": (lazy("課長クラス"), ("課長", "マネージャー", "室長")),
    "chief": (lazy("係長・主任クラス"), ("係長", "主任", "リーダー")),
}
SIZES: Mapping[str, tuple[Label, int, int | None]] = {
    "1": (lazy("50人未満の会社"), 1, 49),
    "50": (lazy("50〜299人の会社"), 50, 299),
    "300": (lazy("300〜999人の会社"), 300, 999),
    "1000": (lazy("1,000人以上の会社"), 1_000, None),
}
HOURS: Mapping[str, tuple[int, ...]] = {
    MomentOfDay.EARLY: tuple(range(5, 9)),
    MomentOfDay.MORNING: tuple(range(9, 12)),
    MomentOfDay.NOON: (12,),
    MomentOfDay.AFTERNOON: tuple(range(13, 18)),
    MomentOfDay.EVENING: tuple(range(18, 23)),
    MomentOfDay.NIGHT: (23, 0, 1, 2, 3, 4),
}
_PATTERNS: Mapping[str, Label] = {
    "level": lazy("役職は%(what)s"),
    "title": lazy("役職は「%(what)s」"),
    "department": lazy("部署は「%(what)s」"),
    "industry": lazy("業種は%(what)s"),
    "size": lazy("%(what)sに勤めている"),
    "prefecture": lazy("%(what)sにいる"),
    "product": lazy("「%(what)s」を買った"),
    "category": lazy("「%(what)s」の商品を買った"),
    "page": lazy("半年以内に「%(what)s」を見た"),
    "need": lazy("%(what)sを話した"),
    "channel": lazy("%(what)sで知り合った"),
    "did": lazy("半年以内に「%(what)s」があった"),
    "hour": lazy("よく動くのは%(what)s"),
}


def fact_said(key: str, names: Mapping[str, str]) -> str:
    """Return a computed sentence in the reader's words; `names` gives what numbers stand for, by key."""
    kind, value = parted(key)
    return str(_PATTERNS[kind]) % {"what": names.get(key) or _what(kind, value)}


def parted(key: str) -> tuple[str, str]:
    """Return what kind of sentence a key stands for, and about what."""
    kind, _colon, value = key.partition(":")
    return kind, value


def condition_of(key: str, segment: int) -> dict[str, Any] | None:
    """Return the condition whose people a sentence counts; None where conditions cannot ask for it."""
    kind, value = parted(key)
    test = _test(kind, value)
    return None if test is None else {"all": [{"segment": segment, "in": True}, test]}


def has_moved(*, before: int, of_before: int, now: int, of_now: int, sentences: int) -> bool:
    """Return whether a share differs from what was agreed by more than chance and by at least five points.

    Two proportions are compared by the pooled z-test, two-sided, at 5 % over all its sentences (Bonferroni).
    """
    if of_before < LEAST_PEOPLE or of_now < LEAST_PEOPLE:
        return False
    first, second = before / of_before, now / of_now
    pooled = (before + now) / (of_before + of_now)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / of_before + 1 / of_now))
    if abs(first - second) < LEAST_CHANGE or not spread:
        return False
    chance = math.erfc(abs(first - second) / spread / math.sqrt(2))
    return chance < ALPHA / max(sentences, 1)


def moment_of(hour: int) -> str:
    """Return the part of the day that an hour belongs to."""
    return next(moment for moment, hours in HOURS.items() if hour in hours)


def _test(kind: str, value: str) -> dict[str, Any] | None:
    match kind:
        case "level":
            return {"any": [{"field": "job_title", "op": "contains", "value": word} for word in LEVELS[value][1]]}
        case "size":
            _label, low, high = SIZES[value]
            ends = {"op": "gte", "value": low} if high is None else {"op": "between", "value": [low, high]}
            return {"field": "company_employees", **ends}
        case "title" | "department" | "prefecture" | "industry" | "channel":
            field = {"title": "job_title", "industry": "company_industry", "channel": "source_channel"}.get(kind, kind)
            return {"field": field, "op": "is", "value": value}
        case "page":
            seen = {"field": "url", "op": "is", "value": value}
            return {"did": "page_view", "times": {"gte": 1}, "within_days": DAYS, "where": seen}
        case "did":
            return {"did": value, "times": {"gte": 1}, "within_days": DAYS}
        case _:
            return None


def _what(kind: str, value: str) -> str:
    match kind:
        case "level":
            return str(LEVELS[value][0])
        case "size":
            return str(SIZES[value][0])
        case "prefecture":
            return str(PREFECTURES.get(value, value))
        case "did":
            return str(KINDS[value].label) if value in KINDS else value
        case "page":
            return urlsplit(value).path or value
        case "hour":
            return str(MomentOfDay(value).label)
        case "need":
            need, _colon, area = value.partition(":")
            label = str(NeedKind(need).label)
            return _("%(area)sの%(kind)s") % {"area": area, "kind": label} if area else label
        case _:
            return value
