"""Writing down what became of mails that were handed over."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from ryorin.customers.consent.actions import suppress
from ryorin.customers.consent.models import SuppressionReason
from ryorin.customers.timeline.actions import write_inbox
from ryorin.lib import clock
from ryorin.lib.ids import named_id
from ryorin.marketing.mailings.models import (
    Mailing,
    MailingState,
    Pace,
    PauseReason,
    Recipient,
    RecipientState,
)
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.notifications.actions import notify

CONTENT_REFUSALS = 3  # as many one after the other hold the mailing


@dataclass(frozen=True, slots=True)
class Named:
    """A mailing as history names it."""

    pk: int
    name: str
    campaign: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one mail; `state` is a RecipientState, waiting for one to be tried again at `due_at`."""

    pk: int
    state: str
    code: int | None = None
    answer: str = ""
    at: datetime
    due_at: datetime | None = None
    give_up_at: datetime | None = None
    bounce: str = ""
    mailing: int = 0
    address: str = ""
    fact: dict[str, Any] | None = None  # what history is told, as a row for the inbox
    suppresses: bool = False
    is_content: bool = False


@transaction.atomic(savepoint=False)
def settle(results: Sequence[Result], *, holder: str) -> None:
    """This function will write the results of mails that this holder handed over, and tell history of those sent."""
    sent = [one for one in results if one.state == RecipientState.SENT]
    still = _sent(sent, holder=holder) if sent else set()
    kept = [one for one in sent if one.pk in still]
    kept += [one for one in results if one.state != RecipientState.SENT and _written(one, holder=holder)]
    write_inbox([one.fact for one in kept if one.fact is not None])
    for one in kept:
        if one.suppresses:
            suppress(one.address, reason=SuppressionReason.BOUNCED, source=f"mailing:{one.mailing}")
    refused = [one for one in kept if one.is_content]
    if refused:
        _hold_for_content(refused)


SENT = """
WITH said(pk, reply, reply_text, moment) AS (VALUES {rows})
UPDATE marketing_mailings_recipient
SET state = 'sent', code = CAST(said.reply AS integer), answer = said.reply_text, sent_at = said.moment,
  lease_until = NULL
FROM said
WHERE id = said.pk AND lease = %s AND handed_at IS NOT NULL AND state IN ('leased', 'uncertain')
RETURNING id
"""


def _sent(results: Sequence[Result], *, holder: str) -> set[int]:
    """Return which rows of mails the server took were still this holder's, all written at once."""
    moment = connection.ops.adapt_datetimefield_value
    values = [part for one in results for part in (one.pk, one.code, one.answer[:300], moment(one.at))]
    with connection.cursor() as cursor:
        cursor.execute(SENT.format(rows=", ".join(["(%s, %s, %s, %s)"] * len(results))), [*values, holder])
        return {row[0] for row in cursor.fetchall()}


def _written(result: Result, *, holder: str) -> bool:
    """Return whether the row was still this holder's; one that was given up for uncertain meanwhile may learn more."""
    columns = {"state": result.state, "code": result.code, "answer": result.answer[:300], "lease_until": None}
    moment = connection.ops.adapt_datetimefield_value
    if result.state == RecipientState.WAITING:
        columns |= {"due_at": moment(result.due_at or result.at), "lease": "", "handed_at": None}
        columns["give_up_at"] = moment(result.give_up_at) if result.give_up_at else None
    elif result.state == RecipientState.FAILED and result.bounce:
        columns |= {"bounce": result.bounce, "bounced_at": moment(result.at)}
    elif result.state == RecipientState.UNCERTAIN:
        columns["sent_at"] = moment(result.at)
    names = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{Recipient._meta.db_table}" SET {names} WHERE id = %s AND lease = %s'
            " AND handed_at IS NOT NULL AND state IN ('leased', 'uncertain')",
            [*columns.values(), result.pk, holder],
        )
        return cursor.rowcount == 1


def touchpoint(
    kind: str, row: Recipient, *, at: datetime, name: str = "", verdict: str = "human", **more: Any
) -> dict[str, Any]:
    """Return the touchpoint of a thing that happened to a mail, as a row for the inbox; the same thing twice is one."""
    mailing = Named(row.mailing_id, row.mailing.name, row.mailing.campaign_id)
    if row.variant:
        more |= row.variant.as_properties()
    return fact(
        kind, mailing, recipient=row.pk, person=row.person_id, reason=row.reason, at=at, name=name, verdict=verdict,
        **more,
    )  # fmt: skip


def fact(
    kind: str,
    mailing: Named,
    *,
    recipient: int,
    person: int | None,
    reason: str,
    at: datetime,
    name: str = "",
    verdict: str = "human",
    **more: Any,
) -> dict[str, Any]:
    """Return the same, from what is known without the row."""
    properties: dict[str, Any] = {
        "mailing": mailing.pk,
        "mailing_name": mailing.name,
        "title": mailing.name,
        "recipient": recipient,
        **({"reason": reason} if reason else {}),
        **more,
    }
    return {
        "uid": named_id(at, kind, str(recipient), name),
        "at": at,
        "kind": kind,
        "person_id": person,
        "channel": "mail",
        "campaign_id": mailing.campaign,
        "verdict": verdict,
        "source": f"mailing:{mailing.pk}",
        "properties": json.dumps(properties, ensure_ascii=False, separators=(",", ":"), default=str),
    }


def _hold_for_content(refused: Sequence[Result]) -> None:
    """This function will hold a mailing whose text servers refuse one time after the other."""
    for mailing in Mailing.objects.filter(pk__in={one.mailing for one in refused}):
        newest = Recipient.objects.filter(mailing=mailing, handed_at__isnull=False).order_by("-handed_at")
        states = list(newest.exclude(state=RecipientState.LEASED).values_list("state", "bounce")[:CONTENT_REFUSALS])
        if len(states) < CONTENT_REFUSALS and mailing.size >= CONTENT_REFUSALS:
            continue
        if all(state == RecipientState.FAILED and bounce == "" for state, bounce in states):
            note = next(one.answer for one in refused if one.mailing == mailing.pk)
            hold([mailing.pk], PauseReason.CONTENT, note=note)


@transaction.atomic
def hold(mailings: Iterable[int], reason: str, *, note: str = "") -> int:
    """This function will pause mailings that are being sent, or about to be, until a person lets them go on."""
    going = (MailingState.SENDING, MailingState.SCHEDULED, MailingState.CHECKING)
    rows = list(Mailing.objects.select_for_update(of=("self",)).filter(pk__in=list(mailings), state__in=going))
    for row in rows:
        row.resume_to, row.state = row.state, MailingState.PAUSED
        row.pause_reason, row.pause_note = reason, note[:300]
        row.version += 1
        row.updated_at = clock.now()
        row.save(update_fields=["state", "resume_to", "pause_reason", "pause_note", "version", "updated_at"])
        audit.record("mailing_held", "mailing", row.pk, by=None, name=row.name, reason=reason, note=note[:300])
        members = [member for member in (row.owner, row.confirmed_by) if member is not None]
        text = f"{row.name}：{PauseReason(reason).label}"
        notify(members[:1], kind="mailing", text=text, url=f"/mailings/{row.pk}/")
    return len(rows)


@transaction.atomic
def slow_down(lane: str, *, until: datetime) -> None:
    """This function will leave a lane alone until a moment: the provider asked for it."""
    Pace.objects.filter(lane=lane or "*").update(rest_until=until)


@transaction.atomic
def finish_mailings() -> int:
    """This function will begin mailings whose time has come, end those with nobody left, and return how many."""
    now = clock.now()
    begun = Mailing.objects.filter(state=MailingState.SCHEDULED, starts_at__lte=now)
    changed = begun.update(state=MailingState.SENDING, started_at=now, updated_at=now)
    open_ = (RecipientState.WAITING, RecipientState.LEASED)
    for mailing in Mailing.objects.select_for_update(of=("self",)).filter(state=MailingState.SENDING, kind="bulk"):
        if Recipient.objects.filter(mailing=mailing, state__in=open_).exists():
            continue
        mailing.state, mailing.finished_at, mailing.updated_at = MailingState.DONE, now, now
        mailing.version += 1
        mailing.save(update_fields=["state", "finished_at", "updated_at", "version"])
        audit.record("mailing_finished", "mailing", mailing.pk, by=None, name=mailing.name)
        changed += 1
    return changed
