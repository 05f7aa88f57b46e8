"""Pure decisions about the learned score."""

from ryorin.alignment.learning.rules.changes import changes_between
from ryorin.alignment.learning.rules.lessons import Heard, Learned, lesson_of
from ryorin.alignment.learning.rules.reasons import Reason, reasons_as_json, reasons_from
from ryorin.alignment.learning.rules.saying import label_of, said, why_refused
from ryorin.alignment.learning.rules.thresholds import Step, steps_of, threshold_for

__all__ = [
    "Heard",
    "Learned",
    "Reason",
    "Step",
    "changes_between",
    "label_of",
    "lesson_of",
    "reasons_as_json",
    "reasons_from",
    "said",
    "steps_of",
    "threshold_for",
    "why_refused",
]
