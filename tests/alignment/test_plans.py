"""A quarter's plan between both wheels: Mei markets, Sato sells, Tamura and Ono lead."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ryorin.alignment.handoffs.actions import set_capacity
from ryorin.alignment.plans.actions import change_plan, draft_plan, sign_plan
from ryorin.alignment.plans.errors import (
    AlreadySigned,
    OtherMemberMustSign,
    PlanFrozen,
    PlanOpen,
    PlanSuperseded,
    ReasonMissing,
)
from ryorin.alignment.plans.models import Plan
from ryorin.alignment.plans.queries import beside_actual, history_before, quarter_of, signed_of
from ryorin.alignment.plans.rules import Basis, Source
from ryorin.customers.people.actions import create_person, reach_stage
from ryorin.insight.lake.actions import catch_up
from ryorin.marketing.campaigns.actions import create_campaign, record_cost
from ryorin.sales.activities.actions import log_activity
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role, Team

pytestmark = pytest.mark.django_db
WINTER = date(2027, 1, 15)
BASIS = Basis(
    sources=(Source("search", 20_000, 1_000_000),), free_leads=5, members=1, hours_per_week=30, hours_per_lead=1,
    hours_per_deal=5, qualified_rate=0.4, accepted_rate=0.5, won_rate=0.25, qualified_lag=7, accepted_lag=2,
    won_lag=40, order_value=800_000,
)  # fmt: skip


@pytest.fixture
def tamura(db: None) -> Member:
    return Member.objects.create_user("tamura@ryorin.example", family_name="田村", given_name="葵", role=Role.MANAGER)


@pytest.fixture
def plan(mei: Member) -> Plan:
    return draft_plan(WINTER, BASIS, by=mei)


def actions() -> list[str]:
    return list(AuditEntry.objects.filter(record_type="plan").order_by("pk").values_list("action", flat=True))


def test_a_plan_is_drafted_signed_by_both_sides_and_then_frozen(plan: Plan, mei: Member, sato: Member) -> None:
    assert (plan.start, plan.version, plan.is_frozen) == (date(2027, 1, 1), 1, False)
    plan = sign_plan(plan, by=mei)
    assert (plan.signed_by("marketing"), plan.is_frozen) == (mei, False)
    plan = sign_plan(plan, by=sato)
    assert plan.is_frozen and signed_of(quarter_of(WINTER)) == plan
    with pytest.raises(PlanFrozen):
        change_plan(plan, replace(BASIS, members=3), by=mei)
    with pytest.raises(PlanFrozen):
        sign_plan(plan, by=sato)
    assert actions() == ["plan_drafted", "plan_signed", "plan_signed"]


def test_a_change_after_both_signed_makes_a_new_version_with_a_reason(plan: Plan, mei: Member, sato: Member) -> None:
    for member in (mei, sato):
        sign_plan(plan, by=member)
    with pytest.raises(ReasonMissing):
        draft_plan(WINTER, replace(BASIS, members=2), by=sato, reason="  ")
    second = draft_plan(WINTER, replace(BASIS, members=2), by=sato, reason="1名増員のため")
    assert (second.version, second.is_frozen, second.reason) == (2, False, "1名増員のため")
    assert signed_of(quarter_of(WINTER)) == plan, "the signed version counts until the next is signed"
    with pytest.raises(PlanFrozen):
        change_plan(plan, BASIS, by=mei)


def test_a_change_before_that_takes_signatures_back(plan: Plan, mei: Member, sato: Member) -> None:
    plan = sign_plan(plan, by=mei)
    plan = change_plan(plan, replace(BASIS, members=2), by=sato)
    assert plan.signed_by("marketing") is None and plan.basis["members"] == 2
    assert json.loads(AuditEntry.objects.get(action="plan_changed").changes)["taken_back"] == ["marketing"]
    unchanged = change_plan(sign_plan(plan, by=mei), replace(BASIS, members=2), by=sato)
    assert unchanged.signed_by("marketing") == mei


def test_a_second_plan_beside_an_open_one_is_refused(plan: Plan, mei: Member) -> None:
    with pytest.raises(PlanOpen):
        draft_plan(WINTER, BASIS, by=mei, reason="もう一つ")


def test_an_older_open_version_cannot_be_signed_any_more(plan: Plan, mei: Member) -> None:
    Plan.objects.create(start=plan.start, version=2, basis=plan.basis, outlook=plan.outlook,
                        created_at=plan.created_at, changed_at=plan.changed_at)  # fmt: skip
    with pytest.raises(PlanSuperseded):
        sign_plan(plan, by=mei)


def test_a_side_signs_by_its_own_and_only_once(plan: Plan, mei: Member, sato: Member, kimura: Member) -> None:
    """Kimura leads both sides; nobody else does, so a leader is needed where there is one."""
    with pytest.raises(OtherMemberMustSign):
        sign_plan(plan, by=mei)
    plan = sign_plan(plan, by=kimura, side="marketing")
    with pytest.raises(AlreadySigned):
        sign_plan(plan, by=kimura, side="marketing")
    plan = sign_plan(plan, by=kimura, side="sales")
    assert plan.is_frozen, "the only leader there is signs for both"


def test_two_leaders_sign_for_one_side_each(plan: Plan, kimura: Member, tamura: Member) -> None:
    plan = sign_plan(plan, by=kimura, side="marketing")
    with pytest.raises(OtherMemberMustSign):
        sign_plan(plan, by=kimura, side="sales")
    assert sign_plan(plan, by=tamura, side="sales").is_frozen


def test_the_head_of_a_team_is_a_leader_of_their_side(plan: Plan, mei: Member, sato: Member, tamura: Member) -> None:
    Team.objects.create(name="東京営業", head=sato)
    with pytest.raises(OtherMemberMustSign):
        sign_plan(plan, by=mei, side="marketing")
    assert sign_plan(plan, by=sato, side="sales").signed_by("sales") == sato
    with pytest.raises(OtherMemberMustSign):
        sign_plan(plan, by=sato, side="marketing")


def test_who_only_reads_plans_nothing(plan: Plan) -> None:
    reader = Member.objects.create_user("ono@ryorin.example", family_name="小野", role=Role.READ_ONLY)
    for deed in (lambda: draft_plan(WINTER, BASIS, by=reader), lambda: change_plan(plan, BASIS, by=reader),
                 lambda: sign_plan(plan, by=reader)):  # fmt: skip
        with pytest.raises(NotAllowed):
            deed()
    assert actions() == ["plan_drafted"]


def at(day: int, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, 3, tzinfo=UTC)


@pytest.fixture
def autumn(mei: Member, sato: Member) -> None:
    """Four leads by search for 80,000 yen; two get ready, one is won for 600,000 after ten days; a call and a visit."""
    default_pipeline()
    campaign = create_campaign(by=mei, name="検索広告", channel="search")
    record_cost(campaign, by=mei, day=date(2026, 11, 2), amount=80_000)
    people = [create_person(by=mei, family_name=f"人{place}", at=at(1), source_channel="search") for place in range(4)]
    people.append(create_person(by=mei, family_name="紹介", at=at(1), source_channel="referral"))
    for person in people[:2]:
        reach_stage(person, "qualified", at=at(5), why="test")
    reach_stage(people[0], "accepted", at=at(6), why="test")
    deal = open_deal(by=sato, name="検査装置", person=people[0], amount=600_000, owner=sato, at=at(6))
    log_activity("called", by=sato, person=people[1], minutes=30, at=at(7))
    log_activity("visited", by=sato, person=people[0], deal=deal, minutes=120, at=at(8))
    win_deal(deal, by=sato, at=at(16))
    catch_up()


def test_a_plan_starts_from_what_the_year_before_says(autumn: None) -> None:
    found = history_before(quarter_of(WINTER), today=date(2026, 11, 22))
    (search,) = found.channels
    assert (search.channel, search.cost, search.leads, search.cost_per_lead) == ("search", 80_000, 4, 20_000)
    assert (found.qualified_rate, found.accepted_rate, found.won_rate) == (0.4, 0.5, 1)
    assert (found.qualified_lag, found.accepted_lag, found.won_lag) == (4, 1, 10)
    assert (found.hours_per_lead, found.hours_per_deal, found.members) == (0.25, 2, 1)
    assert found.order_value == 600_000 and found.earlier_leads[-2:] == (5, 0)


def test_without_history_nothing_is_invented(db: None) -> None:
    found = history_before(quarter_of(WINTER), today=date(2026, 11, 22))
    assert found.channels == () and found.free_leads == 0
    nothing = (found.qualified_rate, found.won_rate, found.won_lag, found.hours_per_lead, found.order_value)
    assert nothing == (None,) * 5


def test_the_hours_of_sales_are_those_the_sellers_entered(sato: Member, ono: Member) -> None:
    before = history_before(quarter_of(WINTER), today=date(2026, 11, 22))
    assert (before.hours_known, before.hours_per_week) == (0, 40)
    set_capacity(sato, Decimal(12), by=ono)
    after = history_before(quarter_of(WINTER), today=date(2026, 11, 22))
    assert (after.members, after.hours_known, after.hours_per_week) == (1, 1, 12)


def test_the_plan_stands_beside_what_happened_month_by_month(autumn: None, mei: Member) -> None:
    plan = draft_plan(date(2026, 10, 1), BASIS, by=mei)
    october, november, december = beside_actual(plan, today=date(2026, 11, 22))
    assert november.figures["leads"].actual == 5 and november.figures["revenue"].actual == 600_000
    assert december.figures["leads"].actual is None
    assert (october.is_over, october.cause is not None, november.cause) == (True, True, None)
    assert october.cause is not None and (october.cause.factor, october.cause.whole) == ("leads", 0)
