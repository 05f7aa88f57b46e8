"""Openings and clicks: kept at once as they come, judged a little later, when machines have shown themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from ryorin.customers.timeline.actions import write_inbox
from ryorin.customers.timeline.models import Verdict
from ryorin.lib import clock
from ryorin.marketing.mailings.actions.settling import touchpoint
from ryorin.marketing.mailings.actions.tallying import outdate
from ryorin.marketing.mailings.models import MailEvent, MailLink, Recipient
from ryorin.marketing.mailings.rules.verdicts import BURST, SECONDS_OF_BURST, Hit, verdict_on

SETTLE_AFTER = timedelta(seconds=10)  # longer than a scanner takes for the links of one mail
AT_ONCE = 2_000
MOST_EVENTS = 200  # of one mail; what is more is no reader


def note_hit(recipient: Recipient, hit: Hit, *, link: MailLink | None = None) -> MailEvent | None:
    """This function will keep one opening or click; None for a mail that was opened beyond all measure."""
    lately = 0
    if recipient.events.count() >= MOST_EVENTS:
        return None
    if link is not None:
        since = hit.at - SECONDS_OF_BURST
        others = recipient.events.filter(kind="clicked", at__gte=since).exclude(link=link)
        lately = others.values("link").distinct().count()
    sent_at = recipient.sent_at or recipient.handed_at
    verdict, why = verdict_on(hit, sent_at=sent_at, links_lately=lately)
    return MailEvent.objects.create(recipient=recipient, kind=hit.kind, link=link, at=hit.at, verdict=verdict, why=why)


@transaction.atomic
def settle_events(*, until: datetime | None = None) -> int:
    """This function will judge what came in and tell history of it; machines' doings are told as such."""
    until = until or clock.now() - SETTLE_AFTER
    rows = MailEvent.objects.select_for_update(of=("self",)).filter(told=False, at__lte=until).order_by("pk")
    events = list(rows.select_related("recipient__mailing", "recipient__variant", "link")[:AT_ONCE])
    if not events:
        return 0
    _unmask(events)
    recipients = {event.recipient_id: event.recipient for event in events}
    for event in events:
        _mark(recipients[event.recipient_id], event)
    MailEvent.objects.bulk_update(events, ["verdict", "why", "told"], batch_size=500)
    columns = ["opened_at", "machine_opened_at", "clicked_at", "machine_clicked_at"]
    Recipient.objects.bulk_update(recipients.values(), columns, batch_size=200)
    outdate(row.mailing_id for row in recipients.values())
    write_inbox([_told(event) for event in events if event.recipient.person_id is not None])
    return len(events)


def _unmask(events: Sequence[MailEvent]) -> None:
    """This function will call every click a machine's that belongs to a burst over several links of one mail."""
    by_recipient: dict[int, list[MailEvent]] = {}
    for event in events:
        event.told = True
        if event.kind == "clicked":
            by_recipient.setdefault(event.recipient_id, []).append(event)
    for clicks in by_recipient.values():
        clicks.sort(key=lambda event: event.at)
        for place, event in enumerate(clicks):
            near = [one for one in clicks[place:] if one.at - event.at <= SECONDS_OF_BURST]
            if len({one.link_id for one in near}) >= BURST:
                for one in near:
                    one.verdict, one.why = Verdict.MACHINE, one.why or "burst"


def _mark(row: Recipient, event: MailEvent) -> None:
    is_human = event.verdict == Verdict.HUMAN
    if event.kind == "opened" and is_human:
        row.opened_at = row.opened_at or event.at
    elif event.kind == "opened":
        row.machine_opened_at = row.machine_opened_at or event.at
    elif is_human:
        row.clicked_at = row.clicked_at or event.at
        row.opened_at = row.opened_at or event.at  # who follows a link has read, pictures shown or not
    else:
        row.machine_clicked_at = row.machine_clicked_at or event.at


def _told(event: MailEvent) -> dict[str, object]:
    more = {"url": event.link.url[:2000], "link": event.link_id} if event.link else {}
    kind = f"mail_{event.kind}"
    return touchpoint(kind, event.recipient, at=event.at, name=str(event.pk), verdict=event.verdict, **more)
