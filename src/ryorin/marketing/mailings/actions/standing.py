"""Who of the recipients may not be mailed this moment, and why."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ryorin.customers.consent.queries import REFUSED, UNKNOWN, mail_standing
from ryorin.customers.people.models import Person
from ryorin.marketing.mail.models import MailKind
from ryorin.marketing.mailings.models import Mailing, MailPause, TopicRefusal
from ryorin.marketing.mailings.rules.reasons import GONE, MOVED, PAUSED, TOPIC

# A notice about a dealing needs no consent to advertising (JP: Act on Specified Electronic Mail, article 2).
ONLY_ADVERTISING = frozenset({REFUSED, UNKNOWN, "suppressed_refused"})


def blocked(rows: Sequence[tuple[int, int | None, str]], *, mailing: Mailing, now: datetime) -> dict[int, str]:
    """Return {recipient: reason} for those of (recipient, person, address) who may not be mailed now."""
    ids = {person for _pk, person, _address in rows if person is not None}
    if not rows:
        return {}
    against = reasons_against(ids, mailing=mailing, now=now)
    current = dict(Person.objects.filter(pk__in=ids).values_list("pk", "email"))
    found: dict[int, str] = {}
    for pk, person, address in rows:
        if person is None or person not in current:
            found[pk] = GONE
        elif person in against:
            found[pk] = against[person]
        elif current[person].strip() != address:
            found[pk] = MOVED
    return found


def reasons_against(person_ids: Iterable[int], *, mailing: Mailing, now: datetime) -> dict[int, str]:
    """Return why each of the people may not get this mailing now; those who may are left out."""
    ids = list(person_ids)
    is_advertising = not (mailing.message and mailing.message.kind == MailKind.TRANSACTION)
    against = {
        pk: standing.reason
        for pk, standing in mail_standing(ids).items()
        if not standing.allowed and (is_advertising or standing.reason not in ONLY_ADVERTISING)
    }
    if is_advertising:
        for pk in MailPause.objects.filter(person__in=ids, until__gt=now).values_list("person_id", flat=True):
            against.setdefault(pk, PAUSED)
        if mailing.topic_id:
            refused = TopicRefusal.objects.filter(person__in=ids, topic=mailing.topic_id)
            for pk in refused.values_list("person_id", flat=True):
                against.setdefault(pk, TOPIC)
    return against
