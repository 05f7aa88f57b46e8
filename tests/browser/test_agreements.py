"""Agreements, capacity and leads in journeys in a real browser: two leaders sign, hours are set, all can read it."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from ryorin.alignment.agreements.actions import propose_agreement, sign_agreement
from ryorin.alignment.agreements.models import Agreement
from ryorin.alignment.agreements.rules import Vow
from ryorin.alignment.handoffs.actions import (
    create_routing_rule,
    offer_handoff,
    offer_ready_leads,
    prepare_defaults,
    set_capacity,
)
from ryorin.alignment.handoffs.models import Capacity, HowToRoute, Nurture, RoutingRule
from ryorin.customers.people.actions import create_person, set_scores
from ryorin.customers.people.models import Person
from ryorin.marketing.journeys import actions as journeys
from ryorin.marketing.journeys.models import Journey
from ryorin.marketing.journeys.rules.drawing import Card, Drawing
from ryorin.workspace.members.models import Member, Role

Open = Callable[..., Page]
TWO_LOOKS = [("wide", "light"), ("narrow", "dark")]


@pytest.fixture
def okada(transactional_db: None) -> Member:
    fields = {"family_name": "岡田", "given_name": "美穂", "role": Role.MANAGER}
    return Member.objects.create_user("okada@ryorin.example", **fields)


@pytest.fixture
def digital_lead(transactional_db: None, mei: Member, sato: Member) -> Person:
    prepare_defaults()
    RoutingRule.objects.all().delete()
    wait = Card("w1", "wait", {"mode": "for", "amount": 3, "unit": "days"})
    made = journeys.create_journey(name="少額商品のご案内", drawing=Drawing({"kind": "hand"}, (wait,)), by=mei)
    journeys.publish(made, by=mei, version=None)
    journey = Journey.objects.get(pk=made.pk)
    create_routing_rule(by=None, name="少額", how=HowToRoute.JOURNEY, journey=journey, condition={}, hours=3)
    ada = create_person(by=None, family_name="安達", given_name="亜耶", email="ada@acme.example")
    set_scores([(ada.pk, 60, [{"label": "料金ページ", "points": 60}], True)])
    offer_ready_leads()
    offer_handoff(create_person(by=None, family_name="井上", given_name="亮"), by=mei, owner=sato)
    return ada


def test_two_leaders_sign_what_their_teams_promise(
    open_page: Open, digital_lead: Person, kimura: Member, okada: Member
) -> None:
    page = open_page("/agreements/propose/", by=okada)
    for place, value in enumerate(("20", "65", "90", "80")):
        page.get_by_label("件数または％").nth(place).fill(value)
    page.get_by_label("営業時間以内（時間の約束）").nth(2).fill("3")
    page.get_by_label("営業時間以内（時間の約束）").nth(3).fill("9")
    page.get_by_role("button", name="この案を出す").click()
    page.get_by_role("button", name="マーケティングとして署名する").click()
    expect(page.locator("main")).to_contain_text("岡田 美穂さんが署名")
    other = open_page("/agreements/", by=kimura)
    other.get_by_role("button", name="営業として署名する").click()
    expect(other.locator("main")).to_contain_text("引き継ぐリード 20件以上")
    assert Agreement.objects.active().count() == 1
    other.locator(".promises a.big").first.click()
    expect(other.locator("main")).to_contain_text("井上 亮")


def test_a_leader_sets_the_hours_of_a_rep(open_page: Open, digital_lead: Person, kimura: Member, sato: Member) -> None:
    page = open_page("/capacity/", by=kimura, width="narrow")
    page.get_by_label("佐藤 健さんの週の時間").fill("8.5")
    page.locator("tr", has_text="佐藤 健").get_by_role("button", name="保存").click()
    expect(page.locator("tr", has_text="佐藤 健")).to_contain_text("残り 7.5時間")
    assert Capacity.objects.get().hours == Decimal("8.5")


@pytest.mark.parametrize(("width", "scheme"), TWO_LOOKS)
def test_the_pages_of_agreements_and_capacity_are_accessible(
    open_page: Open,
    accessible: Callable[[Page], None],
    digital_lead: Person,
    kimura: Member,
    okada: Member,
    sato: Member,
    width: str,
    scheme: str,
) -> None:
    set_capacity(sato, Decimal(0), by=kimura)
    made = propose_agreement([Vow("volume", 900), Vow("answer", 90, 3)], rhythm="month", by=okada)
    sign_agreement(made, by=okada, side="marketing")
    sign_agreement(made, by=kimura, side="sales")
    propose_agreement([Vow("volume", 20), Vow("contact", 80, 9)], rhythm="quarter", by=okada)
    assert Nurture.objects.open().count() == 1
    promise = made.promises.get(kind="volume")
    for path in (
        "/agreements/",
        "/agreements/propose/",
        f"/agreements/promises/{promise.pk}/",
        "/capacity/",
        f"/capacity/{sato.pk}/held/",
        "/handoffs/journeys/",
        "/handoffs/?of=all",
        "/routing/",
        "/routing/new/",
    ):
        accessible(open_page(path, by=kimura, width=width, scheme=scheme))
