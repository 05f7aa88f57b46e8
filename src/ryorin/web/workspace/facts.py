"""The audit trail in words: what was done to which record, and what it changed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ryorin.web.templatetags.ryorin import day, day_and_time, kind_label, money, prefecture
from ryorin.web.workspace.deeds import DEEDS
from ryorin.workspace.audit.models import AuditEntry


@dataclass(frozen=True)
class Sort:
    """One record type of the trail: what it is called, its model, and its page (of one record, or of all)."""

    label: str | Promise
    model: str = ""
    page: str = ""
    takes_id: bool = True


SORTS: dict[str, Sort] = {
    "person": Sort(gettext_lazy("顧客"), "customers_people.Person", "person"),
    "company": Sort(gettext_lazy("会社"), "customers_companies.Company", "company"),
    "order": Sort(gettext_lazy("注文"), "customers_purchases.Order", "order"),
    "product": Sort(gettext_lazy("商品"), "products_catalogue.Product", "product"),
    "category": Sort(gettext_lazy("商品の分類"), "products_catalogue.Category", "categories", takes_id=False),
    "price_book": Sort(gettext_lazy("価格表"), "products_prices.PriceBook", "price_book"),
    "quotation": Sort(gettext_lazy("見積"), "sales_quotations.Quotation", "quotation"),
    "proposal": Sort(gettext_lazy("提案書"), "sales_proposals.Proposal", "proposal"),
    "proposal_template": Sort(gettext_lazy("提案書の書式"), "sales_proposals.ProposalTemplate", "proposal_template"),
    "file": Sort(gettext_lazy("ファイル"), "workspace_files.File"),
    "campaign": Sort(gettext_lazy("施策"), "marketing_campaigns.Campaign", "campaign"),
    "cost": Sort(gettext_lazy("施策の費用")),
    "segment": Sort(gettext_lazy("セグメント"), "customers_segments.Segment", "segment"),
    "persona": Sort(gettext_lazy("ペルソナ"), "marketing_personas.Persona", "persona"),
    "site": Sort(gettext_lazy("サイト"), "marketing_sites.Site", "site"),
    "landing_page": Sort(gettext_lazy("ページ"), "marketing_sites.LandingPage", "page"),
    "article": Sort(gettext_lazy("記事"), "marketing_sites.Article", "article"),
    "author": Sort(gettext_lazy("記事の著者"), "marketing_sites.Author", "article_authors", takes_id=False),
    "asset": Sort(gettext_lazy("画像"), "marketing_sites.Asset", "pictures", takes_id=False),
    "journey": Sort(gettext_lazy("ジャーニー"), "marketing_journeys.Journey", "journey"),
    "contact_limits": Sort(gettext_lazy("送信の上限と時間帯"), "", "contact_limits", takes_id=False),
    "webhook": Sort(gettext_lazy("Webhook"), "workspace_webhooks.Webhook", "webhook"),
    "suggestion": Sort(gettext_lazy("営業の声からの提案"), "alignment_feedback.Suggestion", "suggestion"),
    "flight": Sort(gettext_lazy("出稿"), "marketing_media.Flight", "flight"),
    "creative": Sort(gettext_lazy("クリエイティブ"), "marketing_media.Creative", "creative"),
    "ad_file": Sort(gettext_lazy("広告レポート"), "marketing_media.AdFile", "ad_report"),
    "figure": Sort(gettext_lazy("広告の実績")),
    "experiment": Sort(gettext_lazy("A/Bテスト"), "marketing_experiments.Experiment", "experiment"),
    "mailing": Sort(gettext_lazy("配信"), "marketing_mailings.Mailing", "mailing"),
    "relay": Sort(gettext_lazy("配信設定"), page="mail_delivery", takes_id=False),
    "suppression": Sort(gettext_lazy("アドレス"), "", "suppressions", takes_id=False),
    "privacy_request": Sort(gettext_lazy("個人情報の請求"), "customers_privacy.PrivacyRequest", "privacy_request"),
    "erasure": Sort(gettext_lazy("消去"), "", "erasure"),
    "retention_rule": Sort(gettext_lazy("保存期間"), "", "retention", takes_id=False),
    "leak": Sort(gettext_lazy("漏えい等"), "customers_privacy.Leak", "leak"),
    "tag": Sort(gettext_lazy("外部送信のサービス"), "marketing_tags.Tag", "tag"),
    "notice": Sort(gettext_lazy("外部送信の公表ページ"), "", "tags", takes_id=False),
    "statement": Sort(gettext_lazy("利用目的"), "marketing_tags.Statement", "purposes", takes_id=False),
    "mail_message": Sort(gettext_lazy("メッセージ"), "marketing_mail.Message", "mail_message"),
    "mail_sender": Sort(gettext_lazy("メールの送信者"), "marketing_mail.SenderIdentity", "mail_sender"),
    "mail_template": Sort(gettext_lazy("メールのテンプレート"), "marketing_mail.MailTemplate"),
    "form": Sort(gettext_lazy("フォーム"), "marketing_pages.Form", "form_edit"),
    "deal": Sort(gettext_lazy("商談"), "sales_deals.Deal", "deal"),
    "activity": Sort(gettext_lazy("活動"), "sales_activities.Activity", "activity"),
    "appointment": Sort(gettext_lazy("予定"), "sales_calendar.Appointment", "appointment"),
    "sequence": Sort(gettext_lazy("シーケンス"), "sales_sequences.Sequence", "sequence"),
    "approach_list": Sort(gettext_lazy("アプローチリスト"), "sales_approach.ApproachList", "approach_list"),
    "approach_outcome": Sort(
        gettext_lazy("アプローチの結果"), "sales_approach.Outcome", "approach_outcomes", takes_id=False
    ),
    "document": Sort(gettext_lazy("文書"), "sales_documents.IssuedDocument", "document_pdf"),
    "contract": Sort(gettext_lazy("契約"), "sales_contracts.Contract", "contract"),
    "contract_template": Sort(gettext_lazy("契約のひな形"), "sales_contracts.ContractTemplate", "contract_template"),
    "signing_key": Sort(gettext_lazy("電子署名の鍵"), "sales_contracts.SigningKey", "signing_key", takes_id=False),
    "bill": Sort(gettext_lazy("請求・納品"), "sales_billing.Bill", "bill"),
    "need": Sort(gettext_lazy("ニーズ"), "customers_voice.Need", "need"),
    "hearing": Sort(gettext_lazy("ヒアリング"), "sales_hearing.Hearing", "hearing"),
    "hearing_sheet": Sort(gettext_lazy("ヒアリングシート"), "sales_hearing.Sheet", "hearing_sheet"),
    "task": Sort(gettext_lazy("タスク"), "workspace_tasks.Task", "tasks", takes_id=False),
    "pipeline": Sort(gettext_lazy("パイプライン"), "sales_deals.Pipeline", "pipelines", takes_id=False),
    "stage": Sort(gettext_lazy("商談のステージ")),
    "lost_reason": Sort(gettext_lazy("失注理由"), "sales_deals.LostReason", "pipelines", takes_id=False),
    "handoff": Sort(gettext_lazy("引き継ぎ"), "alignment_handoffs.Handoff", "handoff"),
    "definition": Sort(gettext_lazy("引き継ぎの条件"), "", "definition", takes_id=False),
    "score_rules": Sort(gettext_lazy("スコアのルールの組"), "", "scoring", takes_id=False),
    "score_version": Sort(gettext_lazy("スコアの版"), "", "learning", takes_id=False),
    "agreement": Sort(gettext_lazy("サービスレベル合意"), "", "agreement", takes_id=False),
    "capacity": Sort(gettext_lazy("担当者の余力"), "", "capacity", takes_id=False),
    "nurture": Sort(gettext_lazy("ジャーニーでの対応"), "", "nurtured", takes_id=False),
    "score_rule": Sort(gettext_lazy("スコアのルール"), "alignment_scoring.ScoreRule", "scoring", takes_id=False),
    "routing_rule": Sort(gettext_lazy("振り分けルール"), "alignment_handoffs.RoutingRule", "routing", takes_id=False),
    "send_back_reason": Sort(
        gettext_lazy("差し戻し理由"), "alignment_handoffs.SendBackReason", "routing", takes_id=False
    ),
    "follow_up_plan": Sort(gettext_lazy("アフターフォローのプラン"), "sales_aftercare.FollowUpPlan", "aftercare_plan"),
    "follow_up": Sort(gettext_lazy("アフターフォロー"), "sales_aftercare.FollowUp", "aftercare_run"),
    "satisfaction": Sort(gettext_lazy("満足度"), "", "aftercare_voices", takes_id=False),
    "value_settings": Sort(gettext_lazy("顧客分析の計算"), "", "analysis_settings", takes_id=False),
    "quiet_customer": Sort(gettext_lazy("ご無沙汰のお客さま"), "", "aftercare_quiet", takes_id=False),
    "commit": Sort(gettext_lazy("コミット"), "", "forecast", takes_id=False),
    "quota": Sort(gettext_lazy("個人・商品の目標"), "", "forecast_quotas", takes_id=False),
    "yomi": Sort(gettext_lazy("ヨミ"), "", "forecast_meanings", takes_id=False),
    "plan": Sort(gettext_lazy("四半期計画"), "alignment_plans.Plan", "plan"),
    "target": Sort(gettext_lazy("目標"), "", "goals", takes_id=False),
    "meeting": Sort(gettext_lazy("会議"), "alignment_meetings.Meeting", "meeting"),
    "meeting_series": Sort(gettext_lazy("定例会議"), "alignment_meetings.Series", "meeting_series"),
    "goal": Sort(gettext_lazy("目標"), "alignment_goals.Goal", "goal"),
    "spending": Sort(gettext_lazy("月ごとの費用"), "", "spending", takes_id=False),
    "observation": Sort(gettext_lazy("調査値"), "", "observations", takes_id=False),
    "approval": Sort(gettext_lazy("承認の申請"), "workspace_approvals.Approval", "approval"),
    "approval_route": Sort(gettext_lazy("承認ルート"), "workspace_approvals.Route", "approval_routes", takes_id=False),
    "petition": Sort(gettext_lazy("一般稟議"), "workspace_petitions.Petition", "petition"),
    "view": Sort(gettext_lazy("保存した表示")),
    "import": Sort(gettext_lazy("取り込み"), "connectors_csv.ImportRun", "import_run"),
    "log": Sort(gettext_lazy("アクセスログ")),
    "records": Sort(gettext_lazy("レコード")),
    "member": Sort(gettext_lazy("メンバー"), "workspace_members.Member", "member"),
    "team": Sort(gettext_lazy("チーム"), "workspace_members.Team", "teams", takes_id=False),
    "organisation": Sort(gettext_lazy("会社の設定"), "workspace_organisation.Organisation", "settings", takes_id=False),
}
UNSAID = {"snapshot", "with", "person_id", "about"}
NAMES = ("name", "title", "number", "label", "subject", "file")
LONGEST = 200


@dataclass(frozen=True)
class Line:
    """One entry of the trail, ready to be read."""

    entry: AuditEntry
    sort: str
    name: str
    deed: str
    url: str
    changes: list[dict[str, str]]


class Reader:
    """Reads entries together, so that each name is asked for once."""

    def __init__(self, entries: Iterable[AuditEntry]) -> None:
        self.entries = list(entries)
        self.changes = {entry.pk: changes_of(entry) for entry in self.entries}
        self.names: dict[tuple[type[models.Model], int], str] = {}
        self._look_up()

    def lines(self) -> list[Line]:
        """Return the entries in words."""
        return [self._line(entry) for entry in self.entries]

    def _line(self, entry: AuditEntry) -> Line:
        sort = SORTS.get(entry.record_type)
        model = model_of(entry.record_type)
        changes = self.changes[entry.pk]
        name = self.names.get((model, entry.record_id or 0), "") if model else ""
        return Line(
            entry=entry,
            sort=str(sort.label) if sort else entry.record_type,
            name=name or told_name(changes) or (f"#{entry.record_id}" if entry.record_id else ""),
            deed=deed_of(entry.action),
            url=url_of(entry, is_there=bool(name)),
            changes=[
                self._change(model, key, value)
                for key, value in changes.items()
                if key not in UNSAID and not (key in NAMES and value == name)
            ],
        )

    def _change(self, model: type[models.Model] | None, key: str, value: Any) -> dict[str, str]:
        field = field_of(model, key)
        label = label_of(field, key)
        if isinstance(value, list) and len(value) == 2:
            return {"label": label, "old": self._said(field, value[0]), "new": self._said(field, value[1])}
        return {"label": label, "new": self._said(field, value)}

    def _said(self, field: "models.Field[Any, Any] | None", value: Any) -> str:
        if value is None or value in ("", [], {}):
            return "–"
        if isinstance(field, models.ForeignKey) and isinstance(value, int):
            return self.names.get((field.related_model, value), f"#{value}")
        return said(field, value)[:LONGEST]

    def _look_up(self) -> None:
        """This function will ask for the names of all records that the entries are about or that they mention."""
        wanted: dict[type[models.Model], set[int]] = {}
        for entry in self.entries:
            model = model_of(entry.record_type)
            if model and entry.record_id:
                wanted.setdefault(model, set()).add(entry.record_id)
            for key, value in self.changes[entry.pk].items():
                field = field_of(model, key)
                if isinstance(field, models.ForeignKey):
                    ids = {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)}
                    wanted.setdefault(field.related_model, set()).update(ids)
        for model, ids in wanted.items():
            for pk, row in model._default_manager.in_bulk(list(ids)).items():
                self.names[model, pk] = str(row)


def changes_of(entry: AuditEntry) -> dict[str, Any]:
    """Return what the entry says was changed; a change told within "changes" stands beside the others."""
    found = json.loads(entry.changes or "{}")
    inner = found.pop("changes", None)
    return {**found, **inner} if isinstance(inner, dict) else found


def told_name(changes: dict[str, Any]) -> str:
    """Return the name that the entry itself carries."""
    for key in NAMES:
        value = changes.get(key)
        if isinstance(value, list) and value:
            value = value[-1]
        if isinstance(value, str) and value:
            return value
    return ""


def deed_of(action: str) -> str:
    """Return what was done, as a sentence without its object."""
    if action in DEEDS:
        return str(DEEDS[action])
    if action.endswith("_deleted"):
        return _("を削除しました")
    if action.endswith("_restored"):
        return _("を元に戻しました")
    return f"（{action}）"


def url_of(entry: AuditEntry, *, is_there: bool) -> str:
    """Return the page of the record, "" for a record that is gone or has none."""
    sort = SORTS.get(entry.record_type)
    if sort is None or not sort.page or (sort.takes_id and not is_there):
        return ""
    try:
        return reverse(sort.page, args=[entry.record_id] if sort.takes_id else [])
    except NoReverseMatch:
        return ""


def model_of(record_type: str) -> type[models.Model] | None:
    sort = SORTS.get(record_type)
    return apps.get_model(sort.model) if sort and sort.model else None


def field_of(model: type[models.Model] | None, name: str) -> "models.Field[Any, Any] | None":
    """Return the model's field of that name, None where it has none."""
    found = (
        next((field for field in model._meta.fields if name in (field.name, field.attname)), None) if model else None
    )
    return found


def label_of(field: "models.Field[Any, Any] | None", key: str) -> str:
    """Return what the field is called: on its page, else here, else in the trail itself."""
    if field and not str(field.verbose_name).isascii():
        return str(field.verbose_name)
    return str(LABELS.get(key, key))


def said(field: "models.Field[Any, Any] | None", value: Any) -> str:
    """Return a value as the page of its record would show it."""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return "、".join(map(str, value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if field is None:
        return moment_said(kind_label(str(value)))
    if field.name == "prefecture":
        return prefecture(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, int) and field.name in MONEY:
        return money(value)
    if isinstance(value, str) and isinstance(field, models.DateField):
        return moment_said(value)
    return str(value)


def moment_said(text: str) -> str:
    try:
        return day_and_time(datetime.fromisoformat(text)) if "T" in text else day(date.fromisoformat(text))
    except ValueError:
        return text


MONEY = {"amount", "unit_price", "total", "tax", "budget", "annual_revenue"}
LABELS: dict[str, str | Promise] = {
    "prices": gettext_lazy("単価"),
    "count": gettext_lazy("件数"),
    "parts": gettext_lazy("構成品"),
    "rates": gettext_lazy("税率"),
    "changed": gettext_lazy("変更した項目"),
    "revision": gettext_lazy("版"),
    "logo": gettext_lazy("ロゴ"),
    "seal": gettext_lazy("角印"),
    "name": gettext_lazy("名前"),
    "title": gettext_lazy("件名"),
    "why": gettext_lazy("理由"),
    "reason": gettext_lazy("理由"),
    "note": gettext_lazy("メモ"),
    "stage": gettext_lazy("ステージ"),
    "sequence": gettext_lazy("シーケンス"),
    "step": gettext_lazy("ステップ"),
    "steps": gettext_lazy("ステップ"),
    "edition": gettext_lazy("版"),
    "item": gettext_lazy("議題"),
    "decision": gettext_lazy("決定事項"),
    "due_on": gettext_lazy("期限"),
    "text": gettext_lazy("内容"),
    "outcome": gettext_lazy("結果"),
    "starts_at": gettext_lazy("開始"),
    "members": gettext_lazy("社内の参加者"),
    "people": gettext_lazy("先方の参加者"),
    "amount": gettext_lazy("金額"),
    "total": gettext_lazy("合計"),
    "products": gettext_lazy("商品"),
    "person": gettext_lazy("顧客"),
    "deal": gettext_lazy("商談"),
    "owner": gettext_lazy("担当"),
    "about": gettext_lazy("対象"),
    "metric": gettext_lazy("指標"),
    "month": gettext_lazy("月"),
    "value": gettext_lazy("値"),
    "condition": gettext_lazy("条件"),
    "position": gettext_lazy("順番"),
    "version": gettext_lazy("版"),
    "side": gettext_lazy("合意した側"),
    "taken_back": gettext_lazy("取り消した署名"),
    "medium": gettext_lazy("手段"),
    "allowed": gettext_lazy("許可"),
    "basis": gettext_lazy("根拠"),
    "code": gettext_lazy("コード"),
    "target": gettext_lazy("リンク先"),
    "day": gettext_lazy("日付"),
    "kind": gettext_lazy("種類"),
    "email": gettext_lazy("メールアドレス"),
    "role": gettext_lazy("役割"),
    "probability": gettext_lazy("確度（%）"),
    "visitor": gettext_lazy("訪問者"),
    "deadline": gettext_lazy("期限"),
    "part": gettext_lazy("立場"),
    "state": gettext_lazy("状態"),
    "points": gettext_lazy("点数"),
    "channel": gettext_lazy("チャネル"),
    "answer": gettext_lazy("回答"),
    "at": gettext_lazy("日時"),
    "rows": gettext_lazy("行数"),
    "records": gettext_lazy("種類"),
    "format": gettext_lazy("形式"),
    "dry_run": gettext_lazy("試し"),
    "line": gettext_lazy("行"),
    "site": gettext_lazy("サイト"),
    "team": gettext_lazy("チーム"),
    "score": gettext_lazy("スコア"),
    "handoff": gettext_lazy("引き継ぎ"),
    "campaign": gettext_lazy("施策"),
    "company": gettext_lazy("会社"),
    "evidence": gettext_lazy("根拠の記録"),
    "is_shared": gettext_lazy("共有"),
    "hours": gettext_lazy("期限（営業時間）"),
    "how": gettext_lazy("渡し方"),
    "is_active": gettext_lazy("利用中"),
}
