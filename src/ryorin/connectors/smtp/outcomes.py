"""What an answer makes of the row of its recipient."""

from datetime import datetime, timedelta
from typing import Any

from ryorin.connectors.smtp.rendering import Letter
from ryorin.connectors.smtp.rules import GIVE_UP_AFTER, Answer, Outcome, next_try
from ryorin.marketing.mailings.actions import Named, Result, fact
from ryorin.marketing.mailings.models import Bounce, RecipientState

SOON = timedelta(seconds=5)
MOST_BREAKS = 20  # a mail at which connections break that often is tried in longer and longer intervals


def result_of(letter: Letter, answer: Answer, outcome: Outcome, *, at: datetime) -> Result:
    """Return what is written down about the recipient."""
    give_up_at = letter.give_up_at or at + GIVE_UP_AFTER
    said: dict[str, Any] = {"pk": letter.recipient, "code": answer.code or None, "answer": answer.text, "at": at}
    said |= {"mailing": letter.envelope.mailing, "address": letter.to}
    match outcome:
        case Outcome.SENT:
            return Result(**said, state=RecipientState.SENT, fact=told("mail_sent", letter, at=at))
        case Outcome.UNCERTAIN:
            return Result(**said, state=RecipientState.UNCERTAIN)
        case Outcome.LATER if at >= give_up_at:
            return _bounced(letter, said, Bounce.SOFT)
        case Outcome.LATER:
            again = next_try(tries=letter.tries + 1, at=at)
            return Result(**said, state=RecipientState.WAITING, due_at=min(again, give_up_at), give_up_at=give_up_at)
        case Outcome.UNKNOWN_USER:
            return _bounced(letter, said, Bounce.HARD, suppresses=True)
        case Outcome.REFUSED:
            return _bounced(letter, said, Bounce.SOFT)
        case Outcome.CONTENT:
            return Result(**said, state=RecipientState.FAILED, is_content=True)
        case _:  # the mail was not handed over, and not by a fault of the address: it waits for better times
            pause = SOON if letter.tries < MOST_BREAKS else SOON * letter.tries
            return Result(**said, state=RecipientState.WAITING, due_at=at + pause, give_up_at=letter.give_up_at)


def told(kind: str, letter: Letter, *, at: datetime, **more: Any) -> dict[str, Any]:
    """Return what history is told about the mail."""
    envelope = letter.envelope
    mailing = Named(envelope.mailing, envelope.name, envelope.campaign)
    return fact(
        kind, mailing, recipient=letter.recipient, person=letter.person, reason=letter.reason, at=at,
        **letter.variant, **more,
    )  # fmt: skip


def _bounced(letter: Letter, said: dict[str, Any], bounce: str, *, suppresses: bool = False) -> Result:
    row = told("mail_bounced", letter, at=said["at"], bounce=bounce, answer=said["answer"])
    return Result(**said, state=RecipientState.FAILED, bounce=bounce, suppresses=suppresses, fact=row)
