"""Taking recipients in hand, handing their mail over, and writing down what became of it; any number of workers may."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from ryorin.lib import clock
from ryorin.marketing.mailings.actions.standing import blocked
from ryorin.marketing.mailings.actions.tallying import outdate
from ryorin.marketing.mailings.models import Kind, Mailing, MailingState, Pace, Recipient, RecipientState
from ryorin.marketing.mailings.rules.lanes import domain_of
from ryorin.marketing.mailings.rules.pace import defaults_of, refilled
from ryorin.marketing.mailings.rules.tokens import message_uid
from ryorin.workspace.leases.actions import is_dead

LEASE = timedelta(minutes=10)
MOST_AT_ONCE = 500
COLUMNS = ("pk", "mailing_id", "person_id", "address", "lane", "variant_id", "tries", "give_up_at", "reason")


@dataclass(frozen=True, slots=True)
class Claim:
    """One recipient in hand."""

    pk: int
    mailing_id: int
    person_id: int | None
    address: str
    lane: str
    variant_id: int | None
    tries: int
    give_up_at: datetime | None
    reason: str
    message_uid: str


def claim(holder: str, *, most: int = MOST_AT_ONCE) -> list[Claim]:
    """This function will take recipients that are due in hand for `holder`, as many as the lanes' pace allows.

    People who may not be mailed are set apart on the way.
    """
    now = clock.now()
    claims: list[Claim] = []
    going = Mailing.objects.filter(state=MailingState.SENDING).filter(Q(starts_at__isnull=True) | Q(starts_at__lte=now))
    for mailing in going.select_related("message", "edition__message__sender").order_by("starts_at", "pk"):
        for lane in lanes_due(mailing, now=now):
            room = most - len(claims)
            if room <= 0:
                return claims
            claims += _claim_lane(mailing, lane, holder, most=room, now=now)
    return claims


def is_anything_to_do() -> bool:
    """Return whether any mail is due, or in somebody's hands."""
    waiting = Recipient.objects.filter(state=RecipientState.WAITING, due_at__lte=clock.now())
    return waiting.exists() or Recipient.objects.filter(state=RecipientState.LEASED).exists()


def lanes_due(mailing: Mailing, *, now: datetime) -> list[str]:
    """Return the lanes of a mailing in which a mail is due."""
    due = Recipient.objects.filter(mailing=mailing, state=RecipientState.WAITING, due_at__lte=now)
    if mailing.kind == Kind.SINGLE:  # few at a time, and new ones come in any lane
        return list(due.order_by().values_list("lane", flat=True).distinct())
    return [lane for lane in mailing.lanes or [""] if due.filter(lane=lane).exists()]


@transaction.atomic
def _claim_lane(mailing: Mailing, lane: str, holder: str, *, most: int, now: datetime) -> list[Claim]:
    waiting = Recipient.objects.filter(
        mailing=mailing, lane=lane, state=RecipientState.WAITING, due_at__lte=now
    ).order_by("due_at")
    room = _take_tokens(mailing, lane, most=most, now=now)
    if room <= 0:
        return []
    rows = list(waiting.select_for_update(skip_locked=True).values_list(*COLUMNS)[:room])
    if not rows:
        return []
    key, until, domain = settings.SECRET_KEY.encode(), now + LEASE, _domain(mailing)
    claims = [
        Claim(**dict(zip(COLUMNS, row, strict=True)), message_uid=message_uid(row[0], domain=domain, key=key))
        for row in rows
    ]
    stopped = blocked([(one.pk, one.person_id, one.address) for one in claims], mailing=mailing, now=now)
    set_apart(stopped)
    going = [one for one in claims if one.pk not in stopped]
    Recipient.objects.filter(pk__in=[one.pk for one in going]).update(
        state=RecipientState.LEASED, lease=holder, lease_until=until, handed_at=None
    )
    _write_uids(going)
    return going


@transaction.atomic(savepoint=False)
def hand_over(pks: Collection[int], *, holder: str) -> set[int]:
    """Return which of the recipients in hand may be mailed this moment; they count as handed over from now on.

    Asked again are whether the row is still this holder's, whether the mailing still runs, and whether the person
    still may be mailed. This must be durable before the server is given a mail.
    """
    now, going, doubtful, stopped = clock.now(), set[int](), dict[int, list[Held]](), dict[int, str]()
    for row in _held(pks, holder=holder, now=now):
        if row.state != MailingState.SENDING:
            give_back([row.pk], holder=holder)
        elif row.is_clear:
            going.add(row.pk)
        else:
            doubtful.setdefault(row.mailing, []).append(row)
    for pk, rows in doubtful.items():
        mailing = Mailing.objects.select_related("message").get(pk=pk)
        found = blocked([(row.pk, row.person, row.address) for row in rows], mailing=mailing, now=now)
        stopped |= found
        going |= {row.pk for row in rows if row.pk not in found}
    if stopped:
        set_apart(stopped)
    if going:
        moment = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(going))
            cursor.execute(HANDED.format(marks=marks), [moment(now), moment(now + LEASE), *going])
    return going


@dataclass(frozen=True, slots=True)
class Held:
    """A recipient in hand, as the database knows it this moment; clear when nothing speaks against the mail."""

    pk: int
    mailing: int
    person: int | None
    address: str
    state: str
    is_clear: bool


HELD = """
SELECT r.id, r.mailing_id, r.person_id, r.address, m.state,
  p.mail_consent = 'allowed' AND TRIM(p.email) = r.address AND s.id IS NULL AND z.id IS NULL AND t.id IS NULL
FROM marketing_mailings_recipient r JOIN marketing_mailings_mailing m ON m.id = r.mailing_id
LEFT JOIN customers_people_person p ON p.id = r.person_id
LEFT JOIN customers_consent_suppression s ON s.digest = p.email_key AND s.lifted_at IS NULL
LEFT JOIN marketing_mailings_mailpause z ON z.person_id = p.id AND z.until > %s
LEFT JOIN marketing_mailings_topicrefusal t ON t.person_id = p.id AND t.topic_id = m.topic_id
WHERE r.id IN ({marks}) AND r.state = 'leased' AND r.lease = %s AND r.lease_until > %s AND r.handed_at IS NULL
"""

HANDED = """
UPDATE marketing_mailings_recipient SET handed_at = %s, lease_until = %s, tries = tries + 1 WHERE id IN ({marks})
"""


def _held(pks: Collection[int], *, holder: str, now: datetime) -> list[Held]:
    """Return the rows that are still this holder's, in one question: it is asked before every mail."""
    if not pks:
        return []
    at = connection.ops.adapt_datetimefield_value(now)
    ending = "" if connection.vendor == "sqlite" else " FOR UPDATE OF r"
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(pks))
        cursor.execute(HELD.format(marks=marks) + ending, [at, *pks, holder, at])
        return [
            Held(pk, mailing, person, address, state, bool(clear))
            for pk, mailing, person, address, state, clear in cursor.fetchall()
        ]


def give_back(pks: Iterable[int], *, holder: str, due_at: datetime | None = None) -> None:
    """This function will let others take recipients in hand whose mail was not handed over."""
    values = {"state": RecipientState.WAITING, "lease": "", "lease_until": None, "handed_at": None}
    rows = Recipient.objects.filter(pk__in=list(pks), state=RecipientState.LEASED, lease=holder)
    rows.update(**values, **({"due_at": due_at} if due_at else {}))


def postpone(due: dict[int, datetime], *, holder: str) -> None:
    """This function will put recipients in hand back until a later moment, each its own."""
    by_moment: dict[datetime, list[int]] = {}
    for pk, moment in due.items():
        by_moment.setdefault(moment, []).append(pk)
    for moment, pks in by_moment.items():
        give_back(pks, holder=holder, due_at=moment)


@transaction.atomic
def recover() -> int:
    """This function will free what dead workers had in hand, and return how many recipients that concerned.

    What had been handed over without an answer is uncertain from now on; everything else waits again.
    """
    now = clock.now()
    leased = Recipient.objects.filter(state=RecipientState.LEASED)
    holders = leased.order_by().values_list("lease", flat=True).distinct()
    dead = [holder for holder in holders if is_dead(holder.partition("/")[0])]
    gone = leased.filter(Q(lease_until__lt=now) | Q(lease__in=dead))
    uncertain = list(gone.filter(handed_at__isnull=False).order_by().values_list("mailing", flat=True).distinct())
    lost = gone.filter(handed_at__isnull=False).update(
        state=RecipientState.UNCERTAIN, lease_until=None, answer="", code=None, sent_at=F("handed_at")
    )
    again = gone.filter(handed_at__isnull=True).update(state=RecipientState.WAITING, lease="", lease_until=None)
    if lost:
        outdate(uncertain)
    return lost + again


def set_apart(stopped: dict[int, str]) -> None:
    """This function will note for each recipient why it gets no mail."""
    by_reason: dict[str, list[int]] = {}
    for pk, reason in stopped.items():
        by_reason.setdefault(reason, []).append(pk)
    for reason, pks in by_reason.items():
        Recipient.objects.filter(pk__in=pks).update(
            state=RecipientState.SUPPRESSED, answer=reason[:300], lease="", lease_until=None, handed_at=None
        )


def _domain(mailing: Mailing) -> str:
    """Return the domain that stands in the Message-IDs: the sender's own."""
    sender = mailing.edition.message.sender if mailing.edition else None
    return domain_of(sender.from_email) if sender else "localhost"


def _take_tokens(mailing: Mailing, lane: str, *, most: int, now: datetime) -> int:
    """Return how many mails the pace allows now, and take their tokens."""
    buckets = [_bucket(lane, *defaults_of(lane), now=now)]
    if mailing.per_minute:
        bucket = _bucket(f"mailing:{mailing.pk}", mailing.per_minute, 8, now=now)
        bucket.per_minute = mailing.per_minute
        buckets.append(bucket)
    room = most
    for bucket in buckets:
        bucket.tokens = refilled(bucket.tokens, per_minute=bucket.per_minute, filled_at=bucket.filled_at, now=now)
        bucket.filled_at = now
        rests = bucket.rest_until is not None and bucket.rest_until > now
        room = min(room, 0 if rests else int(bucket.tokens))
    for bucket in buckets:
        bucket.tokens -= room
        bucket.save(update_fields=["tokens", "filled_at", "per_minute"])
    return room


def _bucket(lane: str, per_minute: int, connections: int, *, now: datetime) -> Pace:
    name = lane or "*"
    defaults = {"per_minute": per_minute, "connections": connections, "tokens": float(per_minute), "filled_at": now}
    bucket, _created = Pace.objects.select_for_update().get_or_create(lane=name, defaults=defaults)
    return bucket


def _write_uids(claims: Sequence[Claim]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{Recipient._meta.db_table}" SET message_uid = %s WHERE id = %s',
            [(one.message_uid, one.pk) for one in claims],
        )
