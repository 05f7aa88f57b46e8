"""The table of paths: what every model of attribution reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from ryorin.insight.methods.attribution.errors import NoPaths, PathsInvalid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Path:
    """One row: the channels in the order of time, how often this path converted, what that was worth, how often not.

    `ages` are the days from each touch to the conversion, one for each channel of the path, or none at all.
    """

    path: Sequence[str]
    conversions: float = 1
    value: float = 0
    nulls: float = 0
    ages: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """What a model gives to one channel: conversions (fractions of them), and value in the unit of the table."""

    conversions: float
    value: float


@dataclass(frozen=True)
class Paths:
    """n paths with t touches in all, over k channels, as arrays; checked when made.

    `channels` are the k names; `steps` (t) the place of each touch's channel among them, path by path in the order of
    time; `lengths` (n) how many touches each path has, at least one; `conversions`, `value` (any unit, 0 where nothing
    converted) and `nulls` (n) what came of it, none below 0; `ages` (t) the days from each touch to the conversion,
    None where they are not known. Raises NoPaths for an empty table, PathsInvalid for one that cannot be meant.
    """

    channels: tuple[str, ...]
    steps: Ints
    lengths: Ints
    conversions: Floats
    value: Floats
    nulls: Floats
    ages: Floats | None = None

    def __post_init__(self) -> None:
        for name in ("conversions", "value", "nulls") + (() if self.ages is None else ("ages",)):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        for name in ("steps", "lengths"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64))
        check(self)

    @property
    def size(self) -> int:
        return len(self.lengths)

    @cached_property
    def ends(self) -> Ints:
        """The place after the last touch of each path."""
        return np.cumsum(self.lengths)

    @cached_property
    def starts(self) -> Ints:
        return self.ends - self.lengths

    @cached_property
    def path_of_step(self) -> Ints:
        return np.repeat(np.arange(self.size), self.lengths)

    def shared(self, weights: Floats) -> dict[str, Share]:
        """Return what each channel gets when each touch gets its weight (t) of its path; a path's weights make 1."""
        count = len(self.channels)
        path = self.path_of_step
        conversions = np.bincount(self.steps, weights * self.conversions[path], minlength=count)
        value = np.bincount(self.steps, weights * self.value[path], minlength=count)
        return self.named(conversions, value)

    def named(self, conversions: NDArray[Any], value: NDArray[Any]) -> dict[str, Share]:
        """Return the arrays (k) by the names of the channels."""
        rows = zip(self.channels, conversions.tolist(), value.tolist(), strict=True)
        return {name: Share(of, worth) for name, of, worth in rows}


Row = Path | Mapping[str, Any]
Table = Paths | Iterable[Row]


def paths_of(table: Table, *, channels: Sequence[str] | None = None) -> Paths:
    """Return the table as arrays; rows may be `Path`s or mappings with the same names.

    With `channels` only these may occur and each of them gets a share, be it 0; else those that occur, by name.
    """
    if isinstance(table, Paths):
        return table
    rows = [row if isinstance(row, Path) else row_of(row) for row in table]
    if not rows:
        raise NoPaths()
    lengths = np.fromiter((len(row.path) for row in rows), np.int64, len(rows))
    names: list[str] = list(chain.from_iterable(row.path for row in rows))
    known = tuple(channels) if channels is not None else tuple(sorted(dict.fromkeys(names), key=str))
    place = {name: at for at, name in enumerate(known)}
    if strange := next((name for name in names if name not in place), None):
        raise PathsInvalid(what=_("「%(name)s」というチャネルはありません。") % {"name": strange})
    dated = any(len(row.ages) for row in rows)
    if dated and any(len(row.ages) != len(row.path) for row in rows):
        raise PathsInvalid(what=_("日数は接点と同じ数だけ必要です。"))
    return Paths(
        channels=known,
        steps=np.fromiter((place[name] for name in names), np.int64, len(names)),
        lengths=lengths,
        conversions=numbers(row.conversions for row in rows),
        value=numbers(row.value for row in rows),
        nulls=numbers(row.nulls for row in rows),
        ages=numbers(chain.from_iterable(row.ages for row in rows)) if dated else None,
    )


def row_of(row: Mapping[str, Any]) -> Path:
    try:
        return Path(**row)
    except TypeError:
        raise PathsInvalid(what=_("列の名前が違います。")) from None


def numbers(values: Iterable[float]) -> Floats:
    """Return the values as an array; refuses what is no number."""
    try:
        return np.fromiter((float(value) for value in values), np.float64)
    except (TypeError, ValueError):
        raise PathsInvalid(what=_("数でない値があります。")) from None


def check(paths: Paths) -> None:
    """This function will refuse a table that cannot be meant."""
    figures: tuple[Floats, ...] = (paths.conversions, paths.value, paths.nulls)
    if not paths.size:
        raise NoPaths()
    if any(len(array) != paths.size for array in figures) or len(paths.steps) != int(paths.lengths.sum()):
        raise PathsInvalid(what=_("列の長さが揃っていません。"))
    if paths.lengths.min() < 1:
        raise PathsInvalid(what=_("接点のない経路があります。"))
    if any(not name for name in paths.channels) or len(set(paths.channels)) != len(paths.channels):
        raise PathsInvalid(what=_("名前のないチャネルか、同じ名前のチャネルがあります。"))
    if paths.steps.min() < 0 or paths.steps.max() >= len(paths.channels):
        raise PathsInvalid(what=_("知らないチャネルの番号があります。"))
    if paths.ages is not None:
        if len(paths.ages) != len(paths.steps):
            raise PathsInvalid(what=_("日数は接点と同じ数だけ必要です。"))
        figures = (*figures, paths.ages)
    if any(not np.isfinite(array).all() for array in figures):
        raise PathsInvalid(what=_("数でない値があります。"))
    if any((array < 0).any() for array in figures):
        raise PathsInvalid(what=_("マイナスの値があります。"))
    if ((paths.value > 0) & (paths.conversions == 0)).any():
        raise PathsInvalid(what=_("成約がないのに金額があります。"))


def folded(paths: Paths) -> Paths:
    """Return the paths with equal touches one after another put together; the last of them, the youngest, stays."""
    last = np.ones(len(paths.steps), dtype=bool)
    last[:-1] = paths.steps[:-1] != paths.steps[1:]
    last[paths.ends - 1] = True
    return replace(
        paths,
        steps=paths.steps[last],
        lengths=np.add.reduceat(last, paths.starts).astype(np.int64),
        ages=None if paths.ages is None else paths.ages[last],
    )
