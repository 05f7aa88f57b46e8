"""The hand-off from offer to answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.alignment.conftest import MONDAY

from ryorin.alignment.handoffs.actions import (
    accept_handoff,
    escalate_overdue,
    offer_handoff,
    offer_ready_leads,
    reassign_handoff,
    send_back_handoff,
)
from ryorin.alignment.handoffs.errors import (
    AlreadyOffered,
    CannotReceive,
    DealIsOpen,
    HandoffAlreadyAccepted,
    HandoffAlreadySentBack,
    NobodyToReceive,
    NotYourHandoff,
    ReasonMissing,
)
from ryorin.alignment.handoffs.models import Handoff, HandoffState, RoutingRule, SendBackReason
from ryorin.alignment.handoffs.queries import answers, candidates, unheld
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.sales.deals.actions import open_deal
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role, Team
from ryorin.workspace.notifications.models import Notification

MakeReady = Callable[..., Person]


@pytest.fixture
def handoff(
    ada: Person, mei: Member, sato: Member, tanaka: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> Handoff:
    with clock.frozen(MONDAY):
        return offer_handoff(make_ready(ada), by=mei, note="年度内に決めたいとのこと")


def test_a_lead_is_offered_to_whose_turn_it_is(handoff: Handoff, sato: Member, east: Team) -> None:
    assert (handoff.owner, handoff.team, handoff.state) == (sato, east, HandoffState.WAITING)
    assert handoff.deadline == MONDAY + timedelta(hours=3)
    assert handoff.reasons == [{"label": "料金ページを3回以上閲覧", "points": 60}]
    assert handoff.why_route == "ルール「東日本」"
    assert (handoff.channel, handoff.campaign_id, handoff.definition.version) == ("exhibition", 7, 1)  # type: ignore[union-attr]


def test_an_offer_is_recorded_and_its_receiver_told(handoff: Handoff, ada: Person, sato: Member, mei: Member) -> None:
    ada.refresh_from_db()
    assert ada.stage == LifecycleStage.QUALIFIED
    assert AuditEntry.objects.filter(action="handoff_offered", record_type="handoff", record_id=handoff.pk).exists()
    told = InboxTouchpoint.objects.get(kind="handoff_offered")
    assert (told.person_id, told.member_id) == (ada.pk, mei.pk)
    assert Notification.objects.get(member=sato).url == f"/handoffs/{handoff.pk}/"


def test_the_next_lead_goes_to_the_next_in_turn(handoff: Handoff, tanaka: Member, mei: Member, acme: Company) -> None:
    bob = create_person(by=mei, family_name="別府", company=acme)
    assert offer_handoff(bob, by=mei).owner == tanaka


def test_accepting_makes_a_deal_with_what_was_known(handoff: Handoff, ada: Person, sato: Member, acme: Company) -> None:
    with clock.frozen(MONDAY + timedelta(hours=2)):
        deal = accept_handoff(handoff, by=sato)
    assert deal.name == "株式会社アクメ 安達 亜耶 様"
    assert (deal.person, deal.company, deal.owner, deal.handoff_id) == (ada, acme, sato, handoff.pk)
    assert (deal.source_channel, deal.source_campaign_id) == ("exhibition", 7)
    assert "年度内に決めたいとのこと" in deal.memo and "料金ページを3回以上閲覧 +60" in deal.memo
    handoff.refresh_from_db()
    assert (handoff.state, handoff.answered_by, handoff.deal, handoff.answer_hours) == ("accepted", sato, deal, 2.0)
    ada.refresh_from_db()
    assert (ada.owner, ada.stage) == (sato, LifecycleStage.OPPORTUNITY)
    stages = list(ada.stage_changes.values_list("stage", flat=True))
    assert sorted(stages) == sorted(["lead", "qualified", "accepted", "opportunity"])


def test_the_offerer_hears_of_the_answer(handoff: Handoff, sato: Member, mei: Member) -> None:
    accept_handoff(handoff, by=sato)
    assert "受け取りました" in Notification.objects.get(member=mei).text
    assert InboxTouchpoint.objects.filter(kind="handoff_accepted").count() == 1


def test_two_cannot_accept_the_same_lead(handoff: Handoff, sato: Member, tanaka: Member) -> None:
    accept_handoff(handoff, by=sato)
    with pytest.raises(HandoffAlreadyAccepted, match="佐藤 健さんがすでに受け取りました"):
        accept_handoff(handoff, by=tanaka)
    assert Handoff.objects.filter(state="accepted").count() == 1


def test_a_lead_is_sent_back_with_a_counted_reason(
    handoff: Handoff, ada: Person, sato: Member, mei: Member, no_budget: SendBackReason
) -> None:
    with clock.frozen(MONDAY + timedelta(hours=1)):
        send_back_handoff(handoff, by=sato, reason=no_budget, note="来年度に再検討")
        found = answers(Handoff.objects.all())
    assert (found.answered, found.accepted, found.median_hours) == (1, 0, 1.0)
    assert [(each.name, each.times) for each in found.reasons] == [("予算なし", 1)]
    ada.refresh_from_db()
    assert ada.stage == LifecycleStage.QUALIFIED
    assert "予算なし" in Notification.objects.get(member=mei).text


def test_sending_back_needs_a_reason(handoff: Handoff, sato: Member) -> None:
    with pytest.raises(ReasonMissing):
        send_back_handoff(handoff, by=sato, reason=None)


def test_what_was_sent_back_cannot_be_accepted(handoff: Handoff, sato: Member, no_budget: SendBackReason) -> None:
    send_back_handoff(handoff, by=sato, reason=no_budget)
    with pytest.raises(HandoffAlreadySentBack):
        accept_handoff(handoff, by=sato)


def test_a_lead_sent_back_is_offered_again_only_after_something_new(
    handoff: Handoff, ada: Person, sato: Member, no_budget: SendBackReason, make_ready: MakeReady
) -> None:
    with clock.frozen(MONDAY):
        send_back_handoff(handoff, by=sato, reason=no_budget)
        assert offer_ready_leads() == 0
        make_ready(ada, score=71)
        assert offer_ready_leads() == 1
    again = Handoff.objects.waiting().get()
    assert (again.offered_by, again.score) == (None, 71)


def test_a_lead_sent_back_is_offered_again_after_thirty_days(
    handoff: Handoff, sato: Member, no_budget: SendBackReason
) -> None:
    with clock.frozen(MONDAY):
        send_back_handoff(handoff, by=sato, reason=no_budget)
    with clock.frozen(MONDAY + timedelta(days=29)):
        assert offer_ready_leads() == 0
    with clock.frozen(MONDAY + timedelta(days=31)):
        assert offer_ready_leads() == 1


def test_ready_leads_are_offered_once(ada: Person, sato: Member, in_turn: RoutingRule, make_ready: MakeReady) -> None:
    make_ready(ada)
    assert offer_ready_leads() == 1
    assert offer_ready_leads() == 0
    assert Handoff.objects.waiting().count() == 1


def test_leads_that_are_not_ready_are_not_offered(ada: Person, sato: Member, in_turn: RoutingRule) -> None:
    assert offer_ready_leads() == 0


def test_a_lead_with_an_open_deal_is_not_offered(
    ada: Person, sato: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> None:
    open_deal(name="検査装置", by=sato, person=ada, owner=sato)
    make_ready(ada)
    assert offer_ready_leads() == 0
    with pytest.raises(DealIsOpen, match="検査装置"):
        offer_handoff(ada, by=sato)


def test_the_company_owner_gets_the_lead_first(
    ada: Person, acme: Company, tanaka: Member, sato: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> None:
    acme.owner = tanaka
    acme.save()
    make_ready(ada)
    assert offer_ready_leads() == 1
    assert Handoff.objects.get().owner == tanaka


def test_who_is_away_gets_no_leads(
    ada: Person, sato: Member, tanaka: Member, in_turn: RoutingRule, make_ready: MakeReady
) -> None:
    sato.away_until = clock.today() + timedelta(days=3)
    sato.save()
    make_ready(ada)
    offer_ready_leads()
    assert Handoff.objects.get().owner == tanaka


def test_a_ready_lead_nobody_holds_is_shown_with_why(
    ada: Person, kimura: Member, sato: Member, axle: None, make_ready: MakeReady
) -> None:
    make_ready(ada)
    assert offer_ready_leads() == 0
    assert [(lead.person, lead.why) for lead in unheld(kimura)] == [
        (ada, "当てはまるルールの担当者が不在か、決まっていません")
    ]
    RoutingRule.objects.all().delete()
    assert unheld(kimura)[0].why == "当てはまる振り分けルールがありません"
    with pytest.raises(NobodyToReceive):
        offer_handoff(ada, by=kimura)


def test_a_lead_no_rule_reaches_does_not_hold_up_the_others(
    ada: Person, mei: Member, sato: Member, axle: None, east: Team, make_ready: MakeReady
) -> None:
    from ryorin.alignment.handoffs.actions import create_routing_rule

    condition = {"field": "prefecture", "op": "is", "value": "13"}
    create_routing_rule(name="東京", how="round_robin", team=east, condition=condition, hours=2, by=None)
    bob = create_person(by=mei, family_name="別府", prefecture="13")
    make_ready(ada, score=90)
    make_ready(bob, score=60)
    assert offer_ready_leads(limit=1) == 1
    assert Handoff.objects.get().person == bob
    assert list(candidates()) == [ada]


def test_an_overdue_hand_off_is_escalated_once(handoff: Handoff, ono: Member, sato: Member) -> None:
    with clock.frozen(MONDAY + timedelta(hours=2)):
        assert escalate_overdue() == 0
    with clock.frozen(MONDAY + timedelta(hours=4)):
        assert escalate_overdue() == 1
        assert escalate_overdue() == 0
    told = Notification.objects.filter(kind="handoff_overdue")
    assert {each.member for each in told} == {ono, sato}


def test_a_hand_off_is_passed_on_with_new_time(handoff: Handoff, tanaka: Member, ono: Member) -> None:
    with clock.frozen(MONDAY + timedelta(hours=4)):
        passed = reassign_handoff(handoff, by=ono, owner=tanaka)
    assert (passed.owner, passed.escalated_at) == (tanaka, None)
    assert passed.deadline == MONDAY + timedelta(hours=7)


def test_a_marketer_cannot_receive_leads(handoff: Handoff, mei: Member, ono: Member) -> None:
    with pytest.raises(CannotReceive):
        reassign_handoff(handoff, by=ono, owner=mei)


def test_passing_on_an_outdated_hand_off_is_refused(handoff: Handoff, tanaka: Member, ono: Member) -> None:
    reassign_handoff(handoff, by=ono, owner=tanaka, version=1)
    with pytest.raises(StaleRecord):
        reassign_handoff(handoff, by=ono, owner=tanaka, version=1)


def test_a_lead_cannot_wait_twice(handoff: Handoff, ada: Person, mei: Member) -> None:
    with pytest.raises(AlreadyOffered):
        offer_handoff(ada, by=mei)


def test_marketers_do_not_answer(handoff: Handoff, mei: Member) -> None:
    with pytest.raises(NotAllowed):
        accept_handoff(handoff, by=mei)


def test_another_team_does_not_answer(handoff: Handoff) -> None:
    west = Team.objects.create(name="営業二課")
    stranger = Member.objects.create_user("nishi@ryorin.example", family_name="西", role=Role.SALES, team=west)
    with pytest.raises(NotYourHandoff):
        accept_handoff(handoff, by=stranger)


def test_read_only_members_do_not_offer(ada: Person, in_turn: RoutingRule) -> None:
    reader = Member.objects.create_user("reader@ryorin.example", family_name="読", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        offer_handoff(ada, by=reader)
