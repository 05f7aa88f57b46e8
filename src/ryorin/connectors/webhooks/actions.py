"""Making the calls that are due: each claimed by a lease before it is made, tried again until taken or given up.

A call whose worker dies in the middle is made again once its lease is over: the receiver knows it by its delivery key.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from ryorin.connectors.webhooks.calling import Answer, CallRefused, call
from ryorin.connectors.webhooks.rules import (
    DELIVERY,
    MOST_FAILURES,
    SIGNATURE,
    TIMESTAMP,
    is_taken,
    next_wait,
    signature,
)
from ryorin.lib import clock, vault
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.webhooks.models import CallState, Webhook, WebhookCall

AT_ONCE = 16
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One call with all that is needed to make it, so that no thread asks the database."""

    pk: int
    webhook_id: int
    key: str
    url: str
    secret: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int | None
    text: str
    is_final: bool = False


def make_calls() -> int:
    """This function will make the calls that are due and return how many those were."""
    made = 0
    while claimed := _claim():
        with ThreadPoolExecutor(max_workers=len(claimed)) as pool:
            outcomes = list(pool.map(_attempt, claimed))
        for one, outcome in zip(claimed, outcomes, strict=True):
            settle(one, outcome)
        made += len(claimed)
    return made


@transaction.atomic
def _claim() -> list[Claimed]:
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    due = WebhookCall.objects.filter(free, state=CallState.WAITING, due_at__lte=now, webhook__is_active=True)
    rows = due.select_related("webhook").select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")
    found = list(rows[:AT_ONCE])
    WebhookCall.objects.filter(pk__in=[one.pk for one in found]).update(lease_until=now + LEASE, tries=F("tries") + 1)
    return [
        Claimed(
            pk=one.pk,
            webhook_id=one.webhook_id,
            key=one.key,
            url=one.webhook.url,
            secret=vault.unlock(one.webhook.secret_locked, key=settings.SECRET_KEY),
            body=one.body.encode(),
        )
        for one in found
    ]


def _attempt(one: Claimed) -> Outcome:
    """Return what came of one call; runs in a thread of its own and touches no database."""
    timestamp = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Ryorin-Webhook/1",
        DELIVERY: one.key,
        TIMESTAMP: timestamp,
        SIGNATURE: signature(one.secret, timestamp, one.body),
        "Connection": "close",
    }
    try:
        answer: Answer = call(one.url, one.body, headers)
    except CallRefused as refusal:
        return Outcome(None, str(refusal), is_final=True)
    except (OSError, ValueError) as problem:
        return Outcome(None, str(problem) or type(problem).__name__)
    return Outcome(answer.code, answer.text, is_final=is_taken(answer.code))


@transaction.atomic
def settle(one: Claimed, outcome: Outcome) -> None:
    """This function will keep what came of a call, put it off, or give it up; and switch off who never answers."""
    now = clock.now()
    webhook = Webhook.objects.select_for_update().get(pk=one.webhook_id)
    row = WebhookCall.objects.select_for_update().filter(pk=one.pk, state=CallState.WAITING).first()
    if row is None:
        return
    row.code, row.answer, row.lease_until = outcome.code, outcome.text[:300], None
    is_done = outcome.code is not None and is_taken(outcome.code)
    wait = None if outcome.is_final else next_wait(row.tries)
    if is_done:
        row.state, row.ended_at, row.body = CallState.DONE, now, ""  # what was said of people need not stay here
    elif wait is None:
        row.state, row.ended_at = CallState.FAILED, now
    else:
        row.due_at = now + wait
    row.save(update_fields=["code", "answer", "lease_until", "state", "ended_at", "due_at", "body"])
    failures = 0 if is_done else webhook.failures + 1
    if failures != webhook.failures:
        Webhook.objects.filter(pk=webhook.pk).update(failures=failures)
    if failures >= MOST_FAILURES:
        _switch_off(webhook, outcome.text)


def _switch_off(webhook: Webhook, why: str) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(is_active=False, stopped_why=why[:300], updated_at=clock.now())
    audit.record("webhook_switched_off", "webhook", webhook.pk, by=None, name=webhook.name, why=why[:120])
    if webhook.created_by is not None:
        notify([webhook.created_by], kind="webhook", text=webhook.name, url="/settings/webhooks/")
