"""Verbs of the hand-off: offer, accept, send back, pass on, escalate; and of what routes it."""

from ryorin.alignment.handoffs.actions.answering import accept_handoff, reassign_handoff, send_back_handoff
from ryorin.alignment.handoffs.actions.capacity import change_weights, set_capacity
from ryorin.alignment.handoffs.actions.deadlines import escalate_overdue
from ryorin.alignment.handoffs.actions.defaults import prepare_defaults
from ryorin.alignment.handoffs.actions.nurturing import follow_nurtures
from ryorin.alignment.handoffs.actions.offering import hand_over_complicated, offer_handoff, offer_ready_leads
from ryorin.alignment.handoffs.actions.routing import (
    add_send_back_reason,
    change_routing_rule,
    change_send_back_reason,
    create_routing_rule,
    delete_routing_rule,
    move_routing_rule,
    set_what_follows,
)

__all__ = [
    "accept_handoff",
    "add_send_back_reason",
    "change_routing_rule",
    "change_send_back_reason",
    "change_weights",
    "create_routing_rule",
    "delete_routing_rule",
    "escalate_overdue",
    "follow_nurtures",
    "hand_over_complicated",
    "move_routing_rule",
    "offer_handoff",
    "offer_ready_leads",
    "prepare_defaults",
    "reassign_handoff",
    "send_back_handoff",
    "set_capacity",
    "set_what_follows",
]
