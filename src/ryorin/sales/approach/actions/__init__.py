"""What can be done with lists, with who is on them, and with the outcomes people choose from."""

from ryorin.sales.approach.actions.joining import Added, add_chosen, add_matching
from ryorin.sales.approach.actions.outcomes import add_outcome, change_outcome, prepare_outcomes, shift_outcome
from ryorin.sales.approach.actions.planning import change_list, close_list, create_list, reopen_list
from ryorin.sales.approach.actions.posting import mark_posted
from ryorin.sales.approach.actions.recording import Appointing, record_attempt
from ryorin.sales.approach.actions.taking import put_back, put_out, release, skip, take, take_next

__all__ = [
    "Added",
    "Appointing",
    "add_chosen",
    "add_matching",
    "add_outcome",
    "change_list",
    "change_outcome",
    "close_list",
    "create_list",
    "mark_posted",
    "prepare_outcomes",
    "put_back",
    "put_out",
    "record_attempt",
    "release",
    "reopen_list",
    "shift_outcome",
    "skip",
    "take",
    "take_next",
]
