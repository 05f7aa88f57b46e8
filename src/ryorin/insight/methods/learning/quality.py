"""How good probabilities are: in order (area under the curve), in size (Brier, calibration error), and where they help.

`y` is 0 or 1, `p` a probability; both one entry for each lead.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ryorin.insight.methods.learning.columns import Floats

SMALL = 1e-6


@dataclass(frozen=True)
class Figures:
    """Quality on some leads; `auc` is None where only one outcome occurs."""

    leads: int
    good: int
    auc: float | None
    brier: float
    log_loss: float
    calibration_error: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Bin:
    """Leads with a similar probability: how many, the mean of it, the share that came good."""

    leads: int
    low: float
    high: float
    said: float
    came: float


def figures(y: Floats, p: Floats) -> Figures:
    """Return the quality of probabilities on leads whose outcome is known."""
    if not len(y):
        return Figures(0, 0, None, 0.0, 0.0, 0.0)
    good = int(y.sum())
    clipped = np.clip(p, SMALL, 1 - SMALL)
    loss = -np.mean(y * np.log(clipped) + (1 - y) * np.log(1 - clipped))
    return Figures(
        leads=len(y),
        good=good,
        auc=auc(y, p) if 0 < good < len(y) else None,
        brier=float(np.mean((p - y) ** 2)),
        log_loss=float(loss),
        calibration_error=calibration_error(y, p),
    )


def auc(y: Floats, p: Floats) -> float:
    """Return the area under the ROC curve: how often a good lead stands before a bad one, ties counting half.

    By ranks (Hanley and McNeil, Radiology 143, 1982); 0.5 where there is one outcome only. y may be a share.
    """
    from scipy.stats import rankdata

    good = float(y.sum())
    bad = len(y) - good
    if good <= 0 or bad <= 0:
        return 0.5
    if np.isin(y, (0.0, 1.0)).all():
        return float((rankdata(p)[y == 1].sum() - good * (good + 1) / 2) / (good * bad))
    return _weighted_auc(y, p)


def _weighted_auc(y: Floats, p: Floats) -> float:
    """Return the area where a lead may be good in part: it stands on both sides with its shares."""
    order = np.argsort(p, kind="stable")
    _values, place = np.unique(p[order], return_inverse=True)
    good = np.bincount(place, weights=y[order])
    bad = np.bincount(place, weights=1 - y[order])
    below = np.cumsum(bad) - bad
    return float((good * (below + bad / 2)).sum() / (good.sum() * bad.sum()))


def calibration_error(y: Floats, p: Floats, *, bins: int = 10) -> float:
    """Return by how much probabilities and shares differ on the mean: ten groups of equal size (ECE, equal mass)."""
    found = calibration(y, p, bins=bins)
    leads = sum(each.leads for each in found)
    return sum(each.leads * abs(each.said - each.came) for each in found) / leads if leads else 0.0


def calibration(y: Floats, p: Floats, *, bins: int = 10) -> list[Bin]:
    """Return groups of equal size from the lowest probability to the highest; equal probabilities stay together."""
    order = np.argsort(p, kind="stable")
    found: list[Bin] = []
    start = 0
    for end in _ends(p[order], bins):
        rows = order[start:end]
        if len(rows):
            said, came = float(p[rows].mean()), float(y[rows].mean())
            found.append(Bin(len(rows), float(p[rows[0]]), float(p[rows[-1]]), said, came))
        start = end
    return found


def lift(y: Floats, p: Floats, *, parts: int = 10) -> list[dict[str, float]]:
    """Return for each tenth, the best first: leads, share that came good, times the average, share of all good."""
    order = np.argsort(-p, kind="stable")
    average, total = float(y.mean()) if len(y) else 0.0, float(y.sum())
    found, so_far = [], 0.0
    for rows in np.array_split(order, parts):
        if not len(rows) or not average:
            continue
        so_far += float(y[rows].sum())
        rate = float(y[rows].mean())
        found.append({"leads": len(rows), "rate": rate, "lift": rate / average, "reached": so_far / total})
    return found


def _ends(ordered: Floats, bins: int) -> Sequence[int]:
    """Return where each group ends; a group never ends within equal probabilities."""
    ends: list[int] = []
    for step in range(1, bins + 1):
        end = round(step * len(ordered) / bins)
        if 0 < end < len(ordered):
            end = int(np.searchsorted(ordered, ordered[end - 1], side="right"))
        if not ends or end > ends[-1]:
            ends.append(end)
    return ends
