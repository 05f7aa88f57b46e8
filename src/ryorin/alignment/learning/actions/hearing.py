"""Hearing the newest answers at once: what they say of the leads of one source, until the next version knows it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from ryorin.alignment.handoffs.models import Handoff, HandoffState
from ryorin.alignment.learning.models import Lesson, LessonAbout, ScoreVersion
from ryorin.alignment.learning.queries.answers import outcome_of
from ryorin.alignment.learning.rules import Heard, lesson_of
from ryorin.customers.people.models import Chance
from ryorin.lib import clock

WINDOW = timedelta(days=60)
MOST = 5_000
MOST_OF_ONE = 12  # the newest answers of a source that are heard: more would drown the last few


@dataclass
class Source:
    """The answers of one source."""

    heard: list[Heard] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    since: datetime | None = None


@transaction.atomic
def hear_answers() -> set[tuple[str, str]]:
    """This function will draw the lessons of the newest answers anew, and return the sources whose lesson changed."""
    version = ScoreVersion.objects.active().first()
    if version is None:
        return set()
    now = clock.now()
    wanted = dict(_lessons(_sources(now - WINDOW, version), now))
    held = {(lesson.about, lesson.key): lesson for lesson in Lesson.objects.select_for_update()}
    changed = {key for key in wanted.keys() | held.keys() if _shift(wanted.get(key)) != _shift(held.get(key))}
    for key in changed:
        if key in held:
            held[key].delete()
        if key in wanted:
            wanted[key].save()
    return changed


def _sources(since: datetime, version: ScoreVersion) -> dict[tuple[str, str], Source]:
    """Return the answers since a moment by campaign, and by channel where there is no campaign."""
    share = float(version.figures.get("open_share", 1.0))
    rows = Handoff.objects.answered().filter(answered_at__gte=since).order_by("-answered_at")[:MOST]
    answers = rows.values_list(
        "person_id", "state", "deal__state", "send_back_reason__name", "answered_at", "campaign_id", "channel"
    )
    found = list(answers)
    learned = dict(Chance.objects.filter(pk__in=[row[0] for row in found]).values_list("pk", "learned"))
    sources: dict[tuple[str, str], Source] = defaultdict(Source)
    for person, state, deal_state, reason, at, campaign, channel in found:
        key = (LessonAbout.CAMPAIGN.value, str(campaign)) if campaign else (LessonAbout.CHANNEL.value, channel)
        if person not in learned or not key[1]:
            continue
        source = sources[key]
        if len(source.heard) >= MOST_OF_ONE:
            continue
        source.heard.append(Heard(learned[person], outcome_of(state, deal_state, share)))
        source.since = min(at, source.since or at)
        if state == HandoffState.SENT_BACK:
            source.reasons[reason or ""] += 1
    return sources


def _lessons(sources: dict[tuple[str, str], Source], now: datetime) -> Iterable[tuple[tuple[str, str], Lesson]]:
    for (about, key), source in sources.items():
        learned = lesson_of(source.heard)
        if learned is None:
            continue
        reason, times = source.reasons.most_common(1)[0] if source.reasons else ("", 0)
        yield (
            (about, key),
            Lesson(
                about=about, key=key, answers=len(source.heard), sent_back=source.reasons.total(), reason=reason,
                with_reason=times, before=learned.before, after=learned.after, shift=learned.shift,
                since=source.since or now, updated_at=now,
            ),
        )  # fmt: skip


def _shift(lesson: Lesson | None) -> tuple[float, int]:
    """Return what tells two lessons apart."""
    return (round(lesson.shift, 2), lesson.answers) if lesson else (0.0, 0)
