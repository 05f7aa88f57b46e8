"""Ryorin (両輪): marketing and sales as two wheels of one cart."""

__version__ = "0.1.0"
