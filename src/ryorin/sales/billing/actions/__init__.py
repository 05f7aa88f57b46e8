"""What can be done with delivery notes, invoices and credit notes."""

from ryorin.sales.billing.actions.issuing import issue_bill, issue_for_month
from ryorin.sales.billing.actions.paying import record_payment, remove_payment, void_bill
from ryorin.sales.billing.actions.returning import issue_credit_note

__all__ = [
    "issue_bill",
    "issue_credit_note",
    "issue_for_month",
    "record_payment",
    "remove_payment",
    "void_bill",
]
