"""People go from card to card: each card does what it says, once, and the steps tell it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.marketing.journeys.conftest import FORM, HAND, NOON, card, days, did

from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Membership, Segment
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.marketing.journeys import actions
from ryorin.marketing.journeys.actions import engine
from ryorin.marketing.journeys.actions.engine import advance_due
from ryorin.marketing.journeys.models import Journey, NodeDay, Passage, PassageState, Step
from ryorin.marketing.mail.models import Message
from ryorin.marketing.mailings.models import Recipient
from ryorin.marketing.segments.actions import create_segment
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.tasks.models import Task
from ryorin.workspace.webhooks.actions import create_webhook
from ryorin.workspace.webhooks.models import WebhookCall

Draw = Callable[..., Journey]
HEADS = {"field": "job_title", "op": "contains", "value": "部長"}


def at(moment: datetime) -> int:
    with clock.frozen(moment):
        return advance_due()


def way(person: Person) -> list[tuple[str, str]]:
    """Return the cards a person left behind, with what came of each."""
    rows = Step.objects.filter(passage__person=person).order_by("passage", "visit")
    return [(step.node.key, step.outcome) for step in rows.select_related("node")]


def test_somebody_waits_and_goes_on_when_it_is_over(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw(HAND, days("w", 3), card("x", "exit", reason="終わり"))
    assert actions.enter_people(journey, [ada], by=mei) == 1
    assert advance_due() == 1
    passage = Passage.objects.get()
    assert (passage.node and passage.node.key, passage.due_at) == ("w", NOON + timedelta(days=3))
    assert advance_due() == 0
    assert at(NOON + timedelta(days=3)) == 1
    passage.refresh_from_db()
    assert (passage.state, passage.end_reason, passage.node) == (PassageState.FINISHED, "終わり", None)
    assert way(ada) == [("start", "entered"), ("w", "waited"), ("x", "ended")]


def test_branches_ask_everybody_at_once(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    yes = [{"name": "部長", "condition": HEADS}, card("p", "score", points=5)]
    journey = draw(
        HAND, card("b", "branch", yes, [{"name": "それ以外"}, card("x", "exit")]), card("g", "goal", name="済")
    )
    actions.enter_people(journey, [ada, jun], by=mei)
    advance_due()
    assert way(ada) == [("start", "entered"), ("b", "arm"), ("p", "points"), ("g", "reached")]
    assert way(jun) == [("start", "entered"), ("b", "arm"), ("x", "ended")]
    ada.refresh_from_db()
    assert ada.given_points == 5
    assert InboxTouchpoint.objects.filter(kind="points_given", person_id=ada.pk).count() == 1
    assert Passage.objects.get(person=ada).goal_at == NOON


def test_a_mail_card_hands_over_one_mail_and_passes_by_who_refused(
    draw: Draw, ada: Person, jun: Person, mei: Member, thanks: Message
) -> None:
    journey = draw(HAND, card("m", "mail", message=thanks.pk))
    actions.enter_people(journey, [ada, jun], by=mei)
    advance_due()
    advance_due()
    passage = Passage.objects.get(person=ada)
    assert [(row.person_id, row.key) for row in Recipient.objects.filter(state="waiting")] == [
        (ada.pk, f"journey:{passage.pk}:1")
    ]
    assert way(jun)[-1] == ("m", "suppressed")


def test_at_night_a_mail_waits_at_its_card_for_the_morning(
    draw: Draw, ada: Person, mei: Member, thanks: Message
) -> None:
    journey = draw(HAND, card("m", "mail", message=thanks.pk))
    night, morning = NOON + timedelta(hours=11), NOON + timedelta(hours=20)
    with clock.frozen(night):
        actions.enter_people(journey, [ada], by=mei)
        advance_due()
    assert not Recipient.objects.exists()
    assert Passage.objects.get().due_at == morning
    at(morning)
    assert Recipient.objects.count() == 1


def test_a_task_goes_to_the_persons_owner(draw: Draw, ada: Person, mei: Member, sato: Member) -> None:
    journey = draw(HAND, card("t", "task", title="電話する", note="資料の感想", owner="person", days=1))
    actions.enter_people(journey, [ada], by=mei)
    advance_due()
    task = Task.objects.get()
    assert (task.title, task.owner, task.about_id, task.why) == (
        "電話する",
        sato,
        ada.pk,
        "ジャーニー「資料請求フォロー」",
    )
    assert Notification.objects.filter(member=sato, kind="task_assigned").count() == 1


def test_cards_change_a_field_fill_a_list_call_a_webhook_and_tell_somebody(
    draw: Draw, ada: Person, mei: Member, kimura: Member
) -> None:
    made = create_segment(
        by=mei, name="フォロー済み", condition={"field": "id", "op": "is", "value": 0}, kind="snapshot"
    )
    hook, _secret = create_webhook(name="基幹", url="https://hooks.example/in", by=kimura)
    journey = draw(
        HAND,
        card("f", "set_field", field="department", value="購買部"),
        card("l", "segment", segment=made.pk),
        card("h", "webhook", webhook=hook.pk),
        card("n", "notify", to=mei.pk, text="確認してください"),
    )
    actions.enter_people(journey, [ada], by=mei)
    advance_due()
    ada.refresh_from_db()
    assert ada.department == "購買部"
    assert Membership.objects.filter(segment=Segment.objects.get(), person=ada).count() == 1
    assert WebhookCall.objects.get().key.startswith("journey:")
    assert Notification.objects.filter(member=mei, kind="journey").count() == 1
    assert [outcome for _key, outcome in way(ada)] == ["entered", "changed", "listed", "called", "told"]


def test_who_does_what_is_waited_for_is_woken(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    click = {"what": "touchpoint", "kind_of": "mail_clicked", "amount": 7, "unit": "days"}
    wait = card("w", "wait_for", [card("p", "score", points=1)], [], **click)
    journey = draw(HAND, wait)
    actions.enter_people(journey, [ada, jun], by=mei)
    advance_due()
    with clock.frozen(NOON + timedelta(hours=1)):
        did("mail_clicked", ada)
        actions.advance_journeys()
    assert way(ada)[1:] == [("w", "met"), ("p", "points")]
    at(NOON + timedelta(days=7))
    assert way(jun)[1:] == [("w", "late")]


def test_what_nobody_noticed_is_looked_up_before_it_is_called_too_late(draw: Draw, ada: Person, mei: Member) -> None:
    wait = card("w", "wait_for", [], [], what="touchpoint", kind_of="mail_clicked", amount=7, unit="days")
    actions.enter_people(draw(HAND, wait), [ada], by=mei)
    advance_due()
    with clock.frozen(NOON + timedelta(hours=1)):
        did("mail_clicked", ada)
    at(NOON + timedelta(days=7))
    assert way(ada)[1:] == [("w", "met")]


def test_a_wait_for_a_condition_ends_when_it_is_met(draw: Draw, ada: Person, jun: Person, mei: Member) -> None:
    wait = card("w", "wait_for", [], [], what="condition", condition=HEADS, amount=2, unit="days")
    actions.enter_people(draw(HAND, wait), [ada, jun], by=mei)
    advance_due()
    assert way(ada)[1:] == [("w", "met")]
    at(NOON + timedelta(days=1))
    assert way(jun)[1:] == []
    at(NOON + timedelta(days=2))
    assert way(jun)[1:] == [("w", "late")]


def test_a_split_is_sticky_and_near_its_shares(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw(HAND, card("s", "split", [{"name": "A", "share": 30}], [{"name": "B", "share": 70}]), name="分ける")
    journey.reentry = "always"
    journey.save()
    for _again in range(3):
        actions.enter_people(journey, [ada], by=mei)
        advance_due()
    details = Step.objects.filter(outcome="arm").values_list("detail", flat=True)
    assert len({str(one) for one in details}) == 1


def test_advancing_again_does_nothing_twice(draw: Draw, ada: Person, mei: Member) -> None:
    journey = draw(HAND, card("t", "task", title="電話する", owner="person", days=1), days("w", 1))
    actions.enter_people(journey, [ada], by=mei)
    for _again in range(3):
        advance_due()
    assert Task.objects.count() == 1


def test_a_batch_that_dies_leaves_nothing_behind(
    draw: Draw, ada: Person, mei: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = draw(HAND, card("t", "task", title="電話する", owner="person", days=1), days("w", 1))
    actions.enter_people(journey, [ada], by=mei)

    def dies(*_parts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            advance_due()
    assert not Task.objects.exists()
    assert advance_due() == 1
    assert Task.objects.count() == 1


def test_an_error_stops_one_person_and_not_the_others(
    draw: Draw, ada: Person, jun: Person, mei: Member, thanks: Message
) -> None:
    journey = draw(HAND, card("m", "mail", message=thanks.pk), days("w", 1))
    Message.objects.filter(pk=thanks.pk).update(archived_at=NOON)
    actions.enter_people(journey, [ada], by=mei)
    advance_due()
    passage = Passage.objects.get()
    assert (passage.state, passage.problem) == (PassageState.FAILED, "メッセージがありません。")
    Message.objects.filter(pk=thanks.pk).update(archived_at=None)
    actions.retry(passage, by=mei)
    passage.refresh_from_db()
    assert (passage.state, passage.node and passage.node.key) == (PassageState.ACTIVE, "w")


def test_the_counts_of_cards_are_what_the_rows_say(
    draw: Draw, ada: Person, jun: Person, mei: Member, thanks: Message
) -> None:
    journey = draw(HAND, days("w", 1), card("m", "mail", message=thanks.pk), days("v", 1))
    actions.enter_people(journey, [ada, jun], by=mei)
    advance_due()
    at(NOON + timedelta(days=1))
    for node in journey.live.nodes.all() if journey.live else []:
        days_of = list(NodeDay.objects.filter(node=node))
        here = sum(day.entered - day.left for day in days_of)
        assert here == Passage.objects.alive().filter(node=node).count()
        assert sum(day.left for day in days_of) == Step.objects.filter(node=node).count()
    assert sum(day.seconds for day in NodeDay.objects.filter(node__key="w")) == 2 * 86_400


def test_a_form_answer_lets_somebody_in_once(draw: Draw, ada: Person) -> None:
    draw(FORM, days("w", 1))
    did("form_submitted", ada)
    assert actions.advance_journeys() > 0
    did("form_submitted", ada)
    actions.advance_journeys()
    passage = Passage.objects.get()
    assert passage.origin["by"] == "touchpoint"
    assert passage.person == ada
