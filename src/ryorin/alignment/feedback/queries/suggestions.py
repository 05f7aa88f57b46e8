"""Suggestions, what stands behind them, and what accepted ones brought about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ryorin.alignment.feedback.models import Said, Saying, SayingQuerySet, Suggestion, SuggestionState
from ryorin.alignment.feedback.rules import WINDOW, Change, Share, change_of
from ryorin.lib import clock


@dataclass(frozen=True, slots=True)
class Figures:
    """How sales answered in a time: hand-offs accepted of those answered, deals won of those closed."""

    accepted: int = 0
    answered: int = 0
    won: int = 0
    closed: int = 0

    @property
    def acceptance(self) -> Share:
        return Share(self.accepted, self.answered)

    @property
    def closing(self) -> Share:
        return Share(self.won, self.closed)


@dataclass(frozen=True, slots=True)
class Effect:
    """How acceptance and closing moved after a suggestion was accepted; `until` is where the measuring ends."""

    acceptance: Change
    closing: Change
    start: datetime
    until: datetime
    is_over: bool

    @property
    def rows(self) -> tuple[tuple[str, Change], ...]:
        """Both changes with their names."""
        return (_("受け取られた割合"), self.acceptance), (_("受注になった割合"), self.closing)


def open_suggestions(*, limit: int | None = None) -> list[Suggestion]:
    """Return the suggestions nobody has decided on, clear ones first, then the newest."""
    rows = Suggestion.objects.open().order_by("strength", "-created_at", "-pk")
    return list(rows[:limit] if limit else rows)


def sayings_of(suggestion: Suggestion) -> SayingQuerySet:
    """Return what was said that the suggestion rests on."""
    rows = Saying.objects.filter(
        kind=suggestion.kind, key=suggestion.topic, at__gt=suggestion.seen_from, at__lte=suggestion.seen_until
    )
    if suggestion.sort and suggestion.subject_id is not None:
        rows = rows.about(suggestion.sort, suggestion.subject_id)
    return rows


def figures_of(suggestion: Suggestion, *, start: datetime, end: datetime) -> Figures:
    """Return how sales answered what the suggestion is about, from after `start` up to `end`."""
    return figures(suggestion.sort, suggestion.subject_id, start=start, end=end)


def figures(sort: str, subject_id: int | None, *, start: datetime, end: datetime) -> Figures:
    """Return how sales answered the leads of one subject ("" : all of them), from after `start` up to `end`."""
    rows = Saying.objects.all()
    within: dict[str, Any] = {"at__gt": start, "at__lte": end}
    if sort and subject_id is not None:
        rows = rows.filter(ties__sort=sort, ties__subject_id=subject_id, ties__at__gt=start, ties__at__lte=end)
    else:
        rows = rows.filter(**within)
    counted = rows.order_by().aggregate(
        accepted=Count("pk", filter=Q(kind=Said.ACCEPTED)),
        answered=Count("pk", filter=Q(kind__in=(Said.ACCEPTED, Said.SENT_BACK))),
        won=Count("pk", filter=Q(kind=Said.WON)),
        closed=Count("pk", filter=Q(kind__in=(Said.WON, Said.LOST))),
    )
    return Figures(**counted)


def effect_of(suggestion: Suggestion) -> Effect | None:
    """Return what changed since an accepted suggestion, measured as before; None while it is not accepted."""
    if suggestion.state != SuggestionState.ACCEPTED or suggestion.decided_at is None:
        return None
    before, start, now = Figures(**suggestion.before), suggestion.decided_at, clock.now()
    until = start + WINDOW
    after = figures_of(suggestion, start=start, end=min(until, now))
    return Effect(
        change_of(before.acceptance, after.acceptance),
        change_of(before.closing, after.closing),
        start,
        until,
        is_over=now >= until,
    )
