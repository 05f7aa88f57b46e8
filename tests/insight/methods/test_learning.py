"""The score that learns: what it learns from whom, what it refuses to look at, what it says of too little."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ryorin.insight.methods.errors import OneOutcomeOnly, TooFewAnswers, TooShortATime
from ryorin.insight.methods.learning import Answers, Encoder, Scorer, Words, find_leaks, train
from ryorin.insight.methods.learning.columns import take
from ryorin.insight.methods.learning.fitting import fit_boosted, fit_linear
from ryorin.insight.methods.learning.leaks import refused
from ryorin.insight.methods.learning.quality import auc, calibration, calibration_error, figures, lift
from ryorin.insight.methods.learning.scorer import sigmoid
from ryorin.insight.methods.learning.training import by_group


def made_up(count: int = 1500, *, days: int = 400, seed: int = 3, bend: bool = False) -> Answers:
    """Return leads that come good by visits and by source; with `bend` only in a way a straight line cannot see."""
    dice = np.random.default_rng(seed)
    visits, employees = dice.poisson(3, count).astype(float), np.exp(dice.normal(4, 1, count))
    source = dice.choice(["web", "fair", "list"], count)
    odds = -1.2 + 0.5 * (visits - 3) + np.where(source == "fair", 1.2, 0) - np.where(source == "list", 1.0, 0)
    if bend:
        odds = np.where((visits > 2) ^ (source == "fair"), 1.8, -1.8)
    y = (dice.random(count) < sigmoid(odds)).astype(float)
    at = np.datetime64("2025-01-01", "us") + np.sort(dice.integers(0, days * 24, count)).astype("timedelta64[h]")
    employees[dice.random(count) < 0.2] = np.nan
    columns = {"visits": visits, "employees": employees, "source": Words.of(source.tolist())}
    return Answers(columns, y, at, {"prefecture": Words.of(dice.choice(["13", "27"], count).tolist())})


def with_column(answers: Answers, name: str, column: object) -> Answers:
    return Answers({**answers.columns, name: column}, answers.y, answers.at, answers.groups)  # type: ignore[dict-item]


def test_the_order_of_probabilities_is_judged_by_pairs() -> None:
    assert auc(np.array([0.0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])) == 0.75
    assert auc(np.array([0.0, 1]), np.array([0.5, 0.5])) == 0.5
    assert auc(np.array([1.0, 1]), np.array([0.1, 0.9])) == 0.5


def test_a_lead_that_is_good_in_part_counts_on_both_sides() -> None:
    y, p = np.array([0.0, 0.5, 1.0]), np.array([0.1, 0.5, 0.9])
    doubled = auc(np.array([0.0, 0, 0, 1, 1, 1]), np.array([0.1, 0.1, 0.5, 0.5, 0.9, 0.9]))
    assert auc(y, p) == pytest.approx(doubled)


def test_calibration_compares_what_was_said_with_what_came() -> None:
    p = np.repeat([0.2, 0.6], 50)
    y = np.concatenate((np.repeat([0.0, 1.0], [40, 10]), np.repeat([0.0, 1.0], [10, 40])))
    assert calibration_error(y, p, bins=2) == pytest.approx(0.1)
    assert [(each.leads, each.said, each.came) for each in calibration(y, p, bins=2)] == [
        (50, pytest.approx(0.2), pytest.approx(0.2)),
        (50, pytest.approx(0.6), pytest.approx(0.8)),
    ]


def test_equal_probabilities_stay_in_one_group() -> None:
    assert [each.leads for each in calibration(np.zeros(30), np.full(30, 0.3))] == [30]


def test_the_best_tenth_is_compared_with_the_average() -> None:
    p = np.linspace(0, 1, 100)
    first = lift((p > 0.8).astype(float), p)[0]
    assert first == {"leads": 10, "rate": 1.0, "lift": pytest.approx(5.0), "reached": pytest.approx(0.5)}


def test_leads_of_one_outcome_have_no_order_to_judge() -> None:
    assert figures(np.ones(5), np.full(5, 0.9)).auc is None
    assert figures(np.zeros(0), np.zeros(0)).leads == 0


def test_words_too_rare_to_learn_from_stand_together() -> None:
    words = Words.of(["web"] * 50 + ["fair"] * 20 + ["once"] + [""] * 5)
    encoder = Encoder.learned({"source": words})
    assert encoder.choices[0].values == ("web", "fair")
    row = encoder.matrix({"source": Words.of(["", "fair", "never seen"])})
    assert row.tolist() == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_a_column_that_is_not_there_is_not_known_of_anybody() -> None:
    encoder = Encoder.learned({"visits": np.array([1.0, 2, 3, np.nan]), "source": Words.of(["a"] * 4)})
    assert encoder.matrix({"other": np.zeros(2)})[:, :2].tolist() == [[0, 1], [0, 1]]


def test_the_score_is_good_on_later_leads_and_says_so() -> None:
    trained = train(made_up())
    assert trained.later.leads == 300
    assert trained.later.auc is not None and trained.later.auc > 0.75
    assert trained.later.calibration_error < 0.08
    assert trained.refused == ()


def test_trees_are_taken_where_a_straight_line_does_not_see_it() -> None:
    trained = train(made_up(bend=True))
    assert trained.kind == "boosting"
    assert trained.later.auc is not None and trained.baseline.auc is not None
    assert trained.later.auc > trained.baseline.auc + 0.1


def test_the_baseline_is_taken_where_trees_are_not_better() -> None:
    assert train(made_up(300)).kind == "logistic"


def test_the_order_of_the_rows_makes_no_difference() -> None:
    answers = made_up(600)
    mixed = answers.rows(np.random.default_rng(1).permutation(600))
    assert train(mixed).later.auc == pytest.approx(train(answers).later.auc, abs=0.01)


def test_later_leads_never_teach_what_is_tried_on_them() -> None:
    """What turns round in the last fifth is predicted the wrong way round: the figures must say so."""
    answers = made_up()
    y = answers.y.copy()
    y[-300:] = 1 - y[-300:]
    turned = train(Answers(answers.columns, y, answers.at, answers.groups))
    assert turned.later.auc is not None and turned.later.auc < 0.3


@pytest.mark.parametrize("bend", [False, True])
def test_what_is_kept_says_the_same_after_reading(bend: bool) -> None:
    answers = made_up(bend=bend)
    scorer = train(answers).scorer
    again = Scorer.from_json(json.loads(json.dumps(scorer.as_json())))
    assert np.allclose(again.odds(answers.columns), scorer.odds(answers.columns))


@pytest.mark.parametrize("bend", [False, True])
def test_reasons_add_up_to_the_score(bend: bool) -> None:
    answers = made_up(bend=bend)
    scorer = train(answers).scorer
    odds, parts = scorer.explained(answers.columns)
    assert np.allclose(scorer.middle + parts.sum(axis=1), odds)
    assert np.allclose(odds, scorer.odds(answers.columns))
    assert np.allclose(sigmoid(odds), scorer.probabilities(answers.columns))


@pytest.mark.parametrize("bend", [False, True])
def test_a_lead_alone_has_the_reasons_it_has_among_many(bend: bool) -> None:
    answers = made_up(bend=bend)
    scorer = train(answers).scorer
    odds, parts = scorer.explained(answers.columns)
    for count in (1, 200):
        few, theirs = scorer.explained({name: take(column, slice(count)) for name, column in answers.columns.items()})
        assert np.allclose(few, odds[:count]) and np.allclose(theirs, parts[:count])


def test_what_speaks_for_a_lead_is_named() -> None:
    answers = made_up()
    scorer = train(answers).scorer
    one = {"visits": np.array([9.0]), "employees": np.array([50.0]), "source": Words.of(["list"])}
    _odds, parts = scorer.explained(one)
    told = dict(zip(scorer.names, parts[0], strict=True))
    assert told["visits"] > 0.5 and told["source"] < -0.5 and abs(told["employees"]) < 0.3


def test_our_trees_say_what_the_library_says() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    answers = made_up(bend=True)
    encoder = Encoder.learned(answers.columns)
    x = encoder.matrix(answers.columns)
    theirs = HistGradientBoostingClassifier(
        max_iter=90, max_leaf_nodes=8, max_depth=4, min_samples_leaf=20, learning_rate=0.08, l2_regularization=1.0,
        early_stopping=False, random_state=7,
    ).fit(x, answers.y.astype(int))  # fmt: skip
    assert np.allclose(fit_boosted(x, answers.y).odds(x), theirs.decision_function(x), atol=1e-4)


def test_an_open_outcome_counts_half_and_half() -> None:
    x = np.array([[0.0], [1.0]] * 50, dtype=np.float32)
    model = fit_linear(x, np.tile([0.5, 0.5], 50))
    assert np.allclose(sigmoid(model.odds(x)), 0.5, atol=0.01)


def test_too_few_answers_say_how_many_are_missing() -> None:
    with pytest.raises(TooFewAnswers) as refusal:
        train(made_up(60))
    assert refusal.value.details["missing"] == 40
    assert "40" in str(refusal.value)


def test_no_answer_at_all_is_told() -> None:
    nothing = Answers({}, np.zeros(0), np.zeros(0, dtype="datetime64[us]"), {})
    with pytest.raises(TooFewAnswers) as refusal:
        train(nothing)
    assert refusal.value.details["missing"] == 100


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_outcome_only_is_told(outcome: float) -> None:
    answers = made_up(200)
    with pytest.raises(OneOutcomeOnly):
        train(Answers(answers.columns, np.full(200, outcome), answers.at, answers.groups))


def test_one_week_of_answers_is_too_short() -> None:
    with pytest.raises(TooShortATime) as refusal:
        train(made_up(400, days=7))
    assert refusal.value.details["missing"] > 20


def test_constant_columns_are_left_out_and_named() -> None:
    trained = train(with_column(made_up(600), "magazine", Words.of(["No"] * 600)))
    assert [(each.name, each.reason) for each in trained.refused] == [("magazine", "constant")]
    assert "magazine" not in trained.scorer.names


def test_nothing_but_constant_columns_is_refused() -> None:
    answers = made_up(300)
    with pytest.raises(OneOutcomeOnly):
        train(Answers({"magazine": Words.of(["No"] * 300)}, answers.y, answers.at, {}))


def test_a_column_that_knows_the_outcome_is_refused() -> None:
    answers = made_up()
    told = np.where(answers.y > 0, "契約済み", "連絡つかず")
    trained = train(with_column(answers, "対応", Words.of(told.tolist())))
    assert [(each.name, each.reason) for each in trained.refused] == [("対応", "too_good")]
    assert trained.later.auc is not None and trained.later.auc < 0.95


def test_a_column_filled_in_after_the_outcome_is_refused() -> None:
    answers, dice = made_up(), np.random.default_rng(2)
    filled = np.where(dice.random(1500) < np.where(answers.y > 0, 0.75, 0.3), "有", "")
    found = refused("請求先", Words.of(filled.tolist()), answers.y)
    assert found is not None and found.reason == "filled_after"


def test_what_was_counted_before_the_moment_cannot_know_the_outcome() -> None:
    answers, dice = made_up(), np.random.default_rng(2)
    days = np.where(dice.random(1500) < np.where(answers.y > 0, 0.75, 0.3), 3.0, np.nan)
    told = replace(with_column(answers, "since:downloaded", days), beforehand=frozenset(["since:downloaded"]))
    assert refused("since:downloaded", days, answers.y) is not None
    trained = train(told)
    assert trained.refused == () and "since:downloaded" in trained.scorer.names


def test_values_that_come_with_one_outcome_only_are_refused() -> None:
    answers, dice = made_up(), np.random.default_rng(2)
    words = np.where(dice.random(1500) < 0.3, np.where(answers.y > 0, "高", "低"), "中")
    found = refused("温度", Words.of(words.tolist()), answers.y)
    assert found is not None and found.reason == "one_outcome"


def test_the_latest_state_is_refused_where_it_tells_much() -> None:
    answers, dice = made_up(), np.random.default_rng(2)
    words = np.where(dice.random(1500) < np.where(answers.y > 0, 0.7, 0.25), "mail", "none")
    found = refused("Last Notable Activity", Words.of(words.tolist()), answers.y)
    assert found is not None and found.reason == "latest"
    assert refused("First Activity", Words.of(words.tolist()), answers.y) is None


def test_a_name_alone_is_no_reason_to_refuse() -> None:
    answers, dice = made_up(), np.random.default_rng(2)
    assert refused("Last Event", Words.of(dice.choice(["a", "b"], 1500).tolist()), answers.y) is None


def test_names_of_each_lead_teach_nothing() -> None:
    answers = made_up(300)
    found = find_leaks({"Prospect ID": Words.of([f"id-{n}" for n in range(300)])}, answers.y)
    assert [each.reason for each in found] == ["identifier"]


def test_a_good_column_of_numbers_is_kept() -> None:
    answers = made_up()
    assert find_leaks(answers.columns, answers.y) == []


def test_a_group_that_is_treated_otherwise_is_marked() -> None:
    words = Words.of(["13"] * 400 + ["27"] * 400 + ["47"] * 5)
    y = np.concatenate((np.tile([0.0, 1.0], 200), np.tile([0.0, 0, 0, 1], 100), np.zeros(5)))
    told = {each["name"]: each["is_off"] for each in by_group(words, y, np.full(805, 0.5))}
    assert told == {"13": False, "27": True}
