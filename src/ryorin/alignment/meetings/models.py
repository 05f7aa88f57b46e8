"""Regular meetings of both wheels: the series, each meeting, its agenda, minutes, decisions and the mails about it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import LEADERS
from ryorin.workspace.tasks.models import Task


class Rhythm(models.TextChoices):
    WEEKLY = "weekly", _("毎週")
    FORTNIGHTLY = "fortnightly", _("隔週")
    MONTHLY = "monthly", _("毎月")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("月曜日")
    TUESDAY = 1, _("火曜日")
    WEDNESDAY = 2, _("水曜日")
    THURSDAY = 3, _("木曜日")
    FRIDAY = 4, _("金曜日")
    SATURDAY = 5, _("土曜日")
    SUNDAY = 6, _("日曜日")


class Nth(models.IntegerChoices):
    """Which of the month's days of that name."""

    FIRST = 1, _("第1")
    SECOND = 2, _("第2")
    THIRD = 3, _("第3")
    FOURTH = 4, _("第4")
    LAST = 5, _("最終")


class LooksAt(models.TextChoices):
    """Which period the agenda tells about, seen from the day of the meeting."""

    THIS_MONTH = "this_month", _("今月")
    LAST_MONTH = "last_month", _("先月")
    THIS_QUARTER = "this_quarter", _("今四半期")
    LAST_QUARTER = "last_quarter", _("前四半期")
    THIS_YEAR = "this_year", _("今年度")


def may_see(member: Member, path: str = "") -> models.Q:
    """Return the filter of the meetings or series a member takes part in, `path` from the rows to them."""
    mine = models.Q(**{f"{path}organiser": member}) | models.Q(**{f"{path}participants__member": member})
    return models.Q() if member.role in LEADERS else mine


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, member: Member) -> Self:
        """Return the series the member organises or takes part in; leaders see all."""
        if not member.is_active:
            return self.none()
        return self.filter(pk__in=Series.objects.filter(may_see(member)).values("pk"))


class Series(models.Model):
    """A regular meeting: who meets when, where, and which period they look at."""

    name = models.CharField(_("会議名"), max_length=80)
    purpose = models.CharField(_("目的"), max_length=200, blank=True)
    organiser = models.ForeignKey(
        Member, verbose_name=_("主催者"), null=True, on_delete=models.SET_NULL, related_name="organised_series"
    )
    rhythm = models.CharField(_("開催の頻度"), max_length=12, choices=Rhythm.choices, default=Rhythm.MONTHLY)
    weekday = models.PositiveSmallIntegerField(_("曜日"), choices=Weekday.choices, default=Weekday.TUESDAY)
    nth = models.PositiveSmallIntegerField(_("第何週"), choices=Nth.choices, default=Nth.FIRST)
    starts_on = models.DateField(_("開始日"), help_text="no meeting before it; every second week is counted from it")
    begins_at = models.TimeField(_("開始時刻"))
    minutes = models.PositiveSmallIntegerField(_("時間（分）"), default=60)
    place = models.CharField(_("場所"), max_length=160, blank=True)
    link = models.URLField(_("オンライン会議のURL"), max_length=500, blank=True)
    looks_at = models.CharField(_("振り返る期間"), max_length=12, choices=LooksAt.choices, default=LooksAt.LAST_MONTH)
    mails_before = models.PositiveSmallIntegerField(
        _("議題を送る日（何営業日前）"), default=1, help_text="business days; 0: two hours before"
    )
    attaches_pdf = models.BooleanField(_("メールに資料（PDF）を添付する"), default=True)
    is_active = models.BooleanField(_("開催中"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "name", "pk"]
        verbose_name = _("定例会議")

    def __str__(self) -> str:
        return self.name


class SeriesParticipant(models.Model):
    """Somebody who takes part every time: a member, or an address outside."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="participants")
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "member"], name="member_once_per_series"),
            models.UniqueConstraint(
                fields=["series", "email"], condition=~models.Q(email=""), name="address_once_per_series"
            ),
        ]


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "予定")
    CLOSED = "closed", pgettext_lazy("meeting", "終了")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "中止")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, member: Member) -> Self:
        """Return the meetings the member organises or takes part in; leaders see all."""
        if not member.is_active:
            return self.none()
        return self.filter(pk__in=Meeting.objects.filter(may_see(member)).values("pk"))

    def planned(self) -> Self:
        return self.filter(state=MeetingState.PLANNED)

    def closed(self) -> Self:
        return self.filter(state=MeetingState.CLOSED)


class Meeting(models.Model):
    """One meeting of a series; `meant_for` is the day the rhythm says, whatever day it was moved to."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="meetings")
    name = models.CharField(_("会議名"), max_length=80)
    meant_for = models.DateField(null=True)
    starts_at = models.DateTimeField(_("開始"))
    minutes = models.PositiveSmallIntegerField(_("時間（分）"), default=60)
    place = models.CharField(_("場所"), max_length=160, blank=True)
    link = models.URLField(_("オンライン会議のURL"), max_length=500, blank=True)
    organiser = models.ForeignKey(
        Member, verbose_name=_("主催者"), null=True, on_delete=models.SET_NULL, related_name="organised_meetings"
    )
    looks_at = models.CharField(_("振り返る期間"), max_length=12, choices=LooksAt.choices, default=LooksAt.LAST_MONTH)
    state = models.CharField(_("状態"), max_length=9, choices=MeetingState.choices, default=MeetingState.PLANNED)
    refreshed_at = models.DateTimeField(_("資料の時点"), null=True)
    agenda_sent_at = models.DateTimeField(_("議題の送付"), null=True)
    closed_at = models.DateTimeField(_("終了日時"), null=True)
    closed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["series", "meant_for"], name="one_meeting_per_day_of_series")]
        indexes = [models.Index(fields=["state", "starts_at"], name="meeting_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state == MeetingState.PLANNED

    @property
    def is_closed(self) -> bool:
        return self.state == MeetingState.CLOSED


class Participant(models.Model):
    """Who is asked to one meeting, and whether they came; `name` stays when the member is gone."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=100, blank=True)
    attended = models.BooleanField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="member_once_per_meeting"),
            models.UniqueConstraint(
                fields=["meeting", "email"], condition=~models.Q(email=""), name="address_once_per_meeting"
            ),
        ]

    def __str__(self) -> str:
        return self.member.name if self.member else self.name or self.email


class AgendaSection(models.Model):
    """One part of the agenda; `data` is what its provider gathered, `problem` why it could not."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=20)
    position = models.PositiveIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    problem = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="section_once_per_meeting")]


class AgendaItem(models.Model):
    """One item of a section: found by its provider (`data`), or added by a person (`title`, `text`).

    `is_stale`: the newest data no longer say so; kept only because somebody commented on it.
    """

    section = models.ForeignKey(AgendaSection, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)
    is_own = models.BooleanField(default=False)
    is_placed = models.BooleanField(default=False, help_text="a person chose its place")
    is_stale = models.BooleanField(default=False)
    title = models.CharField(_("議題"), max_length=160, blank=True)
    text = models.TextField(_("内容"), blank=True)
    data = models.JSONField(default=dict)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["section", "key"], name="item_once_per_section")]


class Comment(models.Model):
    """What a participant said about an item before or during the meeting."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="comments")
    text = models.CharField(_("コメント"), max_length=1000)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class MinutesBlock(models.Model):
    """One paragraph of the minutes; whoever writes must have seen its `version`."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="blocks")
    key = models.UUIDField(unique=True, help_text="given by the page that began it")
    rank = models.FloatField(help_text="its place: between those of its neighbours")
    text = models.TextField(_("議事"), blank=True)
    is_gone = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["rank", "pk"]


class BlockChange(models.Model):
    """Each wording a paragraph ever had; `client_id` makes the same one sent twice count once."""

    block = models.ForeignKey(MinutesBlock, on_delete=models.CASCADE, related_name="changes")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    client_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]


class Decision(models.Model):
    """What was decided; its task is what becomes of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.CharField(_("決定事項"), max_length=200)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(_("期限"))
    task = models.OneToOneField(Task, null=True, on_delete=models.SET_NULL, related_name="decision")
    item_title = models.CharField(_("きっかけの議題"), max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.text


class LetterKind(models.TextChoices):
    AGENDA = "agenda", _("議題")
    MINUTES = "minutes", _("議事録")


class LetterState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("letter", "送信待ち")
    GOING = "going", pgettext_lazy("letter", "送信中")
    SENT = "sent", pgettext_lazy("letter", "送信済み")
    FAILED = "failed", pgettext_lazy("letter", "送信できず")
    UNCERTAIN = "uncertain", pgettext_lazy("letter", "届いたか不明")


class Letter(models.Model):
    """One mail about a meeting to one address: each is sent once, whoever looks for work."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=8, choices=LetterKind.choices)
    email = models.EmailField()
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=9, choices=LetterState.choices, default=LetterState.WAITING)
    next_at = models.DateTimeField()
    going_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "kind", "email"], name="one_letter_per_address")]
        indexes = [models.Index(fields=["state", "next_at"], name="meeting_letter_due")]
