"""What a training changed against the version before it."""

from collections.abc import Mapping
from typing import Any

SHOWN = 6


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any], *, answers_before: int, answers_after: int
) -> dict[str, Any]:
    """Return new answers, figures before and after, and the columns whose weight changed most.

    `before` and `after` are figures of versions; a column's weight is its mean absolute part of the log-odds.
    """
    old, new = before.get("weights", {}), after.get("weights", {})
    moved = [[name, old.get(name, 0.0), new.get(name, 0.0)] for name in {**old, **new}]
    moved.sort(key=lambda one: -abs(one[2] - one[1]))
    return {
        "answers": answers_after - answers_before,
        "auc": [before["later"]["auc"], after["later"]["auc"]],
        "brier": [before["later"]["brier"], after["later"]["brier"]],
        "columns": [one for one in moved if abs(one[2] - one[1]) >= 0.01][:SHOWN],
        "new": sorted(new.keys() - old.keys()),
        "gone": sorted(old.keys() - new.keys()),
    }
