"""The hand-off: a lead given to a person with its reasons, a deadline and an answer."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet, Team


class HandoffState(models.TextChoices):
    WAITING = "waiting", _("返事待ち")
    ACCEPTED = "accepted", _("受け取り済み")
    SENT_BACK = "sent_back", _("差し戻し")


class HowToRoute(models.TextChoices):
    ROUND_ROBIN = "round_robin", _("チームで順番に")
    COMPANY_OWNER = "company_owner", _("会社の担当者")
    MEMBER = "member", _("決まった担当者")


class SendBackReason(models.Model):
    name = models.CharField(_("差し戻しの理由"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

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
