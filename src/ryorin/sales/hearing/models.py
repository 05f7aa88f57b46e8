"""Hearing sheets made without code, and what customers answered when a sheet was filled in."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet, Scope


class SheetQuerySet(models.QuerySet["Sheet"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()


class Sheet(models.Model):
    """A list of questions to ask; what it asks stands in its versions."""

    name = models.CharField(_("シート名"), max_length=80, unique=True)
    purpose = models.CharField(_("使う場面"), max_length=200, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def newest(self) -> "SheetVersion":
        found = self.versions.order_by("-number").first()
        assert found is not None
        return found


class SheetVersion(models.Model):
    """What a sheet asked at one time; never changed once a hearing was held with it.

    `sections` is [{key, title, script, questions: [...]}]; a question is what `rules.checked_question` lets through.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sections = models.JSONField(default=list)
    created_at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="one_version_per_number")]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """All questions in the order in which they are asked."""
        return [question for section in self.sections for question in section["questions"]]

    def question(self, key: str) -> dict[str, Any] | None:
        return next((question for question in self.questions if question["key"] == key), None)


class HearingState(models.TextChoices):
    OPEN = "open", pgettext_lazy("hearing", "記入中")
    DONE = "done", pgettext_lazy("hearing", "完了")


class HearingQuerySet(OwnedQuerySet):
    def open(self) -> Self:
        return self.filter(state=HearingState.OPEN)


class Hearing(models.Model):
    """One sheet being filled in, with or for one customer."""

    sheet = models.ForeignKey(Sheet, verbose_name=_("シート"), on_delete=models.PROTECT, related_name="hearings")
    sheet_version = models.ForeignKey(SheetVersion, on_delete=models.PROTECT, related_name="hearings")
    deal = models.ForeignKey(
        Deal, verbose_name=_("商談"), null=True, blank=True, on_delete=models.SET_NULL, related_name="hearings"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.CASCADE, related_name="hearings"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="hearings"
    )
    state = models.CharField(_("状態"), max_length=4, choices=HearingState.choices, default=HearingState.OPEN)
    started_at = models.DateTimeField(_("開始日時"))
    finished_at = models.DateTimeField(_("完了日時"), null=True, blank=True)
    answered = models.PositiveIntegerField(_("回答数"), default=0)
    touchpoint = models.UUIDField(null=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="hearing_newest"),
            models.Index(fields=["updated_at"], name="hearing_changed"),
        ]

    def __str__(self) -> str:
        who = self.company or self.person
        return f"{self.sheet.name} {who}" if who else self.sheet.name


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, member: Member) -> Self:
        """Return the answers of the hearings the member may see, as those are owned."""
        if member.is_active and member.scope == Scope.ALL:
            return self
        return self.filter(hearing__in=Hearing.objects.visible_to(member))


class Answer(models.Model):
    """The present answer to one question of a hearing; `value` is what `rules.checked_value` returns.

    `said` is the answer as text, `number` and `day` what can be compared of it.
    """

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    label = models.CharField(_("質問"), max_length=200)
    type = models.CharField(max_length=12)
    value = models.JSONField(null=True)
    said = models.CharField(_("回答"), max_length=1000, blank=True)
    number = models.DecimalField(_("数・金額"), max_digits=20, decimal_places=3, null=True)
    day = models.DateField(_("日付"), null=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(_("回答日時"))
    by = models.ForeignKey(Member, verbose_name=_("記入"), null=True, on_delete=models.SET_NULL)
    updated_at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hearing", "question"], name="one_answer_per_question")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="answer_newest"),
            models.Index(fields=["updated_at"], name="hearing_answer_changed"),
        ]

    def __str__(self) -> str:
        return self.said


class AnswerChange(models.Model):
    """Each answer that was ever given; `client_id` makes the same answer sent twice count once."""

    hearing = models.ForeignKey(Hearing, on_delete=models.CASCADE, related_name="changes")
    question = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    said = models.CharField(max_length=1000, blank=True)
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField()
    client_id = models.UUIDField(unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["hearing", "-at"], name="answer_history")]
