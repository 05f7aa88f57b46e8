"""Mails that go to one person at a time, as journeys send them: the same key is the same mail, however often asked."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from ryorin.conditions.to_orm import among
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.mail.actions import seal
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings.actions.standing import reasons_against
from ryorin.marketing.mailings.actions.tallying import outdate
from ryorin.marketing.mailings.errors import KeyMissing
from ryorin.marketing.mailings.models import Kind, Mailing, MailingState, Recipient, RecipientState
from ryorin.marketing.mailings.rules.lanes import LANES, domain_of, lane_of
from ryorin.marketing.mailings.rules.reasons import BAD_ADDRESS
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


def send_one(message: Message, person: Person, *, reason: str, key: str, by: Member | None = None) -> Recipient:
    """This function will have the message's newest version mailed to one person, once for the key."""
    return send_many(message, [(person.pk, key)], reason=reason, by=by)[key]


@transaction.atomic
def send_many(
    message: Message, people: Iterable[tuple[int, str]], *, reason: str, by: Member | None = None
) -> dict[str, Recipient]:
    """This function will have the message mailed to many (person id, key), and return each key's row.

    A key that has a row already keeps it. Who may not be mailed gets a row that says why.
    """
    require(by, "mailings.send")
    wanted = {key: person for person, key in people}
    if not all(key.strip() for key in wanted):
        raise KeyMissing()
    known = set(Recipient.objects.filter(among("key", wanted)).values_list("key", flat=True))
    fresh = {key: person for key, person in wanted.items() if key not in known}
    if fresh:
        _insert(single_mailing(message), fresh, reason=reason)
    return {row.key: row for row in Recipient.objects.filter(among("key", wanted))}


def single_mailing(message: Message) -> Mailing:
    """Return the mailing that gathers what is sent one by one of the message's newest version."""
    edition = seal(message)
    now = clock.now()
    mailing, _created = Mailing.objects.get_or_create(
        kind=Kind.SINGLE,
        edition=edition,
        defaults={
            "name": message.name,
            "message": message,
            "campaign": message.campaign,
            "state": MailingState.SENDING,
            "lanes": ["", *LANES],
            "owner": message.owner,
            "started_at": now,
            "created_at": now,
            "updated_at": now,
        },
    )
    return mailing


def _insert(mailing: Mailing, fresh: dict[str, int], *, reason: str) -> None:
    now = clock.now()
    ids = set(fresh.values())
    addresses = dict(Person.objects.filter(among("pk", ids)).values_list("pk", "email"))
    against = reasons_against(ids, mailing=mailing, now=now)
    rows: list[Recipient] = []
    for key, person in fresh.items():
        address = addresses.get(person, "").strip()
        refusal = against.get(person, "") or ("" if "@" in address else BAD_ADDRESS)
        domain = domain_of(address)
        rows.append(
            Recipient(
                mailing=mailing,
                person_id=person if person in addresses else None,
                key=key,
                reason=reason[:160],
                address=address[:254],
                domain=domain,
                lane=lane_of(domain),
                state=RecipientState.SUPPRESSED if refusal else RecipientState.WAITING,
                answer=refusal,
                due_at=now,
            )
        )
    Recipient.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    outdate([mailing.pk])


def stop_waiting(keys: Sequence[str], *, why: str) -> int:
    """This function will take back mails of these keys that have not gone out yet, and return how many."""
    waiting = Recipient.objects.filter(Q(state=RecipientState.WAITING) & among("key", keys))
    return waiting.update(state=RecipientState.SKIPPED, answer=why[:300])
