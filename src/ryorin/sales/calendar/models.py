"""Appointments: visits, meetings and calls that are still to come, and who takes part; each member's calendar feed."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from ryorin.customers.companies.models import Company
from ryorin.customers.people.models import Person
from ryorin.sales.activities.models import Activity
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, OwnedQuerySet, Scope


class AppointmentKind(models.TextChoices):
    """What is planned; all but the internal ones become activities of the same name."""

    VISIT = "visited", _("訪問")
    MEETING = "met", _("面談")
    CALL = "called", _("電話")
    INTERNAL = "internal", _("社内")


class AppointmentState(models.TextChoices):
    PLANNED = "planned", _("予定")
    DONE = "done", _("済み")
    CANCELLED = "cancelled", _("中止")


class AppointmentQuerySet(OwnedQuerySet):
    def visible_to(self, member: Member) -> Self:
        """Return those of owners the member sees, and those the member takes part in."""
        if not member.is_active or member.scope == Scope.ALL:
            return super().visible_to(member)
        joined = Guest.objects.filter(member=member).values("appointment")
        return super().visible_to(member) | self.filter(pk__in=joined)

    def planned(self) -> Self:
        return self.filter(state=AppointmentState.PLANNED)


class Appointment(models.Model):
    kind = models.CharField(_("種類"), max_length=10, choices=AppointmentKind.choices)
    title = models.CharField(_("件名"), max_length=160)
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    place = models.CharField(_("場所"), max_length=200, blank=True)
    online_link = models.CharField(_("オンライン会議のURL"), max_length=500, blank=True)
    note = models.TextField(_("メモ"), blank=True)
    state = models.CharField(
        _("状態"), max_length=10, choices=AppointmentState.choices, default=AppointmentState.PLANNED
    )
    cancel_reason = models.CharField(_("中止の理由"), max_length=160, blank=True)
    person = models.ForeignKey(
        Person, verbose_name=_("相手"), null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    company = models.ForeignKey(
        Company, verbose_name=_("会社"), null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    deal = models.ForeignKey(
        Deal, verbose_name=_("商談"), null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    owner = models.ForeignKey(
        Member, verbose_name=_("担当"), null=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    activity = models.OneToOneField(Activity, null=True, blank=True, on_delete=models.SET_NULL, related_name="planned")
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, help_text="changes its guests were told of (RFC 5545)")
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["owner", "starts_at"], name="appointment_of_owner"),
            models.Index(fields=["starts_at"], name="appointment_starts"),
            models.Index(fields=["deal", "state"], name="appointment_of_deal"),
            models.Index(fields=["person", "state"], name="appointment_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointment_has_length"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_planned(self) -> bool:
        return self.state == AppointmentState.PLANNED


class Guest(models.Model):
    """A member who comes along, or one more person of the customer's side."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="guests")
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="invitations")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "member"], name="member_once_per_appointment"),
            models.UniqueConstraint(fields=["appointment", "person"], name="person_once_per_appointment"),
            models.CheckConstraint(
                condition=models.Q(member__isnull=False, person__isnull=True)
                | models.Q(member__isnull=True, person__isnull=False),
                name="guest_is_one_of_both",
            ),
        ]


class Feed(models.Model):
    """The secret address under which a member's calendar program reads the appointments; only its hash is kept."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
