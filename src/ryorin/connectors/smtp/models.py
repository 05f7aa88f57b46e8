"""How mails leave the house: one mail server or provider, and where this installation is reached from outside."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Transport(models.TextChoices):
    SMTP = "smtp", _("SMTPサーバー")
    ANYMAIL = "anymail", _("メール配信サービス")
    FOLDER = "folder", _("フォルダーに保存（お試し用）")


class Tls(models.TextChoices):
    STARTTLS = "starttls", _("STARTTLS")
    TLS = "tls", _("TLS（465番ポート）")
    NONE = "none", _("暗号化しない（社内のサーバーのみ）")


class Provider(models.TextChoices):
    SES = "amazon_ses", "Amazon SES"
    SENDGRID = "sendgrid", "SendGrid"
    MAILGUN = "mailgun", "Mailgun"
    POSTMARK = "postmark", "Postmark"
    BREVO = "brevo", "Brevo"
    SPARKPOST = "sparkpost", "SparkPost"
    MAILJET = "mailjet", "Mailjet"
    RESEND = "resend", "Resend"


class Relay(models.Model):
    """The way out: one row. Passwords and keys are locked by the vault."""

    transport = models.CharField(_("送信方法"), max_length=8, choices=Transport.choices, default=Transport.FOLDER)
    origin = models.CharField(
        _("このシステムの公開アドレス"), max_length=200, blank=True, help_text="https://crm.example.co.jp"
    )
    host = models.CharField(_("サーバー名"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("ポート"), default=587)
    tls = models.CharField(_("暗号化"), max_length=8, choices=Tls.choices, default=Tls.STARTTLS)
    username = models.CharField(_("ユーザー名"), max_length=200, blank=True)
    password_locked = models.TextField(blank=True)
    connections = models.PositiveSmallIntegerField(_("同時接続数"), default=4)
    timeout = models.PositiveSmallIntegerField(_("応答を待つ秒数"), default=60)
    provider = models.CharField(_("サービス"), max_length=20, choices=Provider.choices, blank=True)
    key_locked = models.TextField(blank=True)
    key_settings = models.JSONField(default=dict, blank=True, help_text="what else the provider needs: region, domain")
    bounce_domain = models.CharField(
        _("不達通知を受け取るドメイン"), max_length=253, blank=True, help_text="Return-Path: b-...@DOMAIN"
    )
    imap_host = models.CharField(_("不達通知のIMAPサーバー"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAPポート"), default=993)
    imap_tls = models.BooleanField(_("IMAPでTLSを使う"), default=True)
    imap_username = models.CharField(_("IMAPユーザー名"), max_length=200, blank=True)
    imap_password_locked = models.TextField(blank=True)
    imap_folder = models.CharField(_("フォルダー"), max_length=100, default="INBOX")
    webhook_locked = models.TextField(blank=True, help_text="the secret of the address that providers report to")
    installation = models.CharField(max_length=64, blank=True, help_text="which one may send: lib.place")
    rest_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="connections that failed in a row")
    problem = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    @property
    def is_ready(self) -> bool:
        """Whether mails can leave by what is set."""
        if self.transport == Transport.SMTP:
            return bool(self.host and self.port)
        return self.transport == Transport.FOLDER or bool(self.provider and self.key_locked)
