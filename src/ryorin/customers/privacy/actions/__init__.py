"""What one can do about privacy: take and answer requests, export and erase, keep retention, report leaks."""

from ryorin.customers.privacy.actions.erasing import erase_person
from ryorin.customers.privacy.actions.exporting import ask_for_export, remove_old_exports
from ryorin.customers.privacy.actions.leaks import change_leak, count_people, report_leak, state_report, watch_leaks
from ryorin.customers.privacy.actions.requests import (
    answer_request,
    assign_request,
    check_identity,
    name_person,
    take_request,
    watch_requests,
    withdraw_request,
)
from ryorin.customers.privacy.actions.retention import change_rule, keep_retention

__all__ = [
    "answer_request",
    "ask_for_export",
    "assign_request",
    "change_leak",
    "change_rule",
    "check_identity",
    "count_people",
    "erase_person",
    "keep_retention",
    "name_person",
    "remove_old_exports",
    "report_leak",
    "state_report",
    "take_request",
    "watch_leaks",
    "watch_requests",
    "withdraw_request",
]
