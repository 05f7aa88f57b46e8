"""Addresses to be told, and calls to them: written here, made by a connector."""

import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock, vault
from ryorin.lib.rows import insert_rows
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.webhooks.errors import AddressRefused, WebhookGone, WebhookNameMissing, WebhookNameTaken
from ryorin.workspace.webhooks.models import CallState, Webhook, WebhookCall

COLUMNS = ("webhook_id", "key", "body", "state", "due_at", "tries", "answer", "made_at")


@transaction.atomic
def create_webhook(*, name: str, url: str, by: Member | None) -> tuple[Webhook, str]:
    """This function will keep an address with a new secret, and return both: the secret is shown once."""
    require(by, "webhooks.change")
    secret, now = secrets.token_urlsafe(32), clock.now()
    row = Webhook(
        **_checked(name, url),
        secret_locked=vault.lock(secret, key=settings.SECRET_KEY),
        created_by=by,
        created_at=now,
        updated_at=now,
    )
    _save(row)
    audit.record("webhook_created", "webhook", row.pk, by=by, name=row.name, url=row.url)
    return row, secret


@transaction.atomic
def change_webhook(
    webhook: Webhook, *, name: str, url: str, is_active: bool, by: Member | None, version: int | None
) -> Webhook:
    """This function will change an address; switching it on again forgives what failed."""
    require(by, "webhooks.change")
    row = Webhook.objects.select_for_update().filter(pk=webhook.pk).first()
    if row is None:
        raise WebhookGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    values = {**_checked(name, url), "is_active": is_active}
    changes = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    if not changes:
        return row
    for key, value in values.items():
        setattr(row, key, value)
    if is_active:
        row.failures, row.stopped_why = 0, ""
    row.version += 1
    row.updated_at = clock.now()
    _save(row)
    audit.record("webhook_changed", "webhook", row.pk, by=by, **changes)
    return row


def queue_calls(webhook: Webhook, calls: Iterable[tuple[str, str]]) -> None:
    """This function will write calls (key, JSON) to be made; one whose key is there already is not made again."""
    now = clock.now()
    rows = [(webhook.pk, key, body, CallState.WAITING.value, now, 0, "", now) for key, body in calls]
    insert_rows(WebhookCall, COLUMNS, rows, ignore_conflicts=True)


@transaction.atomic
def call_again(call: WebhookCall, *, by: Member | None) -> None:
    """This function will make a call that was given up due once more."""
    require(by, "webhooks.change")
    changed = WebhookCall.objects.filter(pk=call.pk, state=CallState.FAILED).update(
        state=CallState.WAITING, due_at=clock.now(), tries=0, ended_at=None
    )
    if changed:
        audit.record("webhook_called_again", "webhook", call.webhook_id, by=by, call=call.pk)


def _checked(name: str, url: str) -> dict[str, str]:
    name, url = name.replace("\0", "").strip()[:80], url.replace("\0", "").strip()
    if not name:
        raise WebhookNameMissing()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname or len(url) > 500:
        raise AddressRefused(why=_("https:// で始まるアドレスを入れてください。"))
    if parts.username or parts.password:
        raise AddressRefused(why=_("アドレスにパスワードを含めないでください。"))
    return {"name": name, "url": url}


def _save(row: Webhook) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise WebhookNameTaken(name=row.name) from None
