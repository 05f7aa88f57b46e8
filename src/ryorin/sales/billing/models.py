"""Delivery notes (納品書), invoices (適格請求書) and credit notes (返還請求書): written once, paid bit by bit."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.sales.contracts.models import Contract
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.models import IssuedDocument
from ryorin.workspace.members.models import LANGUAGES, Member, OwnedQuerySet
from ryorin.workspace.organisation.models import TaxRounding


class BillKind(models.TextChoices):
    DELIVERY_NOTE = "delivery_note", _("納品書")
    INVOICE = "invoice", _("請求書")
    CREDIT_NOTE = "credit_note", _("返還請求書")


class BillState(models.TextChoices):
    ISSUED = "issued", _("発行済み")
    OPEN = "open", _("未入金")
    PARTIAL = "partial", _("一部入金")
    PAID = "paid", _("入金済み")
    VOID = "void", _("取り消し")


class BillQuerySet(OwnedQuerySet):
    def invoices(self) -> Self:
        return self.filter(kind=BillKind.INVOICE)

    def unpaid(self) -> Self:
        return self.invoices().filter(state__in=(BillState.OPEN, BillState.PARTIAL))

    def overdue(self, today: date) -> Self:
        return self.unpaid().filter(due_on__lt=today)


class Bill(models.Model):
    """One document about what was delivered and is owed; money in minor units of `currency`."""

    kind = models.CharField(_("種類"), max_length=16, choices=BillKind.choices)
    number = models.CharField(_("番号"), max_length=40, unique=True)
    title = models.CharField(_("件名"), max_length=160, blank=True)
    state = models.CharField(_("状態"), max_length=8, choices=BillState.choices)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    issued_on = models.DateField(_("発行日"))
    due_on = models.DateField(_("支払期限"), null=True, blank=True)
    since = models.DateField(_("対象期間の始まり"), null=True, blank=True)
    until = models.DateField(_("対象期間の終わり"), null=True, blank=True)
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.PROTECT, related_name="bills"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.SET_NULL, related_name="bills"
    )
    to = models.CharField(_("宛名"), max_length=200)
    contract = models.ForeignKey(Contract, null=True, blank=True, on_delete=models.PROTECT, related_name="bills")
    deal = models.ForeignKey(Deal, null=True, blank=True, on_delete=models.SET_NULL, related_name="bills")
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="credit_notes")
    currency = models.CharField(max_length=3, default="JPY")
    rounding = models.CharField(_("消費税の端数"), max_length=8, choices=TaxRounding.choices, default=TaxRounding.DOWN)
    totals = models.JSONField(default=list, help_text="[{rate, net, tax, gross}], as printed")
    net = models.BigIntegerField(_("税抜金額"), default=0)
    tax = models.BigIntegerField(_("消費税"), default=0)
    gross = models.BigIntegerField(_("税込金額"), default=0)
    paid = models.BigIntegerField(_("入金額"), default=0)
    credited = models.BigIntegerField(_("返還額"), default=0)
    remarks = models.CharField(_("備考"), max_length=500, blank=True)
    document = models.ForeignKey(IssuedDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="bills")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = BillQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "state", "due_on"], name="bill_state"),
            models.Index(fields=["issued_on", "id"], name="bill_by_day"),
            models.Index(fields=["gross", "id"], name="bill_by_amount"),
            models.Index(fields=["due_on", "id"], name="bill_by_due"),
            models.Index(fields=["company", "-issued_on"], name="bill_of_company"),
            models.Index(fields=["updated_at", "id"], name="bill_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def remaining(self) -> int:
        """What is still to be paid."""
        return self.gross - self.paid - self.credited


class BillLine(models.Model):
    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    on = models.DateField(_("取引日"))
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="returned_by")
    description = models.CharField(_("品名"), max_length=300)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=3, default=1)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    unit_price = models.BigIntegerField(_("単価"), default=0)
    amount = models.BigIntegerField(_("金額（税抜）"), default=0)
    tax_rate = models.DecimalField(_("税率（％）"), max_digits=4, decimal_places=1, default=10)
    is_reduced = models.BooleanField(_("軽減税率"), default=False)

    class Meta:
        ordering = ["position", "pk"]


class BilledOrder(models.Model):
    """That an order stands on a delivery note, an invoice or a credit note: on one of each kind at most."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="billed")
    kind = models.CharField(max_length=16, choices=BillKind.choices)
    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, related_name="orders")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="order_billed_once")]


class Payment(models.Model):
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    on = models.DateField(_("入金日"))
    amount = models.BigIntegerField(_("入金額"))
    note = models.CharField(_("メモ"), max_length=200, blank=True)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "pk"]
