"""Attribution: the exact removal effect and the other models over many different paths, beside two of them in SQL."""

import os
from typing import Any

from benchmarks.bench import Bench, counted
from benchmarks.clocking import memory_of, ratio, times_of
from benchmarks.results import Bar, Result

CHANNELS = 16
LONGEST = 500
BY_HAND = """
SELECT step, sum(won) FILTER (place = 1), sum(won) FILTER (place = length), sum(won / length) FROM touches GROUP BY 1
"""


def attribution(bench: Bench) -> list[Result]:
    import duckdb

    paths = made_up(bench.scale.people)
    times = times_of(lambda: all_models(paths), repeats=min(5, bench.scale.repeats))
    at = paths.path_of_step
    columns = {
        "step": paths.steps,
        "place": 1 + _places(paths),
        "length": paths.lengths[at],
        "won": paths.conversions[at],
    }
    touches = _table(columns)
    with duckdb.connect() as database:
        database.register("touches", touches)
        reference = times_of(lambda: database.execute(BY_HAND).fetchall(), repeats=min(5, bench.scale.repeats))
    return [
        Result(
            work="attribution, Markov and six more",
            size=counted(paths.size, "paths"),
            times=times,
            memory=memory_of(os.getpid()),
            ratio=ratio(times, reference),
            reference="SQL: first, last and equal parts alone",
            bars=(Bar("p50", most=5.0),),
        )
    ]


def all_models(paths: Any) -> None:
    from ryorin.insight.methods import attribution as models

    total = float(paths.conversions.sum())
    for name in ("first_touch", "last_touch", "linear", "time_decay", "position_based", "markov", "shapley"):
        found = sum(share.conversions for share in getattr(models, name)(paths).values())
        if abs(found - total) > 1e-6 * total:
            raise AssertionError(f"{name} shared out {found} of {total}")


def made_up(count: int) -> Any:
    """Return paths of one to many touches, most of them short, one of the longest there may be."""
    import numpy as np

    from ryorin.insight.methods.attribution import Paths

    dice = np.random.default_rng(7)
    lengths = np.minimum(1 + dice.geometric(0.22, count), LONGEST)
    lengths[0] = LONGEST
    touches = int(lengths.sum())
    won = (dice.random(count) < 0.3).astype(float)
    return Paths(
        channels=tuple(f"channel {place}" for place in range(CHANNELS)),
        steps=np.minimum(dice.geometric(0.2, touches), CHANNELS) - 1,
        lengths=lengths,
        conversions=won,
        value=won * dice.integers(1_000, 900_000, count),
        nulls=1 - won,
        ages=dice.exponential(30, touches),
    )


def _places(paths: Any) -> Any:
    import numpy as np

    return np.arange(len(paths.steps)) - paths.starts[paths.path_of_step]


def _table(columns: dict[str, Any]) -> Any:
    import pyarrow as pa

    return pa.table(columns)
