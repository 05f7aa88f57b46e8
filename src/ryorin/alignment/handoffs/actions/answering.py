"""Answering a hand-off: accept it, send it back with a reason, or pass it on to somebody else."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.alignment.handoffs.actions.nurturing import begin_nurture, held_journeys
from ryorin.alignment.handoffs.actions.offering import receivers_of, source_of, tell
from ryorin.alignment.handoffs.errors import (
    CannotReceive,
    HandoffAlreadyAccepted,
    HandoffAlreadySentBack,
    NotYourHandoff,
    ReasonMissing,
)
from ryorin.alignment.handoffs.models import Handoff, HandoffState, NurtureKind, SendBackReason
from ryorin.alignment.handoffs.queries import business_time
from ryorin.alignment.handoffs.rules import can_receive, may_answer
from ryorin.customers.people.actions import change_person, reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.lib import clock
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.models import Deal, Pipeline
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member, Team
from ryorin.workspace.members.rules import require
from ryorin.workspace.notifications.actions import notify


@transaction.atomic
def accept_handoff(
    handoff: Handoff, *, by: Member | None, pipeline: Pipeline | None = None, at: datetime | None = None
) -> Deal:
    """This function will make a deal of the lead, owned by who accepts, with what marketing knew."""
    require(by, "handoffs.answer")
    handoff = _locked(handoff, by=by)
    person, at = handoff.person, at or clock.now()
    owner = by or handoff.owner
    reach_stage(person, LifecycleStage.ACCEPTED, at=at, why="handoff_accepted", by=by, **source_of(handoff))
    if owner is not None and person.owner_id != owner.pk:
        person = change_person(person, by=by, version=None, owner=owner)
    deal = open_deal(
        name=_deal_name(handoff),
        by=by,
        company=person.company,
        person=person,
        pipeline=pipeline,
        owner=owner,
        at=at,
        source_channel=handoff.channel,
        source_campaign_id=handoff.campaign_id,
        handoff_id=handoff.pk,
        memo=_what_was_known(handoff),
    )
    _answer(handoff, HandoffState.ACCEPTED, by=by, at=at, deal=deal, owner=owner)
    audit.record("handoff_accepted", "handoff", handoff.pk, by=by, person=person.pk, deal=deal.pk)
    tell("handoff_accepted", handoff, by=by, at=at, deal_id=deal.pk, hours=handoff.answer_hours)
    text = _("%(who)sさんが%(name)sさんの引き継ぎを受け取りました")
    _tell_offerer(handoff, text % {"who": owner or "", "name": person.name}, by=by)
    return deal


@transaction.atomic
def send_back_handoff(
    handoff: Handoff,
    *,
    by: Member | None,
    reason: SendBackReason | None,
    note: str = "",
    at: datetime | None = None,
) -> Handoff:
    """This function will give the lead back to marketing with a counted reason."""
    require(by, "handoffs.answer")
    if reason is None:
        raise ReasonMissing()
    journeys = held_journeys({reason.journey_id} if reason.journey_id else set())
    person = Person.objects.select_for_update(of=("self",)).get(pk=handoff.person_id)
    handoff, at = _locked(handoff, by=by), at or clock.now()
    answer = {"send_back_reason": reason, "answer_note": note.strip()[:2000]}
    _answer(handoff, HandoffState.SENT_BACK, by=by, at=at, rest_until=at + timedelta(days=reason.rest_days), **answer)
    for journey in journeys.values():
        why = _("差し戻し：%(reason)s") % {"reason": reason.name}
        begin_nurture(person, journey, kind=NurtureKind.RETURNED, why=why, handoff=handoff)
    audit.record(
        "handoff_sent_back", "handoff", handoff.pk, by=by, person=handoff.person_id, reason=reason.name, note=note
    )
    tell("handoff_sent_back", handoff, by=by, at=at, reason=reason.name, note=note.strip()[:500])
    text = _("%(name)sさんの引き継ぎが差し戻されました：%(reason)s")
    _tell_offerer(handoff, text % {"name": handoff.person.name, "reason": reason.name}, by=by)
    return handoff


@transaction.atomic
def reassign_handoff(
    handoff: Handoff,
    *,
    by: Member | None,
    owner: Member | None = None,
    team: Team | None = None,
    version: int | None = None,
) -> Handoff:
    """This function will pass a waiting hand-off on to another member or team; the time to answer starts anew."""
    require(by, "handoffs.offer")
    handoff = _locked(handoff, by=None)
    if version is not None and version != handoff.version:
        raise StaleRecord()
    if owner and not can_receive(role=owner.role, is_active=owner.is_active, away_until=None, today=clock.today()):
        raise CannotReceive(name=owner.name)
    before, now = [handoff.owner_id, handoff.team_id], clock.now()
    handoff.owner, handoff.team = owner, team or (owner.team if owner else handoff.team)
    handoff.deadline, handoff.escalated_at = business_time().after(now, handoff.hours), None
    handoff.version += 1
    handoff.updated_at = now
    handoff.save()
    after = [handoff.owner_id, handoff.team_id]
    audit.record("handoff_reassigned", "handoff", handoff.pk, by=by, before=before, after=after)
    text = _("%(name)sさんの引き継ぎの担当になりました") % {"name": handoff.person.name}
    notify(receivers_of(handoff), kind="handoff", text=text, url=f"/handoffs/{handoff.pk}/")
    return handoff


def _locked(handoff: Handoff, *, by: Member | None) -> Handoff:
    """Return the row under lock; refuses when it has been answered, or is not for this member to answer."""
    rows = Handoff.objects.select_for_update(of=("self",)).select_related("person__company", "owner", "team")
    handoff = rows.get(pk=handoff.pk)
    who = handoff.answered_by or _("システム")
    if handoff.state == HandoffState.ACCEPTED:
        raise HandoffAlreadyAccepted(who=who)
    if handoff.state == HandoffState.SENT_BACK:
        raise HandoffAlreadySentBack(who=who)
    if not may_answer(handoff, by):
        raise NotYourHandoff()
    return handoff


def _answer(handoff: Handoff, state: HandoffState, *, by: Member | None, at: datetime, **fields: object) -> None:
    """This function will close the hand-off with its answer."""
    handoff.state, handoff.answered_at, handoff.answered_by = state, at, by
    handoff.answer_hours = round(business_time().between(handoff.offered_at, at), 2)
    for name, value in fields.items():
        setattr(handoff, name, value)
    handoff.version += 1
    handoff.updated_at = clock.now()
    handoff.save()


def _tell_offerer(handoff: Handoff, text: str, *, by: Member | None) -> None:
    if handoff.offered_by and handoff.offered_by != by:
        notify([handoff.offered_by], kind="handoff", text=text, url=f"/handoffs/{handoff.pk}/")


def _deal_name(handoff: Handoff) -> str:
    person = handoff.person
    parts = [person.company.name if person.company else "", person.addressed]
    return " ".join(part for part in parts if part)[:160]


def _what_was_known(handoff: Handoff) -> str:
    """Return the marketer's note and the reasons of the score as the deal's first memo."""
    lines = [handoff.note] if handoff.note else []
    if handoff.reasons:
        lines.append(_("引き継ぎ時のスコア %(score)s") % {"score": handoff.score})
        lines += [f"・{reason['label']} {reason['points']:+d}" for reason in handoff.reasons]
    return "\n".join(lines)
