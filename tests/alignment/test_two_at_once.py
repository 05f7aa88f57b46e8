"""Two people, or two workers, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from ryorin.alignment.handoffs.actions import accept_handoff, offer_handoff, offer_ready_leads
from ryorin.alignment.handoffs.models import Handoff, RoutingRule
from ryorin.customers.people.models import Person
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member

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
