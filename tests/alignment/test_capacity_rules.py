"""Who has time for one lead more, and which leads need a person: decisions without a database."""

from decimal import Decimal

import pytest

from ryorin.alignment.handoffs.rules import (
    Desk,
    Load,
    Presence,
    Route,
    Unheld,
    least_loaded,
    problem_with_hours,
    problem_with_rule,
    route,
    stands_above,
    to_be_asked,
)

IN_TURN = Desk(1, "東日本", "round_robin", 3, team_id=10, turn=100)
LEAST = Desk(2, "余力のある人", "least_loaded", 3, team_id=10)
DIGITAL = Desk(3, "少額はデジタル", "journey", 3, journey_id=7)
FULL, FREE = Load(waiting=8, limit=8), Load(waiting=1, limit=8)
TEAM = {"here": frozenset({100, 101, 102}), "teams": {10: (100, 101, 102)}, "team_of": {100: 10, 101: 10, 102: 10}}


@pytest.mark.parametrize(
    ("load", "is_full"),
    [
        (Load(), False),  # nobody set a limit
        (Load(waiting=100), False),
        (Load(limit=0.0), True),
        (Load(waiting=7, limit=8), False),  # the eighth hour is left
        (Load(waiting=8, limit=8), True),
        (Load(quiet_deals=15, deal_hours=0.5, limit=8), True),  # half an hour is left
        (Load(waiting=2, waiting_hours=0.1, limit=0.3), False),  # tenths are exact
    ],
)
def test_somebody_is_full_when_one_lead_more_does_not_fit(load: Load, is_full: bool) -> None:
    assert load.is_full is is_full


def test_the_turn_passes_over_who_is_full() -> None:
    presence = Presence(**TEAM, loads={101: FULL})
    assert route([IN_TURN], company_owner_id=None, presence=presence) == Route(IN_TURN, 102, 10)


def test_when_all_are_full_the_lead_waits_and_says_so() -> None:
    presence = Presence(**TEAM, loads={100: FULL, 101: FULL, 102: FULL})
    assert route([IN_TURN, LEAST], company_owner_id=None, presence=presence) is Unheld.ALL_FULL


def test_the_next_rule_takes_over_when_a_team_is_full() -> None:
    boss = Desk(9, "課長", "member", 3, member_id=100)
    presence = Presence(**TEAM, loads={100: FULL, 101: FULL, 102: FULL})
    assert route([IN_TURN, boss], company_owner_id=None, presence=presence) == Route(boss, 100, 10)


def test_a_team_nobody_is_in_is_absent_not_full() -> None:
    assert route([IN_TURN], company_owner_id=None, presence=Presence()) is Unheld.NOBODY_HERE


def test_the_least_loaded_has_the_most_hours_left() -> None:
    loads = {100: Load(waiting=1, limit=4), 101: Load(waiting=4, limit=10), 102: Load(waiting=9, limit=10)}
    assert least_loaded([100, 101, 102], loads, None) == 101


def test_among_equals_it_goes_in_turn() -> None:
    assert least_loaded([100, 101, 102], {}, 100) == 101
    assert least_loaded([100, 101, 102], {}, 102) == 100


def test_without_limits_who_holds_less_comes_first() -> None:
    assert least_loaded([100, 101], {100: Load(waiting=3), 101: Load(waiting=2)}, 101) == 101


def test_an_offer_fills_the_week_of_who_got_it() -> None:
    presence = Presence(**TEAM, loads={100: FULL, 101: Load(waiting=7, limit=8), 102: FULL})
    assert not presence.is_full(101)
    assert presence.with_one_more(101).is_full(101)


def test_a_journey_takes_the_lead_when_it_lets_people_in() -> None:
    open_one, shut = Presence(**TEAM, journeys=frozenset({7})), Presence(**TEAM)
    assert route([DIGITAL, IN_TURN], company_owner_id=None, presence=open_one) == Route(DIGITAL, None)
    assert route([DIGITAL, IN_TURN], company_owner_id=None, presence=shut) == Route(IN_TURN, 101, 10)


def test_a_journey_does_not_take_the_same_lead_twice() -> None:
    presence = Presence(**TEAM, journeys=frozenset({7}))
    found = route([DIGITAL, IN_TURN], company_owner_id=None, presence=presence, barred={7})
    assert found == Route(IN_TURN, 101, 10)


def test_only_rules_to_people_above_the_digital_one_make_a_lead_complicated() -> None:
    other = Desk(8, "別のジャーニー", "journey", 3, journey_id=9)
    assert stands_above([IN_TURN, other, DIGITAL, LEAST], DIGITAL.id) == [IN_TURN]


def test_those_with_the_most_time_left_are_asked_first() -> None:
    presence = Presence(**TEAM, loads={100: FULL, 101: FREE, 102: Load(waiting=9, limit=8)})
    assert to_be_asked(presence) == [101, 100, 102]


@pytest.mark.parametrize(
    ("how", "named", "problem"),
    [
        ("least_loaded", {"team_id": None}, "渡すチームを選んでください。"),
        ("least_loaded", {"team_id": 1}, ""),
        ("journey", {"journey_id": None}, "リードを入れるジャーニーを選んでください。"),
        ("journey", {"journey_id": 1}, ""),
    ],
)
def test_a_rule_says_where_the_lead_goes(how: str, named: dict[str, int | None], problem: str) -> None:
    fields = {"team_id": None, "member_id": None, "journey_id": None, **named}
    assert problem_with_rule(name="小口", how=how, hours=3, **fields) == problem


@pytest.mark.parametrize("hours", ["-1", "168.1", "NaN", "Infinity"])
def test_a_week_has_no_more_hours_than_it_has(hours: str) -> None:
    assert "0～168" in problem_with_hours(Decimal(hours))


def test_no_limit_is_a_limit_one_may_set() -> None:
    assert problem_with_hours(None) == "" and problem_with_hours(Decimal("0")) == ""
