"""Offering a lead to sales: by hand, or by the routing rules to whoever is ready."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.queries import active
from ryorin.alignment.handoffs.actions.nurturing import begin_nurture, end_nurture, held_journeys
from ryorin.alignment.handoffs.errors import AlreadyOffered, CannotReceive, DealIsOpen, NobodyToReceive
from ryorin.alignment.handoffs.models import Handoff, HowToRoute, NurtureEnd, NurtureKind, RoutingRule
from ryorin.alignment.handoffs.queries import (
    barred_for,
    business_time,
    candidates,
    complicated,
    desk_of,
    desks_for,
    presence,
    reachable,
)
from ryorin.alignment.handoffs.rules import Desk, Presence, Unheld, can_receive, route
from ryorin.customers.people.actions import reach_stage
from ryorin.customers.people.models import Chance, LifecycleStage, Person
from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys.models import Journey
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify

AT_ONCE = 200
USUAL_HOURS = 3


@dataclass(frozen=True)
class Receiver:
    """Who shall answer, within how many business hours, and why they."""

    owner: Member | None
    team: Team | None
    hours: int
    why: str


def offer_ready_leads(*, limit: int = AT_ONCE) -> int:
    """This function will send the ready leads that nobody holds where the rules say, and return how many."""
    open_leads = candidates()
    if not open_leads.exists():
        return 0
    here = presence()
    ids = list(reachable(open_leads, presence=here).order_by("-score", "pk").values_list("pk", flat=True)[:limit])
    return _send(desks_for(ids), barred_for(ids), here=here)


def hand_over_complicated(*, limit: int = AT_ONCE) -> int:
    """This function will give a person the digitally handled leads a rule above theirs holds for now."""
    held = complicated(limit=limit)
    return _send(held, {}, here=presence()) if held else 0


def _send(held: Mapping[int, Sequence[Desk]], barred: Mapping[int, Collection[int]], *, here: Presence) -> int:
    """This function will send each of the people where the first rule says that can, and return how many went."""
    sent = 0
    for person_id, desks in held.items():
        try:
            with transaction.atomic():
                journeys = held_journeys(_journeys_of(desks))
                person = _locked(person_id)
                closed = set(_journeys_of(desks)) - journeys.keys()
                receiver = _routed(
                    person, desks, here=here, journeys=journeys, barred={*barred.get(person_id, ()), *closed}
                )
                if receiver is not None:
                    _offer(person, receiver, by=None, note="", at=clock.now())
            if receiver is not None and receiver.owner is not None:
                here = here.with_one_more(receiver.owner.pk)
            sent += 1
        except (Refusal, IntegrityError, Person.DoesNotExist):
            continue
    return sent


def offer_handoff(
    person: Person,
    *,
    by: Member | None = None,
    note: str = "",
    owner: Member | None = None,
    team: Team | None = None,
    at: datetime | None = None,
) -> Handoff:
    """This function will offer a person to a member, to a team, or to whom the routing rules say.

    Somebody asked for a person: rules that send leads into a journey are passed over.
    """
    require(by, "handoffs.offer")
    try:
        with transaction.atomic():
            person = _locked(person.pk)
            if owner is not None or team is not None:
                receiver: Receiver | None = _chosen(owner, team)
            else:
                desks = [desk for desk in desks_for([person.pk])[person.pk] if desk.how != HowToRoute.JOURNEY]
                receiver = _routed(person, desks, here=None, journeys={}, barred=())
            if receiver is None:
                raise NobodyToReceive(why=Unheld.NO_RULE.label)
            return _offer(person, receiver, by=by, note=note, at=at or clock.now())
    except IntegrityError:
        raise AlreadyOffered(name=person.name) from None


def _journeys_of(desks: Sequence[Desk]) -> set[int]:
    return {desk.journey_id for desk in desks if desk.how == HowToRoute.JOURNEY and desk.journey_id}


def _locked(person_id: int) -> Person:
    """Return the person, locked before the routing rules are: two offers wait for each other in one order."""
    return Person.objects.select_for_update(of=("self",)).select_related("company").get(pk=person_id)


def _chosen(owner: Member | None, team: Team | None) -> Receiver:
    """Return the receiver somebody picked; a member may be away, but must be able to answer."""
    if owner and not can_receive(role=owner.role, is_active=owner.is_active, away_until=None, today=clock.today()):
        raise CannotReceive(name=owner.name)
    return Receiver(owner, team or (owner.team if owner else None), USUAL_HOURS, _("直接指定"))


def _routed(
    person: Person,
    desks: Sequence[Desk],
    *,
    here: Presence | None,
    journeys: Mapping[int, Journey],
    barred: Collection[int],
) -> Receiver | None:
    """Return the receiver by the first rule whose receiver is there; None when a journey took the lead.

    The rules are locked, so that of two who route at once the second sees whose turn it was and who is full now.
    """
    ids = [desk.id for desk in desks]
    rules = {rule.pk: rule for rule in RoutingRule.objects.select_for_update(of=("self",)).filter(pk__in=ids)}
    company_owner = person.company.owner_id if person.company else None
    here, left = here or presence(), [desk_of(rules[pk]) for pk in ids if pk in rules]
    while True:
        answer = route(left, company_owner_id=company_owner, presence=here, barred=barred)
        if isinstance(answer, Unheld):
            raise NobodyToReceive(why=answer.label)
        why = _("ルール「%(rule)s」") % {"rule": answer.desk.name}
        if answer.owner_id is not None:
            break
        journey = journeys.get(answer.journey_id or 0)
        if journey is not None and _into_journey(person, journey, rules[answer.desk.id], why=why):
            return None
        left = left[left.index(answer.desk) + 1 :]
    RoutingRule.objects.filter(pk=answer.desk.id).update(last_member_id=answer.owner_id)
    owner = Member.objects.select_related("team").get(pk=answer.owner_id)
    team = Team.objects.filter(pk=answer.team_id or 0).first()
    return Receiver(owner, team, answer.desk.hours, why)


def _into_journey(person: Person, journey: Journey, rule: RoutingRule, *, why: str) -> bool:
    """This function will have a journey look after the lead, and return whether it took it."""
    _refuse_if_held(person)
    return begin_nurture(person, journey, kind=NurtureKind.DIGITAL, why=why, rule=rule) is not None


def _offer(person: Person, receiver: Receiver, *, by: Member | None, note: str, at: datetime) -> Handoff:
    """This function will write the hand-off with the reasons as they are now."""
    _refuse_if_held(person)
    handoff = Handoff.objects.create(
        person=person,
        definition=active(),
        score=person.score,
        chance=Chance.objects.filter(pk=person.pk).values_list("percent", flat=True).first(),
        reasons=person.score_reasons,
        why_route=receiver.why[:160],
        note=note.strip(),
        offered_by=by,
        offered_at=at,
        team=receiver.team,
        owner=receiver.owner,
        hours=receiver.hours,
        deadline=business_time().after(at, receiver.hours),
        channel=person.source_channel,
        campaign_id=person.source_campaign_id,
        updated_at=clock.now(),
    )
    facts = {"owner": handoff.owner_id, "team": handoff.team_id, "deadline": handoff.deadline, "score": handoff.score}
    reach_stage(person, LifecycleStage.QUALIFIED, at=at, why="handoff_offered", by=by, **source_of(handoff))
    audit.record("handoff_offered", "handoff", handoff.pk, by=by, person=person.pk, **facts)
    tell("handoff_offered", handoff, by=by, at=at, deadline=handoff.deadline.isoformat())
    end_nurture(person, NurtureEnd.HANDED_OVER, why=_("営業へ引き継ぎ"), next_handoff=handoff)
    text = _("%(name)sさんの引き継ぎが届きました（スコア %(score)s）") % {"name": person.name, "score": person.score}
    notify(receivers_of(handoff), kind="handoff", text=text, url=f"/handoffs/{handoff.pk}/")
    return handoff


def _refuse_if_held(person: Person) -> None:
    if Handoff.objects.waiting().filter(person=person).exists():
        raise AlreadyOffered(name=person.name)
    deal = Deal.objects.open().filter(Q(person=person) | Q(people__person=person)).first()
    if deal is not None:
        raise DealIsOpen(name=person.name, deal=deal.name)


def receivers_of(handoff: Handoff) -> list[Member]:
    """Return whom an offer concerns: its owner, else those of its team who may answer."""
    if handoff.owner:
        return [handoff.owner]
    members = Member.objects.filter(is_active=True, team_id=handoff.team_id) if handoff.team_id else []
    return [
        each for each in members if can_receive(role=each.role, is_active=True, away_until=None, today=clock.today())
    ]


def source_of(handoff: Handoff) -> dict[str, Any]:
    """Return what brought the lead, and this hand-off as the reference of a change of stage."""
    return {"channel": handoff.channel, "campaign_id": handoff.campaign_id, "ref": ("handoff", handoff.pk)}


def tell(kind: str, handoff: Handoff, *, by: Member | None, at: datetime, **properties: Any) -> None:
    """This function will write the touchpoint of a hand-off into the person's history."""
    receiver = handoff.owner or handoff.team
    record_touchpoint(
        kind,
        source="handoffs",
        by=by,
        at=at,
        person_id=handoff.person_id,
        company_id=handoff.person.company_id,
        channel=handoff.channel,
        campaign_id=handoff.campaign_id,
        properties={"handoff_id": handoff.pk, "to": str(receiver) if receiver else "", **properties},
    )
