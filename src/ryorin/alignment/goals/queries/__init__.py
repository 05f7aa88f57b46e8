"""Reading goals: the board, the list, one goal's progress, and the tree that explains revenue."""

from ryorin.alignment.goals.queries.board import (
    BOARD,
    KPIS,
    Gauge,
    GridRow,
    Pulse,
    board,
    expected_from_open_deals,
    gauge,
    pulses,
    spread,
    targets_between,
    targets_in,
    this_year,
    values_of,
)
from ryorin.alignment.goals.queries.listing import Part, Standing, goals_of, names_of, parts_beneath, reviews_due
from ryorin.alignment.goals.queries.progress import Progress, progress
from ryorin.alignment.goals.queries.tree import REPEAT, REVENUE, Branch, Tree, factor_name, tree

__all__ = [
    "BOARD",
    "KPIS",
    "REPEAT",
    "REVENUE",
    "Branch",
    "Gauge",
    "GridRow",
    "Part",
    "Progress",
    "Pulse",
    "Standing",
    "Tree",
    "board",
    "expected_from_open_deals",
    "factor_name",
    "gauge",
    "goals_of",
    "names_of",
    "parts_beneath",
    "progress",
    "pulses",
    "reviews_due",
    "spread",
    "targets_between",
    "targets_in",
    "this_year",
    "tree",
    "values_of",
]
