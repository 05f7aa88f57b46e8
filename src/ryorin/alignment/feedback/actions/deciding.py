"""Accepting a suggestion, with an owner and a task, or declining it with a reason; whoever said it hears of it."""

from dataclasses import asdict
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.feedback.errors import (
    DeclineReasonMissing,
    DueDatePassed,
    OwnerMissing,
    SuggestionAlreadyAccepted,
    SuggestionAlreadyDeclined,
    SuggestionFaded,
)
from ryorin.alignment.feedback.models import Suggestion, SuggestionState
from ryorin.alignment.feedback.queries.suggestions import figures_of, sayings_of
from ryorin.alignment.feedback.rules import WINDOW, headline
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.actions import add_task

CLOSING_HOUR = time(18)


@transaction.atomic
def accept_suggestion(
    suggestion: Suggestion, *, by: Member | None, owner: Member | None, due_on: date | None = None, note: str = ""
) -> Suggestion:
    """This function will make a task of the suggestion and keep how sales answered until now, to measure the effect."""
    require(by, "feedback.decide")
    if owner is None or not owner.is_active:
        raise OwnerMissing()
    if due_on is not None and due_on < clock.today(current().time_zone):
        raise DueDatePassed()
    suggestion, now = _locked(suggestion), clock.now()
    text = headline(suggestion)
    suggestion.task = add_task(
        title=text[:200],
        owner=owner,
        by=by,
        due_at=_at_closing(due_on),
        note=note.strip()[:2000],
        about=("suggestion", suggestion.pk, str(suggestion)),
        why=_("営業の声からの提案"),
    )
    before = figures_of(suggestion, start=now - WINDOW, end=now)
    suggestion.owner, suggestion.before = owner, asdict(before)
    _decide(suggestion, SuggestionState.ACCEPTED, by=by, at=now)
    audit.record(
        "suggestion_accepted", "suggestion", suggestion.pk, by=by, name=str(suggestion), owner=owner.pk,
        task=suggestion.task.pk,
    )  # fmt: skip
    _tell_sayers(suggestion, _("あなたの声をもとに、提案を採用しました：%(what)s") % {"what": text}, by=by)
    return suggestion


@transaction.atomic
def decline_suggestion(suggestion: Suggestion, *, by: Member | None, reason: str) -> Suggestion:
    """This function will put the suggestion aside with the reason; it comes back only with clearly more behind it."""
    require(by, "feedback.decide")
    reason = reason.replace("\0", "").strip()[:300]
    if not reason:
        raise DeclineReasonMissing()
    suggestion = _locked(suggestion)
    suggestion.why_declined = reason
    _decide(suggestion, SuggestionState.DECLINED, by=by, at=clock.now())
    audit.record("suggestion_declined", "suggestion", suggestion.pk, by=by, name=str(suggestion), reason=reason)
    words = {"what": headline(suggestion), "why": reason}
    _tell_sayers(suggestion, _("あなたの声からの提案は見送りになりました：%(what)s（%(why)s）") % words, by=by)
    return suggestion


def _locked(suggestion: Suggestion) -> Suggestion:
    """Return the row under lock; refuses when it has been decided."""
    row = Suggestion.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=suggestion.pk)
    who = row.decided_by or _("システム")
    if row.state == SuggestionState.ACCEPTED:
        raise SuggestionAlreadyAccepted(who=who)
    if row.state == SuggestionState.DECLINED:
        raise SuggestionAlreadyDeclined(who=who)
    if row.state == SuggestionState.FADED:
        raise SuggestionFaded()
    return row


def _decide(suggestion: Suggestion, state: SuggestionState, *, by: Member | None, at: datetime) -> None:
    suggestion.state, suggestion.decided_by, suggestion.decided_at = state, by, at
    suggestion.save()


def _tell_sayers(suggestion: Suggestion, text: str, *, by: Member | None) -> None:
    """This function will tell those whose words are the evidence what became of them."""
    ids = set(sayings_of(suggestion).order_by().values_list("by_id", flat=True)) - {None, by.pk if by else None}
    members = Member.objects.filter(pk__in=ids, is_active=True).order_by("pk")
    notify(members, kind="feedback", text=text, url="/feedback/mine/")


def _at_closing(day: date | None) -> datetime | None:
    """Return the end of the working day, None for none."""
    return datetime.combine(day, CLOSING_HOUR, ZoneInfo(current().time_zone)) if day else None
