"""What one can do with proposals and their templates."""

from ryorin.sales.proposals.actions.drafting import (
    change_proposal,
    delete_proposal,
    refill_section,
    restore_proposal,
    revise_proposal,
    start_proposal,
)
from ryorin.sales.proposals.actions.sending import send_proposal
from ryorin.sales.proposals.actions.templates import delete_template, prepare_templates, save_template

__all__ = [
    "change_proposal",
    "delete_proposal",
    "delete_template",
    "prepare_templates",
    "refill_section",
    "restore_proposal",
    "revise_proposal",
    "save_template",
    "send_proposal",
    "start_proposal",
]
