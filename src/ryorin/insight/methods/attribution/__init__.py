"""Which channel brought how much: seven ways to share conversions and their value among the touches before them.

Every model takes a table of paths (`Paths`, or rows that make one) and returns {channel: Share}. The shares of all
channels add up to the conversions and the value of the table, but for the rounding of floats. Touches of one path stand
in the order of time, the last one nearest to the conversion; equal touches one after another are touches like any other
(`folded` puts them together). How many did not convert (`nulls`) matters to `markov` alone.
"""

from ryorin.insight.methods.attribution.errors import NoAges, NoPaths, PathsInvalid
from ryorin.insight.methods.attribution.markov import markov, removal_effects
from ryorin.insight.methods.attribution.paths import Path, Paths, Share, Table, folded, paths_of
from ryorin.insight.methods.attribution.touches import (
    HALF_LIFE,
    first_touch,
    last_touch,
    linear,
    position_based,
    shapley,
    time_decay,
)

__all__ = [
    "HALF_LIFE",
    "NoAges",
    "NoPaths",
    "Path",
    "Paths",
    "PathsInvalid",
    "Share",
    "Table",
    "first_touch",
    "folded",
    "last_touch",
    "linear",
    "markov",
    "paths_of",
    "position_based",
    "removal_effects",
    "shapley",
    "time_decay",
]
