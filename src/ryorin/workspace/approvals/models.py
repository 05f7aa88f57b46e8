"""Approvals (稟議): routes and their steps, requests with the turns of those who decide, stand-ins of the absent."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.lib import clock
from ryorin.workspace.members.models import Level, Member, Role, Scope, Team


class Who(models.TextChoices):
    SUPERIOR = "superior", _("申請者の上長")
    LEVEL = "level", _("上長をたどり、この役職以上の人")
    MEMBERS = "members", _("決まった人")
    TEAM = "team", _("チームの人")
    ROLE = "role", _("この権限の人")


class Quorum(models.TextChoices):
    ANY = "any", _("誰か1人")
    ALL = "all", _("全員")
    NUMBER = "number", _("人数を決める")


class Route(models.Model):
    """The first route of a kind that is in force and whose condition holds says who has to approve."""

    kind = models.CharField(_("申請の種類"), max_length=40)
    name = models.CharField(_("ルート名"), max_length=80)
    condition = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    starts_on = models.DateField(_("適用開始日"), null=True, blank=True)
    ends_on = models.DateField(_("適用終了日"), null=True, blank=True)
    is_active = models.BooleanField(_("使用中"), default=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "position", "pk"]
        indexes = [models.Index(fields=["kind", "is_active", "position"], name="route_of_kind")]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One step of a route: who decides, how many of them, and within how many business hours."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("段の名前"), max_length=40, blank=True)
    who = models.CharField(_("承認者"), max_length=10, choices=Who.choices, default=Who.SUPERIOR)
    level = models.PositiveSmallIntegerField(_("役職"), choices=Level.choices, null=True, blank=True)
    members = models.ManyToManyField(Member, verbose_name=_("決まった人"), blank=True, related_name="+")
    team = models.ForeignKey(
        Team, verbose_name=_("チーム"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("権限"), max_length=20, choices=Role.choices, blank=True)
    quorum = models.CharField(_("必要な承認"), max_length=6, choices=Quorum.choices, default=Quorum.ANY)
    number = models.PositiveSmallIntegerField(_("人数"), default=1)
    hours = models.PositiveSmallIntegerField(_("期限（営業時間）"), default=0, help_text="0: without a deadline")
    escalate_to = models.ForeignKey(
        Member, verbose_name=_("期限を過ぎたら"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["route", "position"], name="one_step_per_place")]


class ApprovalState(models.TextChoices):
    WAITING = "waiting", _("承認待ち")
    APPROVED = "approved", _("承認済み")
    SENT_BACK = "sent_back", _("差戻し")
    DENIED = "denied", pgettext_lazy("approval", "否認")
    WITHDRAWN = "withdrawn", _("引戻し")


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, member: Member) -> Self:
        """Those the member asked for, decides or decided (also for somebody absent); leaders see their scope's."""
        if not member.is_active:
            return self.none()
        if member.role in (Role.ADMINISTRATOR, Role.MANAGER) and member.scope == Scope.ALL:
            return self
        mine = Q(requester=member) | Q(pk__in=Seat.objects.for_member(member).values("turn__approval_id"))
        if member.role in (Role.ADMINISTRATOR, Role.MANAGER) and member.scope == Scope.TEAM and member.team_id:
            mine |= Q(requester__team=member.team_id)
        return self.filter(mine)

    def waiting(self) -> Self:
        return self.filter(state=ApprovalState.WAITING)

    def of(self, kind: str, subject_id: int) -> Self:
        return self.filter(kind=kind, subject_id=subject_id)


class Approval(models.Model):
    """One request: what it is about as it was asked, sealed by its digest, and how it ended."""

    kind = models.CharField(_("種類"), max_length=40)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("件名"), max_length=200)
    url = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=128)
    note = models.TextField(_("申請の理由"), blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    requester = models.ForeignKey(
        Member, verbose_name=_("申請者"), on_delete=models.PROTECT, related_name="approval_requests"
    )
    requested_at = models.DateTimeField(_("申請日時"))
    closed_at = models.DateTimeField(_("完了日時"), null=True, blank=True)
    route = models.ForeignKey(Route, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    route_name = models.CharField(_("承認ルート"), max_length=80)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by")
    stuck_told_at = models.DateTimeField(
        null=True, blank=True, help_text="when administrators were told nobody can act"
    )
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["kind", "subject_id", "-id"], name="approval_of_subject"),
            models.Index(fields=["requester", "state", "-id"], name="approval_of_requester"),
            models.Index(fields=["state", "-id"], name="approval_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(state="waiting"), name="one_waiting_approval_per_subject"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state == ApprovalState.WAITING


class TurnState(models.TextChoices):
    UPCOMING = "upcoming", _("これから")
    WAITING = "waiting", _("承認待ち")
    APPROVED = "approved", _("承認")
    PASSED_OVER = "passed_over", _("後閲")
    SKIPPED = "skipped", _("省略")
    CLOSED = "closed", _("終了")


class Turn(models.Model):
    """One step of one request, copied from the route when it was asked: changing the route does not touch it."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    quorum = models.CharField(max_length=6, choices=Quorum.choices, default=Quorum.ANY)
    needed = models.PositiveSmallIntegerField(default=1, help_text="how many have to approve")
    state = models.CharField(max_length=12, choices=TurnState.choices, default=TurnState.UPCOMING)
    hours = models.PositiveSmallIntegerField(default=0)
    escalate_to = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=120, blank=True, help_text="why it was skipped")
    begun_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    took_hours = models.FloatField(null=True, blank=True, help_text="business hours from its beginning to its end")

    class Meta:
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["state", "escalated_at", "deadline"], name="turn_deadline"),
            models.Index(fields=["state", "ended_at"], name="turn_ended"),
        ]
        constraints = [models.UniqueConstraint(fields=["approval", "position"], name="one_turn_per_place")]

    @property
    def is_overdue(self) -> bool:
        return self.state == TurnState.WAITING and self.deadline is not None and self.deadline < clock.now()


class SeatState(models.TextChoices):
    UPCOMING = "upcoming", _("これから")
    OPEN = "open", _("承認待ち")
    APPROVED = "approved", _("承認")
    SENT_BACK = "sent_back", _("差戻し")
    DENIED = "denied", pgettext_lazy("approval", "否認")
    TO_REVIEW = "to_review", _("後閲待ち")
    REVIEWED = "reviewed", _("後閲済み")
    CLOSED = "closed", _("終了")


class SeatQuerySet(models.QuerySet["Seat"]):
    def for_member(self, member: Member) -> Self:
        """The member's own, and those of members for whom they stand in today."""
        whose = Q(member=member)
        for absent, kinds in Proxy.objects.in_force().filter(stand_in=member).values_list("member_id", "kinds"):
            whose |= Q(member_id=absent, turn__approval__kind__in=kinds) if kinds else Q(member_id=absent)
        return self.filter(whose)

    def open(self) -> Self:
        return self.filter(state=SeatState.OPEN)


class Seat(models.Model):
    """One member who may decide in a turn, and how they did; `decided_by` differs where a stand-in did."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="approval_seats")
    state = models.CharField(max_length=10, choices=SeatState.choices, default=SeatState.UPCOMING)
    is_escalated = models.BooleanField(default=False, help_text="added after the deadline; decides for all the others")
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(_("コメント"), blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["member", "state", "turn"], name="seat_inbox")]
        constraints = [models.UniqueConstraint(fields=["turn", "member"], name="one_seat_per_member")]

    @property
    def was_by_stand_in(self) -> bool:
        return self.decided_by_id is not None and self.decided_by_id != self.member_id


class Verb(models.TextChoices):
    REQUESTED = "requested", _("申請")
    APPROVED = "approved", _("承認")
    SENT_BACK = "sent_back", _("差戻し")
    DENIED = "denied", pgettext_lazy("approval", "否認")
    WITHDRAWN = "withdrawn", _("引戻し")
    REVIEWED = "reviewed", _("後閲")
    REROUTED = "rerouted", _("承認者の変更")
    ESCALATED = "escalated", _("期限切れ")


class Decision(models.Model):
    """One act in the history of a request, never changed: who did what, for whom, when, over which digest."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="decisions")
    turn = models.ForeignKey(Turn, null=True, blank=True, on_delete=models.CASCADE, related_name="decisions")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    in_place_of = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    comment = models.TextField(blank=True)
    digest = models.CharField(max_length=128)

    class Meta:
        ordering = ["pk"]


class ProxyQuerySet(models.QuerySet["Proxy"]):
    def in_force(self) -> Self:
        """Those whose dates cover today; without any dates, while the absent member is away."""
        today = clock.today()
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=today)
        goes_on = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        away = Q(starts_on__isnull=False) | Q(ends_on__isnull=False) | Q(member__away_until__gte=today)
        return self.filter(begun & goes_on & away, stand_in__is_active=True)


class Proxy(models.Model):
    """Who decides for a member who is absent; kinds that are not named are none of the stand-in's business."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="proxies")
    stand_in = models.ForeignKey(
        Member, verbose_name=_("代理をする人"), on_delete=models.CASCADE, related_name="stands_in"
    )
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    kinds = models.JSONField(_("申請の種類"), default=list, blank=True, help_text="empty: every kind")
    created_at = models.DateTimeField()

    objects = ProxyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["stand_in", "ends_on"], name="proxy_of_stand_in")]
