"""Verbs of the score: change its rules, score people."""

from ryorin.alignment.scoring.actions.agreeing import agree_to_rules
from ryorin.alignment.scoring.actions.rescoring import Outcome, follow_changes, rescore
from ryorin.alignment.scoring.actions.score_rules import (
    change_score_rule,
    create_score_rule,
    delete_score_rule,
    move_score_rule,
    prepare_defaults,
)

__all__ = [
    "Outcome",
    "agree_to_rules",
    "change_score_rule",
    "create_score_rule",
    "delete_score_rule",
    "follow_changes",
    "move_score_rule",
    "prepare_defaults",
    "rescore",
]
