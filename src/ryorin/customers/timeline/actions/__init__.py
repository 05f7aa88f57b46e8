"""Writing touchpoints."""

from ryorin.customers.timeline.actions.bulk import write_inbox
from ryorin.customers.timeline.actions.record import Touchpoint, inbox_row, record, record_many

__all__ = ["Touchpoint", "inbox_row", "record", "record_many", "write_inbox"]
