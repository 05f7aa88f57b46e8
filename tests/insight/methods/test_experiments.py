"""Always-valid tests: looking every day never makes them wrong more often than promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.insight.methods.experiments import (
    Arm,
    compare,
    days_needed,
    fixed_size,
    half_width,
    planned_size,
    share_mismatch,
)

RUNS = 400
LOOKS = 60


def part_decided(today: float, other: float, *, effect: float, size: int, ratio: float = 1.0, seed: int = 11) -> float:
    """Return in which part of simulated tests, looked at sixty times, a difference was called at any look."""
    draw = np.random.default_rng(seed)
    step = max(1, size // LOOKS)
    won_today = np.cumsum(draw.binomial(step, today, (RUNS, LOOKS)), axis=1)
    won_other = np.cumsum(draw.binomial(int(step * ratio), other, (RUNS, LOOKS)), axis=1)
    decided = 0
    for run in range(RUNS):
        for look in range(LOOKS):
            held = Arm(step * (look + 1), int(won_today[run, look]))
            tried = Arm(int(step * ratio) * (look + 1), int(won_other[run, look]))
            found = compare(held, tried, effect=effect)
            if found.is_better or found.is_worse:
                decided += 1
                break
    return decided / RUNS


@pytest.mark.parametrize(
    ("rate", "effect", "ratio"),
    [(0.02, 0.01, 1.0), (0.05, 0.01, 1.0), (0.1, 0.03, 0.25), (0.3, 0.05, 1.0), (0.005, 0.005, 1.0), (0.5, 0.2, 0.5)],
)
def test_equal_variants_are_called_different_at_most_as_often_as_allowed(rate, effect, ratio):
    size = 3 * planned_size(rate, effect)

    assert part_decided(rate, rate, effect=effect, size=size, ratio=ratio) <= 0.05 + 2 * (0.05 * 0.95 / RUNS) ** 0.5


@pytest.mark.parametrize(("rate", "effect"), [(0.02, 0.01), (0.1, 0.03), (0.3, 0.05)])
def test_the_planned_size_finds_the_planned_effect_about_as_often_as_planned(rate, effect):
    found = part_decided(rate, rate + effect, effect=effect, size=planned_size(rate, effect, power=0.8))

    assert 0.78 <= found <= 0.95


def test_the_interval_and_the_p_value_tell_the_same():
    for won in range(100, 200, 3):
        found = compare(Arm(1000, 100), Arm(1000, won), effect=0.03, alpha=0.05)

        assert (found.p_value <= 0.05) == (found.low >= 0)


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 5_000), st.integers(0, 5_000))
def test_the_interval_holds_the_difference_seen(seen, won, other_seen, other_won):
    today, other = Arm(seen, min(won, seen)), Arm(other_seen, min(other_won, other_seen))

    found = compare(today, other, effect=0.02)

    assert -1 <= found.low <= found.difference <= found.high <= 1
    assert 0 <= found.p_value <= 1


def test_a_handful_is_never_judged():
    found = compare(Arm(20, 0), Arm(20, 20), effect=0.1)

    assert not found.is_better
    assert (found.low, found.high, found.p_value) == (-1.0, 1.0, 1.0)


def test_the_interval_gets_narrower_with_every_person():
    widths = [half_width(0.1 / size, 0.02, alpha=0.05) for size in (100, 1_000, 10_000, 100_000)]

    assert widths == sorted(widths, reverse=True)


def test_looking_whenever_one_likes_costs_about_twice_the_people():
    assert fixed_size(0.05, 0.01) == pytest.approx(8_155, abs=5)
    assert 1.5 < planned_size(0.05, 0.01) / fixed_size(0.05, 0.01) < 2.2


def test_more_power_a_smaller_effect_and_more_care_need_more_people():
    plain = planned_size(0.05, 0.01)

    assert planned_size(0.05, 0.01, power=0.9) > plain
    assert planned_size(0.05, 0.005) > plain
    assert planned_size(0.05, 0.01, alpha=0.01) > plain


def test_a_fair_split_raises_no_alarm_and_a_broken_one_does():
    draw = np.random.default_rng(5)
    alarms = 0
    for _run in range(300):
        seen = np.cumsum(draw.multinomial(50, (0.5, 0.5), 40), axis=0)
        alarms += any(share_mismatch([int(one), int(two)], [50, 50]) < 0.001 for one, two in seen)

    assert alarms <= 2
    assert share_mismatch([5_000, 4_500], [50, 50]) < 0.001
    assert share_mismatch([9_000, 1_000], [90, 10]) == 1.0
    assert share_mismatch([0, 0], [50, 50]) == 1.0


def test_the_days_it_takes():
    assert days_needed(7_000, a_day=500) == 14
    assert days_needed(1, a_day=0) == float("inf")
