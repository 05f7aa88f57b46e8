"""Why a lead has its probability: the columns that move it most away from the average lead."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ryorin.insight.methods.learning.columns import Columns, Floats, Ints, Words

MOST = 4
SMALLEST = 0.08  # log-odds below which a column is no reason


@dataclass(frozen=True)
class Reason:
    """A column, what it adds to the log-odds of the average lead, and its value (None: not known)."""

    name: str
    odds: float
    value: str | float | None

    @property
    def is_good(self) -> bool:
        return self.odds > 0


def reasons_as_json(names: Sequence[str], parts: Floats, columns: Columns) -> list[str]:
    """Return for each lead its heaviest reasons as JSON; `parts` [leads, columns]."""
    if not len(names):
        return ["[]"] * len(parts)
    most = min(MOST, len(names))
    heaviest = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :most]
    odds = np.round(np.take_along_axis(parts, heaviest, axis=1), 3)
    told = np.full(heaviest.shape, "", dtype=object)
    for place in np.unique(heaviest).tolist():
        meant = np.nonzero((heaviest == place) & (np.abs(odds) >= SMALLEST))
        head, values = json.dumps(names[place], ensure_ascii=False), _texts_of(columns.get(names[place]), meant[0])
        told[meant] = [f"[{head}, {one}, {value}]" for one, value in zip(odds[meant].tolist(), values, strict=True)]
    return [f"[{', '.join(filter(None, row))}]" for row in told.tolist()]


def reasons_from(text: str) -> list[Reason]:
    """Return the reasons as they were kept."""
    return [Reason(str(name), float(odds), value) for name, odds, value in json.loads(text)]


def _texts_of(column: Any, rows: Ints) -> list[str]:
    """Return the values of a column in these rows as JSON; each different value is written once."""
    if column is None:
        return ["null"] * len(rows)
    if isinstance(column, Words):
        known, place = np.unique(column.codes[rows], return_inverse=True)
        texts = [json.dumps(column.values[code], ensure_ascii=False) if code >= 0 else "null" for code in known]
    else:
        numbers, place = np.unique(np.round(column[rows], 2), return_inverse=True)
        texts = ["null" if value != value else repr(value) for value in numbers.tolist()]
    return [texts[one] for one in place.tolist()]
