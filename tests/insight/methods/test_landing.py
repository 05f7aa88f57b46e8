"""Where a period ends: from the weeks before, with an honest range, or not at all."""

from datetime import date, timedelta

import numpy as np
import pytest

from ryorin.insight.methods.landing import landing, season_of


def test_a_steady_business_lands_where_it_always_does():
    found = landing([10.0] * 91, 14, so_far=160)

    assert found is not None
    assert (found.low, found.middle, found.high, found.weeks) == (300, 300, 300, 13)
    assert len(found.path) == 14
    assert found.path[6] == (230, 230, 230)


def test_weekdays_stay_where_they_are():
    week = [5.0, 5.0, 5.0, 5.0, 5.0, 0.0, 0.0]
    found = landing(week * 13, 5)

    assert found is not None
    assert found.middle == 25


def test_the_range_holds_four_in_five_of_what_really_came():
    dice = np.random.default_rng(3)
    inside = 0
    for _each in range(200):
        days = dice.poisson(8, size=91 + 30)
        found = landing(days[:91].tolist(), 30, draws=400, seed=1)
        assert found is not None
        inside += found.low <= days[91:].sum() <= found.high
    assert 0.72 <= inside / 200 <= 0.9


def test_a_ratio_is_the_whole_over_the_whole():
    found = landing([3.0] * 91, 7, so_far=10, per=[6.0] * 91, so_far_per=40)

    assert found is not None
    assert found.middle == pytest.approx((10 + 21) / (40 + 42))


def test_a_season_makes_the_days_to_come_larger():
    plain, strong = landing([10.0] * 91, 10), landing([10.0] * 91, 10, season=1.5)

    assert plain is not None
    assert strong is not None
    assert (plain.middle, strong.middle) == (100, 150)


def test_nothing_is_said_of_three_weeks_or_of_nothing():
    assert landing([1.0] * 21, 10) is None
    assert landing([0.0] * 91, 10) is None
    assert landing([], 10) is None
    assert landing([0.0] * 70 + [1.0] * 21, 10) is None


def test_the_season_is_that_of_the_same_days_a_year_before():
    today = date(2026, 11, 20)
    history = {today - timedelta(days=back): 10.0 for back in range(1, 500)}
    for ahead in range(30):
        history[today - timedelta(days=364 - ahead)] = 15.0

    assert season_of(history, today, 30) == pytest.approx(1.5 ** (30 / 40))
    assert season_of(history, today, 10) == pytest.approx(1.5**0.5)
    assert season_of({day: value for day, value in history.items() if day > date(2026, 1, 1)}, today, 30) is None
    assert season_of({}, today, 30) is None
