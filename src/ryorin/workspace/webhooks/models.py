"""Webhooks: addresses of other systems that are told what happens here, and every call still to be made or made."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.workspace.members.models import Member


class CallState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("webhook", "送信待ち")
    DONE = "done", pgettext_lazy("webhook", "送信済み")
    FAILED = "failed", pgettext_lazy("webhook", "失敗")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()

    def in_use(self) -> Self:
        return self.filter(is_active=True)


class Webhook(models.Model):
    name = models.CharField(_("名前"), max_length=80, unique=True)
    url = models.CharField(_("送信先のアドレス"), max_length=500)
    secret_locked = models.TextField(help_text="signs every call; locked by the vault")
    is_active = models.BooleanField(_("使用中"), default=True)
    failures = models.PositiveIntegerField(default=0, help_text="calls in a row that were not taken")
    stopped_why = models.CharField(max_length=300, blank=True, help_text="why it was switched off by itself")
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class WebhookCall(models.Model):
    """One message to another system: durable before anybody is called, tried again until taken or given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="calls")
    key = models.CharField(max_length=120, unique=True, help_text="the same key is the same call")
    body = models.TextField(help_text="JSON")
    state = models.CharField(_("状態"), max_length=8, choices=CallState.choices, default=CallState.WAITING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("試行"), default=0)
    code = models.PositiveSmallIntegerField(_("応答コード"), null=True, blank=True)
    answer = models.CharField(_("応答"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="webhook_call_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_call_of"),
        ]
