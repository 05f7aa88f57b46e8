"""Who allowed or refused what, with the evidence (Act on Specified Electronic Mail, article 3 and its rule 4)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    detail = models.JSONField(
        default=dict, blank=True, help_text="{form, shown: {text, version}, from: shortened network address ...}"
    )
    source = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(_("日時"))
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "medium", "-at"], name="consent_current"),
            models.Index(fields=["at"], name="consent_at"),
        ]


class SuppressionReason(models.TextChoices):
    """Why nothing is mailed to an address."""

    REFUSED = "refused", pgettext_lazy("suppression", "本人の配信停止")
    COMPLAINED = "complained", pgettext_lazy("suppression", "迷惑メールの申告")
    BOUNCED = "bounced", pgettext_lazy("suppression", "宛先不明で不達")
    STOPPED = "stopped", pgettext_lazy("suppression", "利用停止の請求")
    ERASED = "erased", pgettext_lazy("suppression", "消去の請求")
    HAND = "hand", pgettext_lazy("suppression", "社内の判断")


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def standing(self) -> "SuppressionQuerySet":
        return self.filter(lifted_at__isnull=True)


class Suppression(models.Model):
    """An address that is never mailed, known by its keyed hash only: it outlives the person, and whatever is done to
    them. Lifted only by a new consent of the person to whom the address belongs."""

    digest = models.CharField(max_length=32, help_text="lib.keyed.address_hash of the address")
    reason = models.CharField(_("理由"), max_length=12, choices=SuppressionReason.choices)
    since = models.DateTimeField(_("いつから"))
    source = models.CharField(_("どこで"), max_length=120, blank=True, help_text="mailing:12, page, imap ...")
    note = models.CharField(_("経緯"), max_length=300, blank=True, help_text="without personal data")
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(_("解除した日時"), null=True, blank=True)
    lifted_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lift_evidence = models.TextField(_("解除の証跡"), blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["-since", "-id"], name="suppression_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(lifted_at__isnull=True), name="one_suppression_per_address"
            )
        ]


class KeptEvidence(models.Model):
    """What was allowed under an address whose person is erased: proof that the mails sent had a basis, for a year."""

    digest = models.CharField(max_length=32, db_index=True)
    medium = models.CharField(max_length=8, choices=Medium.choices)
    allowed = models.BooleanField()
    basis = models.CharField(max_length=16, choices=Basis.choices)
    source = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    keep_until = models.DateField(db_index=True)
