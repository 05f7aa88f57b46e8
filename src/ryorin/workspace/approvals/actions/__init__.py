"""Verbs of approvals: ask, approve, send back, withdraw, deny, review; and of routes, stand-ins and deadlines."""

from ryorin.workspace.approvals.actions.deadlines import escalate_overdue, tell_stuck, watch_waiting
from ryorin.workspace.approvals.actions.deciding import approve, deny, reroute, review, send_back
from ryorin.workspace.approvals.actions.proxies import add_proxy, end_proxy
from ryorin.workspace.approvals.actions.requesting import request, withdraw, withdraw_of
from ryorin.workspace.approvals.actions.routes import change_route, create_route, delete_route, move_route

__all__ = [
    "add_proxy",
    "approve",
    "change_route",
    "create_route",
    "delete_route",
    "deny",
    "end_proxy",
    "escalate_overdue",
    "move_route",
    "request",
    "reroute",
    "review",
    "send_back",
    "tell_stuck",
    "watch_waiting",
    "withdraw",
    "withdraw_of",
]
