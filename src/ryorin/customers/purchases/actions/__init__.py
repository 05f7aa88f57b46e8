"""Taking down what was bought and what was given back."""

from ryorin.customers.purchases.actions.bulk import add_orders
from ryorin.customers.purchases.actions.recording import become_customer, record_order, refuse_unless_complete, told

__all__ = ["add_orders", "become_customer", "record_order", "refuse_unless_complete", "told"]
