"""A small demo company: coherent, and the same rows as the verbs of members would have left."""

from typing import Any

import pytest
from django.utils import translation

from ryorin.alignment.funnel.queries import funnel
from ryorin.alignment.handoffs.models import Handoff
from ryorin.alignment.plans.queries import beside_actual, newest_of, quarter_of, signed_of
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.demo.errors import HomeNotEmpty
from ryorin.demo.making import make_demo
from ryorin.insight.lake.queries import table
from ryorin.insight.lake.queries import verify as verify_lake
from ryorin.insight.metrics.queries import total
from ryorin.lib import clock
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit.queries import verify as verify_trail
from ryorin.workspace.organisation.queries import current
from ryorin.workspace.search.queries import find_ids

PEOPLE = 120


@pytest.mark.django_db
def test_the_demo_company_is_coherent():
    with translation.override("en"):  # as a terminal in English does
        told = make_demo(password="demo-pass-2026", people=PEOPLE)

    every_person_is_a_lead_with_a_source_who_can_be_found(told)
    hand_offs_have_reasons_and_answers_and_accepted_ones_became_deals(told)
    won_deals_were_ordered_and_their_people_are_customers(told)
    nothing_happened_tomorrow()
    the_funnel_narrows_and_the_kpis_have_values()
    both_sides_planned_this_quarter()
    trail_and_history_are_whole()
    a_second_company_is_refused()


def every_person_is_a_lead_with_a_source_who_can_be_found(told: dict[str, Any]) -> None:
    assert Person.objects.count() == told["people"] == PEOPLE
    for person in Person.objects.all()[:20]:
        assert person.source_channel
        assert person.stage_changes.filter(stage="lead").exists()
        assert person.pk in find_ids(person.family_name + person.given_name, "person")


def hand_offs_have_reasons_and_answers_and_accepted_ones_became_deals(told: dict[str, Any]) -> None:
    assert told["handoffs"] == Handoff.objects.count() > 10
    assert all(handoff.reasons and handoff.owner for handoff in Handoff.objects.all())
    assert all(handoff.deal for handoff in Handoff.objects.filter(state="accepted"))
    assert all(handoff.send_back_reason for handoff in Handoff.objects.filter(state="sent_back"))


def won_deals_were_ordered_and_their_people_are_customers(told: dict[str, Any]) -> None:
    won = Deal.objects.filter(state="won")

    assert won.count() == told["won"] > 0
    assert set(won.values_list("pk", flat=True)) == set(
        Order.objects.exclude(deal_id=None).values_list("deal_id", flat=True)
    )
    assert {deal.person.stage for deal in won.select_related("person")} <= {"customer", "repeat"}


def nothing_happened_tomorrow() -> None:
    now = clock.now()

    assert not Deal.objects.filter(opened_at__gt=now).exists()
    assert not Order.objects.filter(ordered_at__gt=now).exists()
    assert table("touchpoints").at.max().to_pyarrow().as_py() <= now


def the_funnel_narrows_and_the_kpis_have_values() -> None:
    counts = [step.count for step in funnel().steps]
    today = clock.today()

    assert counts == sorted(counts, reverse=True)
    assert counts[1] == PEOPLE
    year = today.replace(year=today.year - 1)
    assert 0.5 < total("acceptance_rate", year, today) <= 1
    assert total("visits", year, today) > 1000
    assert total("costs", year, today) > 0
    assert current().name == "明和計測株式会社"


def both_sides_planned_this_quarter() -> None:
    this = quarter_of(clock.today())
    plan = signed_of(this)

    assert plan is not None and plan.is_frozen
    assert beside_actual(plan, today=clock.today())[0].figures["leads"].actual is not None
    following = newest_of(quarter_of(this.end))
    assert following is not None and not following.is_frozen


def trail_and_history_are_whole() -> None:
    assert verify_trail().ok
    assert verify_lake().is_ok


def a_second_company_is_refused() -> None:
    with pytest.raises(HomeNotEmpty):
        make_demo(password="demo-pass-2026")
