"""Two people, or two workers, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from ryorin.alignment.agreements.actions import propose_agreement, sign_agreement
from ryorin.alignment.agreements.errors import AlreadySigned
from ryorin.alignment.agreements.models import Agreement
from ryorin.alignment.agreements.rules import Vow
from ryorin.alignment.handoffs.actions import (
    accept_handoff,
    create_routing_rule,
    offer_handoff,
    offer_ready_leads,
    set_capacity,
)
from ryorin.alignment.handoffs.errors import NobodyToReceive
from ryorin.alignment.handoffs.models import Handoff, HowToRoute, Nurture, RoutingRule
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.marketing.journeys.actions import create_journey, publish
from ryorin.marketing.journeys.models import Passage
from ryorin.marketing.journeys.rules.drawing import Card, Drawing
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member, Role

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Return what each verb answered or refused, all started at the same moment in threads of their own.

    SQLite lets one writer in after the other, and threads cannot share its test database: there they run in turn.
    """
    start = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        try:
            return verb()
        except Refusal as refusal:
            return refusal

    def run_in_thread(verb: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return run(verb)
        finally:
            connection.close()

    if connection.vendor == "sqlite":
        return [run(verb) for verb in verbs]
    with ThreadPoolExecutor(len(verbs)) as threads:
        return list(threads.map(run_in_thread, verbs))


def test_of_two_who_accept_one_gets_the_lead(
    ada: Person, sato: Member, tanaka: Member, mei: Member, in_turn: RoutingRule
) -> None:
    default_pipeline()
    handoff = offer_handoff(ada, by=mei)
    found = at_once(lambda: accept_handoff(handoff, by=sato), lambda: accept_handoff(handoff, by=tanaka))
    refused = [each for each in found if isinstance(each, Refusal)]
    assert len(refused) == 1 and "すでに受け取りました" in str(refused[0])
    assert Deal.objects.count() == 1


def test_a_lead_is_offered_once_by_whoever_comes_first(
    ada: Person, sato: Member, tanaka: Member, mei: Member, in_turn: RoutingRule, make_ready: Callable[..., Person]
) -> None:
    make_ready(ada)
    at_once(offer_ready_leads, offer_ready_leads, lambda: offer_handoff(ada, by=mei))
    assert Handoff.objects.count() == 1


def test_of_two_who_sign_for_one_side_one_counts(ada: Person, axle: None, ono: Member, mei: Member) -> None:
    boss = Member.objects.create_user("okada@ryorin.example", family_name="岡田", role=Role.MANAGER)
    made = propose_agreement([Vow("volume", 4), Vow("answer", 90, 3)], rhythm="month", by=mei)
    found = at_once(
        lambda: sign_agreement(made, by=ono, side="sales"), lambda: sign_agreement(made, by=boss, side="sales")
    )
    assert len([each for each in found if isinstance(each, AlreadySigned)]) == 1
    assert not Agreement.objects.active().exists()


def test_two_workers_send_a_simple_lead_into_the_journey_once(
    ada: Person, sato: Member, mei: Member, axle: None, make_ready: Callable[..., Person]
) -> None:
    RoutingRule.objects.all().delete()
    wait = Card("w1", "wait", {"mode": "for", "amount": 3, "unit": "days"})
    journey = create_journey(name="小口", drawing=Drawing({"kind": "hand"}, (wait,)), by=mei)
    publish(journey, by=mei, version=None)
    create_routing_rule(by=None, name="小口", how=HowToRoute.JOURNEY, journey=journey, condition={}, hours=3)
    make_ready(ada)
    at_once(offer_ready_leads, offer_ready_leads)
    assert Nurture.objects.count() == Passage.objects.count() == 1
    at_once(lambda: offer_handoff(ada, by=mei, owner=sato), lambda: offer_handoff(ada, by=mei, owner=sato))
    assert Handoff.objects.count() == 1 and not Nurture.objects.open().exists()


def test_two_offers_at_once_do_not_overfill_a_week(
    sato: Member, tanaka: Member, mei: Member, in_turn: RoutingRule, ada: Person
) -> None:
    set_capacity(sato, Decimal(1), by=None)
    set_capacity(tanaka, Decimal(0), by=None)
    other = create_person(by=None, family_name="別の顧客", email="other@acme.example")
    found = at_once(lambda: offer_handoff(ada, by=mei), lambda: offer_handoff(other, by=mei))
    assert len([each for each in found if isinstance(each, NobodyToReceive)]) == 1
    assert Handoff.objects.get().owner == sato
