"""Verbs of campaigns: plan one, change it, ask for its budget, record what it cost, make links that lead back to it."""

from ryorin.marketing.campaigns.actions.budgets import ask_for_budget
from ryorin.marketing.campaigns.actions.bulk import record_costs
from ryorin.marketing.campaigns.actions.deleting import delete_campaign, restore_campaign
from ryorin.marketing.campaigns.actions.planning import (
    add_link,
    change_campaign,
    check,
    create_campaign,
    delete_cost,
    free_code,
    record_cost,
    settle_states,
)

__all__ = [
    "add_link",
    "ask_for_budget",
    "change_campaign",
    "check",
    "create_campaign",
    "delete_campaign",
    "delete_cost",
    "free_code",
    "record_cost",
    "record_costs",
    "restore_campaign",
    "settle_states",
]
