"""Journeys shaped for pages, and the question everybody asks before writing to somebody: may one do so now?"""

from ryorin.marketing.journeys.queries.limits import allowed_now, current_limits

__all__ = ["allowed_now", "current_limits"]
