"""The voice of the customer: what people said they need, wish, dislike or praise, as data."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member, OwnedQuerySet


class NeedKind(models.TextChoices):
    PROBLEM = "problem", pgettext_lazy("need", "課題")
    WISH = "wish", pgettext_lazy("need", "要望")
    COMPLAINT = "complaint", pgettext_lazy("need", "不満")
    PRAISE = "praise", pgettext_lazy("need", "称賛")
    COMPETITOR = "competitor", pgettext_lazy("need", "競合")
    BUDGET = "budget", pgettext_lazy("need", "予算")


class NeedState(models.TextChoices):
    OPEN = "open", pgettext_lazy("need", "未対応")
    PROPOSED = "proposed", pgettext_lazy("need", "提案中")
    MET = "met", pgettext_lazy("need", "対応済み")
    DROPPED = "dropped", pgettext_lazy("need", "見送り")


class NeedSource(models.TextChoices):
    HEARING = "hearing", pgettext_lazy("need", "ヒアリング")
    ACTIVITY = "activity", pgettext_lazy("need", "活動")
    DEAL = "deal", pgettext_lazy("need", "商談")
    PERSON = "person", pgettext_lazy("need", "顧客ページ")
    OTHER = "other", pgettext_lazy("need", "その他")


class NeedQuerySet(OwnedQuerySet):
    def of_deal(self, deal_id: int) -> Self:
        return self.filter(deal_id=deal_id)

    def waiting(self) -> Self:
        return self.filter(state__in=(NeedState.OPEN, NeedState.PROPOSED))


class Need(models.Model):
    """One thing a customer told us; `budget` in minor units of the company's currency, `strength` from 1 to 5."""

    kind = models.CharField(_("種類"), max_length=12, choices=NeedKind.choices)
    what = models.CharField(_("内容"), max_length=200)
    words = models.TextField(_("お客さまの言葉"), blank=True)
    strength = models.PositiveSmallIntegerField(_("強さ（1〜5）"), default=3)
    area = models.CharField(_("商品分野"), max_length=80, blank=True)
    product = models.ForeignKey(
        Product, verbose_name=_("商品"), null=True, blank=True, on_delete=models.SET_NULL, related_name="needs"
    )
    competitor = models.CharField(_("競合"), max_length=80, blank=True)
    budget = models.BigIntegerField(_("予算"), null=True, blank=True)
    wanted_on = models.DateField(_("希望時期"), null=True, blank=True)
    said_at = models.DateTimeField(_("聞いた日時"))
    person = models.ForeignKey(
        Person, verbose_name=_("顧客"), null=True, blank=True, on_delete=models.CASCADE, related_name="needs"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="needs"
    )
    deal_id = models.BigIntegerField(_("商談"), null=True, blank=True)
    source = models.CharField(_("聞いた場面"), max_length=10, choices=NeedSource.choices, default=NeedSource.OTHER)
    source_key = models.CharField(
        max_length=80, null=True, blank=True, unique=True, help_text="whoever writes it finds it again by this"
    )
    state = models.CharField(_("状態"), max_length=8, choices=NeedState.choices, default=NeedState.OPEN)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("登録日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at", "-pk"]
        indexes = [
            models.Index(fields=["-said_at", "-id"], name="need_newest"),
            models.Index(fields=["kind", "area"], name="need_kind"),
            models.Index(fields=["deal_id", "-said_at"], name="need_of_deal"),
            models.Index(fields=["updated_at"], name="need_changed"),
        ]

    def __str__(self) -> str:
        return self.what


class Interest(models.Model):
    """What a person's open needs come to: the product that matters most, and the largest budget named."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="interest")
    product = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    budget = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()
