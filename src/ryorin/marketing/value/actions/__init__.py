"""Computing what customers are worth, and saying how."""

from ryorin.marketing.value.actions.daily import (
    ask_for_values,
    change_settings,
    compute_daily,
    compute_if_due,
)

__all__ = ["ask_for_values", "change_settings", "compute_daily", "compute_if_due"]
