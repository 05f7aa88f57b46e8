"""A score that learns: from answered leads in the order of time to a calibrated probability that can say why."""

from ryorin.insight.methods.learning.columns import Column, Columns, Encoder, Words, take
from ryorin.insight.methods.learning.leaks import Refused, find_leaks
from ryorin.insight.methods.learning.scorer import Scorer
from ryorin.insight.methods.learning.training import Answers, Trained, train

__all__ = [
    "Answers",
    "Column",
    "Columns",
    "Encoder",
    "Refused",
    "Scorer",
    "Trained",
    "Words",
    "find_leaks",
    "take",
    "train",
]
