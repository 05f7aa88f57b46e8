"""A mail as its reader got it, for those who would rather read it in a browser."""

from ryorin.connectors.smtp.preparing import wording_of
from ryorin.connectors.smtp.queries import origin
from ryorin.marketing.mail import queries as mail
from ryorin.marketing.mail.rules import Values, personalise
from ryorin.marketing.mailings.models import Recipient


def as_seen(recipient: Recipient) -> bytes | None:
    """Return the mail's HTML, filled in as it was, with plain links; None where nothing went out, or nobody is left."""
    if recipient.person_id is None or recipient.handed_at is None:
        return None
    edition, subject = wording_of(recipient.mailing, recipient.variant_id)
    compiled = mail.compiled(edition, origin=origin(), subject=subject)
    filling = mail.fillings(compiled, edition, [recipient.person_id]).get(recipient.person_id)
    if filling is None:
        return None
    return personalise(compiled, Values(fields=filling.fields, rules=filling.rules)).html
