"""What one can do with companies."""

from ryorin.customers.companies.actions.calls import allow_calls, forbid_calls
from ryorin.customers.companies.actions.change import change_company
from ryorin.customers.companies.actions.create import create_company
from ryorin.customers.companies.actions.delete import delete_company, restore_company

__all__ = [
    "allow_calls",
    "change_company",
    "create_company",
    "delete_company",
    "forbid_calls",
    "restore_company",
]
