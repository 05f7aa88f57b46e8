from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.sales.deals.models import DealState, LostReason, Pipeline, Stage, Yomi

NOBODY: frozenset[str] = frozenset()


def pipelines() -> Sequence[Choice]:
    return [(str(pk), name) for pk, name in Pipeline.objects.values_list("pk", "name")]


def stages() -> Sequence[Choice]:
    rows = Stage.objects.select_related("pipeline").order_by("pipeline__position", "pipeline", "position", "pk")
    several = Pipeline.objects.count() > 1
    return [(str(stage.pk), f"{stage.pipeline.name}：{stage.name}" if several else stage.name) for stage in rows]


def lost_reasons() -> Sequence[Choice]:
    return [(str(pk), name) for pk, name in LostReason.objects.values_list("pk", "name")]


DEAL = RecordType(
    name="deal",
    label=_("商談"),
    plural="deals",
    table="deals",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(
            name="name",
            label=_("商談名"),
            type=Type.TEXT,
            required=True,
            sortable=True,
            aliases=("件名", "案件名", "商談", "Deal", "Deal name", "Opportunity"),
        ),
        Field(
            name="company",
            label=_("会社"),
            type=Type.REFERENCE,
            path="company_id",
            column="company_id",
            aliases=("会社名", "取引先", "取引先名", "Company", "Account", "account"),
        ),
        Field(
            name="company_name",
            label=_("会社名"),
            type=Type.TEXT,
            path="company__name",
            column=None,
            writes=NOBODY,
            importable=False,
            listed=True,
        ),
        Field(
            name="person",
            label=_("主な相手"),
            type=Type.REFERENCE,
            path="person_id",
            column="person_id",
            aliases=("担当者名", "相手", "メールアドレス", "Person", "Contact", "email"),
        ),
        Field(
            name="pipeline",
            label=_("パイプライン"),
            type=Type.REFERENCE,
            path="pipeline_id",
            column="pipeline_id",
            choices=pipelines,
            aliases=("Pipeline",),
            writes=NOBODY,
        ),
        Field(
            name="stage",
            label=_("ステージ"),
            type=Type.REFERENCE,
            path="stage_id",
            column="stage_id",
            choices=stages,
            listed=True,
            writes=NOBODY,
            aliases=("フェーズ", "Stage", "Deal stage", "deal_stage"),
        ),
        Field(
            name="state",
            label=_("状態"),
            type=Type.CHOICE,
            choices=tuple(DealState.choices),
            listed=True,
            writes=NOBODY,
            aliases=("ステータス", "結果", "Status", "State"),
        ),
        Field(
            name="yomi",
            label=_("ヨミ"),
            type=Type.CHOICE,
            choices=tuple(Yomi.choices),
            listed=True,
            aliases=("ヨミ", "ランク", "Yomi", "Forecast category"),
        ),
        Field(
            name="amount",
            label=_("金額（税抜）"),
            type=Type.MONEY,
            sortable=True,
            listed=True,
            aliases=("金額", "見込金額", "受注金額", "Amount", "Value", "close_value"),
        ),
        Field(
            name="expected_close_on",
            label=_("受注予定日"),
            type=Type.DATE,
            sortable=True,
            listed=True,
            aliases=("完了予定日", "Expected close", "Close date"),
        ),
        Field(
            name="next_action",
            label=_("次のアクション"),
            type=Type.TEXT,
            listed=True,
            aliases=("ネクストアクション", "Next action"),
        ),
        Field(
            name="next_action_on",
            label=_("次のアクションの日"),
            type=Type.DATE,
            sortable=True,
            listed=True,
            aliases=("次回予定日", "Next action date"),
        ),
        Field(
            name="owner",
            label=_("担当"),
            type=Type.REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            listed=True,
            aliases=("担当者", "営業担当", "Owner", "Sales agent", "sales_agent"),
        ),
        Field(
            name="budget",
            label=_("お客さまの予算"),
            type=Type.MONEY,
            sortable=True,
            aliases=("予算", "Budget"),
        ),
        Field(
            name="problem",
            label=_("お客さまの課題"),
            type=Type.TEXT,
            column=None,
            aliases=("課題", "Problem", "Pain"),
        ),
        Field(
            name="problem_cost",
            label=_("課題による損失（年間）"),
            type=Type.MONEY,
            sortable=True,
            aliases=("Cost of the problem",),
        ),
        Field(name="solution", label=_("提案する解決策"), type=Type.TEXT, column=None, aliases=("Solution",)),
        Field(name="effect", label=_("期待できる効果"), type=Type.TEXT, column=None, aliases=("Effect",)),
        Field(name="competitor", label=_("競合"), type=Type.TEXT, aliases=("競合他社", "Competitor")),
        Field(name="memo", label=_("メモ"), type=Type.TEXT, column=None, aliases=("備考", "Memo", "Note")),
        Field(
            name="source_channel",
            label=_("獲得チャネル"),
            type=Type.TEXT,
            aliases=("チャネル", "リードソース", "Source", "Channel"),
        ),
        Field(
            name="source_campaign_id",
            label=_("獲得施策"),
            type=Type.REFERENCE,
            aliases=("施策", "キャンペーン", "Campaign"),
        ),
        Field(
            name="lost_reason",
            label=_("失注理由"),
            type=Type.REFERENCE,
            path="lost_reason_id",
            column="lost_reason_id",
            choices=lost_reasons,
            writes=NOBODY,
            aliases=("Lost reason",),
        ),
        Field(
            name="opened_at",
            label=_("開始日時"),
            type=Type.DATETIME,
            sortable=True,
            writes=NOBODY,
            aliases=("開始日", "作成日", "Opened", "Engage date", "engage_date"),
        ),
        Field(
            name="stage_since",
            label=_("このステージになった日時"),
            type=Type.DATETIME,
            sortable=True,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="closed_at",
            label=_("終了日時"),
            type=Type.DATETIME,
            sortable=True,
            writes=NOBODY,
            aliases=("終了日", "受注日", "Closed", "close_date"),
        ),
        Field(
            name="external_key",
            label=_("外部ID"),
            type=Type.TEXT,
            column=None,
            aliases=("ID", "商談ID", "External ID", "opportunity_id"),
        ),
    ),
)
