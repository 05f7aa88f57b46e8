"""Who has to approve: the table of routes, levels, quorums and dates, without a database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ryorin.conditions.parser import parse
from ryorin.workspace.approvals.models import Quorum, Who
from ryorin.workspace.approvals.rules import (
    Chart,
    Colleague,
    Scheme,
    Stage,
    Standing,
    how_many,
    is_blocked,
    plain,
    plan,
    problem_with_proxy,
    problem_with_route,
    route_for,
    typed,
)
from ryorin.workspace.petitions.fields import APPROVALS

PETITION = APPROVALS[0]
SATO, ONO, HOSHI, MORI, TANAKA, LAW_1, LAW_2 = range(1, 8)
NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
SALES, LAW = 10, 20


def chart(**changes: Any) -> Chart:
    people = [
        Colleague(id=SATO, name="佐藤 健", level=1, role="sales", team_id=SALES),
        Colleague(id=ONO, name="小野 学", level=2, role="sales", team_id=SALES, superior_id=HOSHI),
        Colleague(id=HOSHI, name="星 一", level=3, role="manager", superior_id=MORI),
        Colleague(id=MORI, name="森 恵", level=4, role="manager"),
        Colleague(id=TANAKA, name="田中 舞", level=1, role="sales", team_id=SALES),
        Colleague(id=LAW_1, name="法務 一", level=1, role="read_only", team_id=LAW),
        Colleague(id=LAW_2, name="法務 二", level=2, role="read_only", team_id=LAW),
    ]
    found = {one.id: one for one in people}
    for name, fields in changes.items():
        pk = globals()[name.upper()]
        found[pk] = Colleague(**{**vars(found[pk]), **fields})
    return Chart(found, {SALES: ONO})


def superior(**more: Any) -> Stage:
    return Stage(who=Who.SUPERIOR, **more)


def level(least: int, **more: Any) -> Stage:
    return Stage(who=Who.LEVEL, level=least, **more)


def members(*ids: int, **more: Any) -> Stage:
    return Stage(who=Who.MEMBERS, member_ids=ids, **more)


@pytest.mark.parametrize(
    ("stages", "requester", "expected"),
    [
        ([superior()], SATO, [(ONO,)]),  # the head of the team
        ([superior()], ONO, [(HOSHI,)]),  # the superior set on the member, not oneself
        ([level(3)], SATO, [(HOSHI,)]),
        ([level(4)], SATO, [(MORI,)]),
        ([level(2), level(3), level(4)], SATO, [(ONO,), (HOSHI,), (MORI,)]),
        ([level(2)], ONO, [(HOSHI,)]),  # nobody approves as their own 課長
        ([members(TANAKA, MORI)], SATO, [(TANAKA, MORI)]),
        ([members(SATO, MORI)], SATO, [(MORI,)]),  # never the requester
        ([Stage(who=Who.TEAM, team_id=LAW)], SATO, [(LAW_1, LAW_2)]),
        ([Stage(who=Who.TEAM, team_id=LAW, level=2)], SATO, [(LAW_2,)]),
        ([Stage(who=Who.ROLE, role="manager")], SATO, [(HOSHI, MORI)]),
        ([Stage(who=Who.ROLE, role="manager")], HOSHI, [(MORI,)]),
    ],
)
def test_who_decides_in_each_step(stages: list[Stage], requester: int, expected: list[tuple[int, ...]]) -> None:
    assert [one.member_ids for one in plan(stages, requester, chart())] == expected


def test_who_has_decided_alone_is_not_asked_again_in_a_later_step() -> None:
    first, second, third = plan([superior(), level(2), level(3)], SATO, chart())
    assert (first.skipped, bool(second.skipped), third.skipped) == ("", True, "")


def test_a_superior_who_has_left_is_passed_over_on_the_way_up() -> None:
    assert plan([superior()], SATO, chart(ono={"is_active": False}))[0].member_ids == (HOSHI,)


@pytest.mark.parametrize(
    ("stage", "requester", "changes", "told"),
    [
        (superior(), MORI, {}, "森 恵さんの上長が決まっていません。管理者が「メンバー」で上長を選んでください。"),
        (level(5), SATO, {}, "佐藤 健さんの上長に社長以上の人がいません。"),
        (level(5), SATO, {"mori": {"superior_id": ONO}}, "一回りして元に戻ります"),
        (members(TANAKA), SATO, {"tanaka": {"is_active": False}}, "利用停止中か申請した本人"),
        (members(SATO), SATO, {}, "利用停止中か申請した本人"),
        (Stage(who=Who.TEAM, team_id=99), SATO, {}, "当てはまる承認者がいません"),
        (members(TANAKA, MORI, quorum=Quorum.NUMBER, number=3), SATO, {}, "承認に3人必要ですが、承認できる人は2人です"),
    ],
)
def test_a_step_nobody_can_decide_says_why_and_who_mends_it(
    stage: Stage, requester: int, changes: dict[str, Any], told: str
) -> None:
    assert told in plan([stage], requester, chart(**changes))[0].problem


@pytest.mark.parametrize(
    ("quorum", "number", "there", "needed"),
    [(Quorum.ANY, 1, 3, 1), (Quorum.ALL, 1, 3, 3), (Quorum.NUMBER, 2, 3, 2)],
)
def test_how_many_have_to_approve(quorum: Quorum, number: int, there: int, needed: int) -> None:
    assert how_many(Stage(quorum=quorum, number=number), there) == needed


@pytest.mark.parametrize(
    ("needed", "approved", "here", "blocked"),
    [(1, 0, 0, True), (1, 0, 1, False), (3, 1, 1, True), (3, 2, 1, False), (2, 0, 3, False)],
)
def test_a_turn_is_held_up_when_those_who_are_here_cannot_end_it(
    needed: int, approved: int, here: int, blocked: bool
) -> None:
    assert is_blocked(needed=needed, approved=approved, here=here) is blocked


def scheme(pk: int, condition: dict[str, Any], **dates: date) -> Scheme:
    return Scheme(pk, f"ルート{pk}", parse(condition, PETITION.record_type), (superior(),), **dates)


def amount(least: int) -> dict[str, Any]:
    return {"field": "amount", "op": "gte", "value": least}


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        ({"amount": 5_000_000}, date(2026, 11, 16), 1),
        ({"amount": 1_000_000}, date(2026, 11, 16), 2),
        ({"amount": 999_999}, date(2026, 11, 16), None),
        ({"amount": 1_000_000}, date(2027, 3, 31), 2),  # the last day of the old route
        ({"amount": 1_000_000}, date(2027, 4, 1), 3),  # the first of the new one
        ({"amount": 400_000}, date(2027, 4, 1), None),
        ({"amount": 500_000, "category": "personnel"}, date(2027, 4, 1), 3),
        ({}, date(2026, 11, 16), None),
    ],
)
def test_the_first_route_in_force_whose_condition_holds_is_used(
    facts: dict[str, Any], on: date, expected: int | None
) -> None:
    schemes = [
        scheme(1, amount(3_000_000)),
        scheme(2, amount(1_000_000), ends_on=date(2027, 3, 31)),
        scheme(3, amount(500_000), starts_on=date(2027, 4, 1)),
    ]
    found = route_for(schemes, facts, PETITION, on=on, now=NOW)
    assert (found.id if found else None) == expected


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("is", "B-2", True),
        ("contains", "b-", True),
        ("is", "C", False),
        ("is_not", "B-2", False),
        ("is_not", "C", True),
    ],
)
def test_of_a_fact_with_several_values_one_must_pass_and_for_a_negative_test_all(
    op: str, value: str, expected: bool
) -> None:
    condition = {"field": "text", "op": op, "value": value}
    found = route_for([scheme(1, condition)], {"text": ["A-1", "B-2"]}, PETITION, on=NOW.date(), now=NOW)
    assert (found is not None) == expected


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": " "}, "ルート名を入力"),
        ({"stages": []}, "承認の段を1つ以上"),
        ({"stages": [superior()] * 11}, "10段まで"),
        ({"stages": [Stage(who=Who.LEVEL)]}, "1段目：役職を選んで"),
        ({"stages": [superior(), Stage(who=Who.MEMBERS)]}, "2段目：承認する人を1人以上"),
        ({"stages": [members(1, quorum=Quorum.NUMBER, number=2)]}, "必要な人数が、選んだ承認者より多く"),
        ({"stages": [superior(hours=9999)]}, "期限は0～400時間"),
        ({"starts_on": date(2027, 4, 1), "ends_on": date(2027, 3, 31)}, "適用終了日は"),
        ({}, ""),
    ],
)
def test_what_is_wrong_with_a_route_is_said(fields: dict[str, Any], told: str) -> None:
    route: dict[str, Any] = {"name": "標準", "starts_on": None, "ends_on": None, "stages": [superior()]}
    found = problem_with_route(**{**route, **fields})
    assert (told in found) if told else found == ""


def test_nobody_stands_in_for_oneself() -> None:
    assert problem_with_proxy(member_id=1, stand_in_id=1, starts_on=None, ends_on=None)


def test_facts_are_kept_as_json_and_come_back_as_they_were() -> None:
    assert typed(plain({"amount": 10, "category": "purchase"}, PETITION), PETITION)["amount"] == 10
    with pytest.raises(TypeError, match="declares no fact called colour"):
        plain({"colour": "red"}, PETITION)


def test_only_an_approved_document_or_one_that_needs_none_may_go_on() -> None:
    assert {standing for standing in Standing if standing.allows} == {Standing.NOT_NEEDED, Standing.APPROVED}
