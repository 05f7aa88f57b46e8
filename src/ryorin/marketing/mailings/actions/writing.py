"""Planning a mailing: which message, to whom, when; changed freely until it is confirmed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.parser import parse, to_json
from ryorin.customers.people.fields import PERSON
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.fields import TOUCHPOINT
from ryorin.lib import clock
from ryorin.marketing.mailings.errors import MailingInvalid, MailingLocked
from ryorin.marketing.mailings.models import Kind, Mailing, MailingState, When
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.deletions.actions import delete
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

CHANGEABLE = (
    "name", "message", "campaign", "topic", "when", "starts_at", "per_minute", "owner", "condition",
    "test_share", "test_hours", "is_winner_by_rule",
)  # fmt: skip
FARTHEST = timedelta(days=365)


@transaction.atomic
def create_mailing(
    *, by: Member | None, segments: Iterable[Segment] = (), excluded: Iterable[Segment] = (), **fields: Any
) -> Mailing:
    """This function will plan a new mailing; nothing goes out before somebody confirms it."""
    require(by, "mailings.change")
    now = clock.now()
    fields.setdefault("owner", by)
    mailing = Mailing(created_at=now, updated_at=now, **_checked(fields))
    mailing.save()
    mailing.segments.set(segments)
    mailing.excluded.set(excluded)
    audit.record("mailing_created", "mailing", mailing.pk, by=by, name=mailing.name)
    return mailing


@transaction.atomic
def change_mailing(
    mailing: Mailing,
    *,
    by: Member | None,
    version: int | None,
    segments: Iterable[Segment] | None = None,
    excluded: Iterable[Segment] | None = None,
    **fields: Any,
) -> Mailing:
    """This function will change a mailing that nobody has confirmed yet."""
    require(by, "mailings.change")
    row = locked(mailing, version)
    if row.state != MailingState.DRAFT:
        raise MailingLocked(state=row.get_state_display())
    before = {name: str(getattr(row, name) or "") for name in fields}
    for name, value in _checked(fields).items():
        setattr(row, name, value)
    if segments is not None:
        row.segments.set(segments)
    if excluded is not None:
        row.excluded.set(excluded)
    save(row, *fields)
    changes = {name: [was, str(getattr(row, name) or "")] for name, was in before.items()}
    told = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    audit.record("mailing_changed", "mailing", row.pk, by=by, **{**told, "title": row.name})
    return row


@transaction.atomic
def delete_mailing(mailing: Mailing, *, by: Member | None) -> AuditEntry:
    """This function will delete a mailing nobody has confirmed; it can be put back."""
    require(by, "mailings.change")
    row = locked(mailing, None)
    if row.state != MailingState.DRAFT:
        raise MailingLocked(state=row.get_state_display())
    return delete(row, record_type="mailing", by=by)


@transaction.atomic
def duplicate_mailing(mailing: Mailing, *, by: Member | None) -> Mailing:
    """This function will plan another mailing like this one."""
    copied = {name: getattr(mailing, name) for name in CHANGEABLE if name not in ("starts_at", "when")}
    copied["name"] = _("%(name)sのコピー") % {"name": mailing.name[:100]}
    copied["owner"] = by or mailing.owner
    return create_mailing(by=by, segments=mailing.segments.all(), excluded=mailing.excluded.all(), **copied)


def locked(mailing: Mailing, version: int | None) -> Mailing:
    """Return the mailing's row, held until the transaction ends; refuses when it was changed since `version`."""
    row = Mailing.objects.select_for_update(of=("self",)).get(pk=mailing.pk, kind=Kind.BULK)
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def save(mailing: Mailing, *columns: str) -> None:
    """This function will write the columns and raise the version."""
    mailing.version += 1
    mailing.updated_at = clock.now()
    mailing.save(update_fields=[*columns, "version", "updated_at"])


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"unknown fields: {unknown}")
    if "name" in fields:
        fields["name"] = str(fields["name"]).replace("\0", "").strip()[:120]
        if not fields["name"]:
            raise MailingInvalid(what=_("配信名を入力してください。"))
    if fields.get("condition"):
        try:
            fields["condition"] = to_json(parse(fields["condition"], PERSON, touchpoint_type=TOUCHPOINT))
        except ConditionInvalid as refusal:
            raise MailingInvalid(what=str(refusal)) from None
    if fields.get("when") == When.AT and "starts_at" in fields and fields["starts_at"] is None:
        raise MailingInvalid(what=_("配信する日時を入力してください。"))
    if fields.get("when") == When.NOW:
        fields["starts_at"] = None
    if fields.get("starts_at") and fields["starts_at"] > clock.now() + FARTHEST:
        raise MailingInvalid(what=_("配信の日時は1年以内で指定してください。"))
    if fields.get("test_share") is not None and not 0 <= fields["test_share"] <= 90:
        raise MailingInvalid(what=_("テストする割合は0から90の間で入力してください。"))
    return fields
