"""Forms that people fill in; each answer becomes a lead that knows where it came from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.people.models import Person
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.tags.models import StatementVersion
from ryorin.workspace.files.models import File
from ryorin.workspace.members.models import Member


class FormState(models.TextChoices):
    DRAFT = "draft", _("下書き")
    PUBLISHED = "published", _("公開中")
    CLOSED = "closed", _("終了")


class FormQuerySet(models.QuerySet["Form"]):
    def visible_to(self, member: Member) -> "FormQuerySet":
        return self if member.is_active else self.none()


class Form(models.Model):
    name = models.CharField(_("フォーム名"), max_length=120)
    slug = models.SlugField(_("アドレス"), max_length=60, unique=True)
    title = models.CharField(_("見出し"), max_length=120)
    intro = models.TextField(_("説明"), blank=True)
    fields = models.JSONField(_("項目"), default=list, help_text="[{name, label, type, required, choices, maps_to}]")
    statement = models.ForeignKey(
        StatementVersion,
        verbose_name=_("利用目的"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="forms",
    )
    consent_text = models.TextField(_("個人情報の取り扱いと同意の文面"), blank=True)
    thank_you = models.TextField(_("送信後の文面"), blank=True)
    redirect_url = models.CharField(_("送信後の移動先"), max_length=500, blank=True)
    download = models.ForeignKey(
        File, verbose_name=_("ダウンロード資料"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("施策"), null=True, blank=True, on_delete=models.SET_NULL, related_name="forms"
    )
    state = models.CharField(_("状態"), max_length=10, choices=FormState.choices, default=FormState.DRAFT)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = FormQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """What a form showed in one of its versions: kept as evidence of what people agreed to, never changed."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="{title, intro, fields, consent_text, thank_you}")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="one_form_version_per_number")]


class FormAnswer(models.Model):
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="answers")
    seen = models.ForeignKey(FormVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="answers")
    place = models.JSONField(default=dict, blank=True, help_text="{page, version, experiment, variant}: where it stood")
    uid = models.UUIDField(unique=True, help_text="made when the page was shown: sending twice is one answer")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="form_answers")
    visitor = models.CharField(max_length=36, blank=True)
    values = models.JSONField()
    channel = models.CharField(max_length=40, blank=True)
    utm = models.JSONField(default=dict, blank=True)
    is_spam = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
