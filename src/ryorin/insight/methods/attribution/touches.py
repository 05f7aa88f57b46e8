"""Models that look at each path by itself: the rules of thumb, and Shapley's value of the channels in it."""

import numpy as np
from django.utils.translation import gettext as _

from ryorin.insight.methods.attribution.errors import NoAges, PathsInvalid
from ryorin.insight.methods.attribution.paths import Floats, Ints, Share, Table, paths_of

HALF_LIFE = 7.0  # days
ENDS = 0.4
MARKED = 200_000_000  # so many numbers are sorted out by marking them, one byte each


def first_touch(table: Table) -> dict[str, Share]:
    """Return all of each path to its first touch: what made us known. Raises NoPaths, PathsInvalid."""
    paths = paths_of(table)
    weights = np.zeros(len(paths.steps))
    weights[paths.starts] = 1
    return paths.shared(weights)


def last_touch(table: Table) -> dict[str, Share]:
    """Return all of each path to its last touch: what closed it. Raises NoPaths, PathsInvalid."""
    paths = paths_of(table)
    weights = np.zeros(len(paths.steps))
    weights[paths.ends - 1] = 1
    return paths.shared(weights)


def linear(table: Table) -> dict[str, Share]:
    """Return each path in equal parts to its touches. Raises NoPaths, PathsInvalid."""
    paths = paths_of(table)
    return paths.shared(1 / np.repeat(paths.lengths, paths.lengths))


def time_decay(table: Table, *, half_life: float = HALF_LIFE) -> dict[str, Share]:
    """Return each path by 2 ** (-age / half_life): a touch so many days older has half the weight.

    `half_life` in days, above 0. Ages are counted from the youngest touch of the path, which changes no share and keeps
    paths of years from vanishing. Raises NoAges where the table has no ages, NoPaths, PathsInvalid.
    """
    paths = paths_of(table)
    if paths.ages is None:
        raise NoAges()
    if not (np.isfinite(half_life) and half_life > 0):
        raise PathsInvalid(what=_("半減期は0より大きい日数にしてください。"))
    youngest = np.minimum.reduceat(paths.ages, paths.starts)
    with np.errstate(under="ignore"):
        weights = np.exp2((np.repeat(youngest, paths.lengths) - paths.ages) / half_life)
    return paths.shared(weights / np.repeat(np.add.reduceat(weights, paths.starts), paths.lengths))


def position_based(table: Table, *, first: float = ENDS, last: float = ENDS) -> dict[str, Share]:
    """Return 40 % of each path to its first touch, 40 % to its last and 20 % in equal parts to those between.

    `first` and `last` are shares, together at most 1. Of two touches each gets its share of the two, 50 % by default; a
    single touch gets all. Raises NoPaths, PathsInvalid.
    """
    paths = paths_of(table)
    if not (0 <= first <= 1 and 0 <= last <= 1 and 0 < first + last <= 1):
        raise PathsInvalid(what=_("最初と最後の割合は、合わせて100％までにしてください。"))
    lengths = np.repeat(paths.lengths, paths.lengths)
    weights: Floats = (1 - first - last) / np.maximum(lengths - 2, 1)
    two = paths.lengths == 2
    weights[paths.starts] = np.where(two, first / (first + last), first)
    weights[paths.ends - 1] = np.where(two, last / (first + last), last)
    weights[paths.starts[paths.lengths == 1]] = 1
    return paths.shared(weights)


def shapley(table: Table) -> dict[str, Share]:
    """Return the Shapley value of each channel in the game v(S) = what the paths within the channels S brought.

    Exact for any number of channels: v is a sum of one unanimity game per set of channels, and the value of such a game
    is shared equally by its members, so each path goes in equal parts to its different channels, however often each
    touched. The "simplified Shapley value" of Zhao, Mahboobi and Bagheri, "Shapley Value Methods for Attribution
    Modeling in Online Advertising" (2018, arXiv:1804.05327). Raises NoPaths, PathsInvalid.
    """
    paths = paths_of(table)
    count = len(paths.channels)
    pairs = distinct(paths.path_of_step * count + paths.steps, paths.size * count)
    path, channel = pairs // count, pairs % count
    weights = 1 / np.bincount(path, minlength=paths.size)[path]
    conversions = np.bincount(channel, weights * paths.conversions[path], minlength=count)
    value = np.bincount(channel, weights * paths.value[path], minlength=count)
    return paths.named(conversions, value)


def distinct(numbers: Ints, end: int) -> Ints:
    """Return each of the numbers, from 0 up to, not including, `end`, once and in order."""
    if end > MARKED:
        return np.unique(numbers)
    marks = np.zeros(end, dtype=bool)
    marks[numbers] = True
    return np.flatnonzero(marks)
