"""Columns that know the outcome: found by what they do, and refused by name before anything is learned from them.

A lead is scored before anybody knows how it ends. A column filled in by whoever closed it, or written over until then,
makes every figure look splendid and every later score useless (Kaufman, Rosset, Perlich and Stitelman, "Leakage in data
mining", ACM TKDD 6(4), 2012). Each column is looked at by itself, on the earlier rows: what the first half of them says
is tried on the second.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from ryorin.insight.methods.learning.columns import (
    Column,
    Columns,
    Floats,
    Ints,
    Words,
    is_constant,
    is_identifier,
    take,
)
from ryorin.insight.methods.learning.quality import auc

TOO_GOOD = 0.85  # area under the curve that no single thing known beforehand reaches
SUSPECTED = 0.65  # the same for a column whose name says it is a judgement, or the latest state
FILLED = 0.65  # area under the curve of "is it filled in" alone
ONE_SIDED, NEVER, ALWAYS, FEWEST = 0.10, 0.05, 0.95, 20
BINS, PRIOR = 10, 20.0
LATEST = re.compile(r"\b(last|latest|final|current status)\b|最終|最新|直近", re.IGNORECASE)
JUDGED = re.compile(
    r"\b(tags?|quality|profile|status|stage|result|outcome|converted|won|lost|closed|rating|grade)\b"
    r"|タグ|品質|状況|状態|確度|ランク|評価|判定|結果|成約|受注|失注",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Refused:
    """A column that is not learned from: its name, the word for why, and the figures behind that."""

    name: str
    reason: str
    figures: dict[str, float] = field(default_factory=dict)


def find_leaks(columns: Columns, y: Floats, *, beforehand: Collection[str] = ()) -> list[Refused]:
    """Return the columns that must not be learned from; rows in the order of time, y 0 or 1 (or a share between).

    `beforehand` names columns counted up to the moment of scoring, which cannot know what came after it.
    """
    found = (refused(name, column, y, is_beforehand=name in beforehand) for name, column in columns.items())
    return [each for each in found if each]


def refused(name: str, column: Column, y: Floats, *, is_beforehand: bool = False) -> Refused | None:
    """Return why a column is refused, None when it is fine.

    Reasons: `constant`, `identifier`, `too_good` (alone it tells nearly everything), `one_outcome` (some of its values
    come with one outcome only, others with the other), `filled_after` (filled in for one outcome much more often),
    `judged` and `latest` (its name says so, and alone it tells much).
    """
    if is_constant(column):
        return Refused(name, "constant")
    if is_identifier(column):
        return Refused(name, "identifier")
    if is_beforehand:
        return None
    bins = binned(column, slice(0, len(y) // 2))
    area = alone(bins, y)
    told = {"auc": round(area, 3)}
    if area >= TOO_GOOD:
        return Refused(name, "too_good", told)
    if share := one_sided(bins, y):
        return Refused(name, "one_outcome", told | {"share": round(share, 3)})
    filled = auc(y, (bins >= 0).astype(np.float64)) if (bins < 0).any() else 0.5
    if max(filled, 1 - filled) >= FILLED:
        return Refused(name, "filled_after", told | {"filled": round(max(filled, 1 - filled), 3)})
    if area >= SUSPECTED and LATEST.search(name):
        return Refused(name, "latest", told)
    if area >= SUSPECTED and JUDGED.search(name):
        return Refused(name, "judged", told)
    return None


def binned(column: Column, early: slice) -> Ints:
    """Return a column as a few groups, numbers by their deciles among the early rows; -1: not known."""
    if isinstance(column, Words):
        return column.codes
    known = take(column, early)
    assert not isinstance(known, Words)
    known = known[~np.isnan(known)]
    borders = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.zeros(0)
    places = np.searchsorted(borders, np.nan_to_num(column), side="right")
    groups: Ints = np.where(np.isnan(column), -1, places).astype(np.int64)
    return groups


def alone(bins: Ints, y: Floats) -> float:
    """Return how well a column by itself orders the second half of the rows, by the rates of the first half."""
    half = len(y) // 2
    groups, base = bins + 1, float(y[:half].mean()) if half else 0.0
    size = int(groups.max()) + 1
    sums = np.bincount(groups[:half], weights=y[:half], minlength=size)
    counts = np.bincount(groups[:half], minlength=size)
    rates = (sums + PRIOR * base) / (counts + PRIOR)
    return auc(y[half:], rates[groups[half:]])


def one_sided(bins: Ints, y: Floats) -> float:
    """Return which share of the filled rows has a value that nearly always comes with the same outcome.

    0 unless there are such values for either outcome: where hardly anybody buys, most values hardly ever come with it.
    """
    filled = bins >= 0
    if not filled.any():
        return 0.0
    counts = np.bincount(bins[filled])
    rates = np.bincount(bins[filled], weights=y[filled]) / np.maximum(counts, 1)
    many = counts >= FEWEST
    never, always = many & (rates <= NEVER), many & (rates >= ALWAYS)
    if not never.any() or not always.any():
        return 0.0
    share = float(counts[never | always].sum() / filled.sum())
    return share if share >= ONE_SIDED else 0.0
