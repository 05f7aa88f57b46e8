"""BG/NBD and Gamma-Gamma: the published figures, what was simulated found again, and data that carry no model."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ryorin.insight.methods.errors import NoAmounts, NobodyBought, NobodyCameBack, OneDayOnly
from ryorin.insight.methods.lifetime import PurchaseModel, SpendModel, fit_purchases, fit_spend
from ryorin.insight.methods.predictions import (
    chance_alive,
    expected_purchases,
    expected_spend,
    outlook,
    total_value,
)

Floats = NDArray[np.float64]
R, ALPHA, A, B = 0.8, 6.0, 0.6, 2.5
P, Q, GAMMA = 6.25, 3.74, 15.44


@pytest.fixture(scope="module")
def simulated() -> dict[str, Floats]:
    """Twenty thousand customers who live as the model says, with what they buy in the year after."""
    return lives(20_000, seed=3)


def lives(count: int, *, seed: int, ahead: float = 52.0) -> dict[str, Floats]:
    dice = np.random.default_rng(seed)
    rate, leaving = dice.gamma(R, 1 / ALPHA, count), dice.beta(A, B, count)
    scale = dice.gamma(Q, 1 / GAMMA, count)
    age = np.floor(dice.uniform(30, 900, count)) / 7
    x, t, now, spent, later, brought = (np.zeros(count) for _each in range(6))
    going = np.arange(count)
    while len(going):
        now[going] += dice.exponential(1 / rate[going])
        going = going[now[going] <= age[going] + ahead]
        before = now[going] <= age[going]
        value = dice.gamma(P, 1, len(going)) / scale[going]
        x[going[before]] += 1
        t[going[before]] = now[going[before]]
        spent[going[before]] += value[before]
        later[going[~before]] += 1
        brought[going[~before]] += value[~before]
        going = going[dice.random(len(going)) > leaving[going]]
    mean = np.divide(spent, x, out=np.zeros(count), where=x > 0)
    return {"x": x, "t": np.round(t * 7) / 7, "age": age, "z": mean, "later": later, "brought": brought}


def test_the_published_figures_of_cdnow_are_found(data: Path) -> None:
    table = np.genfromtxt(data / "cdnow/cdnow_customers_summary.csv", delimiter=",", skip_header=1)
    model = fit_purchases(table[:, 1], table[:, 2], table[:, 3])
    assert [round(value, 3) for value in model.parameters] == [0.243, 4.414, 0.793, 2.426]
    assert round(model.log_likelihood, 1) == -9582.4
    assert (model.customers, model.repeaters) == (2357, 946)
    assert model.errors is not None and all(
        0 < error < value for error, value in zip(model.errors, model.parameters, strict=True)
    )


def test_what_was_simulated_is_found_again(simulated: dict[str, Floats]) -> None:
    s = simulated
    model, spend = fit_purchases(s["x"], s["t"], s["age"]), fit_spend(s["x"], s["z"])
    assert model.errors is not None and spend.errors is not None
    for found, true, error in zip(model.parameters, (R, ALPHA, A, B), model.errors, strict=True):
        assert abs(found - true) < 4 * error
    for found, true, error in zip(spend.parameters, (P, Q, GAMMA), spend.errors, strict=True):
        assert abs(found - true) < 4 * error


def test_the_range_holds_four_in_five_and_the_sum_comes_true(simulated: dict[str, Floats]) -> None:
    s = simulated
    model, spend = fit_purchases(s["x"], s["t"], s["age"]), fit_spend(s["x"], s["z"])
    seen = outlook(model, spend, s["x"], s["t"], s["age"], s["z"], horizon=52)
    assert seen.purchases.sum() == pytest.approx(s["later"].sum(), rel=0.03)
    assert seen.returns.sum() == pytest.approx(np.count_nonzero(s["later"]), rel=0.02)
    assert seen.value.sum() == pytest.approx(s["brought"].sum(), rel=0.06)
    assert 0.05 < np.mean(s["brought"] > seen.high) < 0.12 and np.mean(s["brought"] < seen.low) < 0.1
    assert np.all(seen.low <= seen.value) and np.all(seen.value <= seen.high)
    total = total_value(model, spend, s["x"], s["t"], s["age"], s["z"], horizon=52)
    assert abs(total.value - s["brought"].sum()) < 4 * total.error < total.value


def test_the_same_customers_in_other_units_are_the_same_customers(simulated: dict[str, Floats]) -> None:
    s = simulated
    weeks, days = fit_purchases(s["x"], s["t"], s["age"]), fit_purchases(s["x"], s["t"] * 7, s["age"] * 7)
    assert days.alpha == pytest.approx(weeks.alpha * 7, rel=1e-3) and days.r == pytest.approx(weeks.r, rel=1e-3)
    yen, thousands = fit_spend(s["x"], s["z"] * 1000), fit_spend(s["x"], s["z"])
    assert yen.gamma == pytest.approx(thousands.gamma * 1000, rel=1e-3) and yen.p == pytest.approx(
        thousands.p, rel=1e-3
    )
    future = expected_purchases(weeks, s["x"], s["t"], s["age"], horizon=10)
    assert np.allclose(future, expected_purchases(days, s["x"], s["t"] * 7, s["age"] * 7, horizon=70), rtol=1e-2)


def test_a_customer_of_the_paper_and_the_extremes() -> None:
    cdnow = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357, 946)
    x, t, age = np.array([2.0]), np.array([30.43]), np.array([38.86])
    assert expected_purchases(cdnow, x, t, age, horizon=39)[0] == pytest.approx(1.226, abs=0.002)
    many, none = np.array([400.0, 0.0]), np.array([0.0, 0.0])
    assert np.all(np.isfinite(expected_purchases(cdnow, many, none + 38, none + 39, horizon=39)))
    assert chance_alive(cdnow, many, none, none + 500)[0] == pytest.approx(0, abs=1e-12)
    assert chance_alive(cdnow, many, none, none + 500)[1] == 1
    later = expected_purchases(cdnow, x, t, age, horizon=1e-9)
    assert later[0] == pytest.approx(0, abs=1e-6)


def test_a_discount_makes_the_future_worth_less_and_nothing_else() -> None:
    model, spend = PurchaseModel(R, ALPHA, A, B, 0, 1, 1), SpendModel(P, Q, GAMMA, 0, 1)
    x, t, age, z = (np.array([value]) for value in (5.0, 50.0, 52.0, 30.0))
    plain = outlook(model, spend, x, t, age, z, horizon=52)
    less = outlook(model, spend, x, t, age, z, horizon=52, discount=float(np.log(1.1)) / 52)
    assert 0.9 < less.value[0] / plain.value[0] < 0.97 and less.purchases[0] == plain.purchases[0]


def test_who_spent_more_is_expected_to_spend_more_and_nearer_to_the_own_mean_the_more_is_known() -> None:
    spend = SpendModel(P, Q, GAMMA, 0, 1)
    found = expected_spend(spend, np.array([0.0, 1.0, 50.0]), np.array([0.0, 100.0, 100.0]))
    assert found[0] == pytest.approx(P * GAMMA / (Q - 1)) and found[0] < found[1] < found[2] < 100


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([], NobodyBought),
        ([(0, 0, 0)] * 50, OneDayOnly),
        ([(0, 0, 10)] * 500, NobodyCameBack),
        ([(1, 5, 10)], NobodyCameBack),
        ([(2, 5, 10)] * 9, NobodyCameBack),
    ],
)
def test_thin_data_are_told_plainly(rows: list[tuple[float, ...]], refusal: type[Exception]) -> None:
    table = np.array(rows, dtype=float).reshape(-1, 3)
    with pytest.raises(refusal):
        fit_purchases(table[:, 0], table[:, 1], table[:, 2])


def test_customers_who_are_all_alike_give_a_model_that_says_so() -> None:
    same = np.ones(300)
    model = fit_purchases(same * 4, same * 40, same * 50)
    assert model.is_at_border and model.covariance is None
    assert 2 < expected_purchases(model, same[:1] * 4, same[:1] * 40, same[:1] * 50, horizon=50)[0] < 6


@pytest.mark.parametrize("values", [[0.0] * 50, [12.5] * 50, [float("nan")] * 50, [-3.0] * 50, [1.0, 2.0]])
def test_amounts_that_say_nothing_are_refused(values: list[float]) -> None:
    with pytest.raises(NoAmounts):
        fit_spend(np.ones(len(values)), np.array(values))
