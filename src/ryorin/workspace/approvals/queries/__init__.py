"""Reads for approvals: kinds and routes, where a document stands, who waits for whom, how long it takes."""

from ryorin.workspace.approvals.queries.inbox import (
    Item,
    decided_by,
    early_for,
    inbox,
    is_any_overdue,
    requested_by,
    to_review,
    waiting_count,
)
from ryorin.workspace.approvals.queries.organisation import business_hours_after, business_hours_since, chart, presence
from ryorin.workspace.approvals.queries.routes import Preview, kind_of, kinds, preview, scheme_of, schemes, stages_of
from ryorin.workspace.approvals.queries.standing import chosen_seat, history, latest, seats_to_fill, standing
from ryorin.workspace.approvals.queries.statistics import StepTime, step_times

__all__ = [
    "Item",
    "Preview",
    "StepTime",
    "business_hours_after",
    "business_hours_since",
    "chart",
    "chosen_seat",
    "decided_by",
    "early_for",
    "history",
    "inbox",
    "is_any_overdue",
    "kind_of",
    "kinds",
    "latest",
    "presence",
    "preview",
    "requested_by",
    "scheme_of",
    "schemes",
    "seats_to_fill",
    "stages_of",
    "standing",
    "step_times",
    "to_review",
    "waiting_count",
]
