"""What is removed by itself after its time, with a report of how much went when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ryorin.customers.consent.models import KeptEvidence
from ryorin.customers.privacy.errors import UnknownRule
from ryorin.customers.privacy.models import OPEN, PrivacyRequest, RetentionRule, RetentionRun
from ryorin.lib import clock
from ryorin.workspace.audit.actions import record, redact
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.models import Notification

AT_ONCE = 1_000
DAYS_IN_MONTH = 30.44
LONGEST = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of data that has a time: what it is, for how many months, and what removes it (None: history does)."""

    key: str
    label: str | Promise
    why: str | Promise
    months: int
    remove: Callable[[datetime], int] | None = None


def remove_requests(before: datetime) -> int:
    """This function will remove requests that were closed before a moment, with their logs."""
    old = PrivacyRequest.objects.exclude(state__in=OPEN).filter(updated_at__lt=before)
    return int(old.delete()[1].get("customers_privacy.PrivacyRequest", 0))


def remove_notifications(before: datetime) -> int:
    """This function will remove notifications that were read."""
    return Notification.objects.filter(read_at__isnull=False, at__lt=before).delete()[0]


def clear_snapshots(before: datetime) -> int:
    """This function will take out of the trail the copies from which deleted people could be restored."""
    old = AuditEntry.objects.filter(action="person_deleted", at__lt=before, changes__contains='"snapshot"')
    return redact(old.order_by("pk")[:AT_ONCE], cleaned=lambda _changes: {})


KINDS = (
    Kind(
        key="visitors",
        label=_("名前の分からない訪問者の閲覧履歴"),
        why=_("個人関連情報。分析に使う期間を過ぎたものは持ち続けません。"),
        months=26,
    ),
    Kind(
        key="deleted_people",
        label=_("削除した顧客の控え"),
        why=_("削除の取り消しに使う控えです。期間を過ぎると取り消せなくなります。"),
        months=6,
        remove=clear_snapshots,
    ),
    Kind(
        key="requests",
        label=_("対応を終えた個人情報の請求"),
        why=_("対応の記録として保存し、期間を過ぎたものを削除します。"),
        months=36,
        remove=remove_requests,
    ),
    Kind(
        key="notifications",
        label=_("既読のお知らせ"),
        why=_("本文にお名前が含まれるため、古いものは削除します。"),
        months=12,
        remove=remove_notifications,
    ),
)


def rules() -> list[tuple[Kind, RetentionRule]]:
    """Return every kind with how long it is kept here; what nobody changed has its usual time."""
    held = {rule.key: rule for rule in RetentionRule.objects.all()}
    now = clock.now()
    return [
        (kind, held.get(kind.key) or RetentionRule(key=kind.key, months=kind.months, updated_at=now)) for kind in KINDS
    ]


@transaction.atomic
def change_rule(key: str, *, months: int, is_active: bool, by: Member | None, version: int) -> RetentionRule:
    """This function will say how long one kind of data is kept."""
    require(by, "privacy.erase")
    kind = next((kind for kind in KINDS if kind.key == key), None)
    if kind is None or not 1 <= months <= LONGEST:
        raise UnknownRule()
    now = clock.now()
    rule, is_new = RetentionRule.objects.select_for_update().get_or_create(
        key=key, defaults={"months": kind.months, "updated_at": now}
    )
    if not is_new and rule.version != version:
        raise StaleRecord()
    rule.months, rule.is_active, rule.version, rule.updated_at = months, is_active, rule.version + 1, now
    rule.save()
    record("retention_changed", "retention_rule", rule.pk, by=by, key=key, months=months, is_active=is_active)
    return rule


def keep_retention() -> int:
    """This function will remove what is past its time, each kind at most once a day, and return how many rows went."""
    removed = KeptEvidence.objects.filter(keep_until__lt=clock.today()).delete()[0]
    for kind, rule in rules():
        if rule.is_active and kind.remove and is_due(kind.key):
            before = before_of(rule)
            removed += note_run(kind.key, before, kind.remove(before))
    return removed


def is_due(key: str) -> bool:
    """Return whether the kind was not looked at for a day."""
    return not RetentionRun.objects.filter(key=key, at__gt=clock.now() - timedelta(hours=23)).exists()


def before_of(rule: RetentionRule) -> datetime:
    return clock.now() - timedelta(days=rule.months * DAYS_IN_MONTH)


@transaction.atomic
def note_run(key: str, before: datetime, removed: int) -> int:
    """This function will note what went, and keep the notes of a year."""
    RetentionRun.objects.create(key=key, at=clock.now(), before=before, removed=removed)
    RetentionRun.objects.filter(at__lt=clock.now() - timedelta(days=400)).delete()
    if removed:
        record("retention_kept", "retention_rule", None, by=None, key=key, removed=removed)
    return removed
