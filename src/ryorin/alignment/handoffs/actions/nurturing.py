"""Leads that a journey looks after: who goes in, when a goal is reached or the journey is over, who needs a person."""

from django.db import transaction
from django.db.models import F, Q

from ryorin.alignment.handoffs.models import (
    Handoff,
    HandoffState,
    Nurture,
    NurtureEnd,
    NurtureKind,
    RoutingRule,
)
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.journeys.actions import take_out
from ryorin.marketing.journeys.actions.entering import let_in
from ryorin.marketing.journeys.errors import PassageGone, PassageOver
from ryorin.marketing.journeys.models import ALIVE, Journey, JourneyState, Passage
from ryorin.workspace.audit import actions as audit

AT_ONCE = 200


def held_journeys(ids: set[int]) -> dict[int, Journey]:
    """Return these journeys under lock as far as they let people in; to be asked before any person is locked."""
    rows = Journey.objects.select_for_update(of=("self",)).filter(pk__in=ids, live__isnull=False)
    open_to_people = (JourneyState.RUNNING, JourneyState.PAUSED)
    return {row.pk: row for row in rows.order_by("pk") if row.state in open_to_people}


def begin_nurture(
    person: Person,
    journey: Journey,
    *,
    kind: NurtureKind,
    why: str,
    rule: RoutingRule | None = None,
    handoff: Handoff | None = None,
) -> Nurture | None:
    """This function will send a lead into a journey, out of the one that looked after it before; None: it may not in.

    The caller holds the journey's row, then the person's.
    """
    now = clock.now()
    end_nurture(person, NurtureEnd.REPLACED, why=journey.name)
    there = Passage.objects.filter(journey=journey, person=person).alive()
    if not there.exists() and not let_in(journey, [(person.pk, {"by": "handoff", "name": why})], now=now):
        return None
    nurture = Nurture.objects.create(
        person=person,
        kind=kind,
        journey=journey,
        passage=there.first(),
        rule=rule,
        handoff=handoff,
        why=why[:160],
        score=person.score,
        began_at=now,
    )
    audit.record("nurture_began", "nurture", nurture.pk, by=None, person=person.pk, journey=journey.name, why=why)
    return nurture


def end_nurture(person: Person, end: NurtureEnd, *, why: str, next_handoff: Handoff | None = None) -> None:
    """This function will take a lead out of the journey that looks after it; the caller holds the person's row."""
    nurture = Nurture.objects.select_for_update(of=("self",)).open().filter(person=person).first()
    if nurture is None:
        return
    if nurture.passage_id:
        passage = Passage.objects.select_related("journey").filter(pk=nurture.passage_id, state__in=ALIVE).first()
        try:
            with transaction.atomic():
                if passage is not None:
                    take_out(passage, by=None, why=why)
        except (PassageGone, PassageOver):
            pass  # it came to its end by itself meanwhile
    _close(nurture, end, next_handoff=next_handoff)


def follow_nurtures() -> int:
    """This function will note goals reached and journeys that are over, and return how many leads that concerned."""
    told = Q(passage__goal_at__isnull=False, goal_at__isnull=True)
    over = Q(passage__isnull=True) | ~Q(passage__state__in=ALIVE)
    ids = Nurture.objects.open().filter(told | over).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_follow(pk) for pk in list(ids))


@transaction.atomic
def _follow(pk: int) -> bool:
    found = Nurture.objects.open().filter(pk=pk).values_list("person_id", flat=True).first()
    if found is None:
        return False
    Person.objects.select_for_update(of=("self",)).filter(pk=found).first()
    nurture = Nurture.objects.select_for_update(of=("self",)).open().filter(pk=pk).first()
    if nurture is None:
        return False
    passage = Passage.objects.filter(pk=nurture.passage_id or 0).first()
    if passage is not None and passage.goal_at and nurture.goal_at is None:
        nurture.goal_at = passage.goal_at
        nurture.save(update_fields=["goal_at"])
        if nurture.handoff_id:  # what it was sent back for is over: it need not rest any longer
            now = clock.now()
            Handoff.objects.filter(pk=nurture.handoff_id, state=HandoffState.SENT_BACK).update(
                rest_until=now, version=F("version") + 1, updated_at=now
            )
        audit.record("nurture_reached_goal", "nurture", nurture.pk, by=None, person=nurture.person_id)
    if passage is None or passage.state not in ALIVE:
        _close(nurture, NurtureEnd.JOURNEY_OVER)
    return True


def _close(nurture: Nurture, end: NurtureEnd, *, next_handoff: Handoff | None = None) -> None:
    nurture.ended_at, nurture.end, nurture.next_handoff = clock.now(), end, next_handoff
    nurture.save(update_fields=["ended_at", "end", "next_handoff"])
    audit.record("nurture_ended", "nurture", nurture.pk, by=None, person=nurture.person_id, end=str(end))
