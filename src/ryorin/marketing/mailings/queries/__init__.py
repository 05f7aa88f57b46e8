"""Mailings shaped for pages and for those who send them."""
