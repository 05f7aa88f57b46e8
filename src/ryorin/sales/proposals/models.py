"""Proposals (提案書): built from what is known of a deal; a version that was handed over never changes again."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import LANGUAGES, Member, OwnedQuerySet


class ProposalState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("proposal", "下書き")
    SENT = "sent", pgettext_lazy("proposal", "提出済み")


class SectionKind(models.TextChoices):
    TEXT = "text", pgettext_lazy("proposal", "自由な文章")
    PROBLEM = "problem", pgettext_lazy("proposal", "課題")
    SOLUTION = "solution", pgettext_lazy("proposal", "提案内容")
    EFFECT = "effect", pgettext_lazy("proposal", "期待効果")
    PRICES = "prices", pgettext_lazy("proposal", "構成・金額")
    SCHEDULE = "schedule", pgettext_lazy("proposal", "導入スケジュール")
    TEAM = "team", pgettext_lazy("proposal", "体制")
    REFERENCES = "references", pgettext_lazy("proposal", "実績")
    TERMS = "terms", pgettext_lazy("proposal", "条件")


class ProposalTemplate(models.Model):
    """Which sections a new proposal begins with; `sections` is a list of {kind, title, text}."""

    name = models.CharField(_("書式の名前"), max_length=80)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    sections = models.JSONField(default=list)
    is_active = models.BooleanField(_("使用する"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-language", "pk"]
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="one_proposal_template_per_name")]

    def __str__(self) -> str:
        return self.name


class ProposalQuerySet(OwnedQuerySet):
    def drafts(self) -> Self:
        return self.filter(state=ProposalState.DRAFT)


class Proposal(models.Model):
    """One proposal for a deal with all its versions; `amount` is the newest version's total with tax, 0 for none."""

    deal = models.ForeignKey(Deal, verbose_name=_("商談"), on_delete=models.PROTECT, related_name="proposals")
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    number = models.CharField(_("提案番号"), max_length=40, blank=True, help_text="given when first handed over")
    title = models.CharField(_("件名"), max_length=160)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    state = models.CharField(_("状態"), max_length=5, choices=ProposalState.choices, default=ProposalState.DRAFT)
    revision = models.PositiveSmallIntegerField(_("版"), default=1)
    amount = models.BigIntegerField(_("金額（税込）"), default=0)
    currency = models.CharField(max_length=3, default="JPY")
    sent_at = models.DateTimeField(_("提出日時"), null=True, blank=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="one_proposal_per_number")
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="proposal_changed"),
            models.Index(fields=["deal", "-id"], name="proposal_of_deal"),
            models.Index(fields=["owner", "state", "updated_at"], name="proposal_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class ProposalVersion(models.Model):
    """What a proposal says: `sections` are {kind, title, text, is_on}, `prices` what its table shows.

    `needs` are the ids of the needs it answers.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveSmallIntegerField(_("版"))
    title = models.CharField(_("件名"), max_length=160)
    sections = models.JSONField(default=list)
    prices = models.JSONField(default=dict)
    needs = models.JSONField(default=list)
    sent_at = models.DateTimeField(_("提出日時"), null=True, blank=True)
    sent_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document_id = models.BigIntegerField(null=True, blank=True, help_text="the PDF in the archive of documents")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["proposal", "revision"], name="one_revision_per_proposal")]

    def __str__(self) -> str:
        return f"{self.title} v{self.revision}"

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The sections that are on the paper."""
        return [section for section in self.sections if section["is_on"]]
