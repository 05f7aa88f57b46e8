"""RFM, cohorts, groups and baskets: on data whose answer is known."""

import numpy as np
import pytest

from ryorin.insight.methods.baskets import next_offers, pairs
from ryorin.insight.methods.cohorts import cohorts, curve
from ryorin.insight.methods.errors import NoTwoAlike
from ryorin.insight.methods.groups import assign, find_groups
from ryorin.insight.methods.rfm import grid, scored


def test_fifths_and_equal_figures_share_a_score() -> None:
    assert scored(np.arange(10.0)).scores.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    once = scored(np.array([1.0] * 6 + [2, 3, 4, 9]))
    assert once.scores.tolist() == [2] * 6 + [4, 4, 5, 5]
    assert scored(np.ones(7)).scores.tolist() == [3] * 7
    assert scored(np.array([5.0])).scores.tolist() == [3]
    assert scored(np.array([])).scores.tolist() == []


def test_fewer_days_since_the_last_purchase_are_better() -> None:
    found = scored(np.array([400.0, 200, 90, 30, 2]), less_is_better=True)
    assert found.scores.tolist() == [1, 2, 3, 4, 5] and found.borders == (200, 90, 30, 2)


def test_own_borders_hold_at_the_border_itself() -> None:
    assert scored(np.array([1.0, 2, 3, 5, 10, 99]), borders=(2, 3, 5, 10)).scores.tolist() == [1, 2, 3, 4, 5, 5]
    days = scored(np.array([0.0, 30, 31, 90, 365, 366]), borders=(365, 180, 90, 30), less_is_better=True)
    assert days.scores.tolist() == [5, 5, 4, 4, 2, 1]


def test_the_grid_holds_everybody_once() -> None:
    first, second = np.array([1, 1, 5]), np.array([2, 2, 5])
    found = grid(first, second, np.array([10.0, 5, -3]))
    assert found.customers[0][1] == 2 and found.value[0][1] == 15 and found.value[4][4] == -3
    assert sum(map(sum, found.customers)) == 3


def test_cohorts_count_each_customer_once_a_month() -> None:
    began = np.array([0, 0, 1]) + 24_000
    customer, month = np.array([0, 0, 0, 1, 2, 2]), np.array([0, 0, 2, 0, 1, 2]) + 24_000
    found = cohorts(began, customer, month, np.array([5.0, 5, 7, 1, 2, 3]), np.array([True, False, True]), last=24_002)
    assert [(one.month, one.size, one.active, one.came_back) for one in found] == [
        (24_000, 2, (2, 0, 1), 1),
        (24_001, 1, (1, 1), 1),
    ]
    assert found[0].retention(2) == 0.5 and found[0].retention(3) is None and found[0].value_until(2) == 9
    assert curve(found)[1] == (1 / 3, 3)
    assert cohorts(began[:0], began[:0], began[:0], began[:0] * 1.0, began[:0] > 0, last=5) == []


def test_three_heaps_are_found_and_found_again() -> None:
    dice = np.random.default_rng(1)
    middles = ((0, 0), (8, 0), (0, 8))
    points = np.concatenate(
        [dice.normal(middle, 1, (size, 2)) for middle, size in zip(middles, (300, 200, 100), strict=True)]
    )
    features = {"one": points[:, 0], "other": points[:, 1], "same": np.ones(600)}
    found = find_groups(features)
    assert found.k == 3 and found.dropped == ("same",) and found == find_groups(features)
    labels = assign(found, features)
    assert sorted(np.bincount(labels).tolist()) == [100, 200, 300]
    assert [len(set(labels[part])) for part in (slice(0, 300), slice(300, 500), slice(500, 600))] == [1, 1, 1]


@pytest.mark.parametrize("values", [np.ones(100), np.arange(5.0), np.array([0.0, 1] * 30)])
def test_customers_without_differences_are_not_grouped(values: "np.ndarray") -> None:
    with pytest.raises(NoTwoAlike):
        find_groups({"one": values})


def test_what_goes_together_is_found_and_chance_is_not() -> None:
    dice = np.random.default_rng(5)
    basket = np.repeat(np.arange(2000), 3)
    item = dice.integers(10, 60, 6000)
    with_both = np.arange(0, 200)
    basket = np.concatenate((basket, with_both, with_both))
    item = np.concatenate((item, np.full(200, 1), np.full(200, 2)))
    found = pairs(basket, item)
    assert {(pair.first, pair.then) for pair in found} == {(1, 2), (2, 1)}
    assert (found[0].together, found[0].confidence, found[0].lift) == (200, 1, 10)


def test_few_together_or_one_product_are_no_pair() -> None:
    assert pairs(np.array([1, 1, 2, 2]), np.array([7, 8, 7, 8])) == []
    assert pairs(np.arange(100), np.full(100, 7)) == []
    assert pairs(np.array([], dtype=int), np.array([], dtype=int)) == []


def test_nobody_is_offered_what_was_bought_before() -> None:
    basket, item = np.repeat(np.arange(40), 2), np.tile([1, 2], 40)
    basket = np.concatenate((basket, np.arange(40, 200)))
    item = np.concatenate((item, np.full(160, 3)))
    found = pairs(basket, item)
    customers, bought = np.array([0, 1, 1, 2, 3]), np.array([1, 1, 2, 3, 2])
    offers = next_offers(customers, bought, found, customers=5)
    assert offers.product.tolist() == [2, -1, -1, 1, -1] and offers.because.tolist() == [1, -1, -1, 2, -1]
    assert offers.confidence.tolist() == [1, 0, 0, 1, 0]
