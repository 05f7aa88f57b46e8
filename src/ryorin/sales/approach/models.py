"""Lists of people and companies to be called, visited or written to, and every attempt that was made."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet, Scope, Team
from ryorin.workspace.tasks.models import Task


class Method(models.TextChoices):
    CALL = "call", _("電話")
    VISIT = "visit", _("訪問")
    LETTER = "letter", _("DM（郵送）")


class About(models.TextChoices):
    PERSON = "person", _("顧客")
    COMPANY = "company", _("会社（代表番号）")


class Then(models.TextChoices):
    """What follows from an outcome."""

    DONE = "done", _("完了にする")
    RETRY = "retry", _("時間をおいてもう一度")
    CALLBACK = "callback", _("約束の日時にもう一度")
    APPOINTMENT = "appointment", _("アポイントを予定に入れる")
    MATERIAL = "material", _("資料を送るタスクを作る")
    FORBID = "forbid", _("架電禁止にする")
    WRONG_NUMBER = "wrong_number", _("番号を確かめるタスクを作る")


class TargetState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("approach", "未着手")
    LATER = "later", pgettext_lazy("approach", "再アプローチ")
    DONE = "done", pgettext_lazy("approach", "完了")
    OUT = "out", pgettext_lazy("approach", "除外")


class WhyOut(models.TextChoices):
    """Why somebody on a list is not approached."""

    DO_NOT_CALL = "do_not_call", _("架電禁止")
    NO_POST = "no_post", _("郵送の拒否")
    NO_NUMBER = "no_number", _("電話番号なし")
    NO_ADDRESS = "no_address", _("住所なし")
    OPEN_DEAL = "open_deal", _("商談が進行中")
    RECENT = "recent", _("最近接触した")
    BY_HAND = "by_hand", _("手で除外")


class Outcome(models.Model):
    """What may come of a call or a visit; a company's own words, each with what follows."""

    method = models.CharField(_("方法"), max_length=8, choices=Method.choices)
    name = models.CharField(_("結果"), max_length=40)
    then = models.CharField(_("その後"), max_length=12, choices=Then.choices, default=Then.DONE)
    is_connected = models.BooleanField(_("相手と話せた"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["method", "name"], name="one_outcome_per_name")]

    def __str__(self) -> str:
        return self.name


class ListQuerySet(OwnedQuerySet):
    def visible_to(self, member: Member) -> Self:
        """Return the lists of the member's scope, and those given to the member or the member's team."""
        if not member.is_active or member.scope == Scope.ALL:
            return super().visible_to(member)
        given = Q(pk__in=ApproachList.callers.through.objects.filter(member_id=member.pk).values("approachlist_id"))
        if member.team_id:
            given |= Q(team_id=member.team_id)
        return self.filter(given | Q(pk__in=super().visible_to(member).values("pk")))

    def open(self) -> Self:
        return self.filter(is_open=True)


class ApproachList(models.Model):
    """One list: who is on it follows from `condition`, as of the last time it was asked, or was chosen by hand."""

    name = models.CharField(_("リスト名"), max_length=120)
    method = models.CharField(_("方法"), max_length=8, choices=Method.choices, default=Method.CALL)
    about = models.CharField(_("対象"), max_length=8, choices=About.choices, default=About.PERSON)
    condition = models.JSONField(null=True, blank=True, help_text="none: chosen by hand")
    owner = models.ForeignKey(Member, verbose_name=_("作成者"), null=True, on_delete=models.SET_NULL)
    team = models.ForeignKey(Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.SET_NULL)
    callers = models.ManyToManyField(Member, verbose_name=_("担当"), blank=True, related_name="approach_lists")
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    script = models.TextField(_("トークスクリプト"), blank=True)
    goal = models.PositiveIntegerField(_("アポイントの目標（件）"), default=0)
    quiet_days = models.PositiveSmallIntegerField(_("最近接触した人を除く（日）"), default=0)
    skips_open_deals = models.BooleanField(_("商談が進行中の人を除く"), default=False)
    retry_hours = models.PositiveSmallIntegerField(_("不在のとき、かけ直すまで（時間）"), default=4)
    retry_limit = models.PositiveSmallIntegerField(_("かける回数の上限"), default=3)
    is_consumer = models.BooleanField(_("消費者への電話勧誘"), default=False)
    goods = models.CharField(_("商品・サービス"), max_length=120, blank=True)
    purpose = models.CharField(_("電話の目的"), max_length=200, blank=True)
    campaign_id = models.BigIntegerField(_("費用を付ける施策"), null=True, blank=True)
    piece_cost = models.BigIntegerField(_("1通あたりの費用"), default=0)
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    matched_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ListQuerySet.as_manager()

    class Meta:
        ordering = ["-is_open", "-pk"]

    def __str__(self) -> str:
        return self.name


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, member: Member) -> Self:
        """Return those whose person (or company) the member may see."""
        if not member.is_active:
            return self.none()
        if member.scope == Scope.ALL:
            return self
        people = Person.objects.visible_to(member).values("pk")
        companies = Company.objects.visible_to(member).values("pk")
        return self.filter(Q(person__in=people) | Q(person__isnull=True, company__in=companies))

    def in_order(self) -> Self:
        """Return the most promising first, those spoken to longest ago before others of the same score."""
        return self.order_by("-priority", "pk")


class Target(models.Model):
    """One person (or company) on one list; whoever works on it holds it until `held_until`."""

    list = models.ForeignKey(ApproachList, on_delete=models.CASCADE, related_name="targets")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="approach_targets")
    company = models.ForeignKey(Company, null=True, on_delete=models.CASCADE, related_name="approach_targets")
    state = models.CharField(_("状態"), max_length=8, choices=TargetState.choices, default=TargetState.WAITING)
    why_out = models.CharField(_("除外の理由"), max_length=12, choices=WhyOut.choices, blank=True)
    priority = models.BigIntegerField(default=0, help_text="score, then days since the last contact")
    call_hours = models.CharField(max_length=10, blank=True)
    prefecture = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=8, blank=True)
    due_at = models.DateTimeField(null=True)
    task = models.ForeignKey(
        Task, null=True, on_delete=models.SET_NULL, related_name="+", help_text="reminds of the promised call"
    )
    callback_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    holder = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    held_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_outcome = models.ForeignKey(Outcome, null=True, on_delete=models.PROTECT, related_name="+")
    last_at = models.DateTimeField(null=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "person"], name="person_once_per_list"),
            models.UniqueConstraint(
                fields=["list", "company"], condition=Q(person__isnull=True), name="company_once_per_list"
            ),
        ]
        indexes = [
            models.Index(F("list"), F("state"), F("priority").desc(), F("id"), F("call_hours"), name="target_next"),
            models.Index(fields=["list", "state", "due_at"], name="target_due"),
            models.Index(fields=["list", "prefecture", "city", "postal_code", "id"], name="target_place"),
            models.Index(fields=["holder", "list"], name="target_held"),
        ]


class Attempt(models.Model):
    """One call, visit or letter: written once per target and number, and never changed."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="tries")
    list = models.ForeignKey(ApproachList, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=8, choices=Method.choices)
    at = models.DateTimeField()
    day = models.DateField(help_text="in the company's time zone, as hour and weekday are")
    hour = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.PROTECT, related_name="tries")
    is_connected = models.BooleanField(default=False)
    is_appointment = models.BooleanField(default=False)
    activity = models.ForeignKey(Activity, null=True, on_delete=models.SET_NULL, related_name="+")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["target", "number"], name="attempt_once_per_number")]
        indexes = [
            models.Index(fields=["list", "day"], name="attempt_of_list"),
            models.Index(fields=["method", "day"], name="attempt_of_method"),
            models.Index(fields=["by", "day"], name="attempt_of_caller"),
        ]
