"""What marketing and sales promise each other for each month or quarter, in versions that both leaders sign."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ryorin.alignment.definitions.models import Agreed, AgreedQuerySet, Side
from ryorin.workspace.members.models import Member, Team


class Rhythm(models.TextChoices):
    MONTH = "month", _("月ごと")
    QUARTER = "quarter", _("四半期ごと")


class PromiseKind(models.TextChoices):
    """What is promised: the first two by marketing, the others by sales."""

    VOLUME = "volume", _("引き継ぐリードの数")
    QUALITY = "quality", _("受け入れ率")
    ANSWER = "answer", _("返事までの時間")
    CONTACT = "contact", _("受け取ってから最初の連絡まで")


class Agreement(Agreed):
    """What both promise; it counts from the second signature."""

    rhythm = models.CharField(_("期間"), max_length=8, choices=Rhythm.choices, default=Rhythm.MONTH)
    signed_by_marketing = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_by_sales = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = AgreedQuerySet["Agreement"].as_manager()

    def signed_by(self, side: str) -> Member | None:
        """Return who signed for that side."""
        return self.signed_by_marketing if side == Side.MARKETING else self.signed_by_sales


class Promise(models.Model):
    """One thing promised. `value` is a number of leads, or a share of them in percent; `hours` are business hours."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=8, choices=PromiseKind.choices)
    team = models.ForeignKey(Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.PROTECT)
    value = models.PositiveIntegerField()
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    @property
    def said(self) -> str:
        """What is promised, in words, with the team it is promised for."""
        words = {
            PromiseKind.VOLUME: gettext("引き継ぐリード %(value)s件以上"),
            PromiseKind.QUALITY: gettext("受け入れ率 %(value)s％以上"),
            PromiseKind.ANSWER: gettext("%(hours)s営業時間以内の返事 %(value)s％以上"),
            PromiseKind.CONTACT: gettext("受け取って%(hours)s営業時間以内の連絡 %(value)s％以上"),
        }
        said = words[PromiseKind(self.kind)] % {"value": f"{self.value:,}", "hours": self.hours}
        return gettext("%(team)s：%(what)s") % {"team": self.team.name, "what": said} if self.team else said


class Warned(models.Model):
    """That leaders were told about a promise of one period, so that they are told once."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="warned")
    period_start = models.DateField()
    standing = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "period_start", "standing"], name="warned_once_of_a_promise")
        ]
