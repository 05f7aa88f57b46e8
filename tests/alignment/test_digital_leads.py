"""Leads in journeys: simple ones handled digitally, those sent back looked after until they are ready, nobody twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from ryorin.alignment.handoffs.actions import (
    accept_handoff,
    change_routing_rule,
    change_weights,
    create_routing_rule,
    follow_nurtures,
    hand_over_complicated,
    offer_handoff,
    offer_ready_leads,
    send_back_handoff,
    set_capacity,
    set_what_follows,
)
from ryorin.alignment.handoffs.errors import CapacityInvalid, NobodyToReceive, SendBackReasonInvalid
from ryorin.alignment.handoffs.models import Capacity, Handoff, HowToRoute, Nurture, RoutingRule, SendBackReason
from ryorin.alignment.handoffs.queries import candidates, history_of, loads_of, may_be_asked, unheld
from ryorin.customers.companies.actions import change_company
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.journeys import actions as journeys
from ryorin.marketing.journeys.models import Journey, Passage
from ryorin.marketing.journeys.rules.drawing import Card, Drawing
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Team

pytestmark = pytest.mark.django_db
MakeReady = Callable[..., Person]
NOON = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
WAIT = Card("w1", "wait", {"mode": "for", "amount": 3, "unit": "days"})
GOAL = Card("g1", "goal", {"name": "資料を読んだ", "leaves": True})


def running(name: str, *cards: Card, mei: Member) -> Journey:
    made = journeys.create_journey(name=name, drawing=Drawing({"kind": "hand"}, cards), by=mei)
    journeys.publish(made, by=mei, version=None)
    return Journey.objects.get(pk=made.pk)


@pytest.fixture
def small_ones(mei: Member) -> Journey:
    return running("小口のお客さま", WAIT, mei=mei)


@pytest.fixture
def care(mei: Member) -> Journey:
    return running("時期を待つ", WAIT, GOAL, mei=mei)


@pytest.fixture
def digital(axle: None, small_ones: Journey) -> RoutingRule:
    RoutingRule.objects.all().delete()
    condition = {"field": "score", "op": "gte", "value": 1}
    fields = {"name": "少額はデジタル", "how": HowToRoute.JOURNEY, "journey": small_ones, "condition": condition}
    return create_routing_rule(by=None, hours=3, **fields)


@pytest.fixture
def big_to_a_person(digital: RoutingRule, east: Team) -> RoutingRule:
    condition = {"field": "company_employees", "op": "gte", "value": 300}
    fields = {"name": "大企業は人へ", "how": HowToRoute.ROUND_ROBIN, "team": east, "condition": condition}
    rule = create_routing_rule(by=None, hours=2, **fields)
    RoutingRule.objects.filter(pk=rule.pk).update(position=-0)
    RoutingRule.objects.filter(pk=digital.pk).update(position=5)
    return rule


def test_a_simple_lead_goes_into_the_journey_and_to_nobody(
    ada: Person, sato: Member, digital: RoutingRule, small_ones: Journey, make_ready: MakeReady
) -> None:
    make_ready(ada)
    assert offer_ready_leads() == 1
    nurture = Nurture.objects.get()
    assert (nurture.person, nurture.kind, nurture.rule, nurture.journey) == (ada, "digital", digital, small_ones)
    assert nurture.passage == Passage.objects.get(person=ada)
    assert not Handoff.objects.exists()
    assert offer_ready_leads() == 0 and Nurture.objects.count() == 1


def test_a_lead_that_turns_complicated_is_given_to_a_person(
    ada: Person, acme: Company, sato: Member, digital: RoutingRule, big_to_a_person: RoutingRule, make_ready: MakeReady
) -> None:
    make_ready(ada)
    offer_ready_leads()
    assert hand_over_complicated() == 0
    change_company(acme, by=None, version=None, employees=1200)
    assert hand_over_complicated() == 1
    handoff, nurture = Handoff.objects.get(), Nurture.objects.get()
    assert handoff.owner == sato and "大企業は人へ" in handoff.why_route
    assert (nurture.end, nurture.next_handoff) == ("handed_over", handoff)
    assert Passage.objects.get().state == "removed"


def test_somebody_may_take_a_digital_lead_over_by_hand(
    ada: Person, mei: Member, sato: Member, digital: RoutingRule, make_ready: MakeReady
) -> None:
    make_ready(ada)
    offer_ready_leads()
    with pytest.raises(NobodyToReceive):
        offer_handoff(ada, by=mei)  # the only rule leads into the journey
    assert Nurture.objects.open().count() == 1
    offer_handoff(ada, by=mei, owner=sato)
    assert not Nurture.objects.open().exists()


def test_a_journey_that_is_over_without_a_goal_lets_the_lead_rest(
    ada: Person, sato: Member, in_turn: RoutingRule, digital: RoutingRule, east: Team, make_ready: MakeReady
) -> None:
    create_routing_rule(by=None, name="残りは人へ", how=HowToRoute.ROUND_ROBIN, team=east, condition={}, hours=3)
    make_ready(ada)
    with clock.frozen(NOON):
        offer_ready_leads()
        journeys.advance_journeys()
    with clock.frozen(NOON + timedelta(days=4)):
        journeys.advance_journeys()
        assert follow_nurtures() == 1
        assert Nurture.objects.get().end == "journey_over"
        assert offer_ready_leads() == 0
    with clock.frozen(NOON + timedelta(days=40)):
        assert offer_ready_leads() == 1
    assert Handoff.objects.get().owner == sato and Nurture.objects.count() == 1


def test_a_journey_that_is_paused_or_stopped_leaves_the_lead_to_the_next_rule(
    ada: Person, mei: Member, sato: Member, digital: RoutingRule, small_ones: Journey, east: Team, make_ready: MakeReady
) -> None:
    create_routing_rule(by=None, name="残りは人へ", how=HowToRoute.ROUND_ROBIN, team=east, condition={}, hours=3)
    journeys.stop(small_ones, by=mei)
    make_ready(ada)
    assert offer_ready_leads() == 1
    assert Handoff.objects.get().owner == sato


def test_what_is_sent_back_goes_into_the_journey_of_its_reason(
    ada: Person, sato: Member, in_turn: RoutingRule, no_budget: SendBackReason, care: Journey, make_ready: MakeReady
) -> None:
    set_what_follows(no_budget, by=None, journey=care, rest_days=90)
    handoff = offer_handoff(make_ready(ada))
    no_budget.refresh_from_db()
    with clock.frozen(NOON):
        handoff = send_back_handoff(handoff, by=sato, reason=no_budget, at=NOON)
    nurture = Nurture.objects.get()
    assert (nurture.kind, nurture.journey, nurture.handoff) == ("returned", care, handoff)
    assert handoff.rest_until == NOON + timedelta(days=90)
    with clock.frozen(NOON + timedelta(days=60)):
        assert not candidates().exists()
    with clock.frozen(NOON + timedelta(days=91)):
        assert list(candidates()) == [ada]


def test_a_goal_in_the_journey_ends_the_rest(
    ada: Person, sato: Member, in_turn: RoutingRule, no_budget: SendBackReason, care: Journey, make_ready: MakeReady
) -> None:
    set_what_follows(no_budget, by=None, journey=care, rest_days=90)
    no_budget.refresh_from_db()
    with clock.frozen(NOON):
        send_back_handoff(offer_handoff(make_ready(ada)), by=sato, reason=no_budget)
        journeys.advance_journeys()
        assert offer_ready_leads() == 0
    with clock.frozen(NOON + timedelta(days=4)):
        journeys.advance_journeys()
        follow_nurtures()
        assert Nurture.objects.get().goal_at is not None
        assert offer_ready_leads() == 1
    again = Handoff.objects.waiting().get()
    told = [one.handoff or one.nurture for one in history_of(ada.pk, member=sato)]
    assert told[0] == again and len(told) == 3


def test_a_score_that_rises_ends_the_rest_and_the_journey(
    ada: Person, sato: Member, in_turn: RoutingRule, no_budget: SendBackReason, care: Journey, make_ready: MakeReady
) -> None:
    set_what_follows(no_budget, by=None, journey=care, rest_days=90)
    no_budget.refresh_from_db()
    send_back_handoff(offer_handoff(make_ready(ada, score=60)), by=sato, reason=no_budget)
    make_ready(ada, score=69)
    assert offer_ready_leads() == 0
    make_ready(ada, score=70)
    assert offer_ready_leads() == 1
    assert Passage.objects.get().state == "removed"


def test_nobody_is_in_two_at_once(
    ada: Person, sato: Member, digital: RoutingRule, no_budget: SendBackReason, care: Journey, make_ready: MakeReady
) -> None:
    handoff = offer_handoff(make_ready(ada), owner=sato)
    set_what_follows(no_budget, by=None, journey=care, rest_days=0)
    no_budget.refresh_from_db()
    send_back_handoff(handoff, by=sato, reason=no_budget)
    make_ready(ada, score=90)
    assert offer_ready_leads() == 1
    assert [nurture.kind for nurture in Nurture.objects.open()] == ["digital"]
    assert Passage.objects.alive().count() == 1
    assert Nurture.objects.get(kind="returned").end == "replaced"


def test_a_reason_without_a_journey_only_rests(
    ada: Person, sato: Member, in_turn: RoutingRule, no_budget: SendBackReason, make_ready: MakeReady
) -> None:
    send_back_handoff(offer_handoff(make_ready(ada)), by=sato, reason=no_budget)
    assert not Nurture.objects.exists() and not candidates().exists()


def test_rest_has_a_sensible_length(no_budget: SendBackReason, mei: Member, ono: Member) -> None:
    with pytest.raises(SendBackReasonInvalid):
        set_what_follows(no_budget, by=ono, journey=None, rest_days=-1)
    with pytest.raises(NotAllowed):
        set_what_follows(no_budget, by=mei, journey=None, rest_days=30)


def leads(count: int, make_ready: MakeReady) -> None:
    for place in range(count):
        make_ready(create_person(by=None, family_name=f"顧客{place}", email=f"lead{place}@acme.example"))


def test_the_turn_passes_over_who_is_full_also_within_one_batch(
    sato: Member, tanaka: Member, ono: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> None:
    set_capacity(sato, Decimal(1), by=ono)
    set_capacity(tanaka, Decimal(2), by=ono)
    leads(5, make_ready)
    assert offer_ready_leads() == 3
    assert {member.pk: load.waiting for member in (sato, tanaka) if (load := loads_of([member.pk])[member.pk])} == {
        sato.pk: 1,
        tanaka.pk: 2,
    }
    left = unheld(ono)
    assert len(left) == 2 and all(lead.is_for_want_of_time for lead in left)
    assert "手がいっぱい" in left[0].why and ono in [one.member for one in may_be_asked()]


def test_who_has_the_most_time_gets_the_next_lead(
    sato: Member, tanaka: Member, ono: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> None:
    change_routing_rule(in_turn, by=ono, version=None, how=HowToRoute.LEAST_LOADED)
    set_capacity(sato, Decimal(3), by=ono)
    set_capacity(tanaka, Decimal(10), by=ono)
    leads(3, make_ready)
    offer_ready_leads()
    assert set(Handoff.objects.values_list("owner", flat=True)) == {tanaka.pk}


def test_deals_nothing_moves_take_time_and_those_that_move_do_not(sato: Member, ono: Member, ada: Person) -> None:
    default_pipeline()
    month_ago = clock.now() - timedelta(days=30)
    open_deal(name="止まった商談", by=sato, owner=sato, at=month_ago)
    moving = open_deal(name="動く商談", by=sato, owner=sato, person=ada, at=month_ago)
    log_activity("called", by=sato, person=ada, deal=moving)
    open_deal(name="新しい商談", by=sato, owner=sato)
    change_weights(by=ono, waiting_hours=Decimal(1), deal_hours=Decimal("0.5"), quiet_days=14)
    load = loads_of([sato.pk])[sato.pk]
    assert (load.quiet_deals, load.hours) == (1, 0.5)


def test_capacity_is_set_by_leaders_and_taken_away_again(sato: Member, mei: Member, ono: Member) -> None:
    with pytest.raises(NotAllowed):
        set_capacity(sato, Decimal(8), by=mei)
    with pytest.raises(CapacityInvalid):
        set_capacity(sato, Decimal(200), by=ono)
    set_capacity(sato, Decimal("8.5"), by=ono)
    assert Capacity.objects.get().hours == Decimal("8.5")
    set_capacity(sato, None, by=ono)
    assert not Capacity.objects.exists()


def test_two_who_weigh_at_once_do_not_overwrite_each_other(ono: Member) -> None:
    fields = {"waiting_hours": Decimal(1), "deal_hours": Decimal(1), "quiet_days": 14}
    change_weights(by=ono, version=1, **fields)
    change_weights(by=ono, version=1, **fields)
    with pytest.raises(StaleRecord):
        change_weights(by=ono, version=1, **fields)


def test_the_history_tells_what_came_of_a_hand_off(
    ada: Person, sato: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> None:
    default_pipeline()
    deal = accept_handoff(offer_handoff(make_ready(ada)), by=sato)
    (told,) = history_of(ada.pk, member=sato)
    assert told.deal == deal and told.handoff is not None and told.handoff.answer_hours is not None
