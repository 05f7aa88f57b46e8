"""The forecast shaped for its pages and its command."""

from ryorin.sales.forecast.queries.board import (
    Board,
    Line,
    board,
    commits_of,
    meanings,
    members_seen,
    parts,
    quota_grid,
    quotas_by_month,
)
from ryorin.sales.forecast.queries.changes import Change, changes_since
from ryorin.sales.forecast.queries.learned import history, hours_to_utc, learn_now, learned_by, settings_of_stages
from ryorin.sales.forecast.queries.sums import deals_of, without_amount, without_day
from ryorin.sales.forecast.queries.trying import HistoryLearned, history_learned, outlook

__all__ = [
    "Board",
    "Change",
    "HistoryLearned",
    "Line",
    "board",
    "changes_since",
    "commits_of",
    "deals_of",
    "history",
    "history_learned",
    "hours_to_utc",
    "learn_now",
    "learned_by",
    "meanings",
    "members_seen",
    "outlook",
    "parts",
    "quota_grid",
    "quotas_by_month",
    "settings_of_stages",
    "without_amount",
    "without_day",
]
