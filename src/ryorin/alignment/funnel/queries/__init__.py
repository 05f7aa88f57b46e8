"""Reading the funnel from history."""

from ryorin.alignment.funnel.queries.counting import Breakdown, Reading, funnel, people_of
from ryorin.alignment.funnel.queries.raising import Raised, raised
from ryorin.alignment.funnel.queries.waiting import limit_of, waits

__all__ = ["Breakdown", "Raised", "Reading", "funnel", "limit_of", "people_of", "raised", "waits"]
