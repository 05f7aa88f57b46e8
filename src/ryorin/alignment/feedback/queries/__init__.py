"""What sales says, shaped for pages: on the work it concerns, as suggestions, for meetings, and back to who said it."""

from ryorin.alignment.feedback.queries.health import HandoffHealth, handoff_health
from ryorin.alignment.feedback.queries.panels import Panel, panel_of, rows_behind
from ryorin.alignment.feedback.queries.suggestions import (
    Effect,
    Figures,
    effect_of,
    figures_of,
    open_suggestions,
    sayings_of,
)
from ryorin.alignment.feedback.queries.voices import Became, became_of, sayings_by, sayings_of_record

__all__ = [
    "Became",
    "Effect",
    "Figures",
    "HandoffHealth",
    "Panel",
    "became_of",
    "effect_of",
    "figures_of",
    "handoff_health",
    "open_suggestions",
    "panel_of",
    "rows_behind",
    "sayings_by",
    "sayings_of",
    "sayings_of_record",
]
