"""Goals at every level: set, shared out, spread by season, checked, looked at again, and how far they are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, build_world

from ryorin.alignment.goals.actions import (
    plan_reviews,
    review_goal,
    set_goal,
    share_out,
    spread_goal,
    tell_of_reviews,
)
from ryorin.alignment.goals.errors import NotCountedSo, ReasonMissing, TargetInvalid
from ryorin.alignment.goals.models import Goal, Level
from ryorin.alignment.goals.queries import goals_of, parts_beneath, progress, reviews_due, spread, targets_in, tree
from ryorin.alignment.goals.queries.tree import REPEAT, plan
from ryorin.alignment.goals.rules import COMPANY, Subject, check_of, needed, parts_of, shares_of_months
from ryorin.customers.people.actions import create_person
from ryorin.customers.purchases.actions import record_order
from ryorin.insight.lake.actions import catch_up
from ryorin.insight.metrics.queries import by_part, rows_behind, total
from ryorin.insight.metrics.rules import METRICS
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.sales.forecast.models import Quota
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.notifications.models import Notification

NOVEMBER = period_of(date(2026, 11, 1))
YEAR = period_of(date(2026, 11, 1), grain="year")
QUARTER = period_of(date(2026, 11, 1), grain="quarter")
TODAY = date(2026, 11, 16)
LEADS, RATE = METRICS["leads"], METRICS["close_rate"]


@pytest.fixture
def world(db: None) -> World:
    return build_world()


# what needs no database


@given(
    st.decimals(0, 10**12, places=0),
    st.lists(st.floats(0, 1e9), min_size=1, max_size=24).filter(lambda shares: sum(shares) > 0),
)
def test_whatever_the_shares_the_parts_make_the_whole_exactly(value: Decimal, shares: list[float]):
    parts = parts_of(LEADS, value, len(shares), shares=shares)

    assert sum(part for part in parts if part is not None) == value
    assert all(part is not None and part == int(part) for part in parts)


@given(st.decimals(0, 1, places=4), st.integers(1, 24))
def test_a_ratio_is_never_split(value: Decimal, count: int):
    assert parts_of(RATE, value, count) == [value] * count


def test_months_weigh_as_in_the_years_before():
    months = [date(2026, month, 1) for month in (1, 2)]
    history = {date(2025, 1, 1): 30.0, date(2025, 2, 1): 10.0, date(2024, 1, 1): 10.0, date(2024, 2, 1): 10.0}

    assert shares_of_months(history, months) == [0.625, 0.375]
    assert shares_of_months({date(2025, 2, 1): 5.0}, months) is None
    assert shares_of_months({}, months) is None


def test_parts_that_do_not_add_up_are_shown_with_the_difference():
    check = check_of(LEADS, 100, [60, 30, None])

    assert (check.total, check.difference, check.count, check.expected, check.fits) == (90, -10, 2, 3, False)
    assert check_of(LEADS, 100, [60, 40]).fits
    assert check_of(RATE, 0.4, [0.4, 0.5]).total is None


def test_what_each_week_must_bring():
    need = needed(LEADS, 100, so_far=30, days_left=28, usual=10)
    assert need is not None
    assert (need.weeks, need.a_week, need.usual) == (4, 17.5, 10)

    rate = needed(RATE, 0.5, so_far=10, so_far_per=40, coming_per=40, days_left=14, usual=0.3)
    assert rate is not None
    assert rate.a_week == 0.75
    too_late = needed(RATE, 0.9, so_far=1, so_far_per=90, coming_per=10, days_left=7, usual=0.1)
    assert too_late is not None
    assert not too_late.is_possible
    assert needed(LEADS, 100, so_far=30, days_left=0, usual=10) is None


def test_a_plan_without_goals_for_its_stages_follows_last_year():
    from fractions import Fraction

    last = {"visits": 1000, "leads": 100, "qualified_leads": 50, "accepted_leads": 20, "first_orders": 10,
            "new_revenue": 800, REPEAT: 200}  # fmt: skip
    planned, assumed = plan(
        {"revenue": Fraction(2000), "leads": Fraction(150)}, {name: Fraction(one) for name, one in last.items()}
    )

    assert (planned[REPEAT], planned["new_revenue"]) == (400, 1600)
    assert (planned["visits"], planned["leads"], planned["qualified_leads"]) == (2000, 150, 75)
    assert "leads" not in assumed
    assert "visits" in assumed


# goals


@pytest.mark.django_db
def test_a_goal_of_a_person_is_their_quota_in_the_forecast_and_keeps_its_history(world: World):
    sato = Subject(Level.PERSON, world.sato.pk)
    spread_goal("won_value", YEAR, Decimal(12_000_000), by=world.tamura, subject=sato)

    assert sum(Quota.objects.filter(member=world.sato).values_list("amount", flat=True)) == 12_000_000
    goal = set_goal("won_value", NOVEMBER, Decimal(2_000_000), by=world.tamura, subject=sato, reason="大口が決まる月")
    assert goal is not None
    assert Quota.objects.get(member=world.sato, month=NOVEMBER.start).amount == 2_000_000
    assert [event.kind for event in goal.events.all()] == ["changed", "set"]
    assert goal.events.first().reason == "大口が決まる月"  # type: ignore[union-attr]
    set_goal("won_value", NOVEMBER, None, by=world.tamura, subject=sato)
    assert not Quota.objects.filter(member=world.sato, month=NOVEMBER.start).exists()
    assert [event.kind for event in goal.events.all()] == ["removed", "changed", "set"]


@pytest.mark.django_db
def test_a_quarter_has_its_own_goal_else_what_its_months_make(world: World):
    set_goal("leads", NOVEMBER, Decimal(30), by=world.tamura)
    assert targets_in(QUARTER)["leads"] == 30
    set_goal("leads", QUARTER, Decimal(100), by=world.tamura)
    assert targets_in(QUARTER)["leads"] == 100
    row = spread(YEAR, ("leads",))[0]
    assert (row.made, row.year, row.difference) == (30, None, None)


@pytest.mark.django_db
def test_a_goal_is_shared_out_and_what_does_not_add_up_is_shown(world: World):
    goal = set_goal("won_value", QUARTER, Decimal(9_000_001), by=world.tamura)
    assert goal is not None
    sharing = share_out(goal, Level.TEAM, by=world.tamura)

    assert sharing.shares is None
    part = next(part for part in parts_beneath(goal, Goal.objects.all()) if part.kind == Level.TEAM)
    assert part.check.fits
    assert {int(one.value or 0) for one in part.goals} == {4_500_000, 4_500_001}
    set_goal("won_value", QUARTER, Decimal(5_000_000), by=world.tamura, subject=Subject(Level.TEAM, world.tokyo.pk))
    part = next(part for part in parts_beneath(goal, Goal.objects.all()) if part.kind == Level.TEAM)
    assert part.check.difference in (500_000, 499_999)


@pytest.mark.django_db
def test_a_review_keeps_or_changes_a_goal_with_a_reason_and_comes_again(world: World):
    with clock.frozen(datetime(2026, 4, 2, 1, tzinfo=UTC)):
        goal = set_goal("leads", YEAR, Decimal(400), by=world.tamura)
        assert goal is not None
        goal = plan_reviews(goal, "monthly", by=world.tamura)
        assert goal.review_on == date(2026, 5, 1)
        assert reviews_due(Goal.objects.all(), today=date(2026, 4, 30)) == []
    assert reviews_due(Goal.objects.all(), today=date(2026, 5, 1)) == [goal]
    with clock.frozen(datetime(2026, 5, 6, 1, tzinfo=UTC)):
        assert (tell_of_reviews(), tell_of_reviews()) == (1, 0)
        assert Notification.objects.get(kind="goal_review").member == world.tamura
    with clock.frozen(datetime(2026, 5, 7, 1, tzinfo=UTC)):
        with pytest.raises(ReasonMissing):
            review_goal(goal, by=world.tamura, reason="  ")
        goal = review_goal(goal, by=world.tamura, reason="展示会が増えたため", value=Decimal(450))
        assert (goal.value, goal.review_on) == (450, date(2026, 6, 1))
        assert (goal.events.first().kind, goal.events.first().before) == ("revised", 400)  # type: ignore[union-attr]
        with pytest.raises(StaleRecord):
            review_goal(goal, by=world.tamura, reason="そのまま", version=1)
        assert review_goal(goal, by=world.tamura, reason="そのまま").events.first().kind == "kept"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_goals_that_cannot_be_counted_so_or_meant_are_refused(world: World):
    with pytest.raises(NotCountedSo):
        set_goal("visits", QUARTER, Decimal(5), by=world.tamura, subject=Subject(Level.TEAM, world.tokyo.pk))
    with pytest.raises(TargetInvalid):
        set_goal("leads", QUARTER, Decimal(5), by=world.tamura, subject=Subject(Level.TEAM, 10**9))
    with pytest.raises(TargetInvalid):
        set_goal("leads", QUARTER, Decimal(5), by=world.tamura, subject=Subject(Level.REGION, "99"))
    with pytest.raises(NotAllowed):
        set_goal("leads", QUARTER, Decimal(5), by=world.sato)
    assert not Goal.objects.exists()


@pytest.mark.django_db
def test_who_sees_only_a_team_reads_its_goals_and_the_companys(world: World):
    for subject in (COMPANY, Subject(Level.TEAM, world.tokyo.pk), Subject(Level.PERSON, world.sato.pk),
                    Subject(Level.REGION, "13")):  # fmt: skip
        set_goal("leads", QUARTER, Decimal(5), by=world.tamura, subject=subject)
    seen = {goal.subject for goal in Goal.objects.visible_to(world.kato)}

    assert seen == {"company", "region:13"}
    assert Goal.objects.visible_to(world.sato).count() == 4


@pytest.mark.django_db
def test_what_a_team_costs_is_its_leaders_goal_alone(world: World):
    team = Subject(Level.TEAM, world.tokyo.pk)
    for subject in (COMPANY, team):
        set_goal("people_costs", QUARTER, Decimal(5_000_000), by=world.tamura, subject=subject)

    assert [goal.subject for goal in Goal.objects.visible_to(world.sato)] == ["company"]
    assert Goal.objects.visible_to(world.tamura).count() == 2


@pytest.mark.django_db
def test_progress_counts_foretells_and_says_what_a_week_must_bring(world: World):
    for back in range(1, 71):
        at = datetime(2026, 11, 16, 3, tzinfo=UTC) - timedelta(days=back)
        create_person(by=world.mei, family_name=f"人{back}", at=at, prefecture="13", owner=world.sato)
    catch_up()
    goal = set_goal("leads", NOVEMBER, Decimal(30), by=world.tamura)
    theirs = set_goal("leads", NOVEMBER, Decimal(30), by=world.tamura, subject=Subject(Level.PERSON, world.sato.pk))
    place = set_goal("leads", NOVEMBER, Decimal(30), by=world.tamura, subject=Subject(Level.REGION, "13"))
    team = set_goal("leads", NOVEMBER, Decimal(30), by=world.tamura, subject=Subject(Level.TEAM, world.tokyo.pk))
    assert goal and theirs and place and team

    found = progress(goal, today=TODAY)
    assert found.landing is not None
    assert (found.value, round(found.landing.middle), found.landing.weeks) == (16, 30, 10)
    assert found.need is not None
    assert round(found.need.a_week, 1) == 7.0
    assert progress(place, today=TODAY).value == 15
    assert progress(theirs, today=TODAY).value == progress(team, today=TODAY).value == 16
    assert progress(goal, today=date(2027, 1, 5)).silent == "over"
    empty = set_goal("revenue", NOVEMBER, Decimal(30), by=world.tamura)
    assert empty is not None
    assert progress(empty, today=TODAY).silent == "too_little"
    lines = goals_of(Goal.objects.all(), NOVEMBER, today=TODAY)
    assert [(line.goal.level, line.value) for line in lines][:2] == [("company", 16), ("company", 50_000)]


@pytest.mark.django_db
def test_the_tree_explains_revenue_to_the_last_yen_by_channel_and_team(world: World):
    def sell(number: str, at: datetime, amount: int, **fields: object) -> None:
        line = {"description": "部品", "quantity": 1, "unit_price": amount, "amount": amount, "tax_rate": 10}
        record_order(by=world.sato, number=number, ordered_at=at, channel="rep", lines=[line], **fields)

    bert = create_person(
        by=world.mei,
        family_name="別府",
        at=datetime(2025, 11, 2, tzinfo=UTC),
        source_channel="search",
        owner=world.kato,
    )
    sell("B-1", datetime(2025, 11, 10, 3, tzinfo=UTC), 70_003, person=bert, owner=world.kato)
    sell("B-2", datetime(2026, 11, 10, 3, tzinfo=UTC), 30_001, person=bert, owner=world.kato)
    catch_up()

    assert total("new_revenue", NOVEMBER.start, NOVEMBER.end) == 50_000
    assert total("repeat_revenue", NOVEMBER.start, NOVEMBER.end) == 30_001
    assert by_part("first_orders", NOVEMBER.start, NOVEMBER.end, breakdown="team")[world.tokyo.pk].value == 1
    assert rows_behind("repeat_revenue", NOVEMBER.start, NOVEMBER.end).total == 1
    for by in ("channel", "team"):
        found = tree(NOVEMBER, today=date(2026, 12, 20), by=by)
        assert found is not None
        assert (found.whole.before, found.whole.after) == (70_003, 80_001)
        assert sum(found.whole.parts.values()) == found.whole.difference == 9_998
        assert found.unexplained == 0
        for one in found.branches:
            assert sum(one.parts.values()) == one.difference
    assert tree(NOVEMBER, today=TODAY, against="goal") is None
    set_goal("revenue", NOVEMBER, Decimal(200_000), by=world.tamura)
    aimed = tree(NOVEMBER, today=date(2026, 12, 20), against="goal")
    assert aimed is not None
    assert (aimed.whole.before, sum(aimed.whole.parts.values())) == (200_000, 80_001 - 200_000)
