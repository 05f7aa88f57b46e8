"""Journeys: what happens with a person from a start to an exit, as it was drawn, and everybody who is on the way."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member


class JourneyState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("journey", "下書き")
    RUNNING = "running", pgettext_lazy("journey", "稼働中")
    PAUSED = "paused", pgettext_lazy("journey", "一時停止")
    CLOSING = "closing", pgettext_lazy("journey", "受付終了")
    STOPPED = "stopped", pgettext_lazy("journey", "停止")


class Reentry(models.TextChoices):
    ONCE = "once", _("一人一回だけ")
    AFTER_DAYS = "after_days", _("終わってから日数を空けて再び")
    ALWAYS = "always", _("終わっていれば何度でも")


class NodeKind(models.TextChoices):
    START = "start", pgettext_lazy("journey", "開始")
    WAIT = "wait", _("待つ")
    WAIT_FOR = "wait_for", _("行動を待つ")
    BRANCH = "branch", _("条件で分ける")
    SPLIT = "split", _("割合で分ける")
    MAIL = "mail", _("メールを送る")
    TASK = "task", _("タスクを作る")
    SCORE = "score", _("点を加える")
    SET_FIELD = "set_field", _("項目を変える")
    SEGMENT = "segment", _("セグメントに入れる")
    WEBHOOK = "webhook", _("Webhookを呼ぶ")
    NOTIFY = "notify", _("メンバーに知らせる")
    GOAL = "goal", _("目標")
    GOTO = "goto", _("別のカードへ進む")
    EXIT = "exit", _("終了")


class PassageState(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("passage", "進行中")
    FAILED = "failed", pgettext_lazy("passage", "エラーで停止")
    FINISHED = "finished", pgettext_lazy("passage", "完了")
    REMOVED = "removed", pgettext_lazy("passage", "途中で終了")


ALIVE = (PassageState.ACTIVE, PassageState.FAILED)


class JourneyQuerySet(models.QuerySet["Journey"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()

    def running(self) -> Self:
        """Return those in which people move on."""
        return self.filter(state__in=(JourneyState.RUNNING, JourneyState.CLOSING))

    def open(self) -> Self:
        """Return those that people may come into: while paused they come in and wait."""
        return self.filter(state__in=(JourneyState.RUNNING, JourneyState.PAUSED), live__isnull=False)


class Journey(models.Model):
    """`draft` is what is being drawn, `live` the version that people who come in now go through."""

    name = models.CharField(_("ジャーニー名"), max_length=80, unique=True)
    goal = models.CharField(_("ねらい"), max_length=200, blank=True)
    state = models.CharField(_("状態"), max_length=8, choices=JourneyState.choices, default=JourneyState.DRAFT)
    draft = models.JSONField(default=dict, help_text="the cards as drawn: rules.drawing")
    before = models.JSONField(default=list, blank=True, help_text="the last drafts, newest last: undo")
    live = models.ForeignKey("Version", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reentry = models.CharField(_("再登録"), max_length=10, choices=Reentry.choices, default=Reentry.ONCE)
    reentry_days = models.PositiveSmallIntegerField(_("空ける日数"), default=90)
    excluded = models.JSONField(_("除くセグメント"), default=list, blank=True, help_text="ids of segments")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    started_at = models.DateTimeField(_("稼働開始"), null=True, blank=True, help_text="facts before it let nobody in")
    day_done = models.DateField(null=True, blank=True, help_text="the last day whose dates were looked at")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="when everybody was asked the start's condition")
    version = models.PositiveIntegerField(default=1, help_text="counts every change, for those who draw at once")
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = JourneyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """The cards as they were switched on; people inside finish theirs or are moved to another by somebody."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    drawing = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once")]


class Node(models.Model):
    """One card of a version. `arrows`: keys of the cards that may follow, arm by arm ("": the end)."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="nodes")
    key = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=NodeKind.choices)
    config = models.JSONField(default=dict)
    arrows = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="journey_node_once")]


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, member: Member) -> Self:
        """Return the passages of people whom the member may see."""
        return self.filter(person__in=Person.objects.visible_to(member)) if member.scope != "all" else self

    def alive(self) -> Self:
        return self.filter(state__in=ALIVE)


class Passage(models.Model):
    """One person on the way through a version: at which card, since when, and when something is to be done next."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="passages")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="passages")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passages")
    node = models.ForeignKey(Node, null=True, on_delete=models.PROTECT, related_name="passages", db_index=False)
    state = models.CharField(max_length=8, choices=PassageState.choices, default=PassageState.ACTIVE)
    due_at = models.DateTimeField(null=True, help_text="when the card does something, None once it is over")
    since = models.DateTimeField(help_text="at this card")
    visit = models.PositiveIntegerField(default=0, help_text="how many cards were left behind")
    is_resting = models.BooleanField(default=False, help_text="the card was reached and waits")
    woken = models.CharField(max_length=10, blank=True, help_text="why it need not wait: met, skipped")
    origin = models.JSONField(default=dict, help_text="why the person came in")
    problem = models.CharField(max_length=300, blank=True)
    goal_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=160, blank=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["journey", "state", "due_at"], name="journey_passage_due"),
            models.Index(fields=["node", "state", "id"], name="journey_passage_at"),
            models.Index(fields=["person", "journey", "-entered_at"], name="journey_passage_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "person"],
                condition=models.Q(state__in=("active", "failed")),
                name="person_once_in_a_journey",
            )
        ]


class Step(models.Model):
    """One card left behind by one passage, and what came of it: written once, never changed."""

    id = models.BigAutoField(primary_key=True)
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="steps", db_index=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    visit = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    outcome = models.CharField(max_length=40, help_text="a name in rules.OUTCOMES")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "visit"], name="journey_step_once")]
        indexes = [models.Index(fields=["node", "left_at"], name="journey_step_of_node")]


class NodeDay(models.Model):
    """How many came to a card and left it on one day, so that nobody has to count passages."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    entered = models.IntegerField(default=0)
    left = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    seconds = models.BigIntegerField(default=0, help_text="how long those who left had been there, together")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "day"], name="journey_node_day_once")]


class Holding(models.Model):
    """Who met the condition a journey starts with when it was last looked at: whoever is new comes in."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="holdings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "person"], name="journey_holding_once")]


class Following(models.Model):
    """How far journeys have followed the facts: one row."""

    history_until = models.BigIntegerField(null=True, help_text="turn of history")
    woken_from = models.BigIntegerField(null=True, help_text="the turn before: who came to rest meanwhile is woken too")
    changes_until = models.BigIntegerField(null=True, help_text="id of MembershipChange")
    people_until = models.DateTimeField(null=True)


class SimulationState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("simulation", "待機中")
    RUNNING = "running", pgettext_lazy("simulation", "計算中")
    DONE = "done", pgettext_lazy("simulation", "完了")
    CANCELLED = "cancelled", pgettext_lazy("simulation", "中止")
    FAILED = "failed", pgettext_lazy("simulation", "失敗")


class Simulation(models.Model):
    """A journey gone through on paper, over days that are past; nobody gets anything."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="simulations")
    drawing = models.JSONField()
    days = models.PositiveSmallIntegerField(default=90)
    until = models.DateTimeField()
    state = models.CharField(max_length=9, choices=SimulationState.choices, default=SimulationState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0, help_text="percent")
    result = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "id"], name="journey_simulation_next")]


class ContactLimits(models.Model):
    """How often and when the company writes to anybody, over all journeys and mailings: one row."""

    most_mails = models.PositiveSmallIntegerField(_("上限の通数"), default=3)
    within_days = models.PositiveSmallIntegerField(_("数える日数"), default=7)
    is_capped = models.BooleanField(_("通数の上限を使う"), default=True)
    is_quiet = models.BooleanField(_("送らない時間帯を使う"), default=True)
    quiet_from = models.PositiveSmallIntegerField(_("送らない時間（開始）"), default=21)
    quiet_until = models.PositiveSmallIntegerField(_("送らない時間（終了）"), default=8)
    only_business_days = models.BooleanField(_("営業日だけに送る"), default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
