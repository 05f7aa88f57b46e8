"""Mails as they are written: who sends, what is said, in which version; sending them is another leaf's work."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.marketing.campaigns.models import Campaign
from ryorin.workspace.members.models import LANGUAGES, Member


class MailKind(models.TextChoices):
    """What a mail is for: advertising needs a basis of consent and a way out, a notice about a dealing does not."""

    PROMOTION = "promotion", _("広告・宣伝を含むメール")
    TRANSACTION = "transaction", _("取引・手続きの連絡")


class EveryonesQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()


class SenderIdentity(models.Model):
    """Who a mail comes from, as the law wants it named, and the key its mails are signed with."""

    name = models.CharField(_("名前"), max_length=80, unique=True)
    from_name = models.CharField(_("差出人名"), max_length=80)
    from_email = models.CharField(_("差出人アドレス"), max_length=254)
    reply_to = models.CharField(_("返信先"), max_length=254, blank=True)
    legal_name = models.CharField(_("送信者の名称"), max_length=120, blank=True)
    postal_address = models.CharField(_("住所"), max_length=200, blank=True)
    contact = models.CharField(_("苦情・問い合わせの受付先"), max_length=200, blank=True)
    colour = models.CharField(_("ブランドカラー"), max_length=7, default="#1f4e79")
    dkim_domain = models.CharField(_("DKIM署名のドメイン"), max_length=253, blank=True)
    dkim_selector = models.CharField(_("DKIMセレクタ"), max_length=63, blank=True)
    dkim_public = models.TextField(blank=True, help_text="the public key as it stands in the name server, Base64")
    dkim_locked = models.TextField(blank=True, help_text="the private key in PEM, locked by the vault")
    is_default = models.BooleanField(_("標準の送信者"), default=False)
    is_active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = EveryonesQuerySet.as_manager()

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_mail_sender"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_key(self) -> bool:
        return bool(self.dkim_domain and self.dkim_selector and self.dkim_locked)


class MessageQuerySet(EveryonesQuerySet):
    def current(self) -> Self:
        return self.filter(archived_at__isnull=True)


class Message(models.Model):
    """A mail to be sent once or many times; what it says stands in its versions, of which the newest goes out."""

    name = models.CharField(_("メッセージ名"), max_length=120)
    kind = models.CharField(_("種類"), max_length=12, choices=MailKind.choices, default=MailKind.PROMOTION)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    sender = models.ForeignKey(
        SenderIdentity,
        verbose_name=_("送信者"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    archived_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="counts every change, for those who edit at once")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(_("更新日時"))

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["archived_at", "-updated_at", "-id"], name="message_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def newest(self) -> "MessageVersion":
        """The version that goes out when the message is sent now."""
        found: MessageVersion = self.versions.order_by("-number")[0]
        return found


class MessageVersion(models.Model):
    """What a message says; once sealed (somebody got it) nothing of it changes any more."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.CharField(_("件名"), max_length=200, blank=True)
    preheader = models.CharField(_("プリヘッダー"), max_length=200, blank=True)
    mjml = models.TextField(help_text="the body, cleaned; everything else is made from it")
    text = models.TextField(_("テキスト版"), blank=True, help_text="written by hand; blank: made from the body")
    rules = models.JSONField(default=dict, blank=True, help_text="{key: {name, condition}}: who sees which block")
    made_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="message_version_once")]

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None


class MailTemplate(models.Model):
    """A mail to begin from, kept by the company; the ones that come with the product stand in rules.samples."""

    name = models.CharField(_("テンプレート名"), max_length=80, unique=True)
    description = models.CharField(_("説明"), max_length=200, blank=True)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    subject = models.CharField(_("件名"), max_length=200, blank=True)
    preheader = models.CharField(_("プリヘッダー"), max_length=200, blank=True)
    mjml = models.TextField()
    made_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    objects = EveryonesQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TestSendState(models.TextChoices):
    SENT = "sent", pgettext_lazy("mail", "送信済み")
    FAILED = "failed", pgettext_lazy("mail", "失敗")


class TestSend(models.Model):
    """A mail that went to a member before it goes to customers."""

    __test__ = False

    edition = models.ForeignKey(MessageVersion, on_delete=models.CASCADE, related_name="tests")
    to = models.CharField(max_length=254)
    person_id = models.BigIntegerField(null=True, help_text="as whom it was filled in")
    state = models.CharField(max_length=6, choices=TestSendState.choices)
    problem = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
