"""What a condition may ask of a touchpoint."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.timeline.models import Verdict
from ryorin.customers.timeline.rules import KINDS

NOBODY: frozenset[str] = frozenset()

TOUCHPOINT = RecordType(
    name="touchpoint",
    label=_("接点"),
    plural="touchpoints",
    table="touchpoints",
    key="uid",
    fields=(
        Field(name="at", label=_("日時"), type=Type.DATETIME, sortable=True),
        Field(
            name="kind",
            label=_("種類"),
            type=Type.CHOICE,
            choices=tuple((kind.name, kind.label) for kind in KINDS.values()),
        ),
        Field(name="url", label=_("ページのアドレス"), type=Type.TEXT),
        Field(name="channel", label=_("チャネル"), type=Type.TEXT),
        Field(name="campaign_id", label=_("施策"), type=Type.REFERENCE),
        Field(name="value", label=_("金額"), type=Type.MONEY),
        Field(name="member_id", label=_("担当"), type=Type.REFERENCE),
        Field(name="company_id", label=_("会社"), type=Type.REFERENCE),
        Field(name="source", label=_("記録元"), type=Type.TEXT),
        Field(name="session", label=_("セッション"), type=Type.TEXT),
        Field(
            name="verdict",
            label=_("人か機械か"),
            type=Type.CHOICE,
            choices=(
                (Verdict.HUMAN.value, _("人")),
                (Verdict.MACHINE.value, _("機械")),
                (Verdict.UNKNOWN.value, _("不明")),
            ),
        ),
    ),
)
