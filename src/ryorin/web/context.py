"""What the frame around every page knows: who is signed in, the side bar, the fiscal quarter."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ryorin.alignment.handoffs.models import Handoff
from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.lib import clock, fiscal
from ryorin.sales.approach.queries.listing import due_count
from ryorin.sales.deals.models import Deal
from ryorin.workspace.approvals.queries import is_any_overdue, waiting_count
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.tasks.models import Task

KEPT_SECONDS = 0 if settings.TESTING else 30
COUNTED_AT_MOST = 100_000
T = TypeVar("T")
_kept: dict[object, tuple[float, Any]] = {}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's variables; for strangers, none."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"member": request.user, "shell": Shell(request.user, request)}


@dataclass(frozen=True)
class Entry:
    """One line of a menu: the page, its name, who may see it, and the other pages that belong to it."""

    name: str
    label: str | Promise
    icon: str
    verb: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    title: str | Promise
    wheel: str
    entries: tuple[Entry, ...]


PAGES = (
    "page", "page_new", "page_editor", "page_settings", "page_preview", "page_versions",
    "forms", "form", "form_edit", "form_new", "form_answers",
)  # fmt: skip
ARTICLES = ("article", "article_new", "article_authors", "article_categories")
SEQUENCES = ("sequence", "sequence_new", "sequence_edit", "sequence_run", "sequence_start", "sequence_step")
CALENDAR = ("appointment", "appointment_new", "appointment_edit", "visits", "calendar_feed", "next_actions")
HEARING_PAGES = ("hearing", "hearing_new", "hearing_answer_list", "needs", "need", "need_new", "needs_summary")
SETTINGS = (
    "members",
    "member",
    "member_new",
    "teams",
    "audit",
    "approval_routes",
    "approval_route",
    "approval_route_new",
    "pipelines",
    "stage_rules",
    "hearing_sheets",
    "hearing_sheet",
    "approach_outcomes",
    "tax_rates",
    "categories",
    "website",
    "sites",
    "site",
    "site_new",
    "system",
    "proposal_templates",
    "proposal_template",
    "proposal_template_new",
    "mail_senders",
    "mail_sender",
    "mail_sender_new",
    "mail_delivery",
    "contact_limits",
    "webhooks",
    "webhook",
    "webhook_new",
)
APPROACH = (
    "approach_list", "approach_new", "approach_edit", "approach_call", "approach_visits", "approach_visit",
    "approach_letters", "approach_results", "approach_attempts",
)  # fmt: skip
MAIL = (
    "mail_message", "mail_message_new", "mail_edit", "mail_words", "mail_rules", "mail_check", "mail_versions",
)  # fmt: skip
MAILINGS = ("mailing", "mailing_new", "mailing_edit", "mailing_people", "mailings_compare")
FORECAST = ("forecast_deals", "forecast_changes", "forecast_quotas", "forecast_meanings")
ANALYSIS = (
    "analysis_cohorts", "analysis_cohort", "analysis_lifetime", "analysis_groups", "analysis_baskets",
    "analysis_pair", "analysis_customers", "analysis_settings",
)  # fmt: skip
AFTERCARE = (
    "aftercare_plans",
    "aftercare_plan",
    "aftercare_run",
    "aftercare_quiet",
    "aftercare_renewals",
    "aftercare_voices",
)
APPROVALS = ("approval", "approval_list", "approval_times", "petitions", "petition", "petition_new", "petition_edit")
CONTRACTS = (
    "contract", "contract_new", "contract_clauses", "contract_compare", "contract_paper",
    "documents", "document_prove",
)  # fmt: skip
PERSONAS = ("persona", "persona_new", "persona_edit", "persona_people")
HANDOFFS = ("handoff", "handoffs_answered", "nurtured")
JOURNEYS = (
    "journey", "journey_new", "journey_draw", "journey_card", "journey_arm", "journey_card_add", "journey_people",
    "journey_passage", "journey_simulate", "journey_simulation", "journey_settings", "journey_publish", "journey_move",
    "journey_enter",
)  # fmt: skip
FEEDBACK = ("suggestion", "feedback_mine", "feedback_words")
SEGMENTS = ("segment", "segment_new", "segment_edit", "segment_changes", "segments_compare")
PRIVACY = (
    "privacy_request", "privacy_request_new", "suppressions", "erasures", "erasure", "retention", "leaks", "leak",
    "leak_new", "person_privacy",
)  # fmt: skip
CAMPAIGNS = (
    "campaign", "campaign_new", "campaign_edit", "campaign_media", "campaign_creatives", "campaign_results",
    "creative", "creative_new", "creative_edit", "flight", "flight_new", "media_plan",
    "ad_reports", "ad_report", "ad_unmatched",
)  # fmt: skip
MEETINGS = ("meeting", "meeting_minutes", "meeting_series", "meeting_series_new")
GOALS = (
    "goal", "goal_list", "goals_targets", "kpi_tree", "spending", "observations", "metric", "metric_rows",
)  # fmt: skip
EXPERIMENTS = ("experiment", "experiment_new", "experiment_edit")
SIDE_BAR = (
    Group(
        "",
        "",
        (
            Entry("home", _("両輪ボード"), "wheel"),
            Entry("tasks", pgettext_lazy("menu", "タスク"), "checkbox"),
            Entry("approvals", pgettext_lazy("menu", "承認"), "clipboard-check", others=APPROVALS),
            Entry("people", pgettext_lazy("menu", "顧客"), "users", others=("person", "person_new")),
            Entry("companies", pgettext_lazy("menu", "会社"), "building", others=("company", "company_new")),
            Entry("orders", pgettext_lazy("menu", "注文"), "shopping-bag", others=("order",)),
        ),
    ),
    Group(
        _("マーケティング"),
        "sow",
        (
            Entry("campaigns", pgettext_lazy("menu", "施策"), "speakerphone", others=CAMPAIGNS),
            Entry("segments", _("セグメント"), "users-group", others=SEGMENTS),
            Entry("analysis", _("顧客分析"), "chart-dots", others=ANALYSIS),
            Entry("personas", _("ペルソナ"), "id-badge-2", others=PERSONAS),
            Entry("experiments", _("A/Bテスト"), "arrows-split-2", others=EXPERIMENTS),
            Entry("pages", _("ページとフォーム"), "forms", others=PAGES),
            Entry("articles", _("記事"), "news", others=ARTICLES),
            Entry("mail_messages", _("メッセージ"), "mail", others=MAIL),
            Entry("journeys", _("ジャーニー"), "route", others=JOURNEYS),
            Entry("mailings", pgettext_lazy("menu", "配信"), "send", others=MAILINGS),
        ),
    ),
    Group(
        pgettext_lazy("menu", "連携"),
        "axle",
        (
            Entry("handoffs", pgettext_lazy("menu", "引き継ぎ"), "arrows-exchange", others=HANDOFFS),
            Entry("agreement", _("サービスレベル合意"), "signature", others=("agreement_propose", "promise")),
            Entry("feedback", _("フィードバック"), "message-circle", others=FEEDBACK),
            Entry("funnel", _("ファネル"), "chart-funnel", others=("funnel_people",)),
            Entry("goals", _("目標とKPI"), "target-arrow", others=GOALS),
            Entry("meetings", pgettext_lazy("menu", "会議"), "presentation", others=MEETINGS),
            Entry("attribution", _("チャネル貢献"), "arrows-join", others=("attribution_rows", "attribution_path")),
            Entry("plans", _("四半期計画"), "scale", others=("plan", "plan_new", "plan_edit")),
            Entry("scoring", _("スコア"), "gauge"),
            Entry("learning", _("スコアの学習"), "school"),
            Entry("definition", _("引き継ぎの条件"), "heart-handshake"),
            Entry("routing", _("振り分け"), "route", "routing.change", others=("routing_rule", "routing_rule_new")),
            Entry("capacity", _("担当者の余力"), "gauge", others=("capacity_held",)),
        ),
    ),
    Group(
        _("営業"),
        "harvest",
        (
            Entry("deals", pgettext_lazy("menu", "商談"), "layout-kanban", others=("deal", "deal_list", "deal_new")),
            Entry("forecast", _("売上予測"), "chart-bar", others=FORECAST),
            Entry("activities", pgettext_lazy("menu", "活動"), "phone-call", others=("activity", "activity_new")),
            Entry("approach_lists", pgettext_lazy("menu", "アプローチ"), "phone", others=APPROACH),
            Entry("hearings", _("ヒアリング"), "clipboard-list", others=HEARING_PAGES),
            Entry("calendar", pgettext_lazy("menu", "カレンダー"), "calendar", others=CALENDAR),
            Entry("sequences", _("シーケンス"), "timeline", others=SEQUENCES),
            Entry(
                "quotations",
                pgettext_lazy("menu", "見積"),
                "file-text",
                others=("quotation", "quotation_edit", "quotation_compare"),
            ),
            Entry("proposals", pgettext_lazy("menu", "提案書"), "presentation", others=("proposal",)),
            Entry("contracts", pgettext_lazy("menu", "契約"), "file-certificate", others=CONTRACTS),
            Entry("bills", pgettext_lazy("menu", "請求・納品"), "receipt", others=("bill", "bill_new")),
            Entry("aftercare", _("アフターフォロー"), "heart", others=AFTERCARE),
        ),
    ),
    Group(
        "",
        "rest",
        (
            Entry("products", pgettext_lazy("menu", "商品"), "package", others=("product", "product_new")),
            Entry("price_books", _("価格表"), "tags", others=("price_book", "price_book_new", "price_book_edit")),
            Entry("imports", _("取り込み"), "database-import", "records.import", others=("import_run", "import_new")),
            Entry("privacy_requests", _("プライバシー"), "lock", "privacy.handle", others=PRIVACY),
            Entry("settings", _("設定"), "settings", "audit.read", others=SETTINGS),
        ),
    ),
)
ADDITIONS = (
    Entry("person_new", _("顧客"), "user-plus", "people.change"),
    Entry("company_new", _("会社"), "building", "companies.change"),
    Entry("deal_new", _("商談"), "briefcase", "deals.change"),
    Entry("activity_new", _("活動を記録"), "phone-call", "activities.change"),
    Entry("appointment_new", _("予定"), "calendar-plus", "calendar.change"),
    Entry("task_new", _("タスク"), "checkbox", "tasks.change"),
    Entry("campaign_new", _("施策"), "speakerphone", "campaigns.change"),
    Entry("form_new", _("フォーム"), "forms", "forms.change"),
)
ACCOUNT = (
    Entry("profile", _("プロフィール"), "user-circle"),
    Entry("account_change_password", _("パスワードの変更"), "password"),
    Entry("mfa_index", _("2段階認証"), "shield-check"),
    Entry("usersessions_list", _("ログイン中の端末"), "device-desktop"),
)


class Shell:
    """The frame of one request; what a page does not show is never asked for."""

    def __init__(self, member: Member, request: HttpRequest) -> None:
        self.member = member
        self.request = request

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The side bar: only pages that exist and that the member may see."""
        groups = [
            {"title": group.title, "wheel": group.wheel, "entries": self._lines(group.entries)} for group in SIDE_BAR
        ]
        return [group for group in groups if group["entries"]]

    @cached_property
    def additions(self) -> list[dict[str, Any]]:
        return self._lines(ADDITIONS)

    @cached_property
    def account(self) -> list[dict[str, Any]]:
        return self._lines(ACCOUNT)

    @cached_property
    def quarter(self) -> str:
        """The fiscal quarter it is now: "2026年度 第3四半期"."""
        start = company().fiscal_start_month
        today = clock.today(company().time_zone)
        period = fiscal.period_of(today, grain="quarter", start_month=start)
        return fiscal.label(period, start_month=start, language=get_language() or "ja")

    @cached_property
    def unread(self) -> int:
        return self.member.notifications.filter(read_at__isnull=True).count()

    @cached_property
    def counts(self) -> dict[str, tuple[str, bool]]:
        """The numbers beside the entries and whether something is overdue, at most half a minute old."""
        return kept(("counts", self.member.pk, self.member.scope), lambda: count_rows(self.member))

    def _lines(self, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
        match = self.request.resolver_match
        here = match.url_name if match else ""
        lines = []
        for entry in entries:
            url = address_of(entry.name)
            if not url or (entry.verb and not may(self.member, entry.verb)):
                continue
            count, overdue = self.counts.get(entry.name, ("", False))
            is_current = here == entry.name or here in entry.others
            lines.append(
                {"label": entry.label, "icon": entry.icon, "url": url, "is_current": is_current}
                | {"count": count, "is_overdue": overdue}
            )
        return lines


def count_rows(member: Member) -> dict[str, tuple[str, bool]]:
    """Return what the side bar counts for this member; cost is bounded however many rows there are."""
    handoffs = Handoff.objects.visible_to(member)
    waiting = waiting_count(member)
    tasks = Task.objects.open().filter(owner=member)
    calls = due_count(member)
    return {
        "approach_lists": (f"{calls:,}" if calls else "", bool(calls)),
        "approvals": (f"{waiting:,}" if waiting else "", bool(waiting) and is_any_overdue(member)),
        "people": (bounded(Person.objects.visible_to(member)), False),
        "companies": (bounded(Company.objects.visible_to(member)), False),
        "handoffs": (bounded(handoffs.waiting()), handoffs.overdue().exists()),
        "deals": (bounded(Deal.objects.visible_to(member).open()), False),
        "tasks": (bounded(tasks), tasks.filter(due_at__lt=clock.now()).exists()),
    }


def bounded(rows: QuerySet[Any]) -> str:
    """Return the number of rows with separators, "" for none, "100,000+" beyond."""
    count = rows.order_by().values("pk")[: COUNTED_AT_MOST + 1].count()
    return f"{COUNTED_AT_MOST:,}+" if count > COUNTED_AT_MOST else f"{count:,}" if count else ""


def company() -> Organisation:
    """Return the company of this installation, at most half a minute old."""
    return kept("company", current)


def kept(key: object, make: Callable[[], T]) -> T:
    """Return what `make` returns, remembered by this process for half a minute."""
    found = _kept.get(key)
    if found is None or found[0] < monotonic():
        found = (monotonic() + KEPT_SECONDS, make())
        _kept[key] = found
    return found[1]


def address_of(name: str) -> str:
    """Return the address of a page without arguments, "" where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
