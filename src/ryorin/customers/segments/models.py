"""Segments: named groups of people that both wheels read, who is in each of them, and who came and went."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ryorin.customers.people.models import Person
from ryorin.workspace.members.models import Member


class SegmentKind(models.TextChoices):
    LIVE = "live", pgettext_lazy("segment", "自動更新")
    SNAPSHOT = "snapshot", pgettext_lazy("segment", "固定")


class SegmentState(models.TextChoices):
    BUILDING = "building", pgettext_lazy("segment", "作成中")
    CURRENT = "current", pgettext_lazy("segment", "最新")
    PAUSED = "paused", _("停止中")


class SegmentQuerySet(models.QuerySet["Segment"]):
    def visible_to(self, member: Member) -> Self:
        return self if member.is_active else self.none()

    def in_use(self) -> Self:
        return self.filter(archived_at__isnull=True)

    def live(self) -> Self:
        return self.in_use().filter(kind=SegmentKind.LIVE)


class Segment(models.Model):
    name = models.CharField(_("セグメント名"), max_length=80, unique=True)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    kind = models.CharField(_("種類"), max_length=8, choices=SegmentKind.choices, default=SegmentKind.LIVE)
    state = models.CharField(_("状態"), max_length=8, choices=SegmentState.choices, default=SegmentState.BUILDING)
    size = models.PositiveIntegerField(_("人数"), default=0)
    owner = models.ForeignKey(Member, verbose_name=_("担当"), null=True, blank=True, on_delete=models.SET_NULL)
    archived_at = models.DateTimeField(_("保管日時"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("作成日時"))
    updated_at = models.DateTimeField(_("更新日時"))

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.kind == SegmentKind.LIVE

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class CurrentMembers(models.Manager["Membership"]):
    """Who is in now; those who left are found by `ever`."""

    def get_queryset(self) -> models.QuerySet["Membership"]:
        return super().get_queryset().filter(is_in=True)


class Membership(models.Model):
    """One person in one segment, or out of it again: history follows the row, therefore it is never taken away."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    is_in = models.BooleanField(default=True)
    since = models.DateTimeField(help_text="when the person came in or, with is_in false, left")
    why = models.JSONField(default=dict, help_text="as in the change that made it so")
    updated_at = models.DateTimeField()

    objects = CurrentMembers()
    ever = models.Manager["Membership"]()

    class Meta:
        base_manager_name = "ever"
        constraints = [models.UniqueConstraint(fields=["segment", "person"], name="once_in_a_segment")]
        indexes = [
            models.Index(fields=["segment", "person"], condition=models.Q(is_in=True), name="segment_member"),
            models.Index(fields=["updated_at"], name="membership_changed"),
        ]


class MembershipChange(models.Model):
    """Somebody came into a segment or left it. Rows are only added, with rising ids; people by their bare number."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="changes")
    person_id = models.BigIntegerField()
    entered = models.BooleanField(help_text="false: left")
    at = models.DateTimeField()
    why = models.JSONField(default=dict, help_text="{cause, part: condition, kind, uid, at: of the touchpoint}")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["segment", "id"], name="segment_change"),
            models.Index(fields=["segment", "at"], name="segment_changed_at"),
            models.Index(fields=["person_id", "id"], name="segment_change_person"),
        ]


class SegmentSize(models.Model):
    """How many people a segment held at the end of a day (or holds so far, today)."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes")
    day = models.DateField()
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="one_size_a_day")]
