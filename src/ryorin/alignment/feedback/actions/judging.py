"""Making suggestions of what was said: new ones are told to marketing, those that no longer hold end."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max

from ryorin.alignment.feedback.models import (
    Said,
    Saying,
    Subject,
    Suggestion,
    SuggestionState,
    Tie,
)
from ryorin.alignment.feedback.queries.subjects import names_of, owner_of
from ryorin.alignment.feedback.queries.suggestions import sayings_of
from ryorin.alignment.feedback.rules import WINDOW, Counted, Finding, findings, has_grown, headline, is_explained
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.notifications.actions import notify

MOST = 30  # the surest so many; a longer list is read by nobody
ANSWERS = (Said.ACCEPTED, Said.SENT_BACK, Said.WON, Said.LOST)
FIGURES = (
    "people", "times", "of", "base_times", "base_of", "strength", "seen_from", "seen_until", "subject", "label",
)  # fmt: skip


@transaction.atomic
def judge(*, now: datetime | None = None) -> int:
    """This function will bring the open suggestions up to date with what was said, and return how many are new."""
    now = now or clock.now()
    since = now - WINDOW
    found = _worth_a_word(findings(_about(since, now), _overall(since, now), sources=_sources(since, now)), since, now)
    names = names_of({(one.sort, one.id) for one in found if one.id is not None})
    kept = [one for one in found if not one.sort or names.get((one.sort, one.id or 0))][:MOST]
    new = [one for one in kept if _put(one, names.get((one.sort, one.id or 0), ""), since=since, now=now)]
    keys = {one.key for one in kept}
    for suggestion in Suggestion.objects.select_for_update().open().order_by("pk"):
        if suggestion.key not in keys:
            suggestion.state, suggestion.decided_at = SuggestionState.FADED, now
            suggestion.save(update_fields=["state", "decided_at"])
            audit.record("suggestion_faded", "suggestion", suggestion.pk, by=None, name=str(suggestion))
    return len(new)


def _put(finding: Finding, name: str, *, since: datetime, now: datetime) -> bool:
    """This function will open the finding's suggestion or refresh the open one, and return whether it is new."""
    last = Suggestion.objects.select_for_update(of=("self",)).filter(key=finding.key).order_by("-pk").first()
    row = _as_row(finding, name, since=since, now=now)
    if last is not None and last.is_open:
        for column in FIGURES:
            setattr(last, column, getattr(row, column))
        last.save(update_fields=FIGURES)
        return False
    if last is not None and not _may_come_back(last, row, now=now):
        return False
    row.save()
    facts = {"people": row.people, "times": row.times, "of": row.of}
    audit.record("suggestion_made", "suggestion", row.pk, by=None, name=str(row), **facts)
    notify(_marketers(row), kind="feedback", text=headline(row), url=f"/feedback/{row.pk}/")
    return True


def _may_come_back(last: Suggestion, row: Suggestion, *, now: datetime) -> bool:
    """Return whether a suggestion that was decided, or ended by itself, may be made once more."""
    if last.state == SuggestionState.ACCEPTED:
        return last.decided_at is None or now >= last.decided_at + WINDOW  # its effect is being measured
    if last.state == SuggestionState.DECLINED:
        newer = sayings_of(row).filter(at__gt=last.decided_at).count()
        return has_grown(declined_times=last.times, new_times=newer)
    return True


def _as_row(finding: Finding, name: str, *, since: datetime, now: datetime) -> Suggestion:
    return Suggestion(
        advice=finding.advice,
        key=finding.key,
        sort=finding.sort,
        subject_id=finding.id,
        subject=name[:160],
        kind=finding.kind,
        topic=finding.topic,
        label=finding.label,
        people=finding.people,
        times=finding.seen.times,
        of=finding.seen.of,
        base_times=finding.others.times,
        base_of=finding.others.of,
        strength=finding.strength,
        seen_from=since,
        seen_until=now,
        created_at=now,
    )


def _worth_a_word(found: Iterable[Finding], since: datetime, now: datetime) -> list[Finding]:
    """Return the findings without those that a campaign's finding of the same reason explains."""
    found = list(found)[: MOST * 5]
    campaigns: dict[tuple[str, str], list[frozenset[int]]] = {}
    for one in found:
        if one.sort == Subject.CAMPAIGN:
            campaigns.setdefault((one.kind, one.topic), []).append(_people_of(one, since, now))
    return [
        one
        for one in found
        if one.sort in ("", Subject.CAMPAIGN)
        or not is_explained(_people_of(one, since, now), campaigns.get((one.kind, one.topic), ()))
    ]


def _people_of(finding: Finding, since: datetime, now: datetime) -> frozenset[int]:
    rows = sayings_of(_as_row(finding, "", since=since, now=now)).filter(person__isnull=False)
    return frozenset(rows.order_by().values_list("person_id", flat=True))


def _about(since: datetime, now: datetime) -> list[Counted]:
    rows = Tie.objects.filter(at__gt=since, at__lte=now, saying__kind__in=ANSWERS).order_by()
    counted = rows.values_list("sort", "subject_id", "saying__kind", "saying__key").annotate(
        label=Max("saying__label"), times=Count("pk"), people=Count("saying__person", distinct=True)
    )
    return [Counted(*row) for row in counted]


def _overall(since: datetime, now: datetime) -> list[Counted]:
    rows = Saying.objects.filter(at__gt=since, at__lte=now).order_by()
    counted = rows.values_list("kind", "key").annotate(
        label=Max("label"), times=Count("pk"), people=Count("person", distinct=True)
    )
    return [Counted("", None, *row) for row in counted]


def _sources(since: datetime, now: datetime) -> set[tuple[str, str]]:
    """Return the reasons for sending back that came with leads of at least two campaigns."""
    rows = Tie.objects.filter(sort=Subject.CAMPAIGN, at__gt=since, at__lte=now, saying__kind=Said.SENT_BACK)
    counted = rows.order_by().values_list("saying__kind", "saying__key").annotate(n=Count("subject_id", distinct=True))
    return {(kind, key) for kind, key, n in counted if n >= 2}


def _marketers(suggestion: Suggestion) -> list[Member]:
    """Return whom a suggestion is for: the marketers and the owner of what it is about; without any, the leaders."""
    active = Member.objects.filter(is_active=True)
    wanted = list(active.filter(role=Role.MARKETER))
    owner = owner_of(suggestion.sort, suggestion.subject_id) if suggestion.subject_id else None
    if owner is not None and owner.is_active and owner not in wanted:
        wanted.append(owner)
    return wanted or list(active.filter(role__in=(Role.MANAGER, Role.ADMINISTRATOR)))
