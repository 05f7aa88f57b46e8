"""The fields of a month's cost, as import knows them."""

from django.utils.translation import gettext_lazy as _

from ryorin.alignment.spending.models import SpendingKind
from ryorin.conditions.fields import Field, RecordType, Type

SPENDING = RecordType(
    name="spending",
    label=_("月ごとの費用"),
    plural="spending",
    table="spending",
    fields=(
        Field(
            name="month",
            label=_("月"),
            type=Type.DATE,
            required=True,
            aliases=("month", "年月", "対象月", "計上月", "日付", "date"),
        ),
        Field(name="team", label=_("チーム"), type=Type.TEXT, aliases=("team", "部署", "部門", "department")),
        Field(
            name="kind",
            label=_("費目"),
            type=Type.CHOICE,
            choices=tuple(SpendingKind.choices),
            required=True,
            aliases=("kind", "勘定科目", "科目", "account"),
        ),
        Field(
            name="amount", label=_("金額"), type=Type.MONEY, required=True, aliases=("amount", "費用", "cost", "実績")
        ),
        Field(name="acquires", label=_("獲得費用に含める"), type=Type.BOOLEAN, aliases=("acquires", "獲得費用")),
        Field(name="note", label=_("メモ"), type=Type.TEXT, column=None, aliases=("note", "memo", "備考", "摘要")),
    ),
)
