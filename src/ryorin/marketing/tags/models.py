"""What pages send to others, told to visitors (Telecommunications Business Act, 27-12); why data is asked for."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)


class Tag(models.Model):
    """One service to which pages send something about their visitors."""

    key = models.CharField(max_length=40, blank=True, help_text="of a ready entry: google_analytics ...")
    name = models.CharField(_("サービス名"), max_length=120)
    recipient = models.CharField(_("送信先"), max_length=160)
    data = models.TextField(_("送信される情報"))
    our_purpose = models.TextField(_("当社の利用目的"))
    their_purpose = models.TextField(_("送信先の利用目的"))
    name_en = models.CharField(_("サービス名（英語）"), max_length=120, blank=True)
    recipient_en = models.CharField(_("送信先（英語）"), max_length=160, blank=True)
    data_en = models.TextField(_("送信される情報（英語）"), blank=True)
    our_purpose_en = models.TextField(_("当社の利用目的（英語）"), blank=True)
    their_purpose_en = models.TextField(_("送信先の利用目的（英語）"), blank=True)
    policy_url = models.CharField(_("送信先のプライバシーポリシー"), max_length=500, blank=True)
    refusal_url = models.CharField(_("送信を止める方法のページ"), max_length=500, blank=True)
    hosts = models.JSONField(
        _("送信先のホスト名"), default=list, help_text='["www.googletagmanager.com", ".google.com"]'
    )
    is_active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "pk"]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """The notice as it was published: what visitors could read from then on."""

    number = models.PositiveIntegerField(_("版"), unique=True)
    entries = models.JSONField(help_text="the tags as they stood")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(_("公表日時"))

    class Meta:
        ordering = ["-number"]


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()


class Statement(models.Model):
    """A statement of purpose that forms show (利用目的); its text lies in versions."""

    name = models.CharField(_("名前"), max_length=80, unique=True)
    is_active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "name"]

    def __str__(self) -> str:
        return self.name


class StatementVersion(models.Model):
    """One wording of a statement; shown to people, it is never changed again."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版"))
    text = models.TextField(_("利用目的の文面"))
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["statement", "number"], name="one_wording_per_number")]

    def __str__(self) -> str:
        return f"{self.statement.name} v{self.number}"
