"""Versions, entries, re-entry, limits, simulations: what holds when a journey is switched on, changed and stopped."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.marketing.journeys.conftest import FORM, HAND, NOON, card, days, did

from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.actions.engine import advance_due
from ryorin.marketing.journeys.actions.simulating import run_simulations
from ryorin.marketing.journeys.errors import (
    InUse,
    NotReady,
    NoWait,
    PassageOver,
    WrongState,
)
from ryorin.marketing.journeys.models import Journey, JourneyState, Passage, PassageState, Simulation, Step
from ryorin.marketing.journeys.queries import allowed_now
from ryorin.marketing.journeys.rules.drawing import Place, new_card, read
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings.actions import send_one
from ryorin.marketing.mailings.models import Recipient
from ryorin.marketing.segments.actions import create_segment
from ryorin.marketing.segments.actions import follow_changes as follow_segments
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

Draw = Callable[..., Journey]
HEADS: dict[str, Any] = {"field": "job_title", "op": "contains", "value": "部長"}


def test_a_draft_is_changed_card_by_card_and_taken_back(draw: Draw, mei: Member) -> None:
    journey = draw(HAND, days("w", 1), on=False)
    journey = actions.add_card(journey, new_card("exit"), Place("root", 1), by=mei, version=journey.version)
    journey = actions.remove_card(journey, "w", by=mei, version=journey.version)
    assert [one.kind for one in read(journey.draft).cards] == ["exit"]
    journey = actions.undo(journey, by=mei, version=journey.version)
    journey = actions.undo(journey, by=mei, version=journey.version)
    assert [one.key for one in read(journey.draft).cards] == ["w"]


def test_who_draws_on_an_old_page_is_told(draw: Draw, mei: Member, sato: Member) -> None:
    journey = draw(HAND, days("w", 1), on=False)
    actions.remove_card(journey, "w", by=mei, version=journey.version)
    with pytest.raises(StaleRecord):
        actions.add_card(journey, new_card("exit"), Place("root", 0), by=mei, version=journey.version)
    with pytest.raises(NotAllowed):
        actions.remove_card(journey, "w", by=sato, version=None)


def test_a_drawing_with_faults_is_not_switched_on(draw: Draw, mei: Member) -> None:
    journey = draw(HAND, card("m", "mail"), on=False)
    with pytest.raises(NotReady):
        actions.publish(journey, by=mei, version=None)


def test_people_inside_finish_their_version_or_are_moved(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    journey = draw(HAND, days("w", 3), card("g", "goal", name="済", leaves=True))
    actions.enter_people(journey, [ada, jun], by=mei)
    advance_due()
    old = journey.live
    assert old is not None
    actions.remove_card(journey, "g", by=mei, version=None)
    new = actions.publish(journey, by=mei, version=None)
    assert new.number == 2
    assert Passage.objects.filter(version=old).count() == 2
    assert actions.move_people(journey, old, {"w": "w"}, by=mei) == 2
    rows = list(Passage.objects.all())
    assert {row.version_id for row in rows} == {new.pk}
    assert {row.due_at for row in rows} == {NOON + timedelta(days=3)}  # they go on waiting
    with clock.frozen(NOON + timedelta(days=3)):
        advance_due()
    assert {row.state for row in Passage.objects.all()} == {PassageState.FINISHED}
    assert not Passage.objects.filter(goal_at__isnull=False).exists()


def test_who_is_moved_to_nowhere_is_out(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw(HAND, days("w", 3))
    actions.enter_people(journey, [ada], by=mei)
    advance_due()
    old = journey.live
    assert old is not None
    actions.add_card(journey, new_card("wait"), Place("root", 0), by=mei, version=None)
    actions.publish(journey, by=mei, version=None)
    actions.move_people(journey, old, {"w": ""}, by=mei)
    assert Passage.objects.get().state == PassageState.REMOVED


def test_a_paused_journey_moves_nobody_and_loses_nobody(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw(FORM, days("w", 1))
    actions.pause(journey, by=mei)
    did("form_submitted", ada)
    actions.advance_journeys()
    passage = Passage.objects.get()
    assert passage.node is not None and passage.node.key == "start"
    actions.resume(journey, by=mei)
    actions.advance_journeys()
    passage.refresh_from_db()
    assert passage.node is not None and passage.node.key == "w"


def test_a_closing_journey_lets_people_finish_and_stops(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    journey = draw(HAND, days("w", 1))
    actions.enter_people(journey, [ada], by=mei)
    advance_due()
    assert actions.stop(journey, by=mei, lets_finish=True).state == JourneyState.CLOSING
    with pytest.raises(WrongState):
        actions.enter_people(journey, [jun], by=mei)
    with clock.frozen(NOON + timedelta(days=1)):
        actions.advance_journeys()
    journey.refresh_from_db()
    assert journey.state == JourneyState.STOPPED
    with pytest.raises(InUse):
        actions.delete_journey(journey, by=mei)


def test_stopping_at_once_takes_everybody_out(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw(HAND, days("w", 1))
    actions.enter_people(journey, [ada], by=mei)
    advance_due()
    assert actions.stop(journey, by=mei, lets_finish=False).state == JourneyState.STOPPED
    assert Passage.objects.get().state == PassageState.REMOVED


def test_one_person_skips_a_wait_or_is_taken_out(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    journey = draw(HAND, days("w", 3), days("v", 3))
    actions.enter_people(journey, [ada, jun], by=mei)
    advance_due()
    one = actions.skip_wait(Passage.objects.get(person=ada), by=mei)
    assert one.node is not None and one.node.key == "v"
    assert Step.objects.filter(passage=one, outcome="skipped").count() == 1
    other = actions.take_out(Passage.objects.get(person=jun), by=mei, why="ご要望")
    assert (other.state, other.end_reason) == (PassageState.REMOVED, "ご要望")
    with pytest.raises(PassageOver):
        actions.take_out(other, by=mei)
    with clock.frozen(NOON + timedelta(days=9)), pytest.raises((NoWait, PassageOver)):
        advance_due()
        actions.skip_wait(one, by=mei)


@pytest.mark.parametrize(("reentry", "later", "comes"), [
    ("once", 400, False), ("after_days", 10, False), ("after_days", 95, True), ("always", 1, True),
])  # fmt: skip
def test_the_same_person_again(draw: Draw, ada: Person, mei: Member, reentry: str, later: int, comes: bool) -> None:
    journey = draw(HAND, card("x", "exit"))
    actions.change_settings(journey, by=mei, version=None, name=journey.name, reentry=reentry, reentry_days=90)
    actions.enter_people(journey, [ada], by=mei)
    assert actions.enter_people(journey, [ada], by=mei) == 0  # inside still
    advance_due()
    with clock.frozen(NOON + timedelta(days=later)):
        assert actions.enter_people(journey, [ada], by=mei) == int(comes)


def test_excluded_segments_stay_out_and_a_segment_lets_in(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    heads = create_segment(by=mei, name="部長", condition=HEADS)
    journey = draw({"kind": "segment", "segment": heads.pk}, days("w", 1))
    follow_segments()
    actions.advance_journeys()
    assert [one.person for one in Passage.objects.all()] == [ada]
    other = draw(HAND, days("w", 1), name="別")
    actions.change_settings(other, by=mei, version=None, name="別", excluded=[heads.pk])
    assert actions.enter_people(other, [ada, jun], by=mei) == 1
    assert journey.passages.get().origin["name"] == "部長"


def test_a_condition_lets_in_whoever_comes_to_meet_it(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    draw({"kind": "condition", "condition": HEADS}, days("w", 1))
    actions.advance_journeys()
    assert not Passage.objects.exists()  # Ada met it before
    Person.objects.filter(pk=jun.pk).update(job_title="製造部長", updated_at=clock.now())
    actions.advance_journeys()
    assert [one.person for one in Passage.objects.all()] == [jun]


def test_switching_on_may_let_in_who_meets_the_condition_now(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw({"kind": "condition", "condition": HEADS}, days("w", 1), on=False)
    actions.publish(journey, by=mei, version=None, lets_in=True)
    assert Passage.objects.get().person == ada


def test_a_date_lets_in_on_its_day_once_even_after_a_standstill(draw: Draw, ada: Person, mei: Member) -> None:
    Person.objects.filter(pk=ada.pk).update(first_contact_at=NOON - timedelta(days=30))
    start = {"kind": "date", "field": "first_contact_at", "offset": 33, "hour": 9, "yearly": False}
    draw(start, days("w", 1))
    with clock.frozen(NOON + timedelta(days=5)):
        actions.advance_journeys()
        actions.advance_journeys()
    assert Passage.objects.get().origin["by"] == "date"


def test_facts_from_before_the_start_let_nobody_in(draw: Draw, ada: Person) -> None:
    did("form_submitted", ada)
    draw(FORM, days("w", 1))
    actions.advance_journeys()
    assert not Passage.objects.exists()


def test_over_the_limit_one_waits_until_the_oldest_mail_is_out_of_the_window(
    ada: Person, thanks: Message, kimura: Member
) -> None:
    actions.change_limits(by=kimura, version=None, most_mails=2, within_days=7)
    for number in range(2):
        row = send_one(thanks, ada, reason="試験", key=f"k{number}")
        sent_at = NOON - timedelta(days=6 - number)
        Recipient.objects.filter(pk=row.pk).update(state="sent", sent_at=sent_at)
    assert allowed_now([ada.pk], NOON) == {ada.pk: NOON + timedelta(days=1)}
    with pytest.raises(NotAllowed):
        actions.change_limits(by=Member.objects.create_user("x@y.example", role="sales"), version=None, most_mails=9)


def test_a_simulation_says_what_would_have_come_of_it_and_does_nothing(
    draw: Draw, ada: Person, jun: Person, mei: Member, thanks: Message
) -> None:
    for person, ago in ((ada, 20), (jun, 10)):
        with clock.frozen(NOON - timedelta(days=ago)):
            did("form_submitted", person)
    with clock.frozen(NOON - timedelta(days=19)):
        did("mail_clicked", ada)
    click = {"what": "touchpoint", "kind_of": "mail_clicked", "amount": 3, "unit": "days"}
    goal = card("g", "goal", name="反応", leaves=True)
    journey = draw(FORM, card("m", "mail", message=thanks.pk), card("w", "wait_for", [goal], [], **click), on=False)
    actions.ask_simulation(journey, by=mei, days=30)
    assert run_simulations() == 1
    result = Simulation.objects.get().result
    assert (result["entered"], result["goals"], result["mails"], result["refused"]) == (2, 1, 1, 1)
    assert result["by_node"] == {"start": 2, "m": 2, "w": 2, "g": 1}
    assert not Passage.objects.exists() and not Recipient.objects.exists()


def test_a_simulation_can_be_cancelled(draw: Draw, mei: Member) -> None:
    journey = draw(FORM, days("w", 1), on=False)
    asked = actions.ask_simulation(journey, by=mei)
    actions.cancel_simulation(asked, by=mei)
    assert run_simulations() == 0
    assert Simulation.objects.get().state == "cancelled"
