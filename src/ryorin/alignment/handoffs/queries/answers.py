"""Reads for the queue of both sides, and the hand-off card."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, F, Q, QuerySet

from ryorin.alignment.handoffs.models import Handoff, HandoffQuerySet, HandoffState, SendBackReason
from ryorin.alignment.handoffs.rules import BusinessTime
from ryorin.lib import clock
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.queries import closed_days, current

LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True)
class ReasonCount:
    """How many leads came back for one reason."""

    id: int
    name: str
    times: int


@dataclass(frozen=True)
class Answers:
    """How sales answered in the last 90 days."""

    answered: int
    accepted: int
    median_hours: float | None
    reasons: list[ReasonCount]

    @property
    def acceptance(self) -> float | None:
        return 100 * self.accepted / self.answered if self.answered else None


def business_time() -> BusinessTime:
    """Return when the company works."""
    company = current()
    return BusinessTime(company.opens_hour, company.closes_hour, company.time_zone, closed_days())


def answers(rows: HandoffQuerySet) -> Answers:
    """Return acceptance, median business hours to answer and counted reasons of the last 90 days."""
    recent = recently_answered(rows)
    counted = recent.aggregate(answered=Count("pk"), accepted=Count("pk", filter=Q(state=HandoffState.ACCEPTED)))
    hours = list(recent.filter(answer_hours__isnull=False).values_list("answer_hours", flat=True))
    reasons = (
        recent.sent_back()
        .values_list("send_back_reason", "send_back_reason__name")
        .annotate(times=Count("pk"))
        .order_by("-times", "send_back_reason__position")
    )
    return Answers(
        answered=counted["answered"],
        accepted=counted["accepted"],
        median_hours=median(hours) if hours else None,
        reasons=[ReasonCount(pk, name, times) for pk, name, times in reasons],
    )


def recently_answered(rows: HandoffQuerySet) -> HandoffQuerySet:
    """Return the hand-offs answered in the last 90 days."""
    return rows.answered().filter(answered_at__gte=clock.now() - LOOKED_BACK)


def with_people(rows: QuerySet[Handoff]) -> QuerySet[Handoff]:
    """Return the hand-offs with what a list shows of them."""
    shown = ("person__company", "owner", "team", "offered_by", "answered_by", "send_back_reason", "deal")
    return rows.select_related(*shown)


def waiting_for(person_id: int) -> Handoff | None:
    """Return the person's hand-off that waits for an answer."""
    return with_people(Handoff.objects.waiting().filter(person_id=person_id)).first()


def last_of(person_id: int) -> Handoff | None:
    """Return the person's latest hand-off."""
    return with_people(Handoff.objects.filter(person_id=person_id)).order_by("-offered_at", "-pk").first()


def reasons() -> QuerySet[SendBackReason]:
    """Return the reasons one may choose from, in order."""
    return SendBackReason.objects.filter(is_active=True)


def receivers() -> QuerySet[Member]:
    """Return the members who may answer hand-offs, team by team."""
    roles = (Role.SALES, Role.MANAGER, Role.ADMINISTRATOR)
    members = Member.objects.filter(is_active=True, role__in=roles).select_related("team")
    return members.order_by(F("team__name").asc(nulls_last=True), "family_name", "given_name")


def hours_left(handoff: Handoff, *, hours: BusinessTime, now: datetime) -> float:
    """Return the business hours until the deadline, negative by how many it is over."""
    if handoff.deadline >= now:
        return hours.between(now, handoff.deadline)
    return -hours.between(handoff.deadline, now)
