"""Mails about meetings on their way out: each is in one pair of hands at a time, and never sent twice by itself."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.meetings.errors import MeetingGone
from ryorin.alignment.meetings.models import Letter, LetterKind, LetterState, Meeting
from ryorin.lib import clock
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

IN_HAND = timedelta(minutes=10)
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP_AFTER = 20  # tries: some 72 hours


def is_any_due() -> bool:
    """Return whether a letter waits to be sent, or one is overdue in somebody's hands."""
    now = clock.now()
    return (
        Letter.objects.filter(state=LetterState.WAITING, next_at__lte=now).exists()
        or Letter.objects.filter(state=LetterState.GOING, going_until__lt=now).exists()
    )


def take_letter() -> Letter | None:
    """Return a letter that is due, from now on in the caller's hands alone; None where there is none.

    One whose holder died is not sent again by itself: nobody knows whether it went. Agendas whose meeting has begun
    stay here.
    """
    now = clock.now()
    lost = Letter.objects.filter(state=LetterState.GOING, going_until__lt=now)
    lost.update(state=LetterState.UNCERTAIN, problem=_("送信の途中で止まりました。"))
    late = Letter.objects.filter(state=LetterState.WAITING, kind=LetterKind.AGENDA, meeting__starts_at__lte=now)
    late.update(state=LetterState.FAILED, problem=_("会議の開始までに送れませんでした。"))
    due = Letter.objects.filter(state=LetterState.WAITING, next_at__lte=now).order_by("next_at", "pk")
    for pk in due.values_list("pk", flat=True)[:20]:
        mine = Letter.objects.filter(pk=pk, state=LetterState.WAITING)
        if mine.update(state=LetterState.GOING, going_until=now + IN_HAND):
            return Letter.objects.select_related("meeting__series", "meeting__organiser", "member").get(pk=pk)
    return None


def letter_sent(letter: Letter) -> None:
    """This function will note that the server took the letter."""
    mine = Letter.objects.filter(pk=letter.pk, state=LetterState.GOING)
    mine.update(state=LetterState.SENT, sent_at=clock.now(), problem="", attempts=letter.attempts + 1)


def letter_lost(letter: Letter, problem: str) -> None:
    """This function will note that nobody knows whether the server took the letter."""
    mine = Letter.objects.filter(pk=letter.pk, state=LetterState.GOING)
    mine.update(state=LetterState.UNCERTAIN, problem=problem[:300], attempts=letter.attempts + 1)


def letter_refused(letter: Letter, problem: str, *, for_good: bool) -> None:
    """This function will note that the letter did not go; unless for good it is tried again, ever more slowly."""
    attempts = letter.attempts + 1
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 8), LONGEST_PAUSE)
    state = LetterState.FAILED if for_good or attempts >= GIVE_UP_AFTER else LetterState.WAITING
    mine = Letter.objects.filter(pk=letter.pk, state=LetterState.GOING)
    mine.update(state=state, problem=problem[:300], attempts=attempts, next_at=clock.now() + pause)


@transaction.atomic
def send_letter_again(letter: Letter, *, by: Member | None) -> None:
    """This function will send a letter again that did not go or may not have gone."""
    require(by, "meetings.change")
    if by is not None and not Meeting.objects.visible_to(by).filter(pk=letter.meeting_id).exists():
        raise MeetingGone()
    rows = Letter.objects.filter(pk=letter.pk, state__in=(LetterState.FAILED, LetterState.UNCERTAIN))
    if rows.update(state=LetterState.WAITING, next_at=clock.now(), attempts=0, problem=""):
        meeting = letter.meeting
        audit.record("letter_sent_again", "meeting", meeting.pk, by=by, name=meeting.name, email=letter.email)
