"""A trained score as it is kept and used: columns in, calibrated probabilities and reasons out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ryorin.insight.methods.learning.columns import Columns, Encoder, Floats, take
from ryorin.insight.methods.learning.fitting import Model, model_from_json

AT_ONCE = 50_000


@dataclass(frozen=True)
class Scorer:
    """Encoder, model, and the straight line that turns the model's log-odds into calibrated ones (Platt, 1999)."""

    encoder: Encoder
    model: Model
    slope: float
    shift: float

    @property
    def names(self) -> tuple[str, ...]:
        return self.encoder.names

    def odds(self, columns: Columns) -> Floats:
        """Return calibrated log-odds, one for each lead."""
        found: Floats = self.slope * self.model.odds(self.encoder.matrix(columns)) + self.shift
        return found

    def probabilities(self, columns: Columns) -> Floats:
        """Return the probability of each lead."""
        return sigmoid(self.odds(columns))

    def explained(self, columns: Columns) -> tuple[Floats, Floats]:
        """Return log-odds, and [leads, columns] what each column adds to those of the average lead; both calibrated.

        log-odds = `middle` + the sum of the parts.
        """
        count = next((len(column) for column in columns.values()), 0)
        odds, parts = np.empty(count), np.empty((count, len(self.names)))
        for start in range(0, count, AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            x = self.encoder.matrix({name: take(column, rows) for name, column in columns.items()})
            parts[rows] = self.slope * self.model.parts(x, self.encoder.owners)
            odds[rows] = self.middle + parts[rows].sum(axis=1)
        return odds, parts

    @property
    def middle(self) -> float:
        """The calibrated log-odds of the average lead."""
        return self.slope * self.model.middle + self.shift

    def as_json(self) -> dict[str, Any]:
        return {
            "encoder": self.encoder.as_json(),
            "model": self.model.as_json(),
            "slope": self.slope,
            "shift": self.shift,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Scorer":
        """Return the scorer that `as_json` wrote."""
        model = model_from_json(data["model"])
        return cls(Encoder.from_json(data["encoder"]), model, float(data["slope"]), float(data["shift"]))


def sigmoid(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return found


def logit(p: Floats | float) -> Any:
    clipped = np.clip(p, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))
