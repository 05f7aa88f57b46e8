"""What must be known before a deal may enter a stage."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.customers.people.models import Person
from ryorin.customers.voice.actions import note_need
from ryorin.sales.deals import actions
from ryorin.sales.deals.actions.bulk import apply_change
from ryorin.sales.deals.actions.stage_rules import Asked
from ryorin.sales.deals.errors import FirstStageHasNoRules, ReasonForExceptionMissing, RuleUnknown, StageNotReady
from ryorin.sales.deals.models import Deal, Pipeline, Stage
from ryorin.sales.deals.queries import missing_ahead, missing_for
from ryorin.sales.deals.rules import Known, cost_from, entered
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member

PROBLEM = Asked("field", "problem", "お客さまの課題")
DECIDER = Asked("part", "決裁", "決裁の関係者")
VOICE = Asked("need", "problem", "課題の声")
ANSWER = Asked("answer", "1:budget", "予算はどのくらいですか")


@pytest.fixture
def asking(stages: list[Stage], kimura: Member) -> Stage:
    """The third stage (提案), which asks for the problem and who decides."""
    actions.set_stage_rules(stages[2], [PROBLEM, DECIDER], by=kimura)
    return stages[2]


def test_a_deal_enters_a_stage_once_all_it_asks_for_is_known(
    deal: Deal, ada: Person, asking: Stage, sato: Member
) -> None:
    with pytest.raises(StageNotReady, match="お客さまの課題、決裁の関係者"):
        actions.move_deal(deal, asking, by=sato)
    actions.change_deal(deal, by=sato, version=None, problem="検査に時間がかかる")
    actions.add_person(deal, ada, by=sato, part="決裁者", attitude="for")
    assert actions.move_deal(deal, asking, by=sato).stage == asking


def test_needs_and_answers_of_hearings_count_as_known(
    deal: Deal, stages: list[Stage], kimura: Member, sato: Member
) -> None:
    actions.set_stage_rules(stages[1], [VOICE, ANSWER], by=kimura)
    assert {rule.name for rule in missing_for(deal, stages[1])} == {"problem", "1:budget"}
    note_need("検査が遅い", kind="problem", by=sato, person=deal.person, deal_id=deal.pk)
    actions.keep_answers(deal, {"1:budget": ("予算はどのくらいですか", "¥3,000,000")})
    assert missing_for(deal, stages[1]) == []


def test_a_stage_that_is_jumped_over_asks_too_and_the_way_back_is_free(
    deal: Deal, stages: list[Stage], asking: Stage, sato: Member
) -> None:
    with pytest.raises(StageNotReady) as refusal:
        actions.move_deal(deal, stages[4], by=sato)
    assert [rule.name for rule in refusal.value.missing] == ["problem", "決裁"]
    deal = actions.move_deal(deal, stages[1], by=sato)
    assert actions.move_deal(deal, stages[0], by=sato).stage == stages[0]


def test_a_deal_that_stands_in_a_stage_already_is_not_made_invalid(
    deal: Deal, stages: list[Stage], kimura: Member, sato: Member
) -> None:
    deal = actions.move_deal(deal, stages[2], by=sato)
    actions.set_stage_rules(stages[2], [PROBLEM], by=kimura)
    deal = actions.move_deal(deal, stages[3], by=sato)
    assert actions.win_deal(deal, by=sato).state == "won"


def test_a_leader_may_go_on_with_a_reason_that_stays_on_the_trail(
    deal: Deal, asking: Stage, sato: Member, kimura: Member
) -> None:
    with pytest.raises(ReasonForExceptionMissing):
        actions.move_deal(deal, asking, by=kimura, despite="  ")
    moved = actions.move_deal(deal, asking, by=kimura, despite="社長案件のため")
    assert moved.stage == asking
    facts = json.loads(AuditEntry.objects.get(action="stage_rules_overridden").changes)
    assert facts["reason"] == "社長案件のため"
    assert facts["missing"] == ["お客さまの課題", "決裁の関係者"]


def test_only_a_leader_may_go_on_and_only_a_leader_sets_the_rules(deal: Deal, asking: Stage, sato: Member) -> None:
    with pytest.raises(NotAllowed):
        actions.move_deal(deal, asking, by=sato, despite="急ぐので")
    with pytest.raises(NotAllowed):
        actions.set_stage_rules(asking, [], by=sato)
    deal.refresh_from_db()
    assert deal.stage != asking


def test_a_new_deal_cannot_begin_behind_the_rules(
    acme: object, asking: Stage, stages: list[Stage], sato: Member
) -> None:
    with pytest.raises(StageNotReady):
        actions.open_deal(name="途中から", by=sato, stage=asking)
    assert not Deal.objects.exists()
    assert actions.open_deal(name="はじめから", by=sato).stage == stages[0]


def test_an_import_that_moves_a_deal_is_held_to_the_rules(deal: Deal, asking: Stage, sato: Member) -> None:
    with pytest.raises(StageNotReady):
        apply_change(deal, {"stage_id": asking.pk}, by=sato)


def test_the_first_stage_asks_nothing_and_unknown_rules_are_refused(stages: list[Stage], kimura: Member) -> None:
    with pytest.raises(FirstStageHasNoRules):
        actions.set_stage_rules(stages[0], [PROBLEM], by=kimura)
    for wrong in (Asked("field", "memo", "メモ"), Asked("x", "problem", "課題"), Asked("part", "", "空")):
        with pytest.raises(RuleUnknown):
            actions.set_stage_rules(stages[1], [wrong], by=kimura)


def test_rules_can_be_taken_away_again(deal: Deal, asking: Stage, sato: Member, kimura: Member) -> None:
    assert actions.set_stage_rules(asking, [], by=kimura) == []
    assert actions.move_deal(deal, asking, by=sato).stage == asking


def test_the_board_counts_what_each_deal_lacks_for_its_next_stage(
    deal: Deal, pipeline: Pipeline, stages: list[Stage], asking: Stage, sato: Member
) -> None:
    assert missing_ahead(pipeline, [deal.pk]) == {}
    actions.move_deal(deal, stages[1], by=sato)
    assert missing_ahead(pipeline, [deal.pk]) == {deal.pk: 2}


@given(since=st.sampled_from([*range(6), 99]), to=st.integers(0, 5))
def test_going_step_by_step_enters_the_same_stages_as_going_at_once(since: int, to: int) -> None:
    stages = list(range(6))
    at_once = entered(stages, since=since, to=to)
    start = since if since in stages else 0
    way = list(range(start, to + 1))
    assert at_once == [stage for here, there in pairwise(way) for stage in entered(stages, since=here, to=there)]
    assert 0 not in at_once


def test_a_part_is_known_also_within_a_longer_word() -> None:
    assert Known(parts=frozenset({"最終決裁者"})).has("part", "決裁")
    assert Known(parts=frozenset({"Decision maker"})).has("part", "決裁")
    assert not Known(parts=frozenset({"窓口"})).has("part", "決裁")


@pytest.mark.parametrize(
    ("basis", "cost"),
    [
        ("月40時間 × 3人 × 4,000円 × 12か月", 5_760_000),
        ("40*4000", 160_000),
        ("売上1億円 × 2%", 2_000_000),
        ("１２万円×１２", 1_440_000),
        ("月40時間", None),
        ("たくさん × 4000", None),
        ("9" * 16 + " × 9", None),
        ("", None),
    ],
)
def test_the_cost_of_a_problem_is_computed_from_what_was_written(basis: str, cost: int | None) -> None:
    assert cost_from(basis) == cost
