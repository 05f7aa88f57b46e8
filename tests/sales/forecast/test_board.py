"""What the forecast page is made from: months, parts, commits, changes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.products.catalogue.actions import create_product
from ryorin.sales.deals.actions import change_deal, set_products, win_deal
from ryorin.sales.deals.actions.products import Line as DealLine
from ryorin.sales.deals.models import Deal, YomiMove
from ryorin.sales.forecast.actions import change_meaning, commit, learn_daily, set_quota, spread_quota
from ryorin.sales.forecast.errors import CommitElsewhere, FigureInvalid, NotYourCommit
from ryorin.sales.forecast.models import Commit, Lesson, Outlook, Quota
from ryorin.sales.forecast.queries import board, changes_since, commits_of, meanings, parts
from ryorin.workspace.audit.queries import history as audit_of
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member, Role, Scope

Dealt = Callable[..., Deal]
TODAY = date(2026, 11, 16)
QUARTER = period_of(TODAY, grain="quarter")
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def kato(db: None) -> Member:
    return Member.objects.create_user(
        "kato@ryorin.example", family_name="加藤", given_name="誠", role=Role.SALES, scope=Scope.OWN
    )


def test_a_month_shows_what_was_won_what_each_yomi_promises_and_what_the_settings_say(
    dealt: Dealt, sato: Member, monday: datetime
) -> None:
    dealt(3_000_000, opened=60, ended=10)
    dealt(500_000, opened=60, ended=40)  # in October
    dealt(9_000_000, opened=60, ended=5, wins=False)
    dealt(1_000_000, yomi="a", closes=date(2026, 11, 28))
    dealt(2_000_000, yomi="b", closes=date(2026, 9, 28))  # overdue: this month's
    dealt(4_000_000, yomi="c", closes=date(2026, 12, 10))
    found = board(sato, QUARTER, today=TODAY, targets={NOVEMBER: 5_000_000})
    october, november, december = (line for _month, line in found.months)
    assert (october.won, october.expected, october.low) == (500_000, 500_000, None)
    assert november.won == 3_000_000 and november.by_yomi == {"a": 1_000_000, "b": 2_000_000}
    assert november.naive == 3_000_000 + 100_000 + 200_000  # ten percent in the first stage
    assert november.weighted == 3_000_000 + 900_000 + 1_200_000
    assert november.low is not None and november.high is not None
    assert 3_000_000 <= november.low <= november.expected <= november.high
    assert november.gap == november.expected - 5_000_000 and november.share == 0.6
    assert december.by_yomi == {"c": 4_000_000} and december.won == 0
    assert found.total.won == 3_500_000
    assert found.total.expected == october.expected + november.expected + december.expected


def test_parts_are_the_whole_seen_from_another_side(
    dealt: Dealt, sato: Member, kimura: Member, monday: datetime
) -> None:
    dealt(3_000_000, opened=60, ended=10)
    dealt(1_000_000, opened=60, ended=10, owner=kimura)
    dealt(2_000_000, yomi="a", closes=date(2026, 11, 28), owner=None)
    by_owner = parts(kimura, QUARTER, by="owner", today=TODAY)
    assert {key: line.won for key, line in by_owner.items()} == {sato.pk: 3_000_000, kimura.pk: 1_000_000, None: 0}
    assert by_owner[None].by_yomi["a"] == 2_000_000
    whole = board(kimura, QUARTER, today=TODAY, targets={})
    for by in ("owner", "team", "pipeline"):
        lines = parts(kimura, QUARTER, by=by, today=TODAY).values()
        assert sum(line.won for line in lines) == whole.total.won
        assert sum(line.from_open for line in lines) == pytest.approx(whole.total.from_open, abs=3)


def test_products_are_added_up_by_the_lines_of_deals(dealt: Dealt, sato: Member, monday: datetime) -> None:
    camera, service = (create_product(by=None, code=code, name=code) for code in ("KM", "SV"))
    deal = dealt()
    set_products(deal, [DealLine(camera, Decimal(1), 700_000), DealLine(service, Decimal(2), 100_000)], by=None)
    win_deal(deal, by=None)
    set_quota(NOVEMBER, 1_400_000, by=_manager(), product=camera)
    found = parts(sato, QUARTER, by="product", today=TODAY)
    assert (found[camera.pk].won, found[service.pk].won) == (700_000, 200_000)
    assert found[camera.pk].share == 0.5


def test_who_sees_only_their_own_deals_gets_a_forecast_of_those(dealt: Dealt, kato: Member, monday: datetime) -> None:
    dealt(3_000_000, opened=60, ended=10)
    dealt(1_000_000, opened=60, ended=10, owner=kato)
    found = board(kato, QUARTER, today=TODAY, targets={})
    assert found.total.won == 1_000_000 and found.total.from_new == 0
    assert set(parts(kato, QUARTER, by="owner", today=TODAY)) == {kato.pk}


def test_the_number_of_questions_does_not_grow_with_the_deals(dealt: Dealt, sato: Member, monday: datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            board(sato, QUARTER, today=TODAY, targets={})
            parts(sato, QUARTER, by="owner", today=TODAY)
        return len(seen)

    dealt(yomi="a", closes=TODAY)
    learn_daily()
    before = asked()
    for place in range(12):
        dealt(yomi="b", closes=TODAY + timedelta(days=place), opened=place, ended=place % 2 or None)
    assert asked() == before <= 36


def test_a_rep_commits_and_the_manager_commits_for_the_rep(sato: Member, kimura: Member, our_company: object) -> None:
    commit(sato, TODAY, 4_000_000, by=sato, comment="アクメが決まれば")
    commit(sato, NOVEMBER, 4_500_000, by=sato)
    commit(sato, NOVEMBER, 3_500_000, by=kimura, comment="堅めに見る")
    with clock.frozen(datetime.fromisoformat("2026-11-16T10:00+09:00")):
        line = board(sato, QUARTER, today=TODAY, targets={}).months[1][1]
    assert (line.rep, line.manager) == (4_500_000, 3_500_000)
    assert [(one.side, one.amount) for one in commits_of(sato, NOVEMBER)] == [
        ("manager", 3_500_000), ("rep", 4_500_000), ("rep", 4_000_000)
    ]  # fmt: skip
    assert sato.notifications.filter(kind="commit_stated").count() == 1


def test_a_commit_sent_twice_is_kept_once(sato: Member, our_company: object) -> None:
    first = commit(sato, NOVEMBER, 4_000_000, by=sato, after=0)
    assert commit(sato, NOVEMBER, 4_000_000, by=sato, after=0) == first
    assert Commit.objects.count() == 1


def test_a_commit_somebody_overtook_is_refused(sato: Member, our_company: object) -> None:
    commit(sato, NOVEMBER, 4_000_000, by=sato, after=0)
    with pytest.raises(CommitElsewhere):
        commit(sato, NOVEMBER, 1, by=sato, after=0)


def test_nobody_commits_for_a_colleague(sato: Member, kato: Member, mei: Member, our_company: object) -> None:
    with pytest.raises(NotYourCommit):
        commit(sato, NOVEMBER, 1, by=kato)
    with pytest.raises(NotAllowed):
        commit(mei, NOVEMBER, 1, by=mei)
    with pytest.raises(FigureInvalid):
        commit(sato, NOVEMBER, 10**16, by=sato)


def test_a_yearly_quota_is_spread_to_the_last_yen(sato: Member, our_company: object) -> None:
    spread_quota(period_of(TODAY, grain="year"), 100_000_007, by=_manager(), member=sato)
    amounts = list(Quota.objects.order_by("month").values_list("amount", flat=True))
    assert len(amounts) == 12 and sum(amounts) == 100_000_007 and max(amounts) - min(amounts) <= 1
    set_quota(NOVEMBER, None, by=_manager(), member=sato)
    assert Quota.objects.count() == 11
    with pytest.raises(NotAllowed):
        set_quota(NOVEMBER, 1, by=sato, member=sato)


def test_a_yomi_means_what_the_company_says(sato: Member, our_company: object) -> None:
    manager = _manager()
    change_meaning("a", meaning="内示あり", probability=95, by=manager, version=0)
    first = meanings()[0]
    assert (first.meaning, first.probability, first.version) == ("内示あり", 95, 1)
    with pytest.raises(StaleRecord):
        change_meaning("a", meaning="内示", probability=90, by=manager, version=0)
    with pytest.raises(FigureInvalid):
        change_meaning("b", meaning="", probability=101, by=manager)


def test_each_change_of_a_yomi_is_kept(dealt: Dealt, sato: Member, monday: datetime) -> None:
    deal = dealt(yomi="b")
    deal = change_deal(deal, by=sato, version=None, yomi="a")
    assert list(YomiMove.objects.values_list("yomi", "by")) == [("b", None), ("a", sato.pk)]
    assert '"yomi":["b","a"]' in audit_of("deal", deal.pk)[0].changes


def test_what_changed_since_last_week_is_told(dealt: Dealt, sato: Member, monday: datetime) -> None:
    slipped = dealt(1_000_000, closes=date(2026, 11, 20), name="延びる")
    grown = dealt(1_000_000, yomi="b", name="育つ")
    dealt(2_000_000, opened=3, name="新しい")
    dealt(3_000_000, opened=30, ended=2, name="勝つ")
    dealt(7_000_000, opened=60, ended=50, name="昔")
    change_deal(slipped, by=sato, version=None, expected_close_on=date(2026, 12, 25))
    change_deal(slipped, by=sato, version=None, expected_close_on=date(2026, 12, 28))
    change_deal(grown, by=sato, version=None, amount=1_500_000, yomi="a")
    found, is_more = changes_since(sato, monday - timedelta(days=7))
    told = {(one.kind, one.deal.name) for one in found}
    assert told == {
        ("opened", "新しい"), ("won", "勝つ"), ("later", "延びる"), ("more", "育つ"), ("better", "育つ"),
    }  # fmt: skip
    assert not is_more
    later = next(one for one in found if one.kind == "later")
    assert (later.before, later.after) == (date(2026, 11, 20), date(2026, 12, 28))


def test_what_was_put_back_did_not_change(dealt: Dealt, sato: Member, monday: datetime) -> None:
    deal = dealt(1_000_000)
    change_deal(deal, by=sato, version=None, amount=2)
    change_deal(deal, by=sato, version=None, amount=1_000_000)
    assert changes_since(sato, monday - timedelta(days=7)) == ([], False)


def test_the_lesson_is_learned_once_a_day_and_the_forecast_kept(dealt: Dealt, sato: Member, monday: datetime) -> None:
    dealt(3_000_000, opened=60, ended=10)
    assert learn_daily() == TODAY and learn_daily() is None
    assert Lesson.objects.count() == 1
    kept = Outlook.objects.get(month=NOVEMBER)
    shown = board(sato, QUARTER, today=TODAY, targets={}).months[1][1]
    assert (kept.won, kept.expected, kept.low, kept.high) == (shown.won, shown.expected, shown.low, shown.high)
    for day in range(1, 6):
        with clock.frozen(monday + timedelta(days=day)):
            assert learn_daily() == TODAY + timedelta(days=day)
    assert Lesson.objects.count() == 3 and Outlook.objects.filter(month=NOVEMBER).count() == 6


def test_a_stage_made_after_the_lesson_is_forecast_by_its_setting(dealt: Dealt, sato: Member, monday: datetime) -> None:
    from ryorin.sales.deals.actions import add_stage, move_deal  # here: only this test moves

    learn_daily()
    deal = dealt(1_000_000, opened=1)
    move_deal(deal, add_stage(deal.pipeline, by=None, name="最終確認", probability=100), by=None)
    assert board(sato, QUARTER, today=TODAY, targets={}).total.from_open > 300_000


def _manager() -> Member:
    found = Member.objects.filter(role=Role.MANAGER).first()
    return found or Member.objects.create_user("tamura@ryorin.example", family_name="田村", role=Role.MANAGER)
