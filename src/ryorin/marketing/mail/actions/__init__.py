"""Verbs of mails: who sends, what is said, which version goes out."""

from ryorin.marketing.mail.actions.messages import (
    archive_message,
    change_message,
    create_message,
    duplicate_message,
    restore_message,
    return_to,
    seal,
)
from ryorin.marketing.mail.actions.rules import remove_rule, set_rule
from ryorin.marketing.mail.actions.senders import (
    change_sender,
    create_sender,
    first_sender,
    make_default,
    make_dkim_key,
    switch_sender,
)
from ryorin.marketing.mail.actions.templates import keep_as_template, remove_template
from ryorin.marketing.mail.actions.testing import note_test

__all__ = [
    "archive_message",
    "change_message",
    "change_sender",
    "create_message",
    "create_sender",
    "duplicate_message",
    "first_sender",
    "keep_as_template",
    "make_default",
    "make_dkim_key",
    "note_test",
    "remove_rule",
    "remove_template",
    "restore_message",
    "return_to",
    "seal",
    "set_rule",
    "switch_sender",
]
