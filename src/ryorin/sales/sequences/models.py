"""Sequences: mails, calls, tasks and letters in order, with business days between, and the people on the way."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet
from ryorin.workspace.tasks.models import Task


class StepKind(models.TextChoices):
    MAIL = "mail", _("メール")
    CALL = "call", _("電話")
    TASK = "task", _("タスク")
    LETTER = "letter", _("手紙")


class RunState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("sequence", "進行中")
    PAUSED = "paused", pgettext_lazy("sequence", "一時停止")
    STOPPED = "stopped", pgettext_lazy("sequence", "停止")
    FINISHED = "finished", pgettext_lazy("sequence", "完了")


class StepState(models.TextChoices):
    OPEN = "open", pgettext_lazy("step", "対応待ち")
    DONE = "done", pgettext_lazy("step", "実施済み")
    SKIPPED = "skipped", pgettext_lazy("step", "スキップ")
    DROPPED = "dropped", pgettext_lazy("step", "取りやめ")


class Sequence(models.Model):
    name = models.CharField(_("シーケンス名"), max_length=80, unique=True)
    goal = models.CharField(_("ねらい"), max_length=200, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """The steps as they were from one change to the next; people inside finish the edition they began."""

    sequence = models.ForeignKey(Sequence, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["sequence", "number"], name="edition_once_per_sequence")]


class Step(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("種類"), max_length=6, choices=StepKind.choices)
    wait_days = models.PositiveSmallIntegerField(_("待つ営業日数"), default=0)
    title = models.CharField(_("すること"), max_length=120)
    subject = models.CharField(_("メールの件名"), max_length=160, blank=True)
    body = models.TextField(_("文面・メモ"), blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["edition", "position"], name="step_once_per_edition")]


class RunQuerySet(OwnedQuerySet):
    def alive(self) -> Self:
        return self.filter(state__in=(RunState.RUNNING, RunState.PAUSED))


class Run(models.Model):
    """One person on the way through a sequence; at `due_at` the next step becomes a task, None while one is open."""

    sequence = models.ForeignKey(Sequence, on_delete=models.PROTECT, related_name="runs")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="runs")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sequence_runs")
    deal = models.ForeignKey(Deal, null=True, blank=True, on_delete=models.SET_NULL, related_name="sequence_runs")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(_("状態"), max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    position = models.PositiveSmallIntegerField(default=0, help_text="of the step that is due next, or open")
    due_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=160, blank=True, help_text="how the person came in")
    stop_reason = models.CharField(max_length=40, blank=True, help_text="a name in rules.STOP_REASONS, or manual")
    stop_note = models.CharField(max_length=160, blank=True)
    started_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="run_due"),
            models.Index(fields=["sequence", "state", "-started_at"], name="run_of_sequence"),
            models.Index(fields=["person", "state"], name="run_of_person"),
            models.Index(fields=["deal", "state"], name="run_of_deal"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sequence", "person"],
                condition=models.Q(state__in=("running", "paused")),
                name="person_once_in_a_sequence",
            )
        ]


class RunStep(models.Model):
    """What became of one step for one person; made once, together with its task."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="runs")
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="sequence_steps")
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "task"], name="run_step_open")]
        constraints = [models.UniqueConstraint(fields=["run", "step"], name="step_once_per_run")]


class SequencePosition(models.Model):
    """Up to which turn of history answers were looked for: one row."""

    history_until = models.BigIntegerField(null=True)
