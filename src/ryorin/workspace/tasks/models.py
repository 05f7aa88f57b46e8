"""Things to do, each with an owner and a date, about any record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member, OwnedQuerySet


class TaskQuerySet(OwnedQuerySet):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at__isnull=True)


class Task(models.Model):
    title = models.CharField(_("すること"), max_length=200)
    note = models.TextField(_("メモ"), blank=True)
    due_at = models.DateTimeField(_("期限"), null=True, blank=True)
    owner = models.ForeignKey(
        Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    about_type = models.CharField(max_length=40, blank=True, help_text="person, company, deal ...")
    about_id = models.BigIntegerField(null=True, blank=True)
    about_label = models.CharField(max_length=200, blank=True)
    why = models.CharField(_("理由"), max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["owner", "done_at", "due_at"], name="task_mine"),
            models.Index(fields=["about_type", "about_id", "done_at"], name="task_about"),
        ]

    def __str__(self) -> str:
        return self.title
