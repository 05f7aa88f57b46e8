"""Verbs of segments: make, change, put into archive, fill, follow what changes."""

from ryorin.marketing.segments.actions.editing import (
    archive_segment,
    change_segment,
    create_segment,
    delete_segment,
    take_out,
    unarchive_segment,
)
from ryorin.marketing.segments.actions.filling import fill, fill_waiting
from ryorin.marketing.segments.actions.following import Outcome, follow_changes

__all__ = [
    "Outcome",
    "archive_segment",
    "change_segment",
    "create_segment",
    "delete_segment",
    "fill",
    "fill_waiting",
    "follow_changes",
    "take_out",
    "unarchive_segment",
]
