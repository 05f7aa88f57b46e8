"""Who gets a lead and until when: decisions without a database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from ryorin.alignment.handoffs.rules import (
    BusinessTime,
    Desk,
    Presence,
    Route,
    Unheld,
    can_receive,
    is_resting,
    next_in_turn,
    problem_with_rule,
    route,
)

OFFICE = BusinessTime(closed=frozenset({date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)}))
BY_TURN = Desk(1, "東日本", "round_robin", 3, team_id=10, turn=100)
OWNER = Desk(2, "会社の担当者", "company_owner", 3)
BOSS = Desk(3, "大型案件", "member", 1, member_id=300)
ALL_HERE = Presence(here=frozenset({100, 101, 200, 300}), teams={10: (100, 101)}, team_of={100: 10, 101: 10, 200: 20})


def tokyo(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("offered", "hours", "deadline"),
    [
        (tokyo(2026, 11, 16, 10), 3, tokyo(2026, 11, 16, 13)),
        (tokyo(2026, 11, 16, 17), 3, tokyo(2026, 11, 17, 11)),
        (tokyo(2026, 11, 20, 17, 30), 3, tokyo(2026, 11, 24, 11, 30)),  # Friday, weekend, Labour Thanksgiving Day
        (tokyo(2026, 11, 21, 14), 3, tokyo(2026, 11, 24, 12)),  # Saturday
        (
            tokyo(2026, 12, 28, 16),
            4,
            tokyo(2027, 1, 4, 11),
        ),  # the company is closed until the year's end, 1/1 a holiday
        (tokyo(2026, 11, 16, 22), 1, tokyo(2026, 11, 17, 10)),
    ],
)
def test_a_deadline_counts_only_the_hours_people_work(offered: datetime, hours: int, deadline: datetime) -> None:
    assert OFFICE.after(offered, hours) == deadline


def test_the_hours_left_skip_the_weekend() -> None:
    assert OFFICE.between(tokyo(2026, 11, 20, 17), tokyo(2026, 11, 24, 10)) == 2


def test_the_first_rule_whose_receiver_is_there_gets_the_lead() -> None:
    found = route([OWNER, BY_TURN], company_owner_id=200, presence=ALL_HERE)
    assert found == Route(OWNER, 200, 20)


def test_without_a_company_owner_the_next_rule_decides() -> None:
    found = route([OWNER, BY_TURN], company_owner_id=None, presence=ALL_HERE)
    assert found == Route(BY_TURN, 101, 10)


def test_leads_go_round_in_the_team() -> None:
    assert [next_in_turn((100, 101, 105), last) for last in (None, 100, 101, 105, 103)] == [100, 101, 105, 100, 105]


def test_who_is_away_is_skipped() -> None:
    presence = Presence(here=frozenset({100}), teams={10: (100,)}, team_of={100: 10})
    found = route([BOSS, BY_TURN], company_owner_id=None, presence=presence)
    assert isinstance(found, Route) and found.owner_id == 100


def test_a_lead_no_rule_knows_is_held_by_nobody() -> None:
    assert route([], company_owner_id=None, presence=ALL_HERE) is Unheld.NO_RULE


def test_a_lead_whose_receivers_are_all_away_is_held_by_nobody() -> None:
    assert route([BY_TURN, BOSS], company_owner_id=None, presence=Presence()) is Unheld.NOBODY_HERE


@pytest.mark.parametrize(
    ("role", "away_until", "expected"),
    [
        ("sales", None, True),
        ("manager", None, True),
        ("marketer", None, False),
        ("read_only", None, False),
        ("sales", date(2026, 11, 16), False),
        ("sales", date(2026, 11, 15), True),
    ],
)
def test_who_may_receive_leads_today(role: str, away_until: date | None, expected: bool) -> None:
    assert can_receive(role=role, is_active=True, away_until=away_until, today=date(2026, 11, 16)) is expected


def test_a_member_who_left_receives_nothing() -> None:
    assert not can_receive(role="sales", is_active=False, away_until=None, today=date(2026, 11, 16))


@pytest.mark.parametrize(
    ("score", "now", "expected"),
    [
        (60, tokyo(2026, 11, 17, 10), True),
        (69, tokyo(2026, 11, 17, 10), True),
        (70, tokyo(2026, 11, 17, 10), False),  # risen by ten
        (60, tokyo(2026, 12, 16, 11), False),  # thirty days later
    ],
)
def test_a_lead_sent_back_rests_until_something_new_happens(score: int, now: datetime, expected: bool) -> None:
    sent_back_at = tokyo(2026, 11, 16, 10)
    assert is_resting(offered_score=60, answered_at=sent_back_at, score=score, now=now) is expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"how": "by_chance"},
        {"team_id": None},
        {"how": "member", "member_id": None},
        {"hours": 0},
        {"hours": 999},
    ],
)
def test_a_routing_rule_that_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    fine: dict[str, object] = {"name": "東日本", "how": "round_robin", "team_id": 10, "member_id": None, "hours": 3}
    assert problem_with_rule(**fine) == ""  # type: ignore[arg-type]
    assert problem_with_rule(**(fine | wrong)) != ""  # type: ignore[arg-type]
