"""Quotations (御見積書): one per offer, each with its versions; a version that was sent never changes again."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import LANGUAGES, Member, OwnedQuerySet
from ryorin.workspace.organisation.models import TaxRounding


class QuotationState(models.TextChoices):
    DRAFT = "draft", _("下書き")
    WAITING = "waiting", _("承認待ち")
    SENT = "sent", _("送付済み")
    ACCEPTED = "accepted", _("受諾")
    DECLINED = "declined", _("辞退")
    EXPIRED = "expired", _("期限切れ")


class SentBy(models.TextChoices):
    LINK = "link", _("リンク")
    POST = "post", _("郵送")
    HAND = "hand", _("手渡し")
    MAIL = "mail", _("メール")


class LineKind(models.TextChoices):
    ITEM = "item", _("明細")
    HEADING = "heading", _("見出し")
    SUBTOTAL = "subtotal", _("小計")
    DISCOUNT = "discount", _("値引")


class AskedBy(models.TextChoices):
    CUSTOMER = "customer", _("お客様")
    US = "us", _("自社")


class Answer(models.TextChoices):
    WAITING = "waiting", _("検討中")
    AGREED = "agreed", _("応じた")
    PARTLY = "partly", _("一部応じた")
    REFUSED = "refused", _("応じなかった")


class QuotationQuerySet(OwnedQuerySet):
    def awaiting_answer(self) -> Self:
        return self.filter(state=QuotationState.SENT)


class Quotation(models.Model):
    """An offer to a customer; `amount` is the newest version's total with tax, in minor units of `currency`."""

    deal = models.ForeignKey(Deal, verbose_name=_("商談"), on_delete=models.PROTECT, related_name="quotations")
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="quotations"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.SET_NULL, related_name="quotations"
    )
    number = models.CharField(_("見積番号"), max_length=40, blank=True, help_text="given when first sent")
    title = models.CharField(_("件名"), max_length=160)
    state = models.CharField(_("状態"), max_length=8, choices=QuotationState.choices, default=QuotationState.DRAFT)
    revision = models.PositiveSmallIntegerField(_("版"), default=1)
    amount = models.BigIntegerField(_("金額（税込）"), default=0)
    net = models.BigIntegerField(_("金額（税抜）"), default=0)
    currency = models.CharField(max_length=3, default="JPY")
    valid_until = models.DateField(_("有効期限"), null=True, blank=True)
    sent_at = models.DateTimeField(_("送付日時"), null=True, blank=True)
    answered_at = models.DateTimeField(_("回答日時"), null=True, blank=True)
    reminded_for = models.DateField(null=True, blank=True, help_text="the validity whose end the owner was told of")
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = QuotationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="one_quotation_per_number")
        ]
        indexes = [
            models.Index(fields=["state", "valid_until"], name="quotation_state"),
            models.Index(fields=["owner", "state", "valid_until"], name="quotation_of_owner"),
            models.Index(fields=["amount", "id"], name="quotation_amount"),
            models.Index(fields=["valid_until", "id"], name="quotation_validity"),
            models.Index(fields=["updated_at", "id"], name="quotation_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class QuotationVersion(models.Model):
    """What was offered; money in minor units. `totals` holds net, tax and gross by rate, as printed."""

    quotation = models.ForeignKey(Quotation, on_delete=models.PROTECT, related_name="versions")
    revision = models.PositiveSmallIntegerField(_("版"))
    title = models.CharField(_("件名"), max_length=160)
    to_company = models.CharField(_("宛先の会社名"), max_length=160, blank=True)
    to_department = models.CharField(_("部署"), max_length=80, blank=True)
    to_person = models.CharField(_("宛名"), max_length=120, blank=True)
    honorific = models.CharField(_("敬称"), max_length=10, blank=True, default="様")
    to_postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    to_address = models.CharField(_("住所"), max_length=300, blank=True)
    language = models.CharField(_("言語"), max_length=5, choices=LANGUAGES, default="ja")
    is_inclusive = models.BooleanField(_("税込単価で入力"), default=False)
    rounding = models.CharField(_("消費税の端数"), max_length=8, choices=TaxRounding.choices, default=TaxRounding.DOWN)
    valid_until = models.DateField(_("有効期限"), null=True, blank=True)
    delivery = models.CharField(_("納期"), max_length=120, blank=True)
    delivery_place = models.CharField(_("納入場所"), max_length=120, blank=True)
    payment_terms = models.CharField(_("支払条件"), max_length=120, blank=True)
    remarks = models.TextField(_("備考"), blank=True)
    totals = models.JSONField(default=list, help_text="[{rate, net, tax, gross}], highest rate first")
    list_amount = models.BigIntegerField(_("値引前の金額"), default=0)
    discount = models.BigIntegerField(_("値引の合計"), default=0)
    net = models.BigIntegerField(_("税抜金額"), default=0)
    tax = models.BigIntegerField(_("消費税"), default=0)
    gross = models.BigIntegerField(_("税込金額"), default=0)
    cost = models.BigIntegerField(_("原価"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of everything that was offered")
    issued_on = models.DateField(_("発行日"), null=True, blank=True)
    sent_at = models.DateTimeField(_("送付日時"), null=True, blank=True)
    sent_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_how = models.CharField(_("送付方法"), max_length=4, choices=SentBy.choices, blank=True)
    document_id = models.BigIntegerField(null=True, blank=True, help_text="the PDF in the archive of documents")
    opened_at = models.DateTimeField(_("開封日時"), null=True, blank=True)
    outcome = models.CharField(
        max_length=8,
        choices=[(QuotationState.ACCEPTED, _("受諾")), (QuotationState.DECLINED, _("辞退"))],
        blank=True,
    )
    answered_at = models.DateTimeField(_("回答日時"), null=True, blank=True)
    answered_name = models.CharField(_("回答者"), max_length=120, blank=True)
    answered_from = models.GenericIPAddressField(_("回答元のIPアドレス"), null=True, blank=True)
    answer_note = models.CharField(_("回答の内容"), max_length=1000, blank=True)
    created_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["revision"]
        constraints = [
            models.UniqueConstraint(fields=["quotation", "revision"], name="one_revision_per_quotation"),
            models.UniqueConstraint(
                fields=["quotation"], condition=models.Q(outcome="accepted"), name="one_accepted_version_per_quotation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quotation.number or self.title} v{self.revision}"


class QuotationLine(models.Model):
    """One line; `unit_price`, `discount` and `amount` in minor units, with tax where the version says so."""

    version = models.ForeignKey(QuotationVersion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("行の種類"), max_length=8, choices=LineKind.choices, default=LineKind.ITEM)
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="quotation_lines"
    )
    code = models.CharField(_("品番"), max_length=80, blank=True)
    description = models.CharField(_("品名"), max_length=300, blank=True)
    note = models.CharField(_("行の備考"), max_length=300, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=3, default=1)
    unit = models.CharField(_("単位"), max_length=10, blank=True)
    unit_price = models.BigIntegerField(_("単価"), default=0)
    discount_rate = models.DecimalField(_("値引率（％）"), max_digits=5, decimal_places=2, null=True, blank=True)
    discount = models.BigIntegerField(_("値引額"), default=0)
    amount = models.BigIntegerField(_("金額"), default=0)
    tax_rate = models.DecimalField(_("税率（％）"), max_digits=4, decimal_places=1, default=10)
    is_reduced = models.BooleanField(_("軽減税率"), default=False)
    cost = models.BigIntegerField(_("原価（単価）"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    @property
    def plain_quantity(self) -> str:
        """The quantity without zeros behind the point: "2.5", "10"."""
        return f"{self.quantity.normalize():f}"


class QuotationLink(models.Model):
    """A link by which the customer opens one version without an account; only the token's hash is kept."""

    version = models.ForeignKey(QuotationVersion, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("リンクの期限"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-pk"]


class Negotiation(models.Model):
    """One round of bargaining: what was asked, by whom and when; what was answered, by whom, when and why."""

    quotation = models.ForeignKey(Quotation, on_delete=models.PROTECT, related_name="negotiations")
    about = models.ForeignKey(QuotationVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="asked")
    led_to = models.ForeignKey(QuotationVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField(_("申し入れ日"))
    asked_by = models.CharField(_("申し入れた側"), max_length=8, choices=AskedBy.choices, default=AskedBy.CUSTOMER)
    asked_name = models.CharField(_("申し入れた人"), max_length=120, blank=True)
    request = models.CharField(_("申し入れの内容"), max_length=1000)
    wished_amount = models.BigIntegerField(_("希望金額（税抜）"), null=True, blank=True)
    answer = models.CharField(_("回答"), max_length=8, choices=Answer.choices, default=Answer.WAITING)
    answer_text = models.CharField(_("回答の内容"), max_length=1000, blank=True)
    reason = models.CharField(_("理由"), max_length=1000, blank=True)
    answered_on = models.DateField(_("回答日"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Member, verbose_name=_("回答した人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_on", "pk"]
