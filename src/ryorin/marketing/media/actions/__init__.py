"""Verbs of media: book flights, make creatives and place them, take in figures and say whose they are."""

from ryorin.marketing.media.actions.creatives import (
    add_version,
    approve_creative,
    change_creative,
    delete_creative,
    make_creative,
    move_creative,
)
from ryorin.marketing.media.actions.figures import record_figures, type_figures
from ryorin.marketing.media.actions.flights import change_flight, delete_flight, move_flight, plan_flight
from ryorin.marketing.media.actions.matching import match, match_again
from ryorin.marketing.media.actions.placing import place
from ryorin.marketing.media.actions.restoring import restore_creative, restore_flight

__all__ = [
    "add_version",
    "approve_creative",
    "change_creative",
    "change_flight",
    "delete_creative",
    "delete_flight",
    "make_creative",
    "match",
    "match_again",
    "move_creative",
    "move_flight",
    "place",
    "plan_flight",
    "record_figures",
    "restore_creative",
    "restore_flight",
    "type_figures",
]
