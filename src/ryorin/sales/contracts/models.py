"""Contracts (契約): what was agreed, who signed it when, what runs from it until when."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.models import IssuedDocument
from ryorin.sales.quotations.models import QuotationVersion
from ryorin.workspace.members.models import LANGUAGES, Member, OwnedQuerySet
from ryorin.workspace.organisation.models import TaxRounding


class ContractKind(models.TextChoices):
    SALE = "sale", _("売買（一回）")
    RECURRING = "recurring", _("継続（月額・年額）")


class Billed(models.TextChoices):
    MONTH = "month", _("月額")
    YEAR = "year", _("年額")


class ContractState(models.TextChoices):
    DRAFT = "draft", _("作成中")
    SENT = "sent", _("署名待ち")
    SIGNED = "signed", _("締結済み")
    DECLINED = "declined", _("辞退")
    EXPIRED = "expired", _("署名期限切れ")
    WITHDRAWN = "withdrawn", _("取り下げ")
    ENDED = "ended", _("終了")


class Side(models.TextChoices):
    US = "us", _("自社")
    CUSTOMER = "customer", _("お客様")


class SignedHow(models.TextChoices):
    DRAWN = "drawn", _("手書き")
    TYPED = "typed", _("文字入力")
    PAPER = "paper", _("書面")


class TermOrigin(models.TextChoices):
    FIRST = "first", _("当初")
    RENEWED = "renewed", _("更新")


class ReminderKind(models.TextChoices):
    NOTICE = "notice", _("解約通知の期限")
    END = "end", _("契約の満了")


class ContractTemplate(models.Model):
    """A form of contract; its clauses stand in its revisions, so that old contracts keep theirs."""

    name = models.CharField(_("ひな形の名前"), max_length=80, unique=True)
    kind = models.CharField(_("種類"), max_length=10, choices=ContractKind.choices, default=ContractKind.SALE)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    title = models.CharField(_("表題"), max_length=80)
    revision = models.PositiveSmallIntegerField(_("版"), default=1)
    is_active = models.BooleanField(_("使用中"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class TemplateRevision(models.Model):
    template = models.ForeignKey(ContractTemplate, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveSmallIntegerField()
    clauses = models.JSONField(default=list, help_text="[{heading, body}]")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-revision"]
        constraints = [models.UniqueConstraint(fields=["template", "revision"], name="one_revision_per_template")]


class ContractQuerySet(OwnedQuerySet):
    def in_force(self) -> Self:
        return self.filter(state=ContractState.SIGNED)

    def recurring(self) -> Self:
        return self.filter(kind=ContractKind.RECURRING)

    def ending_before(self, day: date) -> Self:
        return self.in_force().filter(ends_on__lt=day)


class Contract(models.Model):
    """One agreement; money in minor units of `currency`, of one period where it recurs. `ends_on` is the last day."""

    number = models.CharField(_("契約番号"), max_length=40, blank=True, help_text="given when first sent")
    title = models.CharField(_("件名"), max_length=160)
    kind = models.CharField(_("種類"), max_length=10, choices=ContractKind.choices, default=ContractKind.SALE)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    state = models.CharField(_("状態"), max_length=10, choices=ContractState.choices, default=ContractState.DRAFT)
    revision = models.PositiveSmallIntegerField(_("版"), default=1)
    deal = models.ForeignKey(
        Deal, verbose_name=_("商談"), null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.SET_NULL, related_name="contracts"
    )
    quotation = models.ForeignKey(
        QuotationVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    template = models.ForeignKey(ContractTemplate, null=True, blank=True, on_delete=models.SET_NULL)
    currency = models.CharField(max_length=3, default="JPY")
    is_inclusive = models.BooleanField(_("税込単価"), default=False)
    rounding = models.CharField(_("消費税の端数"), max_length=8, choices=TaxRounding.choices, default=TaxRounding.DOWN)
    totals = models.JSONField(default=list, help_text="[{rate, net, tax, gross}], as in the quotation")
    net = models.BigIntegerField(_("税抜金額"), default=0)
    tax = models.BigIntegerField(_("消費税"), default=0)
    gross = models.BigIntegerField(_("税込金額"), default=0)
    billed = models.CharField(_("請求の単位"), max_length=5, choices=Billed.choices, default=Billed.MONTH)
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("満了日"), null=True, blank=True)
    renews = models.BooleanField(_("自動更新"), default=False)
    renewal_months = models.PositiveSmallIntegerField(_("更新の期間（か月）"), default=12)
    notice_days = models.PositiveSmallIntegerField(_("解約通知の期限（満了の何日前）"), default=60)
    delivery = models.CharField(_("納期"), max_length=120, blank=True)
    delivery_place = models.CharField(_("納入場所"), max_length=120, blank=True)
    payment_terms = models.CharField(_("支払条件"), max_length=120, blank=True)
    remind_on = models.DateField(null=True, blank=True, help_text="when the owner is reminded of notice or end")
    sign_by = models.DateField(_("署名の期限"), null=True, blank=True)
    sent_at = models.DateTimeField(_("送付日時"), null=True, blank=True)
    signed_at = models.DateTimeField(_("締結日時"), null=True, blank=True)
    ended_at = models.DateTimeField(_("終了日時"), null=True, blank=True)
    cancelled_on = models.DateField(_("解約の申し出日"), null=True, blank=True)
    end_note = models.CharField(_("終了・辞退の理由"), max_length=300, blank=True)
    document = models.ForeignKey(
        IssuedDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="one_contract_per_number"),
            models.UniqueConstraint(
                fields=["quotation"],
                condition=~models.Q(state__in=("declined", "expired", "withdrawn")),
                name="one_contract_per_quotation",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "kind", "ends_on"], name="contract_state"),
            models.Index(fields=["state", "sign_by"], name="contract_sign_by"),
            models.Index(fields=["ends_on", "id"], name="contract_end"),
            models.Index(fields=["state", "remind_on"], name="contract_remind"),
            models.Index(fields=["gross", "id"], name="contract_amount"),
            models.Index(fields=["company", "state"], name="contract_of_company"),
            models.Index(fields=["updated_at", "id"], name="contract_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def is_recurring(self) -> bool:
        return self.kind == ContractKind.RECURRING

    @property
    def counterparty(self) -> str:
        """The other party's name: the company's, or of a consumer the person's."""
        return self.company.name if self.company else self.person.name if self.person else ""


class ContractLine(models.Model):
    """One line; `unit_price` and `amount` in minor units, with tax where the contract says so."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="contract_lines")
    description = models.CharField(_("品名"), max_length=300)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=3, default=1)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    unit_price = models.BigIntegerField(_("単価"), default=0)
    amount = models.BigIntegerField(_("金額"), default=0)
    tax_rate = models.DecimalField(_("税率（％）"), max_digits=4, decimal_places=1, default=10)
    is_reduced = models.BooleanField(_("軽減税率"), default=False)

    class Meta:
        ordering = ["position", "pk"]

    @property
    def plain_quantity(self) -> str:
        """The quantity without zeros behind the point: "2.5", "10"."""
        return f"{self.quantity.normalize():f}"


class ContractVersion(models.Model):
    """The wording of a contract; once sent, with the exact PDF that both sides sign, it never changes."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="versions")
    revision = models.PositiveSmallIntegerField(_("版"))
    title = models.CharField(_("表題"), max_length=80)
    clauses = models.JSONField(default=list, help_text="[{heading, body}], placeholders not yet filled")
    terms = models.JSONField(default=dict, help_text="what the contract said when this version was sent")
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["contract", "revision"], name="one_revision_per_contract")]


class Signature(models.Model):
    """Who signed which exact PDF, for which side, when and from where."""

    version = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(_("署名した側"), max_length=8, choices=Side.choices)
    how = models.CharField(_("署名の方法"), max_length=5, choices=SignedHow.choices)
    name = models.CharField(_("署名者"), max_length=120)
    title = models.CharField(_("役職"), max_length=80, blank=True)
    drawing = models.BinaryField(null=True, help_text="PNG")
    at = models.DateTimeField(_("署名日時"))
    address = models.GenericIPAddressField(_("IPアドレス"), null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    with_code = models.BooleanField(default=False, help_text="a one-time code was asked for")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "side"], name="each_side_signs_once")]


class SigningLink(models.Model):
    """A link by which the customer signs without an account; only hashes of the token and the code are kept."""

    version = models.ForeignKey(ContractVersion, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(_("リンクの期限"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(_("開封日時"), null=True, blank=True)
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]


class Term(models.Model):
    """One stretch of time a recurring contract runs; renewal adds the next."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="terms")
    origin = models.CharField(max_length=8, choices=TermOrigin.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [models.UniqueConstraint(fields=["contract", "starts_on"], name="term_begins_once")]


class BookedPeriod(models.Model):
    """The order that was booked for one period of a contract, once."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="periods")
    starts_on = models.DateField()
    order = models.ForeignKey(Order, null=True, on_delete=models.SET_NULL, related_name="contract_periods")
    booked_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_on"]
        constraints = [models.UniqueConstraint(fields=["contract", "starts_on"], name="period_booked_once")]


class Reminder(models.Model):
    """That the owner was reminded of a date, once."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=8, choices=ReminderKind.choices)
    about_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "kind", "about_on"], name="reminded_once")]


class SigningKey(models.Model):
    """The company's own key for sealing final PDFs; the key itself is locked with the secret outside the database."""

    subject = models.CharField(_("名義"), max_length=300)
    issuer = models.CharField(_("発行者"), max_length=300)
    fingerprint = models.CharField(_("指紋（SHA-256）"), max_length=64)
    valid_from = models.DateTimeField(_("有効期間の始まり"))
    valid_until = models.DateTimeField(_("有効期間の終わり"))
    is_self_made = models.BooleanField(default=True)
    is_current = models.BooleanField(default=True)
    certificate = models.TextField(help_text="PEM")
    locked = models.TextField(help_text="PKCS#12, locked by the vault")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_current"], condition=models.Q(is_current=True), name="one_current_key")
        ]
