"""Verbs of feedback: read what sales says, judge it, accept or decline what is suggested."""

from ryorin.alignment.feedback.actions.deciding import accept_suggestion, decline_suggestion
from ryorin.alignment.feedback.actions.following import follow_feedback, read_news
from ryorin.alignment.feedback.actions.judging import judge

__all__ = ["accept_suggestion", "decline_suggestion", "follow_feedback", "judge", "read_news"]
