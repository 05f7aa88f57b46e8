"""Imports of files: what was asked, how far it came, and the lines that could not be taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("列の対応づけ待ち")
    WAITING = "waiting", _("順番待ち")
    RUNNING = "running", _("取り込み中")
    DONE = "done", _("完了")
    CANCELLED = "cancelled", _("中止")
    FAILED = "failed", _("失敗")


class ImportRun(models.Model):
    record_type = models.CharField(max_length=40)
    file_name = models.CharField(_("ファイル名"), max_length=200)
    stored_as = models.CharField(max_length=300, help_text="path below RYORIN_HOME/files, or an absolute path")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file")
    encoding = models.CharField(_("文字コード"), max_length=20, blank=True)
    mapping = models.JSONField(default=dict)
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    started_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    bytes_total = models.BigIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    lines_done = models.BigIntegerField(default=0, help_text="where to go on after a stop")
    rows = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    warned = models.BigIntegerField(default=0)
    warnings = models.JSONField(default=list, help_text="[{reason, count, lines}]: noticed on rows taken")
    problem = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=5, default="ja", help_text="in which reasons are written")
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name


class ImportReject(models.Model):
    """A line that was not taken, as it stood in the file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejects")
    line = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    values = models.JSONField(default=list)

    class Meta:
        ordering = ["line", "pk"]
