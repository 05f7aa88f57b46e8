"""Agreements, the capacity of reps, and leads in journeys, as members see them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.alignment.conftest import *  # noqa: F403

from ryorin.alignment.agreements.actions import propose_agreement, sign_agreement
from ryorin.alignment.agreements.models import Agreement
from ryorin.alignment.agreements.rules import Vow
from ryorin.alignment.handoffs.actions import (
    offer_handoff,
    offer_ready_leads,
    send_back_handoff,
    set_capacity,
    set_what_follows,
)
from ryorin.alignment.handoffs.models import Capacity, Handoff, HowToRoute, LoadWeights, RoutingRule, SendBackReason
from ryorin.customers.people.models import Person
from ryorin.marketing.journeys import actions as journeys
from ryorin.marketing.journeys.models import Journey
from ryorin.marketing.journeys.rules.drawing import Card, Drawing
from ryorin.sales.deals.actions import open_deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member, Role, Team
from ryorin.workspace.organisation.models import Organisation

SignIn = Callable[[Member], Client]
MakeReady = Callable[..., Person]
WRITTEN = {"rhythm": "month", "kind-0": "volume", "value-0": "30", "kind-1": "answer", "value-1": "90", "hours-1": "3"}


@pytest.fixture(autouse=True)
def our_company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪商事株式会社")


@pytest.fixture
def okada(db: None) -> Member:
    fields = {"family_name": "岡田", "given_name": "美穂", "role": Role.MANAGER}
    return Member.objects.create_user("okada@ryorin.example", **fields)


@pytest.fixture
def care(mei: Member) -> Journey:
    wait = Card("w1", "wait", {"mode": "for", "amount": 3, "unit": "days"})
    made = journeys.create_journey(name="時期を待つ", drawing=Drawing({"kind": "hand"}, (wait,)), by=mei)
    journeys.publish(made, by=mei, version=None)
    return Journey.objects.get(pk=made.pk)


def test_an_agreement_is_proposed_signed_by_two_and_then_counts(
    signed_in: SignIn, axle: None, mei: Member, ono: Member, okada: Member
) -> None:
    assert "まだ合意がありません" in signed_in(mei).get(reverse("agreement")).content.decode()
    assert "約束 4" in signed_in(mei).get(reverse("agreement_propose")).content.decode()
    assert signed_in(mei).post(reverse("agreement_propose"), WRITTEN).status_code == 302
    made = Agreement.objects.get()
    text = signed_in(mei).get(reverse("agreement")).content.decode()
    assert "3営業時間以内の返事 90％以上" in text and "署名する" not in text
    sign = reverse("agreement_sign", args=[made.pk])
    assert signed_in(mei).post(sign).status_code == 403
    assert signed_in(ono).post(sign, {"side": "sales"}).status_code == 302
    assert signed_in(ono).post(sign, {"side": "marketing"}).status_code == 403
    signed_in(okada).post(sign, {"side": "marketing"})
    text = signed_in(mei).get(reverse("agreement")).content.decode()
    assert "小野 学さん（営業）" in text and "目標 30件" in text and "データなし" in text


def test_what_cannot_be_promised_stays_in_the_form_with_words(signed_in: SignIn, axle: None, mei: Member) -> None:
    answer = signed_in(mei).post(reverse("agreement_propose"), {**WRITTEN, "value-1": "900", "note": "来期から"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "割合は1～100％" in text and 'value="900"' in text and "来期から" in text
    assert not Agreement.objects.exists()


def test_the_number_of_a_promise_opens_its_hand_offs(
    signed_in: SignIn, ada: Person, axle: None, sato: Member, mei: Member, ono: Member, okada: Member
) -> None:
    made = propose_agreement([Vow("volume", 30), Vow("answer", 90, 3)], rhythm="month", by=ono)
    sign_agreement(made, by=ono, side="sales")
    sign_agreement(made, by=okada, side="marketing")
    offer_handoff(ada, owner=sato)
    client = signed_in(mei)
    volume, answer = made.promises.all()
    assert reverse("promise", args=[volume.pk]) in client.get(reverse("agreement")).content.decode()
    assert "安達 亜耶" in client.get(reverse("promise", args=[volume.pk])).content.decode()
    assert "安達 亜耶" not in client.get(reverse("promise", args=[volume.pk]), {"day": "2001-01-01"}).content.decode()
    assert client.get(reverse("promise", args=[answer.pk]), {"day": "x", "which": "missed"}).status_code == 200


def test_leaders_set_how_much_time_reps_have_and_everybody_sees_it(
    signed_in: SignIn, axle: None, sato: Member, ono: Member
) -> None:
    client = signed_in(ono)
    assert "上限なし" in client.get(reverse("capacity")).content.decode()
    assert client.post(reverse("capacity_hours", args=[sato.pk]), {"hours": "8.5"}).status_code == 302
    assert str(Capacity.objects.get().hours) == "8.5"
    assert client.post(reverse("capacity_hours", args=[sato.pk]), {"hours": "たくさん"}).status_code == 400
    weights = {"waiting_hours": "2", "deal_hours": "0.5", "quiet_days": "10", "version": "1"}
    assert client.post(reverse("capacity_weights"), weights).status_code == 302
    assert LoadWeights.objects.get().quiet_days == 10
    assert client.post(reverse("capacity_weights"), {**weights, "version": "1", "quiet_days": "0"}).status_code == 400
    assert "残り 8.5時間" in signed_in(sato).get(reverse("capacity")).content.decode()


def test_what_somebody_holds_is_shown_row_by_row(signed_in: SignIn, ada: Person, axle: None, sato: Member) -> None:
    default_pipeline()
    offer_handoff(ada, owner=sato)
    quiet = open_deal(name="止まった商談", by=sato, owner=sato)
    type(quiet).objects.filter(pk=quiet.pk).update(stage_since="2020-01-01T00:00:00+09:00")
    text = signed_in(sato).get(reverse("capacity_held", args=[sato.pk])).content.decode()
    assert "安達 亜耶" in text and "止まった商談" in text and "週に約2" in text


def test_a_lead_that_waits_for_want_of_time_says_so_and_who_could_be_asked(
    signed_in: SignIn, mei: Member, sato: Member, ono: Member, in_turn: RoutingRule, ada: Person, make_ready: MakeReady
) -> None:
    make_ready(ada)
    set_capacity(sato, Decimal(0), by=ono)
    offer_ready_leads()
    assert not Handoff.objects.exists()
    text = signed_in(mei).get(reverse("handoffs")).content.decode()
    assert "全員の手がいっぱいです" in text and "相談できる人" in text and "小野 学" in text
    assert "全員の手がいっぱいです" in signed_in(ono).get(reverse("routing")).content.decode()


def test_a_digital_rule_is_made_and_its_leads_are_listed(
    signed_in: SignIn, ono: Member, mei: Member, axle: None, care: Journey, ada: Person, make_ready: MakeReady
) -> None:
    posted = {"name": "少額はデジタル", "how": "journey", "journey_id": str(care.pk), "hours": "3", "about": "routing"}
    client = signed_in(ono)
    assert client.post(reverse("routing_rule_new"), {**posted, "journey_id": ""}).status_code == 422
    assert client.post(reverse("routing_rule_new"), posted).status_code == 302
    assert RoutingRule.objects.get(how=HowToRoute.JOURNEY).journey == care
    make_ready(ada)
    offer_ready_leads()
    text = signed_in(mei).get(reverse("nurtured")).content.decode()
    assert "安達 亜耶" in text and "時期を待つ" in text and "ルール「少額はデジタル」" in text
    assert "終了したリードはありません" in signed_in(mei).get(reverse("nurtured"), {"over": "1"}).content.decode()
    assert "デジタルで対応" in client.get(reverse("routing")).content.decode()


def test_what_follows_a_reason_is_set_on_the_routing_page(
    signed_in: SignIn, ono: Member, no_budget: SendBackReason, care: Journey
) -> None:
    url = reverse("send_back_reason", args=[no_budget.pk])
    assert signed_in(ono).post(url, {"journey": str(care.pk), "rest_days": "90"}).status_code == 302
    no_budget.refresh_from_db()
    assert (no_budget.journey, no_budget.rest_days, no_budget.name) == (care, 90, "予算なし")
    assert signed_in(ono).post(url, {"journey": "", "rest_days": "x"}).status_code == 400


def test_the_history_stands_on_the_person_and_on_the_hand_off(
    signed_in: SignIn, sato: Member, ada: Person, no_budget: SendBackReason, care: Journey, axle: None
) -> None:
    set_what_follows(no_budget, by=None, journey=care, rest_days=0)
    no_budget.refresh_from_db()
    first = offer_handoff(ada, owner=sato)
    send_back_handoff(first, by=sato, reason=no_budget, note="来期に")
    again = offer_handoff(ada, owner=sato)
    for url in (reverse("person_axle", args=[ada.pk]), reverse("handoff", args=[again.pk])):
        text = signed_in(sato).get(url).content.decode()
        assert "引き継ぎの履歴" in text and "来期に" in text and "差し戻し後の育成" in text and "予算なし" in text


def test_a_promise_that_is_not_kept_is_named_at_home(
    signed_in: SignIn, ada: Person, axle: None, east: Team, mei: Member, ono: Member, okada: Member
) -> None:
    made = propose_agreement([Vow("volume", 9_000), Vow("answer", 90, 3)], rhythm="quarter", by=ono)
    sign_agreement(made, by=ono, side="sales")
    sign_agreement(made, by=okada, side="marketing")
    text = signed_in(mei).get(reverse("home")).content.decode()
    assert "守れていない約束" in text and "引き継ぐリード 9,000件以上" in text
