"""Mails about meetings, to those who take part: each is taken, handed over and answered for one by one."""

from ryorin.alignment.meetings.actions import letters
from ryorin.alignment.meetings.models import Letter
from ryorin.alignment.meetings.queries.letters import text_of
from ryorin.connectors.smtp import queries
from ryorin.connectors.smtp.actions import hand_over
from ryorin.connectors.smtp.rules import Answer, Outcome, meaning_of
from ryorin.marketing.mail.models import SenderIdentity
from ryorin.workspace.organisation.queries import current

MOST = 20  # letters in one turn; a worker that is asked to stop waits for no more
FOR_GOOD = frozenset({Outcome.UNKNOWN_USER, Outcome.REFUSED, Outcome.CONTENT, Outcome.SPOILT})


def send_meeting_letters() -> int:
    """This function will mail the letters about meetings that are due, and return how many were handed over.

    Where no mail can leave, or this installation is a copy that nobody has confirmed, they wait.
    """
    if not letters.is_any_due():
        return 0
    relay, sender = queries.relay(), sender_of_company()
    if sender is None or not relay.is_ready or not queries.is_at_home(relay):
        return 0
    sent = 0
    for _each in range(MOST):
        letter = letters.take_letter()
        if letter is None:
            break
        sent += send(letter, sender)
    return sent


def send(letter: Letter, sender: SenderIdentity) -> bool:
    """This function will hand one letter over and note what became of it."""
    try:
        mail = text_of(letter, origin=queries.origin())
    except Exception as error:
        letters.letter_refused(letter, f"{type(error).__name__}: {error}", for_good=True)
        raise
    paper = (mail.paper,) if mail.paper else ()
    answer = hand_over(
        to=letter.email, subject=mail.subject, html=mail.html, text=mail.text, sender=sender, attachments=paper
    )
    return settle(letter, answer)


def settle(letter: Letter, answer: Answer) -> bool:
    """This function will note what the server said, and return whether it took the letter."""
    outcome = meaning_of(answer)
    if outcome is Outcome.SENT:
        letters.letter_sent(letter)
    elif outcome is Outcome.UNCERTAIN:
        letters.letter_lost(letter, answer.text)
    else:
        letters.letter_refused(letter, answer.text, for_good=outcome in FOR_GOOD)
    return outcome is Outcome.SENT


def sender_of_company() -> SenderIdentity | None:
    """Return who mails to colleagues come from: the standard sender, else the company's own address, else None."""
    found = SenderIdentity.objects.filter(is_active=True, is_default=True).first()
    company = current()
    if found is not None or not company.sender_email:
        return found
    return SenderIdentity(from_name=company.sender_name or company.name, from_email=company.sender_email)
