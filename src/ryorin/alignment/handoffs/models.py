"""The hand-off: a lead given to a person with its reasons, a deadline and an answer."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.journeys.models import Journey, Passage
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet, Team


class HandoffState(models.TextChoices):
    WAITING = "waiting", _("返事待ち")
    ACCEPTED = "accepted", _("受け取り済み")
    SENT_BACK = "sent_back", _("差し戻し")


class HowToRoute(models.TextChoices):
    ROUND_ROBIN = "round_robin", _("チームで順番に")
    LEAST_LOADED = "least_loaded", _("チームで余力のある人へ")
    COMPANY_OWNER = "company_owner", _("会社の担当者")
    MEMBER = "member", _("決まった担当者")
    JOURNEY = "journey", _("ジャーニー（デジタルで対応）")


TO_A_TEAM = (HowToRoute.ROUND_ROBIN, HowToRoute.LEAST_LOADED)


class SendBackReason(models.Model):
    name = models.CharField(_("差し戻しの理由"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    journey = models.ForeignKey(
        Journey,
        verbose_name=_("差し戻し後のジャーニー"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    rest_days = models.PositiveSmallIntegerField(_("次に渡すまで空ける日数"), default=30)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class RoutingRule(models.Model):
    """The first rule whose condition holds says who gets the lead and within how many business hours to answer."""

    name = models.CharField(_("ルール名"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    condition = models.JSONField(default=dict, blank=True)
    how = models.CharField(_("渡し方"), max_length=16, choices=HowToRoute.choices, default=HowToRoute.ROUND_ROBIN)
    team = models.ForeignKey(Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.PROTECT)
    member = models.ForeignKey(Member, verbose_name=_("担当者"), null=True, blank=True, on_delete=models.PROTECT)
    journey = models.ForeignKey(
        Journey, verbose_name=_("ジャーニー"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hours = models.PositiveSmallIntegerField(_("返事の期限（営業時間）"), default=3)
    last_member_id = models.BigIntegerField(null=True, help_text="whose turn it was last (round robin)")
    is_active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class HandoffQuerySet(OwnedQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=HandoffState.WAITING)

    def answered(self) -> Self:
        return self.exclude(state=HandoffState.WAITING)

    def sent_back(self) -> Self:
        return self.filter(state=HandoffState.SENT_BACK)

    def overdue(self) -> Self:
        return self.waiting().filter(deadline__lt=clock.now())

    def for_member(self, member: Member) -> Self:
        """Those the member is asked to answer: their own, and those of their team that nobody holds yet."""
        of_team = models.Q(owner__isnull=True, team_id=member.team_id) if member.team_id else models.Q(pk__in=())
        return self.filter(models.Q(owner=member) | of_team)

    def for_team(self, member: Member) -> Self:
        """Those of the member's team, whoever holds them."""
        if not member.team_id:
            return self.for_member(member)
        return self.filter(models.Q(team_id=member.team_id) | models.Q(owner__team_id=member.team_id))


class Handoff(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="handoffs")
    state = models.CharField(max_length=10, choices=HandoffState.choices, default=HandoffState.WAITING)
    definition = models.ForeignKey(ReadyDefinition, null=True, on_delete=models.PROTECT)
    score = models.IntegerField(default=0)
    chance = models.PositiveSmallIntegerField(null=True, help_text="percent, as the learned score said when offered")
    reasons = models.JSONField(default=list, help_text="[{label, points}] as they were when offered")
    why_route = models.CharField(max_length=160, blank=True)
    note = models.TextField(_("申し送り"), blank=True)
    offered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    offered_at = models.DateTimeField()
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey(
        Member, verbose_name=_("受け取る人"), null=True, on_delete=models.SET_NULL, related_name="handoffs"
    )
    hours = models.PositiveSmallIntegerField(default=3, help_text="business hours to answer in")
    deadline = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_hours = models.FloatField(null=True, help_text="business hours from the offer to the answer")
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    send_back_reason = models.ForeignKey(SendBackReason, null=True, on_delete=models.PROTECT)
    answer_note = models.TextField(blank=True)
    rest_until = models.DateTimeField(null=True, help_text="sent back: not offered again before, unless it warms up")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.SET_NULL, related_name="handoffs")
    channel = models.CharField(max_length=40, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = HandoffQuerySet.as_manager()

    class Meta:
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(fields=["state", "deadline"], name="handoff_waiting"),
            models.Index(fields=["state", "answered_at"], name="handoff_answered"),
            models.Index(fields=["updated_at"], name="handoff_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="waiting"), name="one_waiting_handoff_per_person"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def is_waiting(self) -> bool:
        return self.state == HandoffState.WAITING

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.deadline < clock.now()


class Capacity(models.Model):
    """How many hours a week a member has for new leads; without a row there is no limit."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="capacity")
    hours = models.DecimalField(_("新しいリードに使える時間（週）"), max_digits=5, decimal_places=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["member_id"]


class LoadWeights(models.Model):
    """How many hours a week what a member already holds takes: one row."""

    waiting_hours = models.DecimalField(_("返事待ちの引き継ぎ1件（時間）"), max_digits=5, decimal_places=1, default=1)
    deal_hours = models.DecimalField(_("動きのない商談1件（時間）"), max_digits=5, decimal_places=1, default=1)
    quiet_days = models.PositiveSmallIntegerField(_("動きがないとみなす日数"), default=14)
    version = models.PositiveIntegerField(default=1)


class NurtureKind(models.TextChoices):
    DIGITAL = "digital", _("デジタルで対応")
    RETURNED = "returned", _("差し戻し後の育成")


class NurtureEnd(models.TextChoices):
    HANDED_OVER = "handed_over", _("担当者へ引き継ぎ")
    JOURNEY_OVER = "journey_over", _("ジャーニーが終了")
    REPLACED = "replaced", _("別のジャーニーへ")


class NurtureQuerySet(models.QuerySet["Nurture"]):
    def visible_to(self, member: Member) -> Self:
        """Return those of people whom the member may see."""
        return self.filter(person__in=Person.objects.visible_to(member)) if member.scope != "all" else self

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Nurture(models.Model):
    """A lead that a journey looks after: sent there by a routing rule, or after sales sent it back. One at a time."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="nurtures")
    kind = models.CharField(max_length=8, choices=NurtureKind.choices)
    journey = models.ForeignKey(Journey, null=True, on_delete=models.SET_NULL, related_name="+")
    passage = models.ForeignKey(Passage, null=True, on_delete=models.SET_NULL, related_name="+")
    rule = models.ForeignKey(RoutingRule, null=True, on_delete=models.SET_NULL, related_name="nurtures")
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.CASCADE, related_name="nurtures")
    why = models.CharField(max_length=160, blank=True)
    score = models.IntegerField(default=0)
    began_at = models.DateTimeField()
    goal_at = models.DateTimeField(null=True, help_text="when a goal of the journey was reached")
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=NurtureEnd.choices, blank=True)
    next_handoff = models.ForeignKey(Handoff, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = NurtureQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-pk"]
        indexes = [
            models.Index(fields=["kind", "ended_at", "-began_at"], name="nurture_listed"),
            models.Index(fields=["person", "-began_at"], name="nurture_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="one_open_nurture_per_person"
            )
        ]
