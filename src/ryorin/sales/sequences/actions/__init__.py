"""What can be done with a sequence, with a person on the way through it, and what the worker does."""

from ryorin.sales.sequences.actions.editing import change_sequence, create_sequence, make_samples, switch_sequence
from ryorin.sales.sequences.actions.engine import advance_sequences
from ryorin.sales.sequences.actions.running import (
    change_run_owner,
    finish_step,
    pause_run,
    resume_run,
    skip_step,
    stop_run,
)
from ryorin.sales.sequences.actions.starting import Started, start_sequence

__all__ = [
    "Started",
    "advance_sequences",
    "change_run_owner",
    "change_sequence",
    "create_sequence",
    "finish_step",
    "make_samples",
    "pause_run",
    "resume_run",
    "skip_step",
    "start_sequence",
    "stop_run",
    "switch_sequence",
]
