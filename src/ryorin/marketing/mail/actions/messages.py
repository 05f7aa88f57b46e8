"""Writing messages. A version nobody got is changed in place; after that every change makes a new one."""

from typing import Any

from django.db import models, transaction

from ryorin.lib import clock
from ryorin.marketing.mail.actions.pictures import shown_everywhere
from ryorin.marketing.mail.errors import (
    MessageArchived,
    MessageGone,
    MessageNameMissing,
    NotReady,
    TextTooLong,
    VersionGone,
)
from ryorin.marketing.mail.models import MailKind, Message, MessageVersion, SenderIdentity
from ryorin.marketing.mail.queries import check
from ryorin.marketing.mail.rules import mjml
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

OF_MESSAGE = frozenset({"name", "kind", "language", "sender", "campaign"})
OF_VERSION = frozenset({"subject", "preheader", "mjml", "text"})
LONGEST_TEXT = 60_000


@transaction.atomic
def create_message(
    *,
    name: str,
    by: Member | None,
    mjml: str,
    subject: str = "",
    preheader: str = "",
    text: str = "",
    kind: str = MailKind.PROMOTION,
    language: str = "ja",
    sender: SenderIdentity | None = None,
    campaign: Any = None,
) -> Message:
    """This function will begin a message with its first version; without a sender the default one sends."""
    require(by, "mail.change")
    now = clock.now()
    sender = sender or SenderIdentity.objects.filter(is_default=True).first()
    message = Message(owner=by, sender=sender, campaign=campaign, created_at=now, updated_at=now)
    for field, value in _checked({"name": name, "kind": kind, "language": language}).items():
        setattr(message, field, value)
    message.save()
    content = _checked({"subject": subject, "preheader": preheader, "mjml": mjml, "text": text})
    MessageVersion.objects.create(message=message, number=1, made_by=by, made_at=now, **content)
    audit.record("mail_message_created", "mail_message", message.pk, by=by, name=message.name)
    return message


@transaction.atomic
def change_message(message: Message, *, by: Member | None, version: int | None, **fields: Any) -> Message:
    """This function will change what is given of a message; refuses when somebody else changed it since `version`."""
    require(by, "mail.change")
    row = locked(message, version)
    values = _checked(fields)
    edition = row.newest
    changed = [name for name in values if name in OF_MESSAGE and getattr(row, name) != values[name]]
    said = [name for name in values if name in OF_VERSION and getattr(edition, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if said:
        edition = editable(row, edition, by=by)
        for name in said:
            setattr(edition, name, values[name])
        edition.made_by, edition.made_at = by, clock.now()
        edition.save()
    if changed or said:
        touch(row, "mail_message_changed", by=by, fields=[*changed, *said], edition=edition.number)
    return row


@transaction.atomic
def return_to(message: Message, number: int, *, by: Member | None, version: int | None) -> Message:
    """This function will let a message say again what it said in an earlier version."""
    require(by, "mail.change")
    row = locked(message, version)
    old = row.versions.filter(number=number).first()
    if old is None:
        raise VersionGone()
    edition = editable(row, row.newest, by=by)
    for name in (*OF_VERSION, "rules"):
        setattr(edition, name, getattr(old, name))
    edition.made_by, edition.made_at = by, clock.now()
    edition.save()
    return touch(row, "mail_message_returned", by=by, to=number, edition=edition.number)


@transaction.atomic
def duplicate_message(message: Message, *, name: str, by: Member | None) -> Message:
    """This function will begin another message that says the same."""
    require(by, "mail.change")
    old = message.newest
    made = create_message(
        name=name,
        by=by,
        mjml=old.mjml,
        subject=old.subject,
        preheader=old.preheader,
        text=old.text,
        kind=message.kind,
        language=message.language,
        sender=message.sender,
        campaign=message.campaign,
    )
    made.versions.update(rules=old.rules)
    return made


@transaction.atomic
def archive_message(message: Message, *, by: Member | None) -> Message:
    """This function will put a message away; what was sent of it stays."""
    require(by, "mail.change")
    row = locked(message, None)
    row.archived_at = clock.now()
    return touch(row, "mail_message_archived", by=by)


@transaction.atomic
def restore_message(message: Message, *, by: Member | None) -> Message:
    """This function will take a message out of the archive."""
    require(by, "mail.change")
    row = locked(message, None, archived=True)
    if row.archived_at is None:
        return row
    row.archived_at = None
    return touch(row, "mail_message_restored", by=by)


@transaction.atomic
def seal(message: Message, *, by: Member | None = None) -> MessageVersion:
    """This function will return the version that goes out, from now on unchangeable; refuses a mail with faults."""
    row = locked(message, None)
    edition = row.newest
    if edition.is_sealed:
        return edition
    faults = [one for one in check(row) if one.is_blocking]
    if faults:
        raise NotReady(count=len(faults))
    edition.sealed_at = clock.now()
    edition.save(update_fields=["sealed_at"])
    audit.record("mail_version_sealed", "mail_message", row.pk, by=by, edition=edition.number)
    return edition


def locked(message: Message, version: int | None, *, archived: bool = False) -> Message:
    """Return the message's row, held; refuses one that is gone, archived or changed since `version`."""
    row = Message.objects.select_for_update().filter(pk=message.pk).first()
    if row is None:
        raise MessageGone()
    if row.archived_at is not None and not archived:
        raise MessageArchived(name=row.name)
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def editable(message: Message, edition: MessageVersion, *, by: Member | None) -> MessageVersion:
    """Return the version to write into: this one, or a new one like it where somebody got this one."""
    if not edition.is_sealed:
        return edition
    return MessageVersion(
        message=message,
        number=edition.number + 1,
        subject=edition.subject,
        preheader=edition.preheader,
        mjml=edition.mjml,
        text=edition.text,
        rules=edition.rules,
        made_by=by,
        made_at=clock.now(),
    )


def touch(message: Message, fact: str, *, by: Member | None, **changes: Any) -> Message:
    """This function will count the change and write it down."""
    message.version += 1
    message.updated_at = clock.now()
    message.save()
    audit.record(fact, "mail_message", message.pk, by=by, **changes)
    return message


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as rows hold them: texts trimmed, the body cleaned; refuses what does not fit."""
    return {name: _value(name, value) for name, value in fields.items()}


def _value(name: str, value: Any) -> Any:
    if name == "mjml":
        return shown_everywhere(mjml.cleaned(value))
    if not isinstance(value, str):
        return value
    column = (Message if name in OF_MESSAGE else MessageVersion)._meta.get_field(name)
    assert isinstance(column, models.Field)
    text = value.replace("\0", "").replace("\r\n", "\n").strip()
    if name != "text":
        text = " ".join(text.split())
    if name == "name" and not text:
        raise MessageNameMissing()
    limit = column.max_length or LONGEST_TEXT
    if len(text) > limit:
        raise TextTooLong(field=column.verbose_name, limit=limit)
    if column.choices and text not in dict(column.flatchoices):
        return column.get_default()
    return text
