"""Verbs of the hand-off: offer, accept, send back, pass on, escalate; and of what routes it."""

from ryorin.alignment.handoffs.actions.answering import accept_handoff, reassign_handoff, send_back_handoff
from ryorin.alignment.handoffs.actions.deadlines import escalate_overdue
from ryorin.alignment.handoffs.actions.defaults import prepare_defaults
from ryorin.alignment.handoffs.actions.offering import offer_handoff, offer_ready_leads
from ryorin.alignment.handoffs.actions.routing import (
    add_send_back_reason,
    change_routing_rule,
    change_send_back_reason,
    create_routing_rule,
    delete_routing_rule,
    move_routing_rule,
)

__all__ = [
    "accept_handoff",
    "add_send_back_reason",
    "change_routing_rule",
    "change_send_back_reason",
    "create_routing_rule",
    "delete_routing_rule",
    "escalate_overdue",
    "move_routing_rule",
    "offer_handoff",
    "offer_ready_leads",
    "prepare_defaults",
    "reassign_handoff",
    "send_back_handoff",
]
