"""The company that runs this installation: one row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.files.models import File


class TaxRounding(models.TextChoices):
    DOWN = "down", _("切り捨て")
    HALF_UP = "half_up", _("四捨五入")
    UP = "up", _("切り上げ")


class Organisation(models.Model):
    name = models.CharField(_("会社名"), max_length=120)
    name_kana = models.CharField(_("会社名カナ"), max_length=160, blank=True)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    registration_number = models.CharField(_("適格請求書発行事業者の登録番号"), max_length=14, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=2, blank=True)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    phone = models.CharField(_("電話番号"), max_length=30, blank=True)
    website = models.URLField(_("ウェブサイト"), blank=True)
    fiscal_start_month = models.PositiveSmallIntegerField(_("会計年度の始まる月"), default=4)
    tax_rounding = models.CharField(_("消費税の端数"), max_length=8, choices=TaxRounding.choices, default="down")
    time_zone = models.CharField(_("時間帯"), max_length=40, default="Asia/Tokyo")
    currency = models.CharField(_("通貨"), max_length=3, default="JPY")
    sender_name = models.CharField(_("差出人名"), max_length=80, blank=True)
    sender_email = models.EmailField(_("差出人メールアドレス"), blank=True)
    complaints_contact = models.CharField(_("苦情・問い合わせの受付先"), max_length=200, blank=True)
    opens_hour = models.PositiveSmallIntegerField(_("始業"), default=9)
    closes_hour = models.PositiveSmallIntegerField(_("終業"), default=18)
    logo = models.ForeignKey(
        File, verbose_name=_("ロゴ"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seal = models.ForeignKey(
        File, verbose_name=_("角印"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    bank_account = models.TextField(_("振込先"), blank=True)
    payment_note = models.TextField(_("お支払いについて"), blank=True)
    closed_days = models.JSONField(_("会社の休業日"), default=list, blank=True, help_text="ISO dates")
    site_key = models.CharField(max_length=32, blank=True, help_text="key in the collector's script")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
