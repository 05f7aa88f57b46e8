from datetime import datetime

from django.db import transaction

from ryorin.customers.people.actions import reach_stage
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.lib import clock
from ryorin.sales.deals.actions.facts import locked, log_move, save, tell
from ryorin.sales.deals.errors import DealClosed, DealStillOpen, LostReasonMissing
from ryorin.sales.deals.models import Deal, DealState, LostReason
from ryorin.sales.deals.rules import checked
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def win_deal(
    deal: Deal, *, by: Member | None, version: int | None = None, amount: int | None = None, at: datetime | None = None
) -> Deal:
    """This function will close the deal as won, at `amount` where given; its people become customers."""
    require(by, "deals.change")
    deal = _open(locked(deal, version))
    moment = at or clock.now()
    if amount is not None:
        deal.amount = checked(Deal, {"amount": amount})["amount"]
    deal.state, deal.closed_at = DealState.WON, moment
    save(deal, "state", "closed_at", "amount")
    log_move(deal, at=moment, by=by)
    for person in people_of(deal):
        _reach_customer(person, deal, at=moment, by=by)
    audit.record("deal_won", "deal", deal.pk, by=by, name=deal.name, amount=deal.amount)
    tell("deal_won", deal, at=moment, by=by)
    return deal


@transaction.atomic
def lose_deal(
    deal: Deal,
    *,
    by: Member | None,
    reason: LostReason | None,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Deal:
    """This function will close the deal as lost for a reason that is counted."""
    require(by, "deals.change")
    deal = _open(locked(deal, version))
    if reason is None:
        raise LostReasonMissing()
    moment = at or clock.now()
    deal.state, deal.closed_at, deal.lost_reason = DealState.LOST, moment, reason
    deal.lost_note = checked(Deal, {"lost_note": note})["lost_note"]
    save(deal, "state", "closed_at", "lost_reason", "lost_note")
    log_move(deal, at=moment, by=by)
    audit.record("deal_lost", "deal", deal.pk, by=by, name=deal.name, reason=reason.name, note=deal.lost_note)
    tell("deal_lost", deal, at=moment, by=by, reason=reason.name, note=deal.lost_note)
    return deal


@transaction.atomic
def reopen_deal(deal: Deal, *, by: Member | None, version: int | None = None, at: datetime | None = None) -> Deal:
    """This function will put a won or lost deal back into the stage it was closed in; how far its people came stays."""
    require(by, "deals.change")
    deal = locked(deal, version)
    if deal.state == DealState.OPEN:
        raise DealStillOpen()
    moment = at or clock.now()
    was = deal.state
    deal.state, deal.closed_at, deal.lost_reason, deal.lost_note = DealState.OPEN, None, None, ""
    deal.stage_since = moment
    save(deal, "state", "closed_at", "lost_reason", "lost_note", "stage_since")
    log_move(deal, at=moment, by=by)
    audit.record("deal_reopened", "deal", deal.pk, by=by, name=deal.name, state=[was, deal.state])
    tell("deal_moved", deal, at=moment, by=by, stage=deal.stage.name, reopened=True)
    return deal


def people_of(deal: Deal) -> list[Person]:
    """Return everyone who takes part in the deal, the main person included."""
    ids = set(deal.people.values_list("person_id", flat=True))
    if deal.person_id is not None:
        ids.add(deal.person_id)
    return list(Person.objects.filter(pk__in=ids).order_by("pk"))


def _open(deal: Deal) -> Deal:
    """Return the deal; refuses one that was won or lost already."""
    if deal.state != DealState.OPEN:
        raise DealClosed(state=deal.get_state_display())
    return deal


def _reach_customer(person: Person, deal: Deal, *, at: datetime, by: Member | None) -> None:
    """This function will make the person a customer, or a repeat customer when an earlier deal was won already."""
    bought_before = (
        Deal.objects.filter(state=DealState.WON, people__person=person).exclude(pk=deal.pk).exists()
        or Deal.objects.filter(state=DealState.WON, person=person).exclude(pk=deal.pk).exists()
    )
    stages = [LifecycleStage.CUSTOMER, LifecycleStage.REPEAT] if bought_before else [LifecycleStage.CUSTOMER]
    for stage in stages:
        reach_stage(
            person,
            stage,
            at=at,
            why="deal_won",
            channel=deal.source_channel,
            campaign_id=deal.source_campaign_id,
            ref=("deal", deal.pk),
            by=by,
        )
