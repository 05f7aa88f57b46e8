"""Companies we do business with, or want to."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.members.models import Member, OwnedQuerySet


class TaxRounding(models.TextChoices):
    DOWN = "down", _("切り捨て")
    HALF_UP = "half_up", _("四捨五入")
    UP = "up", _("切り上げ")


class ClosingDay(models.TextChoices):
    THE_5TH = "5", _("5日締め")
    THE_10TH = "10", _("10日締め")
    THE_15TH = "15", _("15日締め")
    THE_20TH = "20", _("20日締め")
    THE_25TH = "25", _("25日締め")
    MONTH_END = "end", _("月末締め")
    NONE = "none", _("都度請求")


class PaymentSite(models.TextChoices):
    PREPAID = "prepaid", _("前払い")
    DAYS_30 = "days_30", _("請求後30日以内")
    NEXT_10TH = "next_10", _("翌月10日払い")
    NEXT_15TH = "next_15", _("翌月15日払い")
    NEXT_20TH = "next_20", _("翌月20日払い")
    NEXT_25TH = "next_25", _("翌月25日払い")
    NEXT_END = "next_end", _("翌月末払い")
    SECOND_10TH = "second_10", _("翌々月10日払い")
    SECOND_END = "second_end", _("翌々月末払い")


class CompanyQuerySet(OwnedQuerySet):
    def newest(self) -> Self:
        return self.order_by("-pk")


class Company(models.Model):
    name = models.CharField(_("会社名"), max_length=160)
    name_kana = models.CharField(_("会社名カナ"), max_length=200, blank=True)
    name_en = models.CharField(_("会社名（英語）"), max_length=200, blank=True)
    match_key = models.CharField(max_length=160, help_text="the name without legal form, spaces and variants")
    corporate_number = models.CharField(_("法人番号"), max_length=13, null=True, blank=True, unique=True)
    industry = models.CharField(_("業種"), max_length=80, blank=True)
    employees = models.IntegerField(_("従業員数"), null=True, blank=True)
    annual_revenue = models.BigIntegerField(_("年間売上高"), null=True, blank=True)
    established_year = models.IntegerField(_("設立年"), null=True, blank=True)
    phone = models.CharField(_("電話番号"), max_length=40, blank=True)
    fax = models.CharField(_("FAX"), max_length=40, blank=True)
    website = models.CharField(_("ウェブサイト"), max_length=200, blank=True)
    postal_code = models.CharField(_("郵便番号"), max_length=8, blank=True)
    prefecture = models.CharField(_("都道府県"), max_length=2, blank=True)
    city = models.CharField(_("市区町村"), max_length=80, blank=True)
    street = models.CharField(_("番地"), max_length=160, blank=True)
    building = models.CharField(_("建物名"), max_length=120, blank=True)
    payment_terms = models.CharField(_("締め日・支払条件"), max_length=80, blank=True)
    closing_day = models.CharField(_("締め日"), max_length=4, blank=True, choices=ClosingDay.choices)
    payment_site = models.CharField(_("支払サイト"), max_length=10, blank=True, choices=PaymentSite.choices)
    tax_rounding = models.CharField(_("消費税の端数"), max_length=8, blank=True, choices=TaxRounding.choices)
    customer_group = models.CharField(_("顧客グループ"), max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("親会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="subsidiaries"
    )
    do_not_call = models.BooleanField(_("架電禁止"), default=False, db_default=False)
    do_not_call_reason = models.CharField(_("架電禁止の理由"), max_length=120, blank=True, default="", db_default="")
    do_not_call_on = models.DateField(_("架電禁止にした日"), null=True, blank=True)
    memo = models.TextField(_("メモ"), blank=True)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    external_key = models.CharField(_("外部ID"), max_length=120, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("登録日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = CompanyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["match_key"], name="company_match"),
            models.Index(fields=["name_kana", "id"], name="company_kana"),
            models.Index(fields=["updated_at"], name="company_changed"),
            models.Index(fields=["customer_group"], name="company_group"),
            models.Index(fields=["prefecture", "industry"], name="company_place"),
        ]

    def __str__(self) -> str:
        return self.name
