"""What can be done after a sale: plans, following them, asking how content a customer is, noticing who goes quiet."""

from ryorin.sales.aftercare.actions.plans import (
    add_step,
    change_plan,
    change_step,
    create_plan,
    delete_plan,
    delete_step,
    order_steps,
    start_using,
    stop_using,
)
from ryorin.sales.aftercare.actions.quiet import look_for_quiet, plan_call
from ryorin.sales.aftercare.actions.running import follow_sales
from ryorin.sales.aftercare.actions.satisfaction import state_satisfaction
from ryorin.sales.aftercare.actions.starting import start_by_hand, start_due
from ryorin.sales.aftercare.actions.steps import finish_step, postpone_step, skip_step, stop_follow_up

__all__ = [
    "add_step",
    "change_plan",
    "change_step",
    "create_plan",
    "delete_plan",
    "delete_step",
    "finish_step",
    "follow_sales",
    "look_for_quiet",
    "order_steps",
    "plan_call",
    "postpone_step",
    "skip_step",
    "start_by_hand",
    "start_due",
    "start_using",
    "state_satisfaction",
    "stop_follow_up",
    "stop_using",
]
