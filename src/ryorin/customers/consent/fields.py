"""A statement of consent as files bring it: whose, about what, on what basis, with its evidence."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.consent.models import Basis, Medium

CONSENT = RecordType(
    name="consent",
    label=_("連絡の許可と拒否"),
    plural="consents",
    table="consents",
    fields=(
        Field(
            name="email",
            label=_("メールアドレス"),
            type=Type.TEXT,
            path="person__email",
            column=None,
            required=True,
            aliases=("email", "mail", "e-mail", "アドレス"),
        ),
        Field(
            name="medium",
            label=_("手段"),
            type=Type.CHOICE,
            choices=tuple(Medium.choices),
            aliases=("medium", "channel", "媒体"),
        ),
        Field(
            name="basis",
            label=_("根拠"),
            type=Type.CHOICE,
            choices=tuple(Basis.choices),
            required=True,
            aliases=("basis", "同意の種類", "許可"),
        ),
        Field(
            name="evidence",
            label=_("証跡"),
            type=Type.TEXT,
            column=None,
            required=True,
            aliases=("evidence", "取得方法", "取得元", "同意文面"),
        ),
        Field(
            name="at",
            label=_("日時"),
            type=Type.DATETIME,
            required=True,
            sortable=True,
            aliases=("at", "date", "同意日", "取得日", "日付"),
        ),
    ),
)
