"""What sales says about the leads it got, what of marketing's work it concerns, and the suggestions drawn from it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.alignment.handoffs.models import Handoff
from ryorin.customers.people.models import Person
from ryorin.customers.voice.models import Need
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet
from ryorin.workspace.tasks.models import Task


class Said(models.TextChoices):
    """What kind of thing sales told; the first four are answers, the others are what customers said."""

    ACCEPTED = "accepted", pgettext_lazy("feedback", "受け取り")
    SENT_BACK = "sent_back", pgettext_lazy("feedback", "差し戻し")
    WON = "won", pgettext_lazy("feedback", "受注")
    LOST = "lost", pgettext_lazy("feedback", "失注")
    PROBLEM = "problem", pgettext_lazy("feedback", "課題")
    WISH = "wish", pgettext_lazy("feedback", "要望")
    COMPLAINT = "complaint", pgettext_lazy("feedback", "不満")
    PRAISE = "praise", pgettext_lazy("feedback", "称賛")
    COMPETITOR = "competitor", pgettext_lazy("feedback", "競合")
    BUDGET = "budget", pgettext_lazy("feedback", "予算")


class Subject(models.TextChoices):
    """What of marketing's work a thing said concerns."""

    CAMPAIGN = "campaign", pgettext_lazy("feedback", "施策")
    SEGMENT = "segment", pgettext_lazy("feedback", "セグメント")
    PAGE = "page", pgettext_lazy("feedback", "ページ")
    FORM = "form", pgettext_lazy("feedback", "フォーム")
    MAIL = "mail", pgettext_lazy("feedback", "メール")


class SayingQuerySet(OwnedQuerySet):
    def visible_to(self, member: Member) -> Self:
        """Those of records the member sees, about people the member sees."""
        people = Person.objects.visible_to(member)
        return super().visible_to(member).filter(models.Q(person__isnull=True) | models.Q(person__in=people))

    def about(self, sort: str, subject_id: int) -> Self:
        return self.filter(ties__sort=sort, ties__subject_id=subject_id)


class Saying(models.Model):
    """One thing told by sales. Its words stay where they were written: in the hand-off, the deal or the need."""

    kind = models.CharField(max_length=10, choices=Said.choices)
    key = models.CharField(max_length=220, blank=True, help_text="same key, same thing: a reason's id, a topic")
    label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sayings")
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.CASCADE, related_name="sayings")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.CASCADE, related_name="sayings")
    need = models.ForeignKey(Need, null=True, on_delete=models.CASCADE, related_name="sayings")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="sayings")
    owner = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    source_key = models.CharField(max_length=40, unique=True, help_text="handoff:3, deal:7, deal:7:competitor, need:9")

    objects = SayingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "key", "at"], name="saying_topic"),
            models.Index(fields=["at", "kind"], name="saying_at"),
            models.Index(fields=["by", "-at"], name="saying_by"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def words(self) -> str:
        """What was said, in the words that were written down."""
        if self.need is not None:
            return self.need.words or self.need.what
        if self.handoff is not None:
            return self.handoff.answer_note
        return self.deal.lost_note if self.deal is not None else ""


class Tie(models.Model):
    """What a thing said concerns; `at` is when it was said."""

    saying = models.ForeignKey(Saying, on_delete=models.CASCADE, related_name="ties")
    sort = models.CharField(max_length=8, choices=Subject.choices)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saying", "sort", "subject_id"], name="tied_once")]
        indexes = [models.Index(fields=["sort", "subject_id", "at"], name="tie_of_subject")]


class Advice(models.TextChoices):
    """What a suggestion suggests."""

    PAUSE_SOURCE = "pause_source", _("施策の見直し")
    CHANGE_SEGMENT = "segment", _("セグメントの見直し")
    CHANGE_PAGE = "page", _("ページの見直し")
    CHANGE_MAIL = "mail", _("メールの見直し")
    CHANGE_DEFINITION = "definition", _("引き継ぎの条件の見直し")
    WRITE = "write", _("コンテンツの追加")


class Strength(models.TextChoices):
    """How far the evidence goes."""

    EARLY = "early", _("早めの兆候")
    CLEAR = "clear", _("はっきりした傾向")


class SuggestionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("suggestion", "検討中")
    ACCEPTED = "accepted", pgettext_lazy("suggestion", "採用")
    DECLINED = "declined", pgettext_lazy("suggestion", "見送り")
    FADED = "faded", pgettext_lazy("suggestion", "終了")


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()

    def open(self) -> Self:
        return self.filter(state=SuggestionState.OPEN)


class Suggestion(models.Model):
    """One thing to change, with its evidence: `times` of `of` against `base_times` of `base_of` everywhere else."""

    advice = models.CharField(max_length=12, choices=Advice.choices)
    key = models.CharField(max_length=260, help_text="advice, subject and topic; one open suggestion each")
    sort = models.CharField(max_length=8, choices=Subject.choices, blank=True)
    subject_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=160, blank=True, help_text="its name")
    kind = models.CharField(max_length=10, choices=Said.choices)
    topic = models.CharField(max_length=220, blank=True, help_text="the sayings' key")
    label = models.CharField(max_length=200)
    people = models.PositiveIntegerField()
    times = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    base_times = models.PositiveIntegerField(default=0)
    base_of = models.PositiveIntegerField(default=0)
    strength = models.CharField(max_length=5, choices=Strength.choices)
    seen_from = models.DateTimeField()
    seen_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    why_declined = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="suggestions")
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    before = models.JSONField(default=dict, help_text="{accepted, answered, won, closed} of the 90 days before")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "-created_at"], name="suggestion_state"),
            models.Index(fields=["kind", "topic"], name="suggestion_topic"),
            models.Index(fields=["key", "-id"], name="suggestion_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=models.Q(state="open"), name="one_open_suggestion")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.label}".strip()

    @property
    def is_open(self) -> bool:
        return self.state == SuggestionState.OPEN


class FeedbackPosition(models.Model):
    """How far what sales says has been read; one row."""

    handoffs_until = models.DateTimeField(null=True)
    deals_until = models.DateTimeField(null=True)
    needs_until = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    is_new = models.BooleanField(default=False, help_text="something was read that has not been judged yet")
