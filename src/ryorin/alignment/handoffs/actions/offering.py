"""Offering a lead to sales: by hand, or by the routing rules to whoever is ready."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ryorin.alignment.definitions.queries import active
from ryorin.alignment.handoffs.errors import AlreadyOffered, CannotReceive, DealIsOpen, NobodyToReceive
from ryorin.alignment.handoffs.models import Handoff, RoutingRule
from ryorin.alignment.handoffs.queries import (
    business_time,
    candidates,
    desk_of,
    desks_for,
    presence,
    reachable,
)
from ryorin.alignment.handoffs.rules import Presence, Unheld, can_receive, route
from ryorin.customers.people.actions import reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.actions import record as record_touchpoint
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
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
    """This function will offer the ready leads that nobody holds, by the routing rules, and return how many."""
    open_leads = candidates()
    if not open_leads.exists():
        return 0
    here = presence()
    ids = list(reachable(open_leads, presence=here).order_by("-score", "pk").values_list("pk", flat=True)[:limit])
    held = desks_for(ids)
    offered = 0
    for person_id in ids:
        try:
            with transaction.atomic():
                person = _locked(person_id)
                receiver = _routed(person, [desk.id for desk in held[person_id]], here=here)
                _offer(person, receiver, by=None, note="", at=clock.now())
                offered += 1
        except (Refusal, IntegrityError, Person.DoesNotExist):
            continue
    return offered


def offer_handoff(
    person: Person,
    *,
    by: Member | None = None,
    note: str = "",
    owner: Member | None = None,
    team: Team | None = None,
    at: datetime | None = None,
) -> Handoff:
    """This function will offer a person to a member, to a team, or to whom the routing rules say."""
    require(by, "handoffs.offer")
    try:
        with transaction.atomic():
            person = _locked(person.pk)
            if owner is not None or team is not None:
                receiver = _chosen(owner, team)
            else:
                desks = desks_for([person.pk])[person.pk]
                receiver = _routed(person, [desk.id for desk in desks], here=presence())
            return _offer(person, receiver, by=by, note=note, at=at or clock.now())
    except IntegrityError:
        raise AlreadyOffered(name=person.name) from None


def _locked(person_id: int) -> Person:
    """Return the person, locked before the routing rules are: two offers wait for each other in one order."""
    return Person.objects.select_for_update(of=("self",)).select_related("company").get(pk=person_id)


def _chosen(owner: Member | None, team: Team | None) -> Receiver:
    """Return the receiver somebody picked; a member may be away, but must be able to answer."""
    if owner and not can_receive(role=owner.role, is_active=owner.is_active, away_until=None, today=clock.today()):
        raise CannotReceive(name=owner.name)
    return Receiver(owner, team or (owner.team if owner else None), USUAL_HOURS, _("直接指定"))


def _routed(person: Person, rule_ids: list[int], *, here: Presence) -> Receiver:
    """Return the receiver by the first rule whose receiver is there, taking the turn in round robin."""
    rules = list(RoutingRule.objects.select_for_update(of=("self",)).filter(pk__in=rule_ids).order_by("position", "pk"))
    company_owner = person.company.owner_id if person.company else None
    answer = route([desk_of(rule) for rule in rules], company_owner_id=company_owner, presence=here)
    if isinstance(answer, Unheld):
        raise NobodyToReceive(why=answer.label)
    RoutingRule.objects.filter(pk=answer.desk.id).update(last_member_id=answer.owner_id)
    owner = Member.objects.select_related("team").get(pk=answer.owner_id)
    team = Team.objects.filter(pk=answer.team_id or 0).first()
    why = _("ルール「%(rule)s」") % {"rule": answer.desk.name}
    return Receiver(owner, team, answer.desk.hours, why)


def _offer(person: Person, receiver: Receiver, *, by: Member | None, note: str, at: datetime) -> Handoff:
    """This function will write the hand-off with the reasons as they are now."""
    _refuse_if_held(person)
    handoff = Handoff.objects.create(
        person=person,
        definition=active(),
        score=person.score,
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
