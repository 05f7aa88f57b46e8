from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.sales.activities.models import ActivityKind
from ryorin.sales.deals.fields import NOBODY, members

ACTIVITY = RecordType(
    name="activity",
    label=_("活動"),
    plural="activities",
    table="activities",
    fields=(
        Field(
            name="kind",
            label=_("種類"),
            type=Type.CHOICE,
            choices=tuple(ActivityKind.choices),
            required=True,
            listed=True,
            writes=NOBODY,
            aliases=("活動種別", "Kind", "Type"),
        ),
        Field(
            name="at",
            label=_("日時"),
            type=Type.DATETIME,
            required=True,
            sortable=True,
            listed=True,
            aliases=("活動日", "Date"),
        ),
        Field(name="subject", label=_("件名"), type=Type.TEXT, listed=True, aliases=("Subject",)),
        Field(name="body", label=_("内容"), type=Type.TEXT, column=None, aliases=("活動内容", "Note", "Body")),
        Field(name="outcome", label=_("結果"), type=Type.TEXT, listed=True, aliases=("Outcome",)),
        Field(name="minutes", label=_("時間（分）"), type=Type.NUMBER, aliases=("Minutes",)),
        Field(
            name="person",
            label=_("相手"),
            type=Type.REFERENCE,
            column="person_id",
            listed=True,
            writes=NOBODY,
            aliases=("Person", "Contact"),
        ),
        Field(
            name="company",
            label=_("会社"),
            type=Type.REFERENCE,
            column="company_id",
            listed=True,
            writes=NOBODY,
            aliases=("会社名", "Company"),
        ),
        Field(
            name="deal",
            label=_("商談"),
            type=Type.REFERENCE,
            column="deal_id",
            listed=True,
            writes=NOBODY,
            aliases=("商談名", "Deal"),
        ),
        Field(
            name="owner",
            label=_("担当"),
            type=Type.REFERENCE,
            column="owner_id",
            choices=members,
            listed=True,
            writes=NOBODY,
            aliases=("担当者", "Owner"),
        ),
    ),
)
