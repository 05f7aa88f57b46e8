"""Who allowed or refused what, with the evidence (Act on Specified Electronic Mail, article 3 and its rule 4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member


class Medium(models.TextChoices):
    MAIL = "mail", _("メール")
    PHONE = "phone", _("電話")
    POST = "post", _("郵送")


class Basis(models.TextChoices):
    OPT_IN = "opt_in", _("本人の同意")
    BUSINESS_CARD = "business_card", _("名刺など書面での通知")
    RELATIONSHIP = "relationship", _("取引関係")
    PUBLISHED = "published", _("公表されたアドレス")
    REFUSED = "refused", _("本人の拒否")


class Consent(models.Model):
    """One statement about one medium; the newest one counts, none is changed or removed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    medium = models.CharField(_("手段"), max_length=8, choices=Medium.choices)
    allowed = models.BooleanField(_("許可"))
    basis = models.CharField(_("根拠"), max_length=16, choices=Basis.choices)
    evidence = models.TextField(_("証跡"), blank=True, help_text="the text shown, the place and occasion, the reason")
    source = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(_("日時"))
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "medium", "-at"], name="consent_current")]
