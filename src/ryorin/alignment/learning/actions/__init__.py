"""Verbs of the learned score: learn, score, go back to a version, keep how leads ended."""

from ryorin.alignment.learning.actions.following import keep_learning
from ryorin.alignment.learning.actions.hearing import hear_answers
from ryorin.alignment.learning.actions.outcomes import record_outcomes
from ryorin.alignment.learning.actions.scoring import score_people
from ryorin.alignment.learning.actions.training import learn
from ryorin.alignment.learning.actions.versions import propose_threshold, use_version

__all__ = [
    "hear_answers",
    "keep_learning",
    "learn",
    "propose_threshold",
    "record_outcomes",
    "score_people",
    "use_version",
]
