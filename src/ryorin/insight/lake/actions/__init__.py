"""Writing history: the inbox into the lake, rows into published tables, and keeping both quick to read."""

from ryorin.insight.lake.actions.appending import append_touchpoints
from ryorin.insight.lake.actions.compacting import Tidied, compact
from ryorin.insight.lake.actions.disclosing import make_exports
from ryorin.insight.lake.actions.draining import drain
from ryorin.insight.lake.actions.erasing import continue_erasures
from ryorin.insight.lake.actions.following import catch_up, keep_up
from ryorin.insight.lake.actions.publishing import publish, rebuild
from ryorin.insight.lake.actions.retaining import keep_history_short

__all__ = [
    "Tidied",
    "append_touchpoints",
    "catch_up",
    "compact",
    "continue_erasures",
    "drain",
    "keep_history_short",
    "keep_up",
    "make_exports",
    "publish",
    "rebuild",
]
