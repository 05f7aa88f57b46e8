"""Reads for routing, the queue of both sides, and the hand-off card."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from ryorin.alignment.definitions.queries import filter_of
from ryorin.alignment.definitions.rules import read
from ryorin.alignment.handoffs.models import (
    Handoff,
    HandoffQuerySet,
    HandoffState,
    HowToRoute,
    RoutingRule,
    SendBackReason,
)
from ryorin.alignment.handoffs.rules import (
    REST_DAYS,
    RISE,
    BusinessTime,
    Desk,
    Presence,
    Route,
    Unheld,
    can_receive,
    route,
)
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import Node
from ryorin.customers.people.models import LifecycleStage, Person, PersonQuerySet
from ryorin.insight.lake.queries import Doers
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.queries import closed_days, current

EARLY = (LifecycleStage.VISITOR, LifecycleStage.LEAD, LifecycleStage.QUALIFIED)
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


@dataclass(frozen=True)
class UnheldLead:
    person: Person
    why: str


def business_time() -> BusinessTime:
    """Return when the company works."""
    company = current()
    return BusinessTime(company.opens_hour, company.closes_hour, company.time_zone, closed_days())


def presence() -> Presence:
    """Return who may receive leads today; in a team those in the sales role take turns, else whoever may answer."""
    today = clock.today(current().time_zone)
    members = [
        member
        for member in Member.objects.filter(is_active=True).order_by("pk")
        if can_receive(role=member.role, is_active=True, away_until=member.away_until, today=today)
    ]
    teams: dict[int, list[Member]] = {}
    for member in members:
        if member.team_id:
            teams.setdefault(member.team_id, []).append(member)
    return Presence(
        here=frozenset(member.pk for member in members),
        teams={team: _in_turn(those) for team, those in teams.items()},
        team_of={member.pk: member.team_id for member in members},
    )


def desks() -> list[tuple[Desk, Node]]:
    """Return the active routing rules in order, each with its condition; an unreadable one is left out."""
    found = []
    for rule in RoutingRule.objects.filter(is_active=True):
        try:
            found.append((desk_of(rule), read(rule.condition)))
        except ConditionInvalid:
            continue
    return found


def desk_of(rule: RoutingRule) -> Desk:
    return Desk(rule.pk, rule.name, rule.how, rule.hours, rule.member_id, rule.team_id, rule.last_member_id)


def desks_for(people: Collection[int]) -> dict[int, list[Desk]]:
    """Return the routing rules that hold for each of a few people, in order."""
    found: dict[int, list[Desk]] = {person: [] for person in people}
    doers = Doers(among=people)
    for desk, node in desks():
        for pk in Person.objects.filter(filter_of(node, doers=doers), pk__in=people).values_list("pk", flat=True):
            found[pk].append(desk)
    return found


def route_of(person: Person) -> Route | Unheld:
    """Return where the routing rules would send a person now."""
    owner = person.company.owner_id if person.company else None
    return route(desks_for([person.pk])[person.pk], company_owner_id=owner, presence=presence())


def candidates() -> PersonQuerySet:
    """Return the ready leads nobody holds: not offered, no open deal, not just sent back."""
    of_person = {"person": OuterRef("pk")}
    resting = Handoff.objects.sent_back().filter(
        **of_person,
        answered_at__gt=clock.now() - timedelta(days=REST_DAYS),
        score__gt=OuterRef("score") - RISE,
    )
    open_deals = Deal.objects.open().filter(Q(person=OuterRef("pk")) | Q(people__person=OuterRef("pk")))
    return Person.objects.filter(
        ~Exists(Handoff.objects.waiting().filter(**of_person)),
        ~Exists(resting),
        ~Exists(open_deals),
        is_ready=True,
        stage__in=EARLY,
    )


def reachable(people: QuerySet[Person], *, presence: Presence) -> QuerySet[Person]:
    """Return those of the people for whom a rule holds whose receiver is there."""
    doers, reached = Doers(), Q(pk__in=())
    for desk, node in desks():
        if desk.how == HowToRoute.COMPANY_OWNER:
            reached |= filter_of(node, doers=doers) & Q(company__owner__in=presence.here)
        elif route([desk], company_owner_id=None, presence=presence) is not Unheld.NOBODY_HERE:
            reached |= filter_of(node, doers=doers)
    return people.filter(reached)


def unheld(member: Member, *, limit: int = 50) -> list[UnheldLead]:
    """Return ready leads, highest score first, that no rule could give to anybody, with the reason."""
    here = presence()
    routed = reachable(candidates(), presence=here).values("pk")
    left = candidates().visible_to(member).exclude(pk__in=routed).select_related("company")
    people = list(left.order_by("-score", "pk")[:limit])
    held = desks_for([person.pk for person in people])
    found = []
    for person in people:
        owner = person.company.owner_id if person.company else None
        answer = route(held[person.pk], company_owner_id=owner, presence=here)
        if isinstance(answer, Unheld):
            found.append(UnheldLead(person, answer.label))
    return found


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


def _in_turn(members: Sequence[Member]) -> tuple[int, ...]:
    reps = [member.pk for member in members if member.role == Role.SALES]
    return tuple(reps or [member.pk for member in members])
