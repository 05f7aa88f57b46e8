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
from ryorin.marketing.mailings.actions.tallying import outdate
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
    suppresses: bool = False
    is_content: bool = False


@transaction.atomic
def settle(results: Sequence[Result], *, holder: str) -> None:
    """This function will write the results of mails that this holder handed over, and tell history of those sent."""
    by_pk = {one.pk: one for one in results}
    held = Recipient.objects.select_for_update(of=("self",)).filter(
        pk__in=list(by_pk), lease=holder, state__in=(RecipientState.LEASED, RecipientState.UNCERTAIN)
    )
    rows = [row for row in held.select_related("mailing", "variant") if row.handed_at is not None]
    for row in rows:
        _apply(row, by_pk[row.pk])
    _write(rows)
    outdate(row.mailing_id for row in rows)
    write_inbox([_sent(row) for row in rows if row.state == RecipientState.SENT])
    write_inbox([_bounced(row) for row in rows if row.bounce])
    for row in rows:
        if by_pk[row.pk].suppresses:
            suppress(row.address, reason=SuppressionReason.BOUNCED, source=f"mailing:{row.mailing_id}")
    _hold_for_content(rows, by_pk)


def _apply(row: Recipient, result: Result) -> None:
    row.state, row.code, row.answer = result.state, result.code, result.answer[:300]
    row.give_up_at = result.give_up_at or row.give_up_at
    if result.state == RecipientState.SENT:
        row.sent_at = result.at
    elif result.state == RecipientState.UNCERTAIN:
        row.sent_at = row.handed_at
        return
    elif result.state == RecipientState.WAITING:
        row.due_at = result.due_at or result.at
        row.lease, row.handed_at = "", None
    elif result.state == RecipientState.FAILED:
        row.bounce = result.bounce
        row.bounced_at = result.at if result.bounce else None
    row.lease_until = None


def _write(rows: Sequence[Recipient]) -> None:
    """This function will write the rows' new state, one statement prepared once for all of them."""
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{Recipient._meta.db_table}" SET state = %s, code = %s, answer = %s, sent_at = %s, due_at = %s,'
            " give_up_at = %s, bounce = %s, bounced_at = %s, handed_at = %s, lease = %s, lease_until = %s"
            " WHERE id = %s",
            [
                (
                    row.state, row.code, row.answer, moment(row.sent_at), moment(row.due_at), moment(row.give_up_at),
                    row.bounce, moment(row.bounced_at), moment(row.handed_at), row.lease, moment(row.lease_until),
                    row.pk,
                )
                for row in rows
            ],
        )  # fmt: skip


def _sent(row: Recipient) -> dict[str, Any]:
    return touchpoint("mail_sent", row, at=row.sent_at or clock.now())


def _bounced(row: Recipient) -> dict[str, Any]:
    return touchpoint("mail_bounced", row, at=row.bounced_at or clock.now(), bounce=row.bounce, answer=row.answer)


def touchpoint(
    kind: str, row: Recipient, *, at: datetime, name: str = "", verdict: str = "human", **more: Any
) -> dict[str, Any]:
    """Return the touchpoint of a thing that happened to a mail, as a row for the inbox; the same thing twice is one."""
    mailing = row.mailing
    properties: dict[str, Any] = {
        "mailing": mailing.pk,
        "mailing_name": mailing.name,
        "title": mailing.name,
        "recipient": row.pk,
        **({"reason": row.reason} if row.reason else {}),
        **(row.variant.as_properties() if row.variant else {}),
        **more,
    }
    return {
        "uid": named_id(at, kind, str(row.pk), name),
        "at": at,
        "kind": kind,
        "person_id": row.person_id,
        "channel": "mail",
        "campaign_id": mailing.campaign_id,
        "verdict": verdict,
        "source": f"mailing:{mailing.pk}",
        "properties": json.dumps(properties, ensure_ascii=False, separators=(",", ":"), default=str),
    }


def _hold_for_content(rows: Iterable[Recipient], results: dict[int, Result]) -> None:
    """This function will hold a mailing whose text servers refuse one time after the other."""
    for mailing in {row.mailing for row in rows if results[row.pk].is_content}:
        newest = Recipient.objects.filter(mailing=mailing, handed_at__isnull=False).order_by("-handed_at")
        states = list(newest.values_list("state", "bounce")[:CONTENT_REFUSALS])
        if len(states) < CONTENT_REFUSALS and mailing.size >= CONTENT_REFUSALS:
            continue
        if all(state == RecipientState.FAILED and bounce == "" for state, bounce in states):
            note = next(row.answer for row in rows if row.mailing_id == mailing.pk and results[row.pk].is_content)
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
