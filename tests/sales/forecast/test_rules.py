"""What may be learned from history, whatever the history is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ryorin.lib.fiscal import period_of
from ryorin.sales.forecast.rules.backtest import errors_of, trials
from ryorin.sales.forecast.rules.history import LOST, OPEN, WON, History, history_of, known_at, moment_of
from ryorin.sales.forecast.rules.learning import (
    BUCKETS,
    HORIZON,
    Curve,
    Learned,
    Opening,
    Setting,
    Worth,
    bucket_of,
    from_json,
    learn,
    to_json,
)
from ryorin.sales.forecast.rules.lesson import lesson_of
from ryorin.sales.forecast.rules.naive import by_settings
from ryorin.sales.forecast.rules.outlook import Cell, Span, drawn, expected, means_of, together
from ryorin.sales.forecast.rules.seasons import wins_of_new, wobble_of

STAGES = {11: Setting(1, 0.1), 12: Setting(1, 0.4), 13: Setting(1, 0.8)}
DAY_ONE = datetime(2025, 1, 1, tzinfo=UTC)
Story = list[tuple[int, list[int], int, bool | None]]


def told(stories: Story) -> History:
    """Return the history of deals: day opened, days each stage took, days until decided, whether won (None: open)."""
    deals, moves = [], []
    for pk, (opened, stays, last, is_won) in enumerate(stories, 1):
        at = DAY_ONE + timedelta(days=opened)
        deals.append((pk, 1, 1_000_000, 0))
        for stage, days in zip(STAGES, [0, *stays], strict=False):
            at += timedelta(days=days)
            moves.append((pk, stage, "open", at))
        if is_won is not None:
            moves.append((pk, stage, "won" if is_won else "lost", at + timedelta(days=last, hours=1)))
    return history_of(deals, moves)


STORIES = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.lists(st.integers(0, 90), max_size=2),
        st.integers(0, 120),
        st.sampled_from([True, False, None]),
    ),
    max_size=25,
)
CURVES = st.builds(
    lambda chance, days, deals: Curve(chance * (1 - np.exp(-np.arange(HORIZON + 1) / days)), deals),
    st.floats(0, 1),
    st.floats(1, 200),
    st.floats(0, 500),
)
CELLS = st.lists(
    st.builds(
        lambda stage, bucket, count, amount: Cell(stage, bucket, count, 0, count * amount, count * amount**2, 1),
        st.sampled_from([11, 12]),
        st.integers(0, len(BUCKETS) - 1),
        st.integers(1, 40),
        st.floats(1, 1e8),
    ),
    max_size=12,
)


def learned_of(curve: Curve, *, rate: float = 0.0, wobble: float = 0.0) -> Learned:
    stages = {stage: (curve,) * len(BUCKETS) for stage in (11, 12)}
    worth = Worth(10, 1e6, 1.5e12)
    return Learned(date(2026, 4, 1), stages, {1: Opening(rate, 1.5, 40, curve)}, {0: worth, 1: worth}, wobble=wobble)


@settings(max_examples=60)
@given(STORIES, st.integers(0, 500))
def test_chances_lie_between_nothing_and_certainty_and_never_fall_with_time(stories: Story, day: int) -> None:
    learned = learn(told(stories), date(2026, 1, 1), moment=moment_of(date(2025, 1, 1)) + day, settings=STAGES)
    for curves in learned.stages.values():
        for curve in (*curves, *(opening.curve for opening in learned.openings.values())):
            assert curve.won[0] == 0 and (np.diff(curve.won) >= -1e-12).all() and curve.won[-1] <= 1
            assert curve.within(0, 30) + curve.within(30, 60) == pytest.approx(curve.within(0, 60))


@settings(max_examples=40)
@given(STORIES, st.integers(1, 300))
def test_what_happened_later_has_no_part_in_what_was_learned(stories: Story, day: int) -> None:
    history, moment = told(stories), moment_of(date(2025, 1, 1)) + day
    kept = history.at < moment
    cut = History(
        history.deals, history.pipelines, history.amounts, history.products,
        history.of[kept], history.stages[kept], history.states[kept], history.at[kept],
    )  # fmt: skip
    # amounts of won deals are as they are now; nothing else of a later day is there
    whole, part = (to_json(learn(one, date(2026, 1, 1), moment=moment, settings=STAGES)) for one in (history, cut))
    assert whole == part


@settings(max_examples=40)
@given(CURVES, CELLS, st.floats(0, 3), st.floats(0, 0.5), st.integers(0, 60), st.integers(1, 90))
def test_the_range_holds_what_is_expected(
    curve: Curve, cells: list[Cell], rate: float, wobble: float, start: int, days: int
) -> None:
    learned = learned_of(curve, rate=rate, wobble=wobble)
    [found] = expected(learned, cells, [Span(start, start + days, 1.2, 500)])
    assert found.won == 500 and found.low <= found.total + 1 and found.total <= found.high + 1
    assert found.from_open >= 0 and found.from_new >= 0 and found.low >= 500
    again = expected(learned, cells, [Span(start, start + days, 1.2, 500)])
    assert again == [found]


@given(CURVES, CELLS)
def test_parts_add_up_to_the_whole(curve: Curve, cells: list[Cell]) -> None:
    learned, span = learned_of(curve), Span(0, 30)
    parts = [replace(cell, group=place) for place, cell in enumerate(cells)]
    [whole] = expected(learned, cells, [span])
    assert sum(means_of(learned, parts, span).values()) == pytest.approx(whole.from_open, abs=1)


@given(CURVES, st.floats(0.01, 5), st.integers(0, 90), st.integers(1, 60), st.integers(1, 60))
def test_new_wins_grow_with_time_and_add_up(curve: Curve, rate: float, start: int, first: int, then: int) -> None:
    one = wins_of_new(rate, curve, start, start + first)
    both = wins_of_new(rate, curve, start, start + first + then)
    assert 0 <= one <= both <= rate * (start + first + then)
    assert one + wins_of_new(rate, curve, start + first, start + first + then) == pytest.approx(both, abs=1e-6)


def test_without_history_the_settings_are_the_forecast() -> None:
    learned = learn(told([]), date(2026, 1, 1), moment=moment_of(date(2026, 1, 1)), settings=STAGES)
    for stage, setting in STAGES.items():
        assert learned.stages[stage][0].chance == pytest.approx(setting.probability, rel=0.01)
    assert learned.openings[1].rate == 0 and learned.worth[0].count == 0


def test_much_history_outweighs_the_settings() -> None:
    stories: Story = [(day, [], 20, day % 4 == 0) for day in range(300)]  # a quarter is won, each after twenty days
    learned = learn(told(stories), date(2026, 1, 1), moment=moment_of(date(2026, 1, 1)), settings=STAGES)
    curve = learned.stages[11][0]
    assert curve.chance == pytest.approx(0.25, abs=0.02)
    assert curve.within(0, 19) < 0.02 and curve.within(19, 22) > 0.2
    assert learned.stages[12][0].chance == pytest.approx(0.4, abs=0.01)  # nothing was ever seen there


def test_a_deal_that_stood_long_is_compared_with_those_that_stood_as_long() -> None:
    quick: Story = [(day, [], 5, True) for day in range(100)]
    slow: Story = [(day, [], 90, False) for day in range(100)]
    learned = learn(told(quick + slow), date(2026, 1, 1), moment=moment_of(date(2026, 1, 1)), settings=STAGES)
    young, old = learned.stages[11][bucket_of(0)], learned.stages[11][bucket_of(40)]
    assert young.chance == pytest.approx(0.5, abs=0.05) and old.chance < 0.1


def test_deals_still_open_count_for_as_long_as_they_were_watched() -> None:
    stories: Story = [(0, [], 30, True)] * 50 + [(350, [], 0, None)] * 50  # fifty are too young to have been won
    learned = learn(told(stories), date(2026, 1, 1), moment=moment_of(date(2026, 1, 1)), settings=STAGES)
    assert learned.stages[11][0].chance > 0.75  # not a half


def test_a_deal_opened_again_is_open() -> None:
    at = [DAY_ONE + timedelta(days=day) for day in (0, 10, 20)]
    history = history_of([(7, 1, 500, 0)], [(7, 11, "open", at[0]), (7, 11, "lost", at[1]), (7, 11, "open", at[2])])
    first = moment_of(date(2025, 1, 1))
    states = [known_at(history, first + days).state.tolist() for days in (5, 15, 25)]
    assert states == [[OPEN], [LOST], [OPEN]]
    assert known_at(history, first + 25).since[0] == first + 20


def test_moves_of_unknown_deals_are_left_out() -> None:
    history = history_of([(7, 1, 500, 0)], [(7, 11, "open", DAY_ONE), (8, 11, "won", DAY_ONE)])
    assert history.of.tolist() == [0] and WON not in history.states


def test_what_was_learned_survives_being_stored() -> None:
    stories: Story = [(day, [5], 20, day % 3 == 0) for day in range(60)]
    learned = lesson_of(told(stories), date(2025, 6, 1), settings=STAGES, start_month=4)
    again = from_json(to_json(learned))
    assert (again.seasons, again.wobble, again.worth) == (learned.seasons, learned.wobble, learned.worth)
    for stage, curves in learned.stages.items():
        for one, other in zip(curves, again.stages[stage], strict=True):
            assert np.allclose(one.won, other.won, atol=1e-5) and one.deals == other.deals


def test_one_large_deal_may_bring_nothing_or_all() -> None:
    curve = Curve(np.linspace(0, 0.5, HORIZON + 1), 1_000)
    cell = Cell(11, 0, 1, 0, 1e8, 1e16, 1)
    [found] = expected(learned_of(curve), [cell], [Span(0, HORIZON)])
    assert (found.from_open, found.low, found.high) == (50_000_000, 0, 100_000_000)


def test_months_together_are_surer_than_each() -> None:
    curve = Curve(np.linspace(0, 0.9, HORIZON + 1), 1_000)
    cells = [Cell(11, 0, 30, 0, 30e6, 30e12, 1)]
    months = drawn(learned_of(curve), cells, [Span(0, 30), Span(30, 60), Span(60, 90)])
    quarter, single = together(months), [together([one]) for one in months]
    assert quarter.total == pytest.approx(sum(one.total for one in single), abs=3)
    assert quarter.high - quarter.low < sum(one.high - one.low for one in single)


def test_deals_without_an_amount_count_as_usually_won_ones() -> None:
    curve = Curve(np.linspace(0, 1.0, HORIZON + 1), 1_000)
    [found] = expected(learned_of(curve), [Cell(11, 0, 2, 2, 0.0, 0.0, 1)], [Span(0, HORIZON)])
    assert found.from_open == 2_000_000


def test_the_last_month_of_a_quarter_brings_more_where_it_did_so_before() -> None:
    stories: Story = []
    for month in range(12):
        first = (date(2025 + (month // 12), month % 12 + 1, 1) - date(2025, 1, 1)).days
        stories += [(first, [], 12, place < (30 if month % 3 == 2 else 15)) for place in range(60)]
    learned = lesson_of(told(stories), date(2026, 1, 1), settings=STAGES, start_month=4)
    assert learned.seasons[2] > 1.3 > 1 > learned.seasons[0] > 0.6


def test_months_that_stray_no_further_than_chance_do_not_widen_the_range() -> None:
    assert wobble_of([(100, 100), (100, 105), (100, 95)]) == 0
    assert wobble_of([(100, 150), (100, 60), (100, 90)]) > 0.05
    assert wobble_of([(100, 900)]) == 0


def test_the_naive_forecast_takes_the_settings_at_their_word() -> None:
    month = period_of(date(2026, 11, 1))
    deals = [(1, date(2026, 11, 30), 1000), (2, date(2026, 9, 1), 100), (1, date(2026, 12, 1), 7), (1, None, 9)]
    chances = {1: 0.5, 2: 0.1}
    assert by_settings(deals, chances, month, today=date(2026, 11, 22)) == 510
    assert by_settings(deals, chances, month, today=date(2026, 10, 22)) == 500


def test_a_back_test_sees_the_months_as_they_came() -> None:
    stories: Story = [(day, [], 20, day % 2 == 0) for day in range(360)]
    found = trials(told(stories), since=period_of(date(2025, 9, 1)), until=date(2025, 12, 1), settings=STAGES)
    assert [one.month.month for one in found] == [9, 10, 11]
    for one in found:
        assert one.actual == pytest.approx(15e6, abs=1e6) and one.ours == pytest.approx(one.actual, rel=0.25)
        assert one.year_before is None
    errors = errors_of([one.ours for one in found], [one.actual for one in found])
    assert errors is not None and errors.months == 3 and errors.share < 0.25
    assert errors_of([None], [5]) is None
