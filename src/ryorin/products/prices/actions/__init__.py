"""What one can do with price books and tax rates."""

from ryorin.products.prices.actions.books import change_book, create_book, delete_book
from ryorin.products.prices.actions.prices import Line, change_prices
from ryorin.products.prices.actions.tax import set_tax_rates

__all__ = ["Line", "change_book", "change_prices", "create_book", "delete_book", "set_tax_rates"]
