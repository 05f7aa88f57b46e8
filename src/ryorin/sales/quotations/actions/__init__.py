"""What can be done with a quotation."""

from ryorin.sales.quotations.actions.answering import (
    accept_quotation,
    ask_about_quotation,
    decline_quotation,
    note_opening,
)
from ryorin.sales.quotations.actions.drafting import discard_draft, draft_quotation, new_version, save_draft
from ryorin.sales.quotations.actions.expiring import settle_quotations
from ryorin.sales.quotations.actions.negotiating import answer_negotiation, log_negotiation
from ryorin.sales.quotations.actions.sending import (
    Sent,
    make_link,
    request_approval,
    send_quotation,
    settle_waiting,
    withdraw_links,
)

__all__ = [
    "Sent",
    "accept_quotation",
    "answer_negotiation",
    "ask_about_quotation",
    "decline_quotation",
    "discard_draft",
    "draft_quotation",
    "log_negotiation",
    "make_link",
    "new_version",
    "note_opening",
    "request_approval",
    "save_draft",
    "send_quotation",
    "settle_quotations",
    "settle_waiting",
    "withdraw_links",
]
