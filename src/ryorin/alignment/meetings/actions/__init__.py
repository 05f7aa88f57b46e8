"""What one can do with meetings, one group of verbs per file."""

from ryorin.alignment.meetings.actions.agenda import (
    add_item,
    change_item,
    move_item,
    move_section,
    refresh_agenda,
    refresh_due,
    remove_item,
    say,
    show_item,
    show_section,
)
from ryorin.alignment.meetings.actions.closing import close_meeting, note_attendance, send_agenda, send_agendas
from ryorin.alignment.meetings.actions.decisions import change_decision, decide, drop_decision
from ryorin.alignment.meetings.actions.letters import send_letter_again
from ryorin.alignment.meetings.actions.minutes import write_block
from ryorin.alignment.meetings.actions.planning import add_meeting, cancel_meeting, move_meeting, plan_meetings
from ryorin.alignment.meetings.actions.series import change_series, create_series, resume_series, stop_series

__all__ = [
    "add_item", "add_meeting", "cancel_meeting", "change_decision", "change_item", "change_series", "close_meeting",
    "create_series", "decide", "drop_decision", "keep_meetings", "move_item", "move_meeting", "move_section",
    "note_attendance", "plan_meetings", "refresh_agenda", "refresh_due", "remove_item", "resume_series", "say",
    "send_agenda", "send_agendas", "send_letter_again", "show_item", "show_section", "stop_series", "write_block",
]  # fmt: skip


def keep_meetings() -> int:
    """This function will plan the next meetings, gather their agendas and send those that are due."""
    return plan_meetings() + refresh_due() + send_agendas()
