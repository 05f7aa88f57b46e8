"""Reading history."""

from ryorin.insight.lake.queries.doers import Doers
from ryorin.insight.lake.queries.history import Entry, history_of_company, history_of_person
from ryorin.insight.lake.queries.people import (
    Latest,
    active_between,
    news_since,
    people_touched_since,
    people_who_did,
    touchpoints_of,
)
from ryorin.insight.lake.queries.statements import answer, blank, bound
from ryorin.insight.lake.queries.tables import ask, connect, sql, table, versions
from ryorin.insight.lake.queries.verifying import Report, status, verify

__all__ = [
    "Doers",
    "Entry",
    "Latest",
    "Report",
    "active_between",
    "answer",
    "ask",
    "blank",
    "bound",
    "connect",
    "history_of_company",
    "history_of_person",
    "news_since",
    "people_touched_since",
    "people_who_did",
    "sql",
    "status",
    "table",
    "touchpoints_of",
    "verify",
    "versions",
]
