"""What can be done with a deal and with the pipelines deals run through."""

from ryorin.sales.deals.actions.bulk import add_deals
from ryorin.sales.deals.actions.changing import change_deal, delete_deal, move_deal, restore_deal
from ryorin.sales.deals.actions.opening import open_deal
from ryorin.sales.deals.actions.outcome import lose_deal, reopen_deal, win_deal
from ryorin.sales.deals.actions.people import add_person, remove_person
from ryorin.sales.deals.actions.pipelines import (
    add_lost_reason,
    add_stage,
    change_lost_reason,
    change_pipeline,
    change_stage,
    create_pipeline,
    delete_lost_reason,
    delete_stage,
    order_stages,
    retire_pipeline,
)
from ryorin.sales.deals.actions.products import set_products
from ryorin.sales.deals.actions.stage_rules import keep_answers, set_stage_rules

__all__ = [
    "add_deals",
    "add_lost_reason",
    "add_person",
    "add_stage",
    "change_deal",
    "change_lost_reason",
    "change_pipeline",
    "change_stage",
    "create_pipeline",
    "delete_deal",
    "delete_lost_reason",
    "delete_stage",
    "keep_answers",
    "lose_deal",
    "move_deal",
    "open_deal",
    "order_stages",
    "remove_person",
    "reopen_deal",
    "restore_deal",
    "retire_pipeline",
    "set_products",
    "set_stage_rules",
    "win_deal",
]
