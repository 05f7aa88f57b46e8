"""Who is ready and whom the routing rules would give them to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from ryorin.alignment.definitions.queries import filter_of
from ryorin.alignment.definitions.rules import read
from ryorin.alignment.handoffs.models import Handoff, HowToRoute, Nurture, NurtureEnd, NurtureKind, RoutingRule
from ryorin.alignment.handoffs.queries.loads import loads_of
from ryorin.alignment.handoffs.rules import (
    REST_DAYS,
    RISE,
    Desk,
    Presence,
    Route,
    Unheld,
    can_receive,
    route,
    stands_above,
)
from ryorin.conditions.errors import ConditionInvalid
from ryorin.conditions.tree import Node
from ryorin.customers.people.models import LifecycleStage, Person, PersonQuerySet
from ryorin.insight.lake.queries import Doers
from ryorin.lib import clock
from ryorin.marketing.journeys.models import Journey, Passage
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, Role
from ryorin.workspace.organisation.queries import current

EARLY = (LifecycleStage.VISITOR, LifecycleStage.LEAD, LifecycleStage.QUALIFIED)


@dataclass(frozen=True)
class UnheldLead:
    person: Person
    why: str
    is_for_want_of_time: bool = False


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
        loads=loads_of([member.pk for member in members]),
        journeys=frozenset(Journey.objects.open().values_list("pk", flat=True)),
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
    """Return a rule as the decision sees it."""
    return Desk(
        rule.pk, rule.name, rule.how, rule.hours, rule.member_id, rule.team_id, rule.last_member_id, rule.journey_id
    )


def desks_for(people: Collection[int]) -> dict[int, list[Desk]]:
    """Return the routing rules that hold for each of a few people, in order."""
    found: dict[int, list[Desk]] = {person: [] for person in people}
    doers = Doers(among=people)
    for desk, node in desks():
        for pk in Person.objects.filter(filter_of(node, doers=doers), pk__in=people).values_list("pk", flat=True):
            found[pk].append(desk)
    return found


def route_of(person: Person) -> Route | Unheld:
    """Return whom the routing rules would give a person to now; rules that lead into a journey are passed over."""
    held = [desk for desk in desks_for([person.pk])[person.pk] if desk.how != HowToRoute.JOURNEY]
    return route(held, company_owner_id=person.company.owner_id if person.company else None, presence=presence())


def barred_for(people: Collection[int]) -> dict[int, set[int]]:
    """Return the journeys of digital rules that each of a few people went through already: they do so once."""
    found: dict[int, set[int]] = {person: set() for person in people}
    rows = Passage.objects.filter(person__in=people, journey__in=digital_journeys())
    for person, journey in rows.values_list("person_id", "journey_id"):
        found[person].add(journey)
    return found


def digital_journeys() -> QuerySet[RoutingRule, int | None]:
    """Return the ids of the journeys that active routing rules send leads into."""
    rules = RoutingRule.objects.filter(is_active=True, how=HowToRoute.JOURNEY, journey__isnull=False)
    return rules.order_by().values_list("journey_id", flat=True)


def candidates() -> PersonQuerySet:
    """Return the ready leads nobody holds: not offered, no open deal, not looked after by a journey, not resting."""
    now = clock.now()
    of_person = {"person": OuterRef("pk")}
    not_warmer = Q(score__gt=OuterRef("score") - RISE)
    rests = Q(rest_until__gt=now) | Q(rest_until__isnull=True, answered_at__gt=now - timedelta(days=REST_DAYS))
    resting = Handoff.objects.sent_back().filter(rests, not_warmer, **of_person)
    digital = Nurture.objects.filter(kind=NurtureKind.DIGITAL, **of_person)
    went_cold = digital.filter(
        not_warmer, end=NurtureEnd.JOURNEY_OVER, goal_at__isnull=True, ended_at__gt=now - timedelta(days=REST_DAYS)
    )
    open_deals = Deal.objects.open().filter(Q(person=OuterRef("pk")) | Q(people__person=OuterRef("pk")))
    return Person.objects.filter(
        ~Exists(Handoff.objects.waiting().filter(**of_person)),
        ~Exists(digital.open()),
        ~Exists(went_cold),
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
        elif desk.how == HowToRoute.JOURNEY:
            if desk.journey_id in presence.journeys:
                been = Passage.objects.filter(journey=desk.journey_id, person=OuterRef("pk"))
                reached |= filter_of(node, doers=doers) & ~Q(Exists(been))
        elif isinstance(route([desk], company_owner_id=None, presence=presence), Route):
            reached |= filter_of(node, doers=doers)
    return people.filter(reached)


def complicated(*, limit: int) -> dict[int, list[Desk]]:
    """Return digitally handled leads with the rules to a person, standing above theirs, that hold for them now."""
    nurtures = Nurture.objects.open().filter(kind=NurtureKind.DIGITAL, rule__isnull=False)
    found: dict[int, list[Desk]] = {}
    for rule_id in nurtures.order_by("rule").values_list("rule", flat=True).distinct():
        known = desks()
        above = stands_above([desk for desk, _node in known], rule_id)
        here = Person.objects.filter(pk__in=nurtures.filter(rule=rule_id).values("person"))
        for desk, node in known:
            if desk in above and len(found) < limit:
                for pk in here.filter(filter_of(node)).order_by("-score", "pk").values_list("pk", flat=True)[:limit]:
                    found.setdefault(pk, []).append(desk)
    return found


def unheld(member: Member, *, limit: int = 50) -> list[UnheldLead]:
    """Return ready leads, highest score first, that no rule could give to anybody, with the reason."""
    here = presence()
    routed = reachable(candidates(), presence=here).values("pk")
    left = candidates().visible_to(member).exclude(pk__in=routed).select_related("company")
    people = list(left.order_by("-score", "pk")[:limit])
    ids = [person.pk for person in people]
    held, barred = desks_for(ids), barred_for(ids)
    found = []
    for person in people:
        owner = person.company.owner_id if person.company else None
        answer = route(held[person.pk], company_owner_id=owner, presence=here, barred=barred[person.pk])
        if isinstance(answer, Unheld):
            found.append(UnheldLead(person, answer.label, answer is Unheld.ALL_FULL))
    return found


def _in_turn(members: Sequence[Member]) -> tuple[int, ...]:
    reps = [member.pk for member in members if member.role == Role.SALES]
    return tuple(reps or [member.pk for member in members])
