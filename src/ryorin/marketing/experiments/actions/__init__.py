"""Verbs of A/B tests: write one, start and stop it, assign variants, tell that one was met, decide."""

from ryorin.marketing.experiments.actions.assigning import assign, assign_many, expose, has_part
from ryorin.marketing.experiments.actions.deciding import decide, start, stop
from ryorin.marketing.experiments.actions.writing import (
    Draft,
    change_experiment,
    create_experiment,
    delete_experiment,
    restore_experiment,
)

__all__ = [
    "Draft",
    "assign",
    "assign_many",
    "change_experiment",
    "create_experiment",
    "decide",
    "delete_experiment",
    "expose",
    "has_part",
    "restore_experiment",
    "start",
    "stop",
]
