"""Petitions (一般稟議): anything that needs approval and has no document of its own."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.workspace.approvals.models import Approval
from ryorin.workspace.files.models import File
from ryorin.workspace.members.models import Member

KIND = "petition"


class Category(models.TextChoices):
    PURCHASE = "purchase", _("購買")
    EXPENSE = "expense", _("経費・交際費")
    AGREEMENT = "agreement", _("契約・取引条件")
    PERSONNEL = "personnel", _("人事・出張")
    OTHER = "other", _("そのほか")


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, member: Member) -> Self:
        """The member's own, and those whose request they may see."""
        if not member.is_active:
            return self.none()
        seen = Approval.objects.visible_to(member).filter(kind=KIND).values("subject_id")
        return self.filter(models.Q(owner=member) | models.Q(pk__in=seen))


class Petition(models.Model):
    title = models.CharField(_("件名"), max_length=120)
    category = models.CharField(_("区分"), max_length=12, choices=Category.choices, default=Category.OTHER)
    amount = models.BigIntegerField(_("金額"), null=True, blank=True)
    text = models.TextField(_("内容"), blank=True)
    files = models.ManyToManyField(File, verbose_name=_("添付"), blank=True, related_name="+")
    owner = models.ForeignKey(Member, verbose_name=_("起案者"), on_delete=models.PROTECT, related_name="petitions")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = PetitionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title
