"""Confirming a mailing with its number written out, holding it, letting it go on, calling it off."""

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.marketing.experiments.actions import start as start_experiment
from ryorin.marketing.mail import actions as mail_actions
from ryorin.marketing.mail import queries as mail
from ryorin.marketing.mailings.actions.tallying import outdate
from ryorin.marketing.mailings.actions.writing import locked, save
from ryorin.marketing.mailings.errors import (
    CheckFailed,
    MailingLocked,
    NobodyToMail,
    NotUncertain,
    NumberChanged,
    NumberNotTyped,
)
from ryorin.marketing.mailings.models import (
    Mailing,
    MailingState,
    PauseReason,
    Recipient,
    RecipientState,
    When,
)
from ryorin.marketing.mailings.queries.audience import audience_of
from ryorin.marketing.mailings.rules.reasons import CANCELLED
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

TOLERANCE = 0.02  # live segments breathe while somebody types a number


@transaction.atomic
def confirm_mailing(mailing: Mailing, *, number: int | None, by: Member | None, version: int | None = None) -> Mailing:
    """This function will let a mailing begin, once its check finds nothing against it and the number is right.

    `number` is how many people somebody saw and typed; a crowd that has grown since is not mailed unseen.
    """
    require(by, "mailings.send")
    row = locked(mailing, version)
    if row.state != MailingState.DRAFT:
        raise MailingLocked(state=row.get_state_display())
    if row.message is None:
        raise CheckFailed(what=_("メッセージを選んでください。"))
    allowed = mail.audience(row.message, audience_of(row)).allowed
    if not allowed:
        raise NobodyToMail()
    if number is None:
        raise NumberNotTyped(number=f"{allowed:,}")
    if abs(allowed - number) > max(number, allowed) * TOLERANCE:
        raise NumberChanged(confirmed=f"{number:,}", now=f"{allowed:,}")
    faults = [one for one in mail.check(row.message, audience_of(row)) if one.is_blocking]
    if faults:
        raise CheckFailed(what=" / ".join(str(one.text) for one in faults[:3]))
    row.edition = mail_actions.seal(row.message, by=by)
    now = clock.now()
    if row.when == When.NOW or (row.starts_at and row.starts_at < now):
        row.starts_at = None if row.when == When.NOW else now
    if row.experiment is not None:
        start_experiment(row.experiment, by=by)
        row.test_ends_at = None
    row.state, row.confirmed_by, row.confirmed_at, row.audience_until = MailingState.CHECKING, by, now, 0
    save(row, "state", "edition", "starts_at", "confirmed_by", "confirmed_at", "audience_until", "test_ends_at")
    audit.record("mailing_confirmed", "mailing", row.pk, by=by, name=row.name, number=number)
    return row


@transaction.atomic
def pause_mailing(mailing: Mailing, *, by: Member | None) -> Mailing:
    """This function will stop a mailing for now: what is with the mail server already is gone, nothing else leaves."""
    require(by, "mailings.send")
    row = locked(mailing, None)
    if row.state not in (MailingState.SENDING, MailingState.SCHEDULED, MailingState.CHECKING):
        raise MailingLocked(state=row.get_state_display())
    row.resume_to, row.state = row.state, MailingState.PAUSED
    row.pause_reason, row.pause_note = PauseReason.MEMBER, ""
    save(row, "state", "resume_to", "pause_reason", "pause_note")
    audit.record("mailing_paused", "mailing", row.pk, by=by, name=row.name)
    return row


@transaction.atomic
def resume_mailing(mailing: Mailing, *, by: Member | None) -> Mailing:
    """This function will let a paused mailing go on; what servers refused for its text, never having it, goes again."""
    require(by, "mailings.send")
    row = locked(mailing, None)
    if row.state != MailingState.PAUSED:
        raise MailingLocked(state=row.get_state_display())
    if row.pause_reason in (PauseReason.CONTENT, PauseReason.SENDER, PauseReason.MESSAGE):
        refused = Recipient.objects.filter(mailing=row, state=RecipientState.FAILED, bounce="")
        refused.update(state=RecipientState.WAITING, due_at=clock.now(), handed_at=None, lease="", answer="", code=None)
    row.state, was = row.resume_to or MailingState.SENDING, row.pause_reason
    row.pause_reason = row.pause_note = row.resume_to = ""
    if row.state == MailingState.SENDING and row.started_at is None:
        row.started_at = clock.now()
    save(row, "state", "resume_to", "pause_reason", "pause_note", "started_at")
    audit.record("mailing_resumed", "mailing", row.pk, by=by, name=row.name, after=was)
    return row


@transaction.atomic
def cancel_mailing(mailing: Mailing, *, by: Member | None) -> Mailing:
    """This function will call a mailing off; nobody who waits gets it any more."""
    require(by, "mailings.send")
    row = locked(mailing, None)
    if row.state in (MailingState.DRAFT, MailingState.DONE, MailingState.CANCELLED):
        raise MailingLocked(state=row.get_state_display())
    row.state, row.finished_at = MailingState.CANCELLED, clock.now()
    save(row, "state", "finished_at")
    left = Recipient.objects.filter(mailing=row, state=RecipientState.WAITING)
    count = left.update(state=RecipientState.SKIPPED, answer=CANCELLED)
    outdate([row.pk])
    audit.record("mailing_cancelled", "mailing", row.pk, by=by, name=row.name, left=count)
    return row


@transaction.atomic
def decide_uncertain(recipient: Recipient, *, again: bool, by: Member | None) -> Recipient:
    """This function will take a person's word on a mail nobody knows about: it arrived, or it shall go once more."""
    require(by, "mailings.send")
    row = Recipient.objects.select_for_update(of=("self",)).select_related("mailing").get(pk=recipient.pk)
    if row.state != RecipientState.UNCERTAIN:
        raise NotUncertain()
    if again:
        row.state, row.due_at, row.handed_at, row.sent_at, row.lease = (
            RecipientState.WAITING,
            clock.now(),
            None,
            None,
            "",
        )
        if row.mailing.state == MailingState.DONE:
            Mailing.objects.filter(pk=row.mailing_id).update(state=MailingState.SENDING, finished_at=None)
    else:
        row.state = RecipientState.SENT
    row.save(update_fields=["state", "due_at", "handed_at", "sent_at", "lease"])
    outdate([row.mailing_id])
    audit.record("mail_decided", "mailing", row.mailing_id, by=by, name=row.mailing.name, recipient=row.pk, again=again)
    return row
