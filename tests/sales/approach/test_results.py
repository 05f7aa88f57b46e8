"""What calls came to: counted by list, caller, hour, weekday, outcome and method; every number opens its people."""

from datetime import timedelta

from tests.sales.approach.conftest import TUESDAY, outcome

from ryorin.customers.people.models import Person, StageChange
from ryorin.lib import clock
from ryorin.sales.approach.actions import Appointing, add_chosen, create_list, mark_posted, record_attempt
from ryorin.sales.approach.models import ApproachList, Target
from ryorin.sales.approach.queries.results import Wanted, attempts_of, names_of, narrowed, results, total
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.workspace.members.models import Member, Role, Scope

TODAY = TUESDAY.date()
WANTED = Wanted(TODAY - timedelta(days=30), TODAY + timedelta(days=30))


def called(calls: ApproachList, sato: Member) -> None:
    """Ada gave an appointment and a deal was opened; Iida was away."""
    first, second = Target.objects.filter(list=calls).in_order()
    wish = Appointing(starts_at=TUESDAY + timedelta(days=2))
    record_attempt(first, number=1, outcome=outcome("アポ獲得"), by=sato, appointing=wish, deal_name="検査カメラの導入")
    record_attempt(second, number=1, outcome=outcome("不在"), by=sato)


def test_calls_are_counted_by_list_with_connected_appointments_and_deals(calls: ApproachList, sato: Member) -> None:
    called(calls, sato)
    [line] = results(WANTED, sato, by="list")
    assert (line.attempts, line.connected, line.appointments, line.deals) == (2, 1, 1, 1)
    assert line.connected_rate == 0.5
    assert names_of("list", [line.key]) == {calls.pk: "秋の展示会フォロー"}


def test_the_hour_the_weekday_and_the_outcome_are_told_apart(calls: ApproachList, sato: Member) -> None:
    called(calls, sato)
    with clock.frozen(TUESDAY + timedelta(hours=6)):
        second = Target.objects.in_order()[1]
        record_attempt(second, number=2, outcome=outcome("接続"), by=sato)
    assert [(line.key, line.attempts) for line in results(WANTED, sato, by="hour")] == [(10, 2), (16, 1)]
    assert [line.key for line in results(WANTED, sato, by="weekday")] == [1]
    by_outcome = {names_of("outcome", [line.key])[line.key]: line for line in results(WANTED, sato, by="outcome")}
    assert by_outcome["アポ獲得"].deals == 1
    assert by_outcome["不在"].deals == 0


def test_a_won_deal_counts_with_its_amount_for_the_last_attempt_before_it(
    calls: ApproachList, sato: Member, iida: Person
) -> None:
    called(calls, sato)
    with clock.frozen(TUESDAY + timedelta(days=20)):
        deal = open_deal(name="更新", by=sato, person=iida, amount=500_000, owner=sato)
        win_deal(deal, by=sato, version=None)
    with clock.frozen(TUESDAY + timedelta(days=120)):
        open_deal(name="遠い商談", by=sato, person=iida, amount=1, owner=sato)
    lines = results(WANTED, sato, by="caller")
    assert (total(lines).deals, total(lines).won, total(lines).won_amount) == (2, 1, 500_000)


def test_every_number_opens_the_attempts_behind_it(calls: ApproachList, sato: Member, ada: Person) -> None:
    called(calls, sato)
    rows = attempts_of(WANTED, sato)
    for only, count in (("", 2), ("connected", 1), ("appointment", 1), ("deal", 1), ("won", 0)):
        assert narrowed(rows, by="list", key=calls.pk, only=only).count() == count, only
    assert narrowed(rows, by="caller", key=sato.pk, only="deal").get().target.person == ada


def test_methods_are_compared_with_forms_beside_them(calls: ApproachList, sato: Member, ada: Person) -> None:
    called(calls, sato)
    letters = create_list(by=sato, name="DM", method="letter")
    add_chosen(letters, [ada.pk], by=sato)
    mark_posted(letters, by=sato)
    StageChange.objects.filter(person=ada).update(why="form_submitted", at=TUESDAY - timedelta(days=5))
    lines = {line.key: line for line in results(WANTED, sato, by="method")}
    assert (lines["call"].attempts, lines["letter"].attempts, lines["form"].attempts) == (2, 1, 1)
    assert lines["form"].deals == 1


def test_people_one_may_not_see_are_not_counted(calls: ApproachList, sato: Member) -> None:
    called(calls, sato)
    Person.objects.update(owner=sato)
    kato = Member.objects.create_user("kato@ryorin.example", family_name="加藤", role=Role.SALES, scope=Scope.OWN)
    assert results(WANTED, kato, by="list") == []
