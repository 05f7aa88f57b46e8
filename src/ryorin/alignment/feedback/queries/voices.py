"""The way back: what a member said, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from ryorin.alignment.feedback.models import Said, Saying, SayingQuerySet, Suggestion, Tie
from ryorin.alignment.feedback.queries.panels import shown
from ryorin.alignment.feedback.queries.subjects import names_of
from ryorin.workspace.members.models import Member

ANSWERED = (Said.ACCEPTED, Said.WON)  # good news, of which nothing has to become


@dataclass(frozen=True, slots=True)
class Became:
    """One thing said, whom of marketing's work it reached, and the suggestions that rest on it, newest first."""

    saying: Saying
    reached: list[tuple[str, int, str]]
    suggestions: list[Suggestion]


def sayings_by(member: Member) -> SayingQuerySet:
    """Return what a member said that something may become of, newest first."""
    rows = Saying.objects.filter(by=member).exclude(kind__in=ANSWERED)
    return shown(rows).order_by("-at", "-pk")


def sayings_of_record(member: Member, *, handoff_id: int | None = None, deal_id: int | None = None) -> SayingQuerySet:
    """Return what was said at one hand-off or about one deal, as far as the member sees it."""
    asked = Q(handoff_id=handoff_id) if handoff_id else Q(deal_id=deal_id) | Q(need__deal_id=deal_id)
    rows = Saying.objects.visible_to(member).filter(asked).exclude(kind__in=ANSWERED)
    return shown(rows).order_by("-at", "-pk")


def became_of(sayings: Sequence[Saying]) -> list[Became]:
    """Return what became of a page of sayings, at the cost of a few queries however many there are."""
    ties: dict[int, set[tuple[str, int]]] = {}
    rows = Tie.objects.filter(saying__in=[one.pk for one in sayings]).order_by("sort", "subject_id")
    for saying, sort, subject in rows.values_list("saying_id", "sort", "subject_id"):
        ties.setdefault(saying, set()).add((sort, subject))
    names = names_of({tied for each in ties.values() for tied in each})
    topics = {one.key for one in sayings}
    suggestions = list(
        Suggestion.objects.filter(kind__in={one.kind for one in sayings}, topic__in=topics)
        .select_related("owner", "task", "decided_by")
        .order_by("-pk")
    )
    return [_became(one, ties.get(one.pk, set()), names, suggestions) for one in sayings]


def _became(
    saying: Saying,
    ties: set[tuple[str, int]],
    names: dict[tuple[str, int], str],
    suggestions: Sequence[Suggestion],
) -> Became:
    reached = [(sort, pk, names[sort, pk]) for sort, pk in sorted(ties) if (sort, pk) in names]
    return Became(saying, reached, [one for one in suggestions if rests_on(one, saying, ties)])


def rests_on(suggestion: Suggestion, saying: Saying, ties: set[tuple[str, int]]) -> bool:
    """Return whether the saying is part of the suggestion's evidence."""
    is_same = (suggestion.kind, suggestion.topic) == (saying.kind, saying.key)
    is_then = suggestion.seen_from < saying.at <= suggestion.seen_until
    return is_same and is_then and (not suggestion.sort or (suggestion.sort, suggestion.subject_id) in ties)
