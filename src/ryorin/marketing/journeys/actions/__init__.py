"""What can be done with a journey, with a person on the way, and what the worker does."""

from ryorin.marketing.journeys.actions.editing import (
    add_card,
    change_card,
    change_settings,
    change_start,
    copy_journey,
    create_journey,
    delete_journey,
    move_card,
    remove_card,
    undo,
)
from ryorin.marketing.journeys.actions.engine import advance_due
from ryorin.marketing.journeys.actions.entering import enter_people
from ryorin.marketing.journeys.actions.following import follow_facts
from ryorin.marketing.journeys.actions.limits import change_limits
from ryorin.marketing.journeys.actions.passages import retry, retry_all, skip_wait, take_out
from ryorin.marketing.journeys.actions.running import close_empty, move_people, pause, publish, resume, stop
from ryorin.marketing.journeys.actions.simulating import ask_simulation, cancel_simulation, run_simulations

__all__ = [
    "add_card",
    "advance_journeys",
    "ask_simulation",
    "cancel_simulation",
    "change_card",
    "change_limits",
    "change_settings",
    "change_start",
    "copy_journey",
    "create_journey",
    "delete_journey",
    "enter_people",
    "follow_facts",
    "move_card",
    "move_people",
    "pause",
    "publish",
    "remove_card",
    "resume",
    "retry",
    "retry_all",
    "run_simulations",
    "skip_wait",
    "stop",
    "take_out",
    "undo",
]


def advance_journeys() -> int:
    """This function will bring every journey up to now and return how many people it let in, woke or moved."""
    done = follow_facts() + advance_due()
    close_empty()
    return done
