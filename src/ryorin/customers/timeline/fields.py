"""What conditions may ask of a touchpoint; its columns are those of history."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.timeline.models import Verdict
from ryorin.customers.timeline.rules import KINDS

NOBODY: frozenset[str] = frozenset()
VERDICTS = ((Verdict.HUMAN.value, _("人")), (Verdict.MACHINE.value, _("機械")), (Verdict.UNKNOWN.value, _("不明")))


def _kinds() -> tuple[tuple[str, object], ...]:
    return tuple((kind.name, kind.label) for kind in KINDS.values())


def _field(name: str, label: object, type: Type, **options: object) -> Field:
    """Return a field of history, which nobody edits."""
    return Field(name=name, label=label, type=type, writes=NOBODY, importable=False, **options)  # type: ignore[arg-type]


TOUCHPOINT = RecordType(
    name="touchpoint",
    label=_("接点"),
    plural="touchpoints",
    table="touchpoints",
    key="uid",
    fields=(
        _field("kind", _("種類"), Type.CHOICE, choices=_kinds),
        _field("at", _("日時"), Type.DATETIME),
        _field("url", _("ページのURL"), Type.TEXT),
        _field("channel", _("チャネル"), Type.TEXT),
        _field("campaign_id", _("施策"), Type.REFERENCE),
        _field("value", _("金額"), Type.MONEY),
        _field("source", _("記録元"), Type.TEXT),
        _field("verdict", _("人か機械か"), Type.CHOICE, choices=VERDICTS),
    ),
)
