"""A difference taken apart: the parts add up exactly, whatever the factors are."""

from fractions import Fraction
from itertools import permutations
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.insight.methods.decomposition import chain, in_whole, parts_of, shapley

STAGES = ("visits", "leads", "orders", "yen")
factors = st.lists(st.tuples(st.integers(-50, 5_000), st.integers(-50, 5_000)), min_size=1, max_size=6)
amounts = st.integers(0, 20) | st.integers(0, 10**9)
stages = st.tuples(*[amounts] * len(STAGES)).map(lambda values: dict(zip(STAGES, values, strict=True)))


def by_orders(before: list[int], after: list[int]) -> list[Fraction]:
    """Return the same parts by brute force: each factor changed in every order, on average."""
    parts = [Fraction(0)] * len(before)
    turns = list(permutations(range(len(before))))
    for turn in turns:
        now = list(before)
        for place in turn:
            was = prod(now)
            now[place] = after[place]
            parts[place] += Fraction(prod(now) - was, len(turns))
    return parts


@given(factors)
def test_the_parts_of_a_product_add_up_exactly(pairs):
    before, after = [one for one, _two in pairs], [two for _one, two in pairs]

    assert sum(shapley(before, after)) == prod(after) - prod(before)


@given(factors.filter(lambda pairs: len(pairs) <= 4))
def test_they_are_the_average_over_all_orders_of_change(pairs):
    before, after = [one for one, _two in pairs], [two for _one, two in pairs]

    assert shapley(before, after) == by_orders(before, after)


def test_two_factors_share_what_they_did_together():
    assert shapley([2, 3], [4, 5]) == [8, 6]
    assert shapley([0, 10], [4, 10]) == [40, 0]
    assert shapley([], []) == []


def test_a_factor_that_did_not_change_explains_nothing():
    assert shapley([7, 2, 0], [7, 5, 3])[0] == 0


@given(stages, stages)
def test_a_funnel_is_explained_to_the_last_yen_also_where_stages_are_empty(before, after):
    links = chain(before, after)

    assert prod(link.before for link in links) == before["yen"]
    assert prod(link.after for link in links) == after["yen"]
    whole = in_whole(parts_of(links))
    assert sum(whole.values()) == after["yen"] - before["yen"]
    assert all(isinstance(part, int) for part in whole.values())


def test_a_stage_that_broke_carries_the_whole_difference():
    before = {"visits": 100, "leads": 10, "orders": 5, "yen": 500}
    after = {"visits": 100, "leads": 0, "orders": 0, "yen": 0}

    assert {name: int(part) for name, part in parts_of(chain(before, after)).items()} == {
        "visits": 0, "leads": -500, "orders": 0, "yen": 0,
    }  # fmt: skip


def test_a_stage_that_was_not_counted_is_left_out_and_its_neighbours_are_linked():
    before = {"visits": 0, "leads": 10, "orders": 5, "yen": 500}
    after = {"visits": 80, "leads": 20, "orders": 5, "yen": 500}

    assert [(link.of, link.to) for link in chain(before, after)] == [
        ("", "leads"),
        ("leads", "orders"),
        ("orders", "yen"),
    ]


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="same factors"):
        shapley([1], [1, 2])
    with pytest.raises(ValueError, match="same stages"):
        chain({"visits": 1}, {"leads": 1})
    with pytest.raises(ValueError, match="whole"):
        in_whole({"a": Fraction(1, 2)})
