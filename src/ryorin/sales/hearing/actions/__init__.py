"""What can be done with hearing sheets and with hearings."""

from ryorin.sales.hearing.actions.answering import save_answer
from ryorin.sales.hearing.actions.hearings import (
    delete_hearing,
    finish_hearing,
    reopen_hearing,
    restore_hearing,
    start_hearing,
)
from ryorin.sales.hearing.actions.sheets import change_sheet, create_sheet, first_sheets, retire_sheet, revive_sheet

__all__ = [
    "change_sheet",
    "create_sheet",
    "delete_hearing",
    "finish_hearing",
    "first_sheets",
    "reopen_hearing",
    "restore_hearing",
    "retire_sheet",
    "revive_sheet",
    "save_answer",
    "start_hearing",
]
