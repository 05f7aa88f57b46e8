"""What the Act on the Protection of Personal Information asks of us: requests, erasures, retention, leaks."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member


class RequestKind(models.TextChoices):
    DISCLOSURE = "disclosure", _("開示")
    CORRECTION = "correction", _("訂正・追加・削除")
    STOP = "stop", _("利用停止")
    ERASURE = "erasure", _("消去")


class RequestState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("request", "受付")
    VERIFIED = "verified", pgettext_lazy("request", "本人確認済み")
    ANSWERED = "answered", pgettext_lazy("request", "回答済み")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "取り下げ")


class Way(models.TextChoices):
    PAGE = "page", _("受付ページ")
    PHONE = "phone", _("電話")
    MAIL = "mail", _("メール")
    LETTER = "letter", _("郵送")
    VISIT = "visit", _("来訪")


class IdentityCheck(models.TextChoices):
    """How we made sure that it is the person who asks."""

    CALL_BACK = "call_back", _("登録の電話番号に折り返した")
    MAIL_REPLY = "mail_reply", _("登録のメールアドレスから返信があった")
    DOCUMENT = "document", _("本人確認書類を確かめた")
    KNOWN = "known", _("担当者が面識のある本人")
    POWER = "power", _("代理人の委任状を確かめた")


class Outcome(models.TextChoices):
    GRANTED = "granted", pgettext_lazy("request", "応じた")
    PARTLY = "partly", pgettext_lazy("request", "一部に応じた")
    REFUSED = "refused", pgettext_lazy("request", "応じなかった")


class RequestQuerySet(models.QuerySet["PrivacyRequest"]):
    def visible_to(self, member: Member) -> Self:
        """Requests concern the company as a whole: who handles them sees all, nobody else any."""
        return self if member.is_active and member.role in HANDLERS else self.none()

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)


OPEN = (RequestState.RECEIVED, RequestState.VERIFIED)
HANDLERS = frozenset({"administrator", "manager", "marketer"})


class PrivacyRequest(models.Model):
    """Somebody asks for disclosure, correction, stop of use or erasure (articles 33 to 35)."""

    uid = models.UUIDField(unique=True, help_text="made when the page was shown: sent twice is one request")
    kind = models.CharField(_("請求の種類"), max_length=12, choices=RequestKind.choices)
    state = models.CharField(_("状態"), max_length=10, choices=RequestState.choices, default=RequestState.RECEIVED)
    way = models.CharField(_("受付方法"), max_length=8, choices=Way.choices)
    name = models.CharField(_("お名前"), max_length=120)
    email = models.CharField(_("メールアドレス"), max_length=254, blank=True)
    phone = models.CharField(_("電話番号"), max_length=40, blank=True)
    text = models.TextField(_("請求の内容"), blank=True)
    is_agent = models.BooleanField(_("代理人からの請求"), default=False)
    is_doubtful = models.BooleanField(default=False, help_text="looks as if a machine had sent it")
    person = models.ForeignKey(
        Person,
        verbose_name=_("顧客"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="privacy_requests",
    )
    received_at = models.DateTimeField(_("受付日時"))
    due_on = models.DateField(_("回答期限"))
    owner = models.ForeignKey(
        Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    checked_by_way = models.CharField(_("本人確認の方法"), max_length=12, choices=IdentityCheck.choices, blank=True)
    checked_note = models.CharField(_("本人確認のメモ"), max_length=300, blank=True)
    checked_at = models.DateTimeField(_("本人確認の日時"), null=True, blank=True)
    checked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(_("対応"), max_length=8, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("回答"), blank=True)
    answered_at = models.DateTimeField(_("回答日時"), null=True, blank=True)
    answered_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_soon = models.BooleanField(default=False, help_text="the owner was reminded before the deadline")
    told_late = models.BooleanField(default=False, help_text="managers were told that the deadline is over")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="privacy_request_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class RequestEvent(models.Model):
    """One entry in the log of a request; none is changed or removed before its time."""

    request = models.ForeignKey(PrivacyRequest, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    what = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("export", "準備中")
    DONE = "done", pgettext_lazy("export", "完了")
    FAILED = "failed", pgettext_lazy("export", "失敗")


class PersonalExport(models.Model):
    """All that is kept about one person, as one archive; made in the background and removed after a month."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="privacy_exports")
    request = models.ForeignKey(
        PrivacyRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="exports"
    )
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    done = models.PositiveSmallIntegerField(default=0, help_text="tables written")
    total = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=80, blank=True, help_text="name below the folder of exports")
    size = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="personal_export_state")]


class ErasureState(models.TextChoices):
    ROWS = "rows", pgettext_lazy("erasure", "分析データから消去中")
    LAKE = "lake", pgettext_lazy("erasure", "古いファイルの削除待ち")
    DONE = "done", pgettext_lazy("erasure", "完了・確認済み")
    TRACES = "traces", pgettext_lazy("erasure", "完了・一部に記載が残っています")


class Erasure(models.Model):
    """That somebody was erased, when, by whom and what stayed; nothing that says who it was."""

    person_was = models.BigIntegerField(unique=True, help_text="the id the person had")
    digest = models.CharField(max_length=32, blank=True, db_index=True, help_text="keyed hash of the mail address")
    request = models.ForeignKey(
        PrivacyRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="erasures"
    )
    state = models.CharField(max_length=8, choices=ErasureState.choices, default=ErasureState.ROWS)
    wanted = models.TextField(blank=True, help_text="what to look for in history, locked by the vault until done")
    lines = models.JSONField(default=list, help_text="[{label, count, what, why}]")
    traces = models.JSONField(default=list, help_text="[{where, count, why}] found afterwards")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    lake_at = models.DateTimeField(null=True, help_text="gone from the tables of history")
    files_due_at = models.DateTimeField(null=True, help_text="from here on nobody reads the old files any more")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["state"], name="erasure_state")]


class RetentionRule(models.Model):
    """How long one kind of data is kept before it is removed by itself."""

    key = models.CharField(max_length=40, unique=True)
    months = models.PositiveSmallIntegerField(_("保存期間（か月）"))
    is_active = models.BooleanField(_("自動で削除する"), default=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()


class RetentionRun(models.Model):
    """What one rule removed on one day."""

    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    before = models.DateTimeField(help_text="older than this went")
    removed = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at", "-pk"]


class LeakCause(models.TextChoices):
    """What makes a report to the commission a duty (rules of the act, article 7)."""

    SENSITIVE = "sensitive", _("要配慮個人情報が含まれる")
    PROPERTY = "property", _("財産的被害のおそれがある")
    MALICIOUS = "malicious", _("不正の目的によるおそれがある")
    MANY = "many", _("1,000人を超える")
    NONE = "none", _("いずれにも当たらない（任意の報告）")


class Leak(models.Model):
    """A leak, loss or damage of personal data, with the deadlines of the reports about it."""

    title = models.CharField(_("件名"), max_length=120)
    cause = models.CharField(_("報告の理由"), max_length=10, choices=LeakCause.choices)
    known_on = models.DateField(_("知った日"))
    occurred_on = models.DateField(_("発生した日"), null=True, blank=True)
    outline = models.TextField(_("概要"))
    items = models.TextField(_("漏えいした項目"), blank=True)
    reason = models.TextField(_("原因"), blank=True)
    harm = models.TextField(_("二次被害またはそのおそれ"), blank=True)
    told_people = models.TextField(_("本人への対応"), blank=True)
    made_public = models.TextField(_("公表の実施状況"), blank=True)
    prevention = models.TextField(_("再発防止の措置"), blank=True)
    condition = models.JSONField(_("対象者の条件"), null=True, blank=True)
    people = models.PositiveIntegerField(_("対象の人数"), default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    prompt_due_on = models.DateField(_("速報の期限"))
    final_due_on = models.DateField(_("確報の期限"))
    prompt_done_on = models.DateField(_("速報を出した日"), null=True, blank=True)
    final_done_on = models.DateField(_("確報を出した日"), null=True, blank=True)
    told_prompt = models.BooleanField(default=False)
    told_final = models.BooleanField(default=False)
    owner = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-known_on", "-pk"]

    def __str__(self) -> str:
        return self.title
