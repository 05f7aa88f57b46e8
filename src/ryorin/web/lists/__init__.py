"""One list for every kind of record: views, conditions, search, order, pages, editing in place, bulk work.

A page says `record_list(request, record_type=PERSON, rows=..., member=..., listing=PEOPLE)` and has all of it.
"""

from ryorin.web.lists.listing import Listing
from ryorin.web.lists.page import record_list

__all__ = ["Listing", "record_list"]
