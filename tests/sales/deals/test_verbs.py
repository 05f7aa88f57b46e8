from datetime import date, timedelta
from decimal import Decimal

import pytest

from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import LifecycleStage, Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.products.catalogue.models import Product
from ryorin.sales.deals import actions
from ryorin.sales.deals.actions.products import Line
from ryorin.sales.deals.errors import (
    DealClosed,
    DealGone,
    DealNotRestorable,
    DealStillOpen,
    LostReasonMissing,
    StageOfAnotherPipeline,
    ValueOutOfRange,
)
from ryorin.sales.deals.models import Deal, DealState, LostReason, Pipeline, Stage
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.deletions.errors import CannotRestore
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.search.queries import find_ids


def told(kind: str) -> InboxTouchpoint:
    return InboxTouchpoint.objects.get(kind=kind)


def test_an_opened_deal_stands_in_the_first_stage_with_the_company_and_source_of_its_person(
    deal: Deal, acme: Company, stages: list[Stage]
) -> None:
    assert deal.stage == stages[0]
    assert (deal.company, deal.source_channel, deal.currency) == (acme, "event", "JPY")
    assert [row.person.name for row in deal.people.all()] == ["安達 愛"]
    assert [move.stage for move in deal.moves.all()] == [stages[0]]


def test_the_person_of_an_opened_deal_is_an_opportunity(deal: Deal, ada: Person) -> None:
    ada.refresh_from_db()
    assert ada.stage == LifecycleStage.OPPORTUNITY
    assert ada.stage_changes.get(stage="opportunity").ref_id == deal.pk


def test_opening_a_deal_is_told_to_the_timeline_and_the_trail(deal: Deal, ada: Person) -> None:
    touchpoint = told("deal_opened")
    assert (touchpoint.person_id, touchpoint.value) == (ada.pk, 3_000_000)
    assert AuditEntry.objects.get(action="deal_opened").record_id == deal.pk


def test_a_deal_is_found_by_its_name_its_company_and_its_person(deal: Deal) -> None:
    assert find_ids("検査", "deal") == find_ids("アクメ", "deal") == find_ids("安達", "deal") == [deal.pk]


def test_a_deal_can_be_opened_in_the_past(ada: Person, sato: Member) -> None:
    then = clock.now() - timedelta(days=400)
    deal = actions.open_deal(name="過去の商談", by=None, person=ada, at=then, owner=sato)
    assert deal.opened_at == deal.stage_since == deal.moves.get().at == then


def test_a_deal_does_not_open_in_the_stage_of_another_pipeline(stages: list[Stage], kimura: Member) -> None:
    other = actions.create_pipeline(name="更新", by=kimura)
    with pytest.raises(StageOfAnotherPipeline):
        actions.open_deal(name="x", by=kimura, pipeline=other, stage=stages[0])


def test_mei_may_not_open_a_deal(mei: Member, acme: Company) -> None:
    with pytest.raises(NotAllowed):
        actions.open_deal(name="x", by=mei, company=acme)
    assert not Deal.objects.exists()


def test_a_moved_deal_keeps_when_it_entered_each_stage(deal: Deal, stages: list[Stage], sato: Member) -> None:
    moved = actions.move_deal(deal, stages[2], by=sato, version=1)
    assert (moved.stage, moved.version) == (stages[2], 2)
    assert [move.stage for move in moved.moves.all()] == [stages[0], stages[2]]
    assert '"stage": "提案"' in told("deal_moved").properties or '"stage":"提案"' in told("deal_moved").properties


def test_moving_to_where_it_is_changes_nothing(deal: Deal, stages: list[Stage], sato: Member) -> None:
    assert actions.move_deal(deal, stages[0], by=sato).version == 1
    assert deal.moves.count() == 1


def test_a_deal_moves_to_another_pipeline_with_the_stage(deal: Deal, kimura: Member) -> None:
    other = actions.create_pipeline(name="更新", by=kimura, stages=[("案内", 50)])
    moved = actions.move_deal(deal, other.stages.get(), by=kimura)
    assert moved.pipeline == other


def test_the_second_of_two_people_who_move_a_deal_is_told(deal: Deal, stages: list[Stage], sato: Member) -> None:
    actions.move_deal(deal, stages[1], by=sato, version=1)
    with pytest.raises(StaleRecord):
        actions.move_deal(deal, stages[2], by=sato, version=1)
    deal.refresh_from_db()
    assert deal.stage == stages[1]


def test_a_won_deal_makes_everyone_in_it_a_customer(deal: Deal, sato: Member, acme: Company, ada: Person) -> None:
    boss = create_person(by=None, family_name="吉田", company=acme)
    actions.add_person(deal, boss, by=sato, part="決裁")
    won = actions.win_deal(deal, by=sato, amount=2_800_000)
    assert (won.state, won.amount) == (DealState.WON, 2_800_000)
    assert won.closed_at is not None
    assert {person.stage for person in Person.objects.all()} == {LifecycleStage.CUSTOMER}
    assert told("deal_won").value == 2_800_000
    assert [move.state for move in won.moves.all()] == ["open", "won"]


def test_a_second_won_deal_makes_a_repeat_customer(deal: Deal, sato: Member, ada: Person) -> None:
    actions.win_deal(deal, by=sato)
    actions.win_deal(actions.open_deal(name="追加", by=sato, person=ada), by=sato)
    ada.refresh_from_db()
    assert ada.stage == LifecycleStage.REPEAT


def test_a_lost_deal_keeps_its_reason_and_note(deal: Deal, sato: Member) -> None:
    reason = LostReason.objects.get(name="競合に決定")
    lost = actions.lose_deal(deal, by=sato, reason=reason, note="B社の納期が短かった")
    assert (lost.state, lost.lost_reason, lost.lost_note) == (DealState.LOST, reason, "B社の納期が短かった")
    assert "競合に決定" in told("deal_lost").properties


def test_a_deal_is_not_lost_without_a_reason(deal: Deal, sato: Member) -> None:
    with pytest.raises(LostReasonMissing):
        actions.lose_deal(deal, by=sato, reason=None)


def test_a_lost_deal_cannot_be_won_moved_or_lost_again(deal: Deal, sato: Member, stages: list[Stage]) -> None:
    reason = LostReason.objects.all()[0]
    actions.lose_deal(deal, by=sato, reason=reason)
    for again in (
        lambda: actions.win_deal(deal, by=sato),
        lambda: actions.move_deal(deal, stages[1], by=sato),
        lambda: actions.lose_deal(deal, by=sato, reason=reason),
    ):
        with pytest.raises(DealClosed, match="失注"):
            again()


def test_a_reopened_deal_stands_in_its_stage_again_and_can_be_won(deal: Deal, sato: Member) -> None:
    actions.lose_deal(deal, by=sato, reason=LostReason.objects.all()[0], note="あとで")
    again = actions.reopen_deal(deal, by=sato)
    assert (again.state, again.lost_reason, again.lost_note, again.closed_at) == (DealState.OPEN, None, "", None)
    assert actions.win_deal(again, by=sato).state == DealState.WON


def test_an_open_deal_is_not_reopened(deal: Deal, sato: Member) -> None:
    with pytest.raises(DealStillOpen):
        actions.reopen_deal(deal, by=sato)


def test_a_change_writes_only_what_changed(deal: Deal, sato: Member) -> None:
    changed = actions.change_deal(deal, by=sato, version=1, name=deal.name, next_action="見積を送る")
    assert changed.version == 2
    assert AuditEntry.objects.get(action="deal_changed").changes == '{"next_action":["","見積を送る"]}'


def test_a_change_of_nothing_leaves_the_version(deal: Deal, sato: Member) -> None:
    assert actions.change_deal(deal, by=sato, version=1, amount=3_000_000).version == 1
    assert not AuditEntry.objects.filter(action="deal_changed").exists()


def test_a_change_against_an_old_version_is_refused(deal: Deal, sato: Member) -> None:
    actions.change_deal(deal, by=sato, version=1, memo="a")
    with pytest.raises(StaleRecord):
        actions.change_deal(deal, by=sato, version=1, memo="b")


def test_a_new_owner_is_told(deal: Deal, sato: Member, kimura: Member) -> None:
    actions.change_deal(deal, by=kimura, version=None, owner=kimura)
    assert not Notification.objects.exists()
    actions.change_deal(deal, by=kimura, version=None, owner=sato)
    assert Notification.objects.get().member == sato


def test_a_new_main_person_takes_part_and_becomes_an_opportunity(deal: Deal, sato: Member, acme: Company) -> None:
    saeki = create_person(by=None, family_name="佐伯", given_name="優子", company=acme)
    actions.change_deal(deal, by=sato, version=1, person=saeki)
    assert deal.people.filter(person=saeki).exists()
    assert saeki.stage_changes.filter(stage="opportunity").exists()
    assert find_ids("佐伯", "deal") == [deal.pk]


def test_products_set_the_amount_of_the_deal(deal: Deal, sato: Member) -> None:
    camera = Product.objects.create(code="C1", name="カメラ", price=120_000)
    changed = actions.set_products(deal, [Line(camera, Decimal("2.5"), 120_000)], by=sato, version=1)
    assert changed.amount == 300_000
    assert [row.amount for row in changed.products.all()] == [300_000]


def test_a_line_of_an_impossible_quantity_is_refused_and_nothing_is_written(deal: Deal, sato: Member) -> None:
    camera = Product.objects.create(code="C1", name="カメラ", price=120_000)
    with pytest.raises(ValueOutOfRange, match="数量"):
        actions.set_products(deal, [Line(camera, Decimal(-1), 1)], by=sato)
    assert not deal.products.exists()


def test_when_the_main_person_leaves_the_next_one_takes_the_place(deal: Deal, sato: Member, ada: Person) -> None:
    boss = create_person(by=None, family_name="吉田")
    actions.add_person(deal, boss, by=sato)
    actions.remove_person(deal, ada, by=sato)
    deal.refresh_from_db()
    assert deal.person == boss


def test_a_deleted_deal_can_be_restored_with_all_that_hung_on_it(deal: Deal, kimura: Member, ada: Person) -> None:
    number = deal.pk
    entry = actions.delete_deal(deal, by=kimura)
    assert not Deal.objects.exists()
    assert find_ids("検査", "deal") == []
    restored = actions.restore_deal(entry, by=kimura)
    assert (restored.pk, restored.person, restored.people.count(), restored.moves.count()) == (number, ada, 1, 1)
    assert find_ids("検査", "deal") == [number]
    with pytest.raises(CannotRestore):
        actions.restore_deal(entry, by=kimura)
    assert verify().ok


def test_history_is_told_of_every_row_that_goes_with_a_deleted_deal(deal: Deal, kimura: Member) -> None:
    move = deal.moves.get().pk
    actions.delete_deal(deal, by=kimura)
    gone = AuditEntry.objects.filter(action__endswith="_deleted").values_list("record_type", "record_id")
    assert ("stagemove", move) in gone


def test_a_deal_whose_pipeline_is_gone_is_not_restored(ada: Person, kimura: Member) -> None:
    other = actions.create_pipeline(name="短命", by=kimura)
    entry = actions.delete_deal(actions.open_deal(name="x", by=kimura, pipeline=other), by=kimura)
    Pipeline.objects.filter(pk=other.pk).delete()
    with pytest.raises(DealNotRestorable):
        actions.restore_deal(entry, by=kimura)
    assert not Deal.objects.exists()


def test_sato_may_not_delete_a_deal(deal: Deal, sato: Member) -> None:
    with pytest.raises(NotAllowed):
        actions.delete_deal(deal, by=sato)


def test_a_deal_that_is_gone_is_refused_by_name(deal: Deal, sato: Member, kimura: Member) -> None:
    actions.delete_deal(Deal.objects.get(pk=deal.pk), by=kimura)
    with pytest.raises(DealGone):
        actions.change_deal(deal, by=sato, version=None, expected_close_on=date(2026, 12, 1))
