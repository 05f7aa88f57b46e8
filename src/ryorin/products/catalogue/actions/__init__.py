"""What one can do with products, their categories and bundles."""

from ryorin.products.catalogue.actions.bundles import set_parts
from ryorin.products.catalogue.actions.categories import add_category, change_category, delete_category
from ryorin.products.catalogue.actions.products import change_product, create_product, delete_product, restore_product

__all__ = [
    "add_category",
    "change_category",
    "change_product",
    "create_product",
    "delete_category",
    "delete_product",
    "restore_product",
    "set_parts",
]
