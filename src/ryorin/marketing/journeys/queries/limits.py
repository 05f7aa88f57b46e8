"""May we write to these people now? Asked by journeys and by mailings, over all that was sent by either."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from ryorin.marketing.journeys.models import ContactLimits
from ryorin.marketing.journeys.rules.waiting import Quiet, Work, quiet_until
from ryorin.marketing.mail.models import MailKind
from ryorin.marketing.mailings.models import Recipient, RecipientState
from ryorin.workspace.organisation.queries import closed_days, current

AT_ONCE = 5_000


def current_limits() -> ContactLimits:
    """Return the company's row; before anybody has changed it, unsaved defaults."""
    return ContactLimits.objects.first() or ContactLimits()


def working() -> Work:
    """Return the company's clock."""
    us = current()
    return Work(tz=us.time_zone, opens=us.opens_hour, closed=closed_days())


def quiet_of(limits: ContactLimits) -> Quiet:
    return Quiet(limits.quiet_from, limits.quiet_until, limits.only_business_days, limits.is_quiet)


def allowed_now(person_ids: Collection[int], at: datetime) -> dict[int, datetime | None]:
    """Return for each person None when an advertising mail may go out at the moment, else the moment to wait for.

    What counts are advertising mails that left in the last days; the oldest of them has to fall out of the window.
    """
    limits, work = current_limits(), working()
    quiet = quiet_of(limits)
    wait = quiet_until(at, quiet, work=work)
    allowed: dict[int, datetime | None] = dict.fromkeys(person_ids, wait)
    if not limits.is_capped:
        return allowed
    window = timedelta(days=limits.within_days)
    for person, sent in _sent_since(person_ids, at - window).items():
        if len(sent) >= limits.most_mails:
            free_at = sorted(sent)[-limits.most_mails] + window
            later = max(free_at, wait) if wait else free_at
            allowed[person] = quiet_until(later, quiet, work=work) or later
    return allowed


def _sent_since(person_ids: Collection[int], since: datetime) -> dict[int, list[datetime]]:
    ids, found = list(person_ids), defaultdict[int, list[datetime]](list)
    for start in range(0, len(ids), AT_ONCE):
        rows = Recipient.objects.filter(
            person_id__in=ids[start : start + AT_ONCE],
            state__in=(RecipientState.SENT, RecipientState.UNCERTAIN),
            sent_at__gt=since,
            mailing__message__kind=MailKind.PROMOTION,
        )
        for person, sent_at in rows.values_list("person_id", "sent_at"):
            if person is not None and sent_at is not None:
                found[person].append(sent_at)
    return found
