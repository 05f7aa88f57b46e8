"""The fields of a hand-off, as lists, conditions and export know them; nobody edits one by hand."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from ryorin.alignment.handoffs.models import HandoffState, RoutingRule, SendBackReason
from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.customers.segments.rules import SegmentUse, Use, names_segment
from ryorin.workspace.members.models import Team

NOBODY: frozenset[str] = frozenset()


def reasons() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in SendBackReason.objects.values_list("pk", "name")]


def teams() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")]


def _field(name: str, label: Any, type: Type, **options: Any) -> Field:
    return Field(name=name, label=label, type=type, writes=NOBODY, importable=False, **options)


def _reference(name: str, label: Any, **options: Any) -> Field:
    return _field(name, label, Type.REFERENCE, path=f"{name}_id", column=f"{name}_id", **options)


HANDOFF = RecordType(
    name="handoff",
    label=_("引き継ぎ"),
    plural="handoffs",
    table="handoffs",
    fields=(
        _field("id", _("ID"), Type.NUMBER, sortable=True),
        _reference("person", _("顧客")),
        _field("state", _("状態"), Type.CHOICE, choices=tuple(HandoffState.choices), listed=True),
        _field("score", _("スコア"), Type.NUMBER, listed=True, sortable=True),
        _field("offered_at", _("引き継いだ日時"), Type.DATETIME, listed=True, sortable=True),
        _reference("owner", _("受け取る人"), choices=owners, listed=True),
        _reference("team", _("チーム"), choices=teams),
        _field("deadline", _("返事の期限"), Type.DATETIME, listed=True, sortable=True),
        _field("answered_at", _("返事の日時"), Type.DATETIME, listed=True, sortable=True),
        _field("answer_hours", _("返事までの営業時間"), Type.NUMBER, listed=True),
        _reference("send_back_reason", _("差し戻しの理由"), choices=reasons, listed=True),
        _reference("deal", _("商談")),
        _field("channel", _("獲得チャネル"), Type.TEXT),
        _field("campaign_id", _("獲得施策"), Type.REFERENCE),
    ),
)


def rules_asking_for(segment: int) -> Iterator[Use]:
    """Yield the active routing rules whose condition names the segment."""
    for pk, name, condition in RoutingRule.objects.filter(is_active=True).values_list("pk", "name", "condition"):
        if names_segment(condition, segment):
            yield Use(name, "routing_rule", pk)


SEGMENT_USES = (SegmentUse(label=_("振り分け"), find=rules_asking_for),)
