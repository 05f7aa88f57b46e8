"""The archive: every document that went to a customer, exactly as it went, for ever."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet, Scope


class DocumentKind(models.TextChoices):
    PROPOSAL = "proposal", _("提案書")
    QUOTATION = "quotation", _("見積書")
    CONTRACT = "contract", _("契約書")
    DELIVERY_NOTE = "delivery_note", _("納品書")
    INVOICE = "invoice", _("請求書")
    CREDIT_NOTE = "credit_note", _("返還請求書")


class IssuedDocumentQuerySet(OwnedQuerySet):
    def visible_to(self, member: Member) -> Self:
        """Return the documents of the member's own records and those of deals the member sees."""
        if member.is_active and member.scope == Scope.ALL:
            return self
        seen = Deal.objects.visible_to(member).values("pk")
        mine = super().visible_to(member).filter(deal__isnull=True)
        return self.filter(models.Q(pk__in=mine.values("pk")) | models.Q(deal__in=seen))

    def newest(self) -> Self:
        return self.order_by("-issued_on", "-pk")


class Counter(models.Model):
    """The last number given out for a kind of document in a fiscal year; locking it keeps the numbers without gaps."""

    kind = models.CharField(max_length=16, choices=DocumentKind.choices)
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "fiscal_year"], name="one_counter_per_year")]


class IssuedDocument(models.Model):
    """One document as it was issued. The database refuses to change what it says or to delete it.

    `amount` with tax, in minor units of `currency`; 0 where the document names none.
    """

    kind = models.CharField(_("種類"), max_length=16, choices=DocumentKind.choices)
    number = models.CharField(_("番号"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("版"), default=1)
    issued_on = models.DateField(_("発行日"))
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, on_delete=models.SET_NULL, related_name="documents"
    )
    counterparty = models.CharField(_("相手先"), max_length=200)
    counterparty_key = models.CharField(max_length=200, help_text="folded for the search")
    amount = models.BigIntegerField(_("金額（税込）"), default=0)
    currency = models.CharField(max_length=3, default="JPY")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.SET_NULL, related_name="documents")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, on_delete=models.SET_NULL, related_name="+")
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    issued_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("登録日時"))

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "number", "revision"], name="document_issued_once")]
        indexes = [
            models.Index(fields=["-issued_on", "-id"], name="document_by_day"),
            models.Index(fields=["amount", "issued_on"], name="document_by_amount"),
            models.Index(fields=["counterparty_key", "issued_on"], name="document_by_party"),
            models.Index(fields=["company", "-issued_on"], name="document_of_company"),
            models.Index(fields=["deal", "-issued_on"], name="document_of_deal"),
            models.Index(fields=["sha256"], name="document_by_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def file_name(self) -> str:
        """The name it is downloaded under, by which it can also be found: number, counterparty, amount."""
        revised = f"-{self.revision}" if self.revision > 1 else ""
        return f"{self.number}{revised}_{self.counterparty}_{self.amount}.pdf"


class DocumentContent(models.Model):
    """The bytes of a document, in the same transaction as its row."""

    document = models.OneToOneField(IssuedDocument, primary_key=True, on_delete=models.PROTECT, related_name="content")
    pdf = models.BinaryField()
