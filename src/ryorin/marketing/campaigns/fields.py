"""The fields of a campaign and of its daily cost, as lists, conditions, import and export know them."""

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.marketing.campaigns.models import CampaignState, Channel
from ryorin.marketing.campaigns.rules import BUDGET
from ryorin.workspace.approvals.rules import ApprovalKind

NOBODY: frozenset[str] = frozenset()

CAMPAIGN = RecordType(
    name="campaign",
    label=_("施策"),
    plural="campaigns",
    table="campaigns",
    fields=(
        Field(name="id", label="ID", type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(
            name="name",
            label=_("施策名"),
            type=Type.TEXT,
            required=True,
            sortable=True,
            aliases=("施策", "キャンペーン", "campaign", "campaign name", "name"),
        ),
        Field(name="code", label=_("コード"), type=Type.TEXT, sortable=True, aliases=("code", "utm_campaign")),
        Field(
            name="channel",
            label=_("チャネル"),
            type=Type.CHOICE,
            choices=tuple(Channel.choices),
            required=True,
            listed=True,
            aliases=("channel", "媒体"),
        ),
        Field(
            name="state",
            label=_("状態"),
            type=Type.CHOICE,
            choices=tuple(CampaignState.choices),
            listed=True,
            aliases=("state", "status"),
        ),
        Field(
            name="starts_on",
            label=_("開始日"),
            type=Type.DATE,
            listed=True,
            sortable=True,
            aliases=("starts_on", "start", "start date"),
        ),
        Field(
            name="ends_on",
            label=_("終了日"),
            type=Type.DATE,
            listed=True,
            sortable=True,
            aliases=("ends_on", "end", "end date"),
        ),
        Field(name="budget", label=_("予算"), type=Type.MONEY, listed=True, sortable=True, aliases=("budget",)),
        Field(name="purpose", label=_("ねらい"), type=Type.TEXT, column=None, aliases=("purpose", "目的")),
        Field(
            name="owner",
            label=_("担当"),
            type=Type.REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            listed=True,
            aliases=("owner", "担当者"),
        ),
        Field(
            name="external_key", label=_("外部ID"), type=Type.TEXT, column=None, aliases=("external_key", "external id")
        ),
    ),
)

COST = RecordType(
    name="cost",
    label=_("施策の費用"),
    plural="costs",
    table="costs",
    fields=(
        Field(
            name="campaign",
            label=_("施策"),
            type=Type.REFERENCE,
            path="campaign_id",
            column="campaign_id",
            required=True,
            listed=True,
            aliases=("campaign", "キャンペーン", "施策名", "コード", "utm_campaign"),
        ),
        Field(
            name="day",
            label=_("日付"),
            type=Type.DATE,
            required=True,
            listed=True,
            sortable=True,
            aliases=("day", "date", "日"),
        ),
        Field(name="kind", label=_("費目"), type=Type.TEXT, listed=True, aliases=("kind", "type")),
        Field(
            name="amount",
            label=_("金額"),
            type=Type.MONEY,
            required=True,
            listed=True,
            sortable=True,
            aliases=("amount", "cost", "費用"),
        ),
        Field(name="note", label=_("メモ"), type=Type.TEXT, column=None, aliases=("note", "memo", "備考")),
    ),
)
APPROVALS = (
    ApprovalKind(
        name=BUDGET,
        label=_("施策の予算"),
        icon="speakerphone",
        facts=(
            Field(name="budget", label=_("予算"), type=Type.MONEY),
            Field(name="channel", label=_("チャネル"), type=Type.CHOICE, choices=tuple(Channel.choices)),
            Field(name="starts_on", label=_("開始日"), type=Type.DATE),
            Field(name="ends_on", label=_("終了日"), type=Type.DATE),
            Field(name="purpose", label=_("ねらい"), type=Type.TEXT),
        ),
    ),
)
