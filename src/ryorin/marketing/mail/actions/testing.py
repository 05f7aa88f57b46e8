"""Test sends: a mail to a member before it goes to customers; the sending itself is a connector's work."""

from django.db import transaction

from ryorin.lib import clock
from ryorin.marketing.mail.models import MessageVersion, TestSend, TestSendState
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def note_test(
    edition: MessageVersion, *, to: str, by: Member | None, person_id: int | None = None, problem: str = ""
) -> TestSend:
    """This function will write down that a test went out, or why it did not."""
    require(by, "mail.change")
    state = TestSendState.FAILED if problem else TestSendState.SENT
    made = TestSend.objects.create(
        edition=edition, to=to, person_id=person_id, state=state, problem=problem[:300], by=by, at=clock.now()
    )
    audit.record("mail_tested", "mail_message", edition.message_id, by=by, to=to, state=state)
    return made
