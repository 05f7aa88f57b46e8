"""What the page of the learned score and the cards of a lead show."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from ryorin.alignment.learning.models import LearningState, Lesson, LessonAbout, ScoreVersion
from ryorin.alignment.learning.rules import label_of, said, why_refused
from ryorin.alignment.learning.rules.reasons import Reason, reasons_from
from ryorin.customers.people.models import Chance
from ryorin.insight.methods.errors import reasons as refusals
from ryorin.lib import clock
from ryorin.marketing.campaigns.queries import names as campaign_names


@dataclass(frozen=True)
class Why:
    """One reason in words, whether it speaks for the lead, and how heavily (0..100 of the heaviest)."""

    text: str
    is_good: bool
    odds: float
    percent: float


@dataclass(frozen=True)
class Outlook:
    """A lead's probability as cards show it."""

    percent: int
    reasons: list[Why]
    chance: Chance


def outlook_of(person_id: int) -> Outlook | None:
    """Return a person's probability with its reasons in words; None where none has been learned."""
    chance = Chance.objects.filter(pk=person_id).first()
    if chance is None or not ScoreVersion.objects.active().exists():
        return None
    reasons = reasons_from(chance.reasons)
    most = max((abs(reason.odds) for reason in reasons), default=1.0)
    named = campaigns_in(reasons)
    lines = [
        Why(in_words(reason, named), reason.is_good, reason.odds, 100 * abs(reason.odds) / most) for reason in reasons
    ]
    return Outlook(chance.percent, lines, chance)


def in_words(reason: Reason, campaigns: dict[str, str]) -> str:
    """Return a reason in words; of a lesson, what sales answered."""
    if not reason.name.startswith("lesson:"):
        return said(reason, campaigns=campaigns)
    told = json.loads(str(reason.value))
    _first, about, key = reason.name.split(":", 2)
    name = campaigns.get(key, key) if about == LessonAbout.CAMPAIGN else key
    if told["sent_back"] and not reason.is_good:
        text = _("%(name)sのリードは最近%(answers)s件中%(sent_back)s件が差し戻し（%(reason)s）")
    else:
        text = _("%(name)sのリードは最近の返事%(answers)s件が見込みより良い")
        if not reason.is_good:
            text = _("%(name)sのリードは最近の返事%(answers)s件が見込みより悪い")
    return text % {"name": name, **told}


def campaigns_in(reasons: Collection[Reason]) -> dict[str, str]:
    """Return the names of the campaigns that reasons speak of, by id as text."""
    ids = {str(reason.value) for reason in reasons if reason.name == "campaign" and reason.value}
    ids |= {reason.name.split(":", 2)[2] for reason in reasons if reason.name.startswith("lesson:campaign:")}
    return _named(ids)


def state() -> LearningState:
    """Return how far learning has come."""
    return LearningState.objects.filter(pk=1).first() or LearningState(pk=1)


def why_nothing(found: LearningState) -> str:
    """Return why nothing has been learned, in words; empty where a version was trained."""
    if found.tried_at is None:
        return _("まだ学習していません。1日に1回、自動で学習します。")
    refusal = refusals().get(found.reason)
    return str(refusal(**found.details)) if refusal else ""


def refused_columns(version: ScoreVersion) -> list[dict[str, Any]]:
    """Return the columns the version did not learn from: name, why, and the figure behind it."""
    return [
        {
            "name": label_of(each["name"]),
            "why": why_refused(each["reason"]),
            "auc": each["figures"].get("auc"),
            "is_leak": each["reason"] not in ("constant", "identifier"),
        }
        for each in version.refused
    ]


@dataclass(frozen=True)
class LessonLine:
    """A lesson with the name of its source."""

    lesson: Lesson
    name: str

    @property
    def has_fallen(self) -> bool:
        return self.lesson.shift < 0


def lesson_lines() -> list[LessonLine]:
    """Return what was lately heard, the heaviest fall first."""
    lessons = list(Lesson.objects.all())
    named = _named({lesson.key for lesson in lessons if lesson.about == LessonAbout.CAMPAIGN})
    return [
        LessonLine(lesson, named.get(lesson.key, lesson.key) if lesson.about == LessonAbout.CAMPAIGN else lesson.key)
        for lesson in lessons
    ]


def recent_counts(weeks: int) -> list[tuple[int, int]]:
    """Return (percent, leads) of the leads that came in the last weeks."""
    since = clock.now() - timedelta(weeks=weeks)
    rows = Chance.objects.filter(person__first_contact_at__gte=since).values_list("percent")
    return [(percent, leads) for percent, leads in rows.annotate(leads=Count("pk")).order_by("percent")]


def _named(ids: Collection[str]) -> dict[str, str]:
    whole = [int(each) for each in ids if each.isdecimal()]
    return {str(pk): name for pk, name in campaign_names(whole).items()} if whole else {}
