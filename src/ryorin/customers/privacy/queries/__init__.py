"""What is kept about people, what an erasure would do, and what is left afterwards."""

from ryorin.customers.privacy.queries.plan import Line, plan_erasure
from ryorin.customers.privacy.queries.registry import declared, rows_about
from ryorin.customers.privacy.queries.traces import Trace, Wanted, traces_of, wanted_of

__all__ = ["Line", "Trace", "Wanted", "declared", "plan_erasure", "rows_about", "traces_of", "wanted_of"]
