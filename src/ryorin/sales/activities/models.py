"""What sales did with a customer: calls, visits, meetings, mails and notes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet


class ActivityKind(models.TextChoices):
    CALL = "called", _("電話")
    VISIT = "visited", _("訪問")
    MEETING = "met", _("面談")
    MAIL = "mailed", _("メール")
    NOTE = "noted", _("メモ")


class Activity(models.Model):
    kind = models.CharField(_("種類"), max_length=10, choices=ActivityKind.choices)
    at = models.DateTimeField(_("日時"))
    minutes = models.PositiveIntegerField(_("時間（分）"), null=True, blank=True)
    subject = models.CharField(_("件名"), max_length=160, blank=True)
    body = models.TextField(_("内容"), blank=True)
    outcome = models.CharField(_("結果"), max_length=40, blank=True)
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="activities"
    )
    deal = models.ForeignKey(
        Deal, verbose_name=_("商談"), null=True, blank=True, on_delete=models.SET_NULL, related_name="activities"
    )
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, on_delete=models.SET_NULL)
    touchpoint = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "-at"], name="activity_of_owner"),
            models.Index(fields=["-at", "-id"], name="activity_newest"),
            models.Index(fields=["updated_at"], name="activity_changed"),
        ]

    def __str__(self) -> str:
        return self.subject or self.get_kind_display()
