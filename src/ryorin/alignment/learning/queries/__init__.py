"""Reads of the learned score: answers to learn from, what is known of leads, and what pages show."""
