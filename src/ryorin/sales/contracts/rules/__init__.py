"""Decisions about contracts without a database: money, time, wording, what must be right before anybody signs."""
