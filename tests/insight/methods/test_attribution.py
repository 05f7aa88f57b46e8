"""Attribution: cases computed by hand, brute force on small random tables, and what must hold for any table."""

from collections.abc import Callable
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.insight.methods.attribution import (
    NoAges,
    NoPaths,
    Path,
    Paths,
    PathsInvalid,
    Share,
    first_touch,
    folded,
    last_touch,
    linear,
    markov,
    paths_of,
    position_based,
    removal_effects,
    shapley,
    time_decay,
)

Model = Callable[[object], dict[str, Share]]
MODELS = (first_touch, last_touch, linear, time_decay, position_based, markov, shapley)
LETTERS = "abcd"


def conversions(found: dict[str, Share]) -> dict[str, float]:
    return {name: share.conversions for name, share in found.items()}


def close(found: dict[str, float], expected: dict[str, float]) -> bool:
    return found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@st.composite
def tables(draw: st.DrawFn) -> list[Path]:
    """Return a few paths over a few channels; sometimes nothing converted, sometimes nothing did not."""
    rows = []
    for _each in range(draw(st.integers(1, 6))):
        path = draw(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=6))
        won = draw(st.integers(0, 5))
        ages = sorted(draw(st.lists(st.floats(0, 400), min_size=len(path), max_size=len(path))), reverse=True)
        value = draw(st.integers(0, 900)) if won else 0
        rows.append(Path(path, conversions=won, value=value, nulls=draw(st.integers(0, 5)), ages=ages))
    return rows


THREE = [
    Path("abc", conversions=1, value=100, nulls=0, ages=(14, 7, 0)),
    Path("ba", conversions=2, value=500, nulls=1, ages=(7, 0)),
    Path("c", conversions=0, nulls=4, ages=(3,)),
]


def test_the_rules_of_thumb_by_hand() -> None:
    assert conversions(first_touch(THREE)) == {"a": 1, "b": 2, "c": 0}
    assert conversions(last_touch(THREE)) == {"a": 2, "b": 0, "c": 1}
    assert close(conversions(linear(THREE)), {"a": 1 / 3 + 1, "b": 1 / 3 + 1, "c": 1 / 3})
    assert close(conversions(time_decay(THREE)), {"a": 1 / 7 + 4 / 3, "b": 2 / 7 + 2 / 3, "c": 4 / 7})
    assert close(conversions(position_based(THREE)), {"a": 0.4 + 1, "b": 0.2 + 1, "c": 0.4})
    assert close(
        {name: share.value for name, share in linear(THREE).items()}, {"a": 850 / 3, "b": 850 / 3, "c": 100 / 3}
    )


def test_position_by_hand_for_one_two_and_five_touches() -> None:
    assert conversions(position_based([Path("a", 3)])) == {"a": 3}
    assert close(conversions(position_based([Path("ab")])), {"a": 0.5, "b": 0.5})
    assert close(conversions(position_based([Path("ab")], first=0.6, last=0.2)), {"a": 0.75, "b": 0.25})
    found = conversions(position_based([Path("acdeb", 30)]))
    assert close(found, {"a": 12, "b": 12, "c": 2, "d": 2, "e": 2})


def test_a_half_life_older_is_half_as_much() -> None:
    assert close(conversions(time_decay([Path("ab", 3, ages=(10, 0))], half_life=10)), {"a": 1, "b": 2})
    assert close(conversions(time_decay([Path("ab", 3, ages=(90_010, 90_000))], half_life=10)), {"a": 1, "b": 2})


def test_markov_by_hand() -> None:
    """Start goes to a or b by halves; a goes on to b or converts by halves; b converts in half of three cases."""
    table = [Path("a", 1), Path("ab", 0, nulls=1), Path("b", 1), Path("b", 1, nulls=0)]
    # s = (1/2, 1/2); a: 1/2 to b, 1/2 converts; b: 2 of 3 convert. P = 1/2 (1/2 + 1/2 * 2/3) + 1/2 * 2/3 = 3/4
    # without a: 1/2 * 2/3 = 1/3; without b: 1/2 * 1/2 = 1/4
    assert close(removal_effects(table), {"a": (3 / 4 - 1 / 3) / (3 / 4), "b": (3 / 4 - 1 / 4) / (3 / 4)})
    assert close(conversions(markov(table)), {"a": 3 * 5 / 11, "b": 3 * 6 / 11})


def test_markov_of_the_papers_picture() -> None:
    """Three journeys of Anderl et al.: C1 C2 C3 converts; C1 and C2 C3 do not. Effects 1, 1, 1 for what all need."""
    table = [Path(("C1", "C2", "C3"), 1), Path(("C1",), 0, nulls=1), Path(("C2", "C3"), 0, nulls=1)]
    found = removal_effects(table)
    # P = 2/3 * 1/2 * 1 * 1/2 + 1/3 * 1 * 1/2 = 1/3; without C1 only 1/3 * 1/2 = 1/6 is left
    assert close(found, {"C1": 0.5, "C2": 1, "C3": 1})
    assert close(conversions(markov(table)), {"C1": 0.2, "C2": 0.4, "C3": 0.4})


def test_shapley_by_hand() -> None:
    found = shapley([Path("aab", 2, value=60), Path("c", 1, value=10), Path("abc", 3, value=30)])
    assert close(conversions(found), {"a": 2, "b": 2, "c": 2})
    assert close({name: share.value for name, share in found.items()}, {"a": 40, "b": 40, "c": 20})


@given(tables())
def test_shapley_is_the_average_over_all_orders_of_joining(table: list[Path]) -> None:
    players = sorted({name for row in table for name in row.path})

    def worth(coalition: frozenset[str]) -> float:
        return sum(row.conversions for row in table if set(row.path) <= coalition)

    orders = list(permutations(players))
    expected = dict.fromkeys(players, 0.0)
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            expected[player] += (worth(before | {player}) - worth(before)) / len(orders)
    assert close(conversions(shapley(table)), expected)


@given(tables())
def test_removal_effects_are_those_of_walking_the_chain_without_the_channel(table: list[Path]) -> None:
    names = sorted({name for row in table for name in row.path})
    whole = walked(table, None)
    expected = {name: (whole - walked(table, name)) / whole if whole else 0.0 for name in names}
    assert removal_effects(table) == pytest.approx(expected, abs=1e-6)


def walked(table: list[Path], without: str | None) -> float:
    """Return the chance to convert, by following all walks step by step until next to nothing is under way."""
    counts: dict[tuple[str, str], float] = {}
    for row in table:
        for pair in zip(("(start)", *row.path), row.path, strict=False):
            counts[pair] = counts.get(pair, 0) + row.conversions + row.nulls
        for end, times in (("(won)", row.conversions), ("(lost)", row.nulls)):
            counts[row.path[-1], end] = counts.get((row.path[-1], end), 0) + times
    leaving: dict[str, float] = {}
    for (state, _to), times in counts.items():
        leaving[state] = leaving.get(state, 0) + times
    here, won = {"(start)": 1.0}, 0.0
    for _each in range(20_000):
        after: dict[str, float] = {}
        for (state, to), times in counts.items():
            if here.get(state) and times and to != without:
                after[to] = after.get(to, 0.0) + here[state] * times / leaving[state]
        won += after.pop("(won)", 0.0)
        after.pop("(lost)", 0.0)
        here = after
        if sum(here.values()) < 1e-12:
            break
    return won


@pytest.mark.parametrize("model", MODELS)
@given(table=tables())
def test_every_model_shares_out_all_and_no_more(model: Model, table: list[Path]) -> None:
    found = model(table)
    assert all(share.conversions >= -1e-9 and share.value >= -1e-9 for share in found.values())
    assert sum(share.conversions for share in found.values()) == pytest.approx(sum(row.conversions for row in table))
    assert sum(share.value for share in found.values()) == pytest.approx(sum(row.value for row in table))


@pytest.mark.parametrize("model", MODELS)
@given(table=tables())
def test_channels_that_change_places_change_their_shares(model: Model, table: list[Path]) -> None:
    swap = str.maketrans("ab", "ba")
    other = [
        Path([name.translate(swap) for name in row.path], row.conversions, row.value, row.nulls, row.ages)
        for row in table
    ]
    found = {name.translate(swap): share for name, share in conversions(model(other)).items()}
    assert close(found, conversions(model(table)))


@pytest.mark.parametrize("model", [linear, position_based, markov, shapley, time_decay])
def test_symmetric_channels_get_the_same(model: Model) -> None:
    table = [Path("ab", 3, ages=(1, 1)), Path("ba", 3, ages=(1, 1)), Path("a", 0, nulls=2, ages=(0,))]
    table.append(Path("b", 0, nulls=2, ages=(0,)))
    assert close(conversions(model(table)), {"a": 3, "b": 3})


@given(tables())
def test_a_channel_that_every_conversion_needs_has_the_whole_effect(table: list[Path]) -> None:
    needed = [Path(["z", *row.path], row.conversions, row.value, row.nulls) for row in table]
    effect = removal_effects(needed)["z"]
    assert effect == pytest.approx(1.0 if any(row.conversions for row in table) else 0.0)


@given(tables())
def test_repeating_a_touch_does_not_change_removal_effects(table: list[Path]) -> None:
    repeated = [Path([name for name in row.path for _twice in "12"], row.conversions, 0, row.nulls) for row in table]
    plain = [Path(row.path, row.conversions, 0, row.nulls) for row in table]
    assert removal_effects(repeated) == pytest.approx(removal_effects(plain), abs=1e-7)


@given(tables())
def test_paths_of_one_touch_make_all_models_agree(table: list[Path]) -> None:
    single = [Path(row.path[:1], row.conversions, row.value, row.nulls, row.ages[:1]) for row in table]
    counted: dict[str, float] = {}
    for row in single:
        counted[row.path[0]] = counted.get(row.path[0], 0.0) + row.conversions
    for model in MODELS:
        assert close(conversions(model(single)), counted)


def test_folding_keeps_the_youngest_of_equal_touches() -> None:
    found = folded(paths_of([Path("aabba", 1, ages=(9, 8, 7, 6, 5)), Path("aa", 2, ages=(3, 1))]))
    assert found.steps.tolist() == [0, 1, 0, 0] and found.lengths.tolist() == [3, 1]
    assert found.ages is not None and found.ages.tolist() == [8, 6, 5, 1]


def test_a_path_of_five_hundred_steps_is_a_path() -> None:
    long = Path([LETTERS[place % 4] for place in range(500)], 2, 100, 1, tuple(range(500, 0, -1)))
    for model in MODELS:
        assert sum(share.conversions for share in model([long]).values()) == pytest.approx(2)


def test_one_channel_and_no_conversion_are_told_as_they_are() -> None:
    for model in MODELS:
        assert model([Path("aa", 3, 70, ages=(2, 1))])["a"] == Share(pytest.approx(3), pytest.approx(70))
        assert model([Path("ab", 0, nulls=9, ages=(2, 1))]) == {"a": Share(0, 0), "b": Share(0, 0)}


def test_mappings_are_rows_too_and_known_channels_all_get_a_share() -> None:
    table = [{"path": ["a"], "conversions": 2, "value": 8, "nulls": 1}]
    assert linear(table) == {"a": Share(2, 8)}
    assert linear(paths_of(table, channels=("a", "b"))) == {"a": Share(2, 8), "b": Share(0, 0)}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([Path("a", -1)], "マイナス"),
        ([Path("a", 1, nulls=-1)], "マイナス"),
        ([Path("a", 1, value=-5)], "マイナス"),
        ([Path("a", 1, ages=(-2,))], "マイナス"),
        ([Path("a", float("nan"))], "数でない"),
        ([Path("a", 1, value=float("inf"))], "数でない"),
        ([Path("a", "三")], "数でない"),
        ([Path("", 1)], "接点のない"),
        ([Path(("a", ""), 1)], "名前のない"),
        ([Path("ab", 1, ages=(1,))], "同じ数"),
        ([Path("a", 1, ages=(1,)), Path("a", 1)], "同じ数"),
        ([Path("a", 0, value=5)], "成約がない"),
        ([{"steps": "a"}], "列の名前"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(table: list[Path], words: str) -> None:
    for model in MODELS:
        with pytest.raises(PathsInvalid, match=words):
            model(table)


def test_an_empty_table_an_unknown_channel_and_missing_ages_are_refused() -> None:
    for model in MODELS:
        with pytest.raises(NoPaths):
            model([])
    with pytest.raises(PathsInvalid, match="「b」"):
        paths_of([Path("ab")], channels=("a",))
    with pytest.raises(NoAges):
        time_decay([Path("ab")])
    for half_life in (0, -1, float("nan"), float("inf")):
        with pytest.raises(PathsInvalid):
            time_decay([Path("a", ages=(1,))], half_life=half_life)
    for first, last in product((-0.1, 0.6, float("nan")), (0.6, 1.2)):
        with pytest.raises(PathsInvalid):
            position_based([Path("a")], first=first, last=last)


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    good = {"channels": ("a", "b"), "steps": np.array([0, 1]), "lengths": np.array([2])}
    figures = {name: np.array([1.0]) for name in ("conversions", "value", "nulls")}
    assert Paths(**good, **figures).size == 1
    for change in (
        {"steps": np.array([0])},
        {"steps": np.array([0, 2])},
        {"steps": np.array([0, -1])},
        {"lengths": np.array([2, 0])},
        {"channels": ("a", "a")},
        {"ages": np.array([1.0])},
        {"nulls": np.array([1.0, 2.0])},
    ):
        with pytest.raises(PathsInvalid):
            Paths(**(good | figures | change))
