"""Mailings: one message to many people, and one row for every person it goes to."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.models import Verdict
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.experiments.models import Experiment
from ryorin.marketing.experiments.models import Variant as ExperimentVariant
from ryorin.marketing.mail.models import Message, MessageVersion
from ryorin.workspace.members.models import Member


class MailingState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("mailing", "下書き")
    CHECKING = "checking", pgettext_lazy("mailing", "宛先を準備中")
    SCHEDULED = "scheduled", pgettext_lazy("mailing", "予約済み")
    SENDING = "sending", pgettext_lazy("mailing", "配信中")
    PAUSED = "paused", pgettext_lazy("mailing", "一時停止")
    DONE = "done", pgettext_lazy("mailing", "配信済み")
    CANCELLED = "cancelled", pgettext_lazy("mailing", "中止")


class When(models.TextChoices):
    NOW = "now", _("すぐに配信")
    AT = "at", _("日時を指定")
    BEST_HOUR = "best_hour", _("一人ひとりが読みやすい時間")


class PauseReason(models.TextChoices):
    MEMBER = "member", _("担当者が止めました")
    LOGIN = "login", _("メールサーバーにログインできません")
    CONTENT = "content", _("メールサーバーが内容を受け付けません")
    SENDER = "sender", _("メールサーバーが送信元アドレスを受け付けません")
    RESTORED = "restored", _("別の環境で動き始めたため、確認を待っています")
    MESSAGE = "message", _("メッセージを組み立てられません")


class Kind(models.TextChoices):
    BULK = "bulk", _("一斉配信")
    SINGLE = "single", _("個別の自動配信")


class RecipientState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("recipient", "待機中")
    LEASED = "leased", pgettext_lazy("recipient", "送信処理中")
    SENT = "sent", pgettext_lazy("recipient", "送信済み")
    UNCERTAIN = "uncertain", pgettext_lazy("recipient", "届いたか不明")
    FAILED = "failed", pgettext_lazy("recipient", "送信できず")
    SUPPRESSED = "suppressed", pgettext_lazy("recipient", "配信停止のため除外")
    SKIPPED = "skipped", pgettext_lazy("recipient", "取りやめ")


class Bounce(models.TextChoices):
    HARD = "hard", _("宛先不明")
    SOFT = "soft", _("一時的な不達")
    COMPLAINT = "complaint", _("迷惑メールの申告")


class MailingQuerySet(models.QuerySet["Mailing"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()

    def bulk(self) -> Self:
        return self.filter(kind=Kind.BULK)


class Mailing(models.Model):
    """A message on its way to an audience: people in any of the segments (or meeting the condition), save those in
    the excluded segments. A single mailing gathers what journeys send of one message, one key for each mail."""

    name = models.CharField(_("配信名"), max_length=120)
    kind = models.CharField(_("種類"), max_length=6, choices=Kind.choices, default=Kind.BULK)
    message = models.ForeignKey(
        Message, verbose_name=_("メッセージ"), null=True, blank=True, on_delete=models.PROTECT, related_name="mailings"
    )
    edition = models.ForeignKey(
        MessageVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="mailings", help_text="as sent"
    )
    topic = models.ForeignKey(
        "Topic",
        verbose_name=_("メールの種類"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="mailings",
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, blank=True, on_delete=models.PROTECT, related_name="mailings"
    )
    segments = models.ManyToManyField(Segment, verbose_name=_("宛先のセグメント"), blank=True, related_name="mailings")
    excluded = models.ManyToManyField(Segment, verbose_name=_("除くセグメント"), blank=True, related_name="+")
    condition = models.JSONField(_("宛先の条件"), null=True, blank=True, help_text="a tree of conditions about people")
    when = models.CharField(_("配信のタイミング"), max_length=9, choices=When.choices, default=When.NOW)
    starts_at = models.DateTimeField(_("配信開始"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(_("1分あたりの上限"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=9, choices=MailingState.choices, default=MailingState.DRAFT)
    pause_reason = models.CharField(_("止まっている理由"), max_length=10, choices=PauseReason.choices, blank=True)
    pause_note = models.CharField(max_length=300, blank=True, help_text="what the mail server said")
    resume_to = models.CharField(max_length=9, blank=True, help_text="the state to go on with after a pause")
    audience_until = models.BigIntegerField(default=0, help_text="the last person whose row was made")
    size = models.PositiveIntegerField(_("宛先の人数"), default=0)
    lanes = models.JSONField(default=list, help_text="the lanes its recipients stand in")
    experiment = models.ForeignKey(
        Experiment, null=True, blank=True, on_delete=models.SET_NULL, related_name="mailings"
    )
    test_share = models.PositiveSmallIntegerField(_("テストする割合（%）"), default=0)
    test_hours = models.PositiveSmallIntegerField(_("結果を待つ時間"), default=4)
    test_ends_at = models.DateTimeField(null=True, blank=True)
    is_winner_by_rule = models.BooleanField(_("勝った案を自動で残りに配信する"), default=True)
    tally = models.JSONField(default=dict, blank=True, help_text="counts of its recipients; queries.report.Tally")
    tallied_at = models.DateTimeField(null=True, blank=True)
    is_tally_stale = models.BooleanField(default=False)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    confirmed_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(_("配信を始めた日時"), null=True, blank=True)
    finished_at = models.DateTimeField(_("配信を終えた日時"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="mailing_due"),
            models.Index(fields=["kind", "-id"], name="mailing_kind"),
            models.Index(fields=["id"], condition=models.Q(is_tally_stale=True), name="mailing_stale"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=models.Q(kind="single"), name="one_single_mailing_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Wording(models.Model):
    """What those get who were drawn for a variant of the mailing's test: another subject, or another message."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="wordings")
    variant = models.OneToOneField(ExperimentVariant, on_delete=models.PROTECT, related_name="wording")
    subject = models.CharField(_("件名"), max_length=200, blank=True)
    edition = models.ForeignKey(MessageVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def visible_to(self, member: Member) -> Self:
        """Return the rows of people whom the member may see."""
        return self.filter(person__in=Person.objects.visible_to(member)) if member.scope != "all" else self


class Recipient(models.Model):
    """One mail to one person. `handed_at` is set, durably, before the server is given the text: a row that has it
    and no answer is uncertain once its lease is over, and is never sent again by itself."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="recipients")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="mails")
    key = models.CharField(max_length=120, blank=True, help_text="of a single mail: the same key is the same mail")
    reason = models.CharField(max_length=160, blank=True, help_text="why a single mail goes out, in words")
    address = models.CharField(_("メールアドレス"), max_length=254, blank=True)
    domain = models.CharField(max_length=253, blank=True, help_text="of the address, in small letters")
    lane = models.CharField(max_length=120, blank=True, help_text="the provider whose pace it keeps; blank: the rest")
    state = models.CharField(_("状態"), max_length=10, choices=RecipientState.choices, default=RecipientState.WAITING)
    due_at = models.DateTimeField(help_text="not before this moment")
    give_up_at = models.DateTimeField(null=True, help_text="no further try after this moment")
    lease = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message_uid = models.CharField(max_length=120, blank=True, help_text="the Message-ID, without angle brackets")
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("送信日時"), null=True)
    code = models.PositiveSmallIntegerField(_("応答コード"), null=True)
    answer = models.CharField(_("サーバーの応答"), max_length=300, blank=True)
    variant = models.ForeignKey(ExperimentVariant, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("開封日時"), null=True)
    machine_opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(_("クリック日時"), null=True)
    machine_clicked_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(_("配信停止日時"), null=True)
    bounce = models.CharField(_("不達"), max_length=9, choices=Bounce.choices, blank=True)
    bounced_at = models.DateTimeField(null=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["mailing", "lane", "due_at"], condition=models.Q(state="waiting"), name="recipient_waiting"
            ),
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="recipient_due"),
            models.Index(fields=["lease_until"], condition=models.Q(state="leased"), name="recipient_leased"),
            models.Index(fields=["mailing", "state", "id"], name="recipient_state"),
            models.Index(fields=["mailing", "sent_at"], name="recipient_sent"),
            models.Index(fields=["person", "-id"], name="recipient_person"),
            models.Index(fields=["address", "mailing"], name="recipient_address"),
            models.Index(fields=["message_uid"], name="recipient_message_uid"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mailing", "person"], condition=models.Q(key=""), name="one_mail_per_mailing_and_person"
            ),
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="one_mail_per_key"),
        ]


class MailLink(models.Model):
    """An address that stands in what was sent; only these are ever led on to."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="links")
    url = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the address")
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["mailing", "digest"], name="one_link_per_mailing")]


class MailEvent(models.Model):
    """One opening or click, with the verdict whether a person or a machine did it; kept whichever it was."""

    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=[("opened", _("開封")), ("clicked", _("クリック"))])
    link = models.ForeignKey(MailLink, null=True, on_delete=models.CASCADE, related_name="clicks")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    why = models.CharField(max_length=40, blank=True, help_text="what made it a machine's")
    told = models.BooleanField(default=False, help_text="stands in the history of touchpoints")

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "at"], name="mail_event_of"),
            models.Index(fields=["link", "verdict"], name="mail_event_link"),
            models.Index(fields=["id"], condition=models.Q(told=False), name="mail_event_untold"),
        ]


class BounceReport(models.Model):
    """One report about a mail of ours: as it came, and what was made of it. The same report counts once."""

    uid = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what came, or the provider's id")
    recipient = models.ForeignKey(Recipient, null=True, on_delete=models.SET_NULL, related_name="reports")
    address = models.CharField(max_length=254, blank=True)
    bounce = models.CharField(max_length=9, choices=Bounce.choices)
    status = models.CharField(max_length=12, blank=True, help_text="RFC 3463: 5.1.1")
    detail = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=20, help_text="smtp, imap, webhook")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "bounce", "at"], name="bounce_of_address")]


class Pace(models.Model):
    """How fast one lane may be fed: a bucket that fills by the minute, shared by all workers through its row."""

    lane = models.CharField(max_length=120, unique=True, help_text="a provider, a domain, or mailing:ID")
    per_minute = models.PositiveIntegerField(_("1分あたりの上限"))
    connections = models.PositiveSmallIntegerField(_("同時接続数"), default=4)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField()
    rest_until = models.DateTimeField(null=True, help_text="asked to slow down by the provider")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["lane"]


class MailPause(models.Model):
    """Somebody asked for no mail until a day; the consent itself stays."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="mail_pause")
    until = models.DateTimeField()
    asked_at = models.DateTimeField()


class Topic(models.Model):
    """A kind of mail people may choose on the preference page."""

    name = models.CharField(_("種類"), max_length=60, unique=True)
    note = models.CharField(_("説明"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class TopicRefusal(models.Model):
    """A person does not want one kind of mail; all other kinds still come."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="topic_refusals")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="refusals")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_refusal_per_topic")]
