"""Who comes onto a list, who is left out and why, and whose turn it is."""

from datetime import datetime, timedelta

import pytest
from tests.sales.approach.conftest import TUESDAY, outcome

from ryorin.customers.companies.actions import change_company, forbid_calls
from ryorin.customers.companies.models import Company
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.lib import clock
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.approach.actions import (
    add_chosen,
    add_matching,
    change_list,
    close_list,
    create_list,
    mark_posted,
    put_back,
    put_out,
    record_attempt,
    release,
    reopen_list,
    skip,
    take_next,
)
from ryorin.sales.approach.errors import ConditionMissing, ListClosed, NobodyChosen, PeriodBackwards
from ryorin.sales.approach.models import ApproachList, Attempt, Target, TargetState, WhyOut
from ryorin.sales.approach.queries.listing import progress_of
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role, Scope

HOT = {"all": [{"field": "score", "op": "gte", "value": 50}]}


def on(row: ApproachList, person: Person) -> Target:
    return Target.objects.get(list=row, person=person)


def test_a_condition_fills_the_list_and_later_adds_only_the_new(sato: Member, ada: Person, iida: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(score=60)
    row = create_list(by=sato, name="高スコア", condition=HOT)
    assert add_matching(row, by=sato).new == 1
    Person.objects.filter(pk=iida.pk).update(score=90)
    assert add_matching(row, by=sato).new == 1
    assert add_matching(row, by=sato).new == 0
    assert list(row.targets.in_order().values_list("person__family_name", flat=True)) == ["飯田", "安達"]


def test_who_must_not_or_cannot_be_called_is_left_out_with_the_reason(sato: Member, ada: Person, iida: Person) -> None:
    Person.objects.filter(pk=iida.pk).update(phone="")
    state_consent(ada, medium="phone", allowed=False, basis="refused", evidence="不要", by=sato)
    row = create_list(by=sato, name="電話")
    added = add_chosen(row, [ada.pk, iida.pk], by=sato)
    assert dict(added.out) == {WhyOut.DO_NOT_CALL: 1, WhyOut.NO_NUMBER: 1}
    assert take_next(row, by=sato) is None


def test_a_person_without_a_number_is_called_at_the_company(sato: Member, acme: Company, iida: Person) -> None:
    Person.objects.filter(pk=iida.pk).update(phone="")
    change_company(acme, by=None, version=None, phone="03-9999-0000")
    row = create_list(by=sato, name="電話")
    assert not add_chosen(row, [iida.pk], by=sato).out


def test_whom_sales_spoke_to_lately_is_left_out_until_the_days_are_over(
    sato: Member, ada: Person, tuesday: datetime
) -> None:
    log_activity("met", by=sato, person=ada, at=TUESDAY - timedelta(days=3))
    row = create_list(by=sato, name="休眠の掘り起こし", quiet_days=7, condition={"all": []})
    add_matching(row, by=sato)
    assert on(row, ada).why_out == WhyOut.RECENT
    with clock.frozen(TUESDAY + timedelta(days=7)):
        add_matching(row, by=sato)
    assert on(row, ada).state == TargetState.WAITING


def test_open_deals_are_left_out_where_the_list_says_so(sato: Member, deal: Deal, ada: Person) -> None:
    kept = create_list(by=sato, name="全員")
    assert not add_chosen(kept, [ada.pk], by=sato).out
    row = create_list(by=sato, name="商談中を除く", skips_open_deals=True)
    assert add_chosen(row, [ada.pk], by=sato).out == {WhyOut.OPEN_DEAL: 1}


def test_companies_are_called_at_their_own_number(sato: Member, acme: Company) -> None:
    change_company(acme, by=None, version=None, phone="03-9999-0000")
    row = create_list(by=sato, name="代表番号", about="company", condition={"all": []})
    add_matching(row, by=sato)
    target = take_next(row, by=sato)
    assert target is not None and target.company == acme
    record_attempt(target, number=1, outcome=outcome("拒否"), by=sato, reason="営業電話はお断り")
    acme.refresh_from_db()
    assert (acme.do_not_call, acme.do_not_call_reason) == (True, "営業電話はお断り")
    assert InboxTouchpoint.objects.get(kind="called").company_id == acme.pk


def test_a_company_that_must_not_be_called_lends_nobody_its_number(sato: Member, acme: Company, iida: Person) -> None:
    Person.objects.filter(pk=iida.pk).update(phone="")
    change_company(acme, by=None, version=None, phone="03-9999-0000")
    forbid_calls(acme, reason="お断り", by=sato)
    row = create_list(by=sato, name="電話")
    assert add_chosen(row, [iida.pk], by=sato).out == {WhyOut.NO_NUMBER: 1}


def test_the_most_promising_comes_first_and_each_only_once(calls: ApproachList, sato: Member, ada: Person) -> None:
    mei = Member.objects.create_user("mei@ryorin.example", family_name="林", role=Role.MARKETER)
    first, second = take_next(calls, by=sato), take_next(calls, by=mei)
    assert first is not None and second is not None
    assert first.person == ada
    assert first != second
    assert take_next(calls, by=sato) == first


def test_a_forgotten_person_is_given_to_another_after_a_while(calls: ApproachList, sato: Member, mei: Member) -> None:
    first = take_next(calls, by=sato)
    take_next(calls, by=mei)
    kimura = Member.objects.create_user("k@ryorin.example", family_name="木村", role=Role.ADMINISTRATOR)
    assert take_next(calls, by=kimura) is None
    with clock.frozen(TUESDAY + timedelta(minutes=16)):
        assert take_next(calls, by=kimura) == first


def test_a_released_or_skipped_person_is_free_for_others(calls: ApproachList, sato: Member, mei: Member) -> None:
    first = take_next(calls, by=sato)
    assert first is not None
    release(first, by=sato)
    assert take_next(calls, by=mei) == first
    skip(first, by=mei)
    assert take_next(calls, by=sato) != first
    with clock.frozen(TUESDAY + timedelta(hours=1, minutes=1)):
        assert take_next(calls, by=mei) == first


def test_hours_in_which_a_person_likes_to_be_called_are_kept(calls: ApproachList, sato: Member, ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(call_hours="evening")
    row = create_list(by=sato, name="夕方")
    add_chosen(row, [ada.pk], by=sato)
    assert take_next(row, by=sato) is None
    with clock.frozen(TUESDAY.replace(hour=18)):
        assert take_next(row, by=sato) is not None


def test_who_has_refused_since_the_list_was_made_is_never_shown(
    calls: ApproachList, sato: Member, ada: Person, iida: Person
) -> None:
    state_consent(ada, medium="phone", allowed=False, basis="refused", evidence="不要", by=sato)
    target = take_next(calls, by=sato)
    assert target is not None and target.person == iida
    assert on(calls, ada).why_out == WhyOut.DO_NOT_CALL


def test_whom_the_member_may_not_see_is_neither_added_nor_given(calls: ApproachList, sato: Member, ada: Person) -> None:
    Person.objects.update(owner=sato)
    kato = Member.objects.create_user("kato@ryorin.example", family_name="加藤", role=Role.SALES, scope=Scope.OWN)
    row = create_list(by=kato, name="加藤のリスト")
    assert add_chosen(row, [ada.pk], by=kato).new == 0
    assert take_next(calls, by=kato) is None
    assert calls not in ApproachList.objects.visible_to(kato)
    change_list(calls, by=sato, version=None, callers=[kato])
    assert calls in ApproachList.objects.visible_to(kato)


def test_who_was_put_out_by_hand_stays_out_until_put_back(calls: ApproachList, target: Target, sato: Member) -> None:
    put_out(target, by=sato)
    add_chosen(calls, [target.person_id or 0], by=sato)
    target.refresh_from_db()
    assert (target.state, target.why_out) == (TargetState.OUT, WhyOut.BY_HAND)
    put_back(target, by=sato)
    target.refresh_from_db()
    assert target.state == TargetState.WAITING


def test_progress_counts_people_by_state_and_reason(calls: ApproachList, target: Target, sato: Member) -> None:
    record_attempt(target, number=1, outcome=outcome("接続"), by=sato)
    progress = progress_of([calls])[calls.pk]
    assert (progress.size, progress.done, progress.waiting, progress.connected) == (2, 1, 1, 1)


def test_a_closed_list_gives_nobody_until_it_is_reopened(calls: ApproachList, sato: Member) -> None:
    calls = close_list(calls, by=sato)
    with pytest.raises(ListClosed):
        take_next(calls, by=sato)
    assert take_next(reopen_list(calls, by=sato), by=sato) is not None


def test_letters_are_noted_once_each(sato: Member, ada: Person, iida: Person) -> None:
    row = create_list(by=sato, name="年末のご挨拶", method="letter", campaign_id=7)
    assert add_chosen(row, [ada.pk, iida.pk], by=sato).out == {WhyOut.NO_ADDRESS: 1}
    assert mark_posted(row, by=sato) == 1
    assert mark_posted(row, by=sato) == 0
    letter = InboxTouchpoint.objects.get(kind="letter_sent")
    assert (letter.person_id, letter.campaign_id) == (ada.pk, 7)
    assert Attempt.objects.get().target.person == ada


def test_who_refuses_letters_gets_none(sato: Member, ada: Person) -> None:
    row = create_list(by=sato, name="DM", method="letter")
    add_chosen(row, [ada.pk], by=sato)
    state_consent(ada, medium="post", allowed=False, basis="refused", evidence="不要", by=sato)
    assert mark_posted(row, by=sato) == 0
    assert on(row, ada).why_out == WhyOut.NO_POST


def test_a_list_refuses_what_makes_no_sense(sato: Member, calls: ApproachList, ada: Person) -> None:
    with pytest.raises(NobodyChosen):
        add_chosen(calls, [], by=sato)
    with pytest.raises(ConditionMissing):
        add_matching(calls, by=sato)
    with pytest.raises(PeriodBackwards):
        change_list(calls, by=sato, version=None, starts_on=TUESDAY.date(), ends_on=TUESDAY.date() - timedelta(days=1))
    with pytest.raises(StaleRecord):
        change_list(calls, by=sato, version=calls.version + 1, name="別の名前")


def test_who_only_reads_may_make_no_list(db: None) -> None:
    ono = Member.objects.create_user("ono@ryorin.example", family_name="小野", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        create_list(by=ono, name="リスト")
