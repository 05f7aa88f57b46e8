"""The answers the score learns from: leads with the moment they were scored at, and how they ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from ryorin.alignment.handoffs.models import Handoff, HandoffState
from ryorin.alignment.learning.models import LeadOutcome
from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal, DealState


@dataclass(frozen=True)
class Answer:
    """One lead as it stood at a moment, and what came of it: 1 good, 0 not, a share while its deal is open."""

    person_id: int
    at: datetime
    y: float


@dataclass(frozen=True)
class Known:
    """All answers, and the share of the settled deals of accepted leads that were won (open ones count with it)."""

    answers: list[Answer]
    open_share: float


def known_answers() -> Known:
    """Return what is to be learned from.

    A hand-off sent back is not good; an accepted one is good when its deal was won, not when it was lost, and counts
    with the share of those won while it is open. Deals without a hand-off count from their opening, imported outcomes
    from the lead's first contact.
    """
    handoffs = list(
        Handoff.objects.answered().values_list("person_id", "offered_at", "state", "deal_id", "deal__state")
    )
    accepted = [row for row in handoffs if row[2] == HandoffState.ACCEPTED]
    share = share_won(state for *_rest, state in accepted)
    answers = [
        Answer(person, at, outcome_of(state, deal_state, share)) for person, at, state, _deal, deal_state in handoffs
    ]
    with_handoff = {deal for _person, _at, _state, deal, _deal_state in accepted}
    people = {person for person, *_rest in handoffs}
    deals = Deal.objects.exclude(state=DealState.OPEN).filter(person__isnull=False)
    answers += [
        Answer(person, opened, float(state == DealState.WON))
        for pk, person, opened, state in deals.values_list("pk", "person_id", "opened_at", "state")
        if pk not in with_handoff and person not in people
    ]
    people.update(answer.person_id for answer in answers)
    outcomes = LeadOutcome.objects.values_list("person_id", "person__first_contact_at", "person__created_at", "won")
    answers += [
        Answer(person, first or created, float(won)) for person, first, created, won in outcomes if person not in people
    ]
    return Known(answers, share)


def share_won(states: Iterable[str | None]) -> float:
    """Return the share won of the deals that are settled; 1 where none is: then accepting is all there is to learn."""
    settled = [state for state in states if state in (DealState.WON, DealState.LOST)]
    return sum(state == DealState.WON for state in settled) / len(settled) if settled else 1.0


def outcome_of(state: str, deal_state: str | None, share: float) -> float:
    """Return what an answered hand-off counts as."""
    if state == HandoffState.SENT_BACK or deal_state == DealState.LOST:
        return 0.0
    return 1.0 if deal_state == DealState.WON else share


def leads_within(days: int) -> list[Answer]:
    """Return all leads, good when a deal of theirs was won within so many days of the first contact.

    Leads whose time was not over when the last deal was won are left out: their end is not known.
    """
    won = dict(
        Deal.objects.filter(state=DealState.WON, person__isnull=False)
        .values_list("person_id")
        .annotate(first=Min("closed_at"))
    )
    if not won:
        return []
    time, end = timedelta(days=days), max(won.values())
    leads = Person.objects.filter(first_contact_at__lte=end - time).values_list("pk", "first_contact_at")
    return [Answer(pk, at, float(pk in won and won[pk] <= at + time)) for pk, at in leads]
