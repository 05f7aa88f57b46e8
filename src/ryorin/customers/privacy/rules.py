"""Deadlines of the act on personal information."""

from datetime import date, timedelta

ANSWER_DAYS = 14
SOON_DAYS = 3
PROMPT_DAYS = 5
FINAL_DAYS, FINAL_DAYS_IF_MALICIOUS = 30, 60
EXPORT_DAYS = 30


def due_on(received: date) -> date:
    """Return the day by which a request is to be answered: the law says without delay, we say within two weeks."""
    return received + timedelta(days=ANSWER_DAYS)


def prompt_due_on(known: date) -> date:
    """Return the day by which the commission must have heard of a leak: promptly, within three to five days."""
    return known + timedelta(days=PROMPT_DAYS)


def final_due_on(known: date, *, is_malicious: bool) -> date:
    """Return the day of the full report: 30 days, or 60 where somebody meant harm."""
    return known + timedelta(days=FINAL_DAYS_IF_MALICIOUS if is_malicious else FINAL_DAYS)
